"""A reader answers wholly or with an error, and is replaced when it had to be ended."""

import asyncio
import json
import os
import signal
import socket
import threading

import pytest
from store_fixtures import KNOWS, PRODUCT, commit_one_more, ring, running_pool, storm

from heritage_graph.errors import (
    Busy,
    NotAcceptable,
    QueryFault,
    QueryMemory,
    QueryTimeout,
    ResultTooLarge,
    UnknownName,
)
from heritage_graph.store.base import QueryRequest

BINDS = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(31))
DOUBLING = f"SELECT ?x31 {{ BIND('{'a' * 32}' AS ?x0) {BINDS} }}"
EVERYTHING = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
ONE = f"ASK {{ ?s <{KNOWS.value}> ?o }}"


def bindings(content):
    return json.loads(content)["results"]["bindings"]


def test_a_select_comes_as_sparql_results(ask):
    found = ask(QueryRequest(f"SELECT (COUNT(*) AS ?n) {{ ?s <{KNOWS.value}> ?o }}"))

    assert bindings(found)[0]["n"]["value"] == "600"


def test_an_ask_comes_as_a_boolean(ask):
    assert json.loads(ask(QueryRequest(ONE)))["boolean"] is True


def test_a_small_graph_comes_sorted(ask):
    found = ask(QueryRequest(f"CONSTRUCT WHERE {{ ?s <{KNOWS.value}> ?o }}", graph_format="nt")).splitlines()

    assert found == sorted(found)


def test_prefixes_come_in_the_same_order_from_every_reader(ask):
    found = ask(QueryRequest(f"CONSTRUCT WHERE {{ ?s <{KNOWS.value}> ?o }}")).splitlines()
    prefixes = [line for line in found if line.startswith(b"@prefix")]

    assert prefixes == sorted(prefixes)


def test_a_graph_without_triples_is_whole_too(ask):
    found = ask(QueryRequest("CONSTRUCT WHERE { ?s <https://example.org/nothing> ?o }"))

    assert found == b""


def test_quads_come_with_their_graphs(ask):
    found = ask(QueryRequest("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }", quads=True, graph_format="nq"))

    assert b"<https://w3id.org/heritage-graph/graph/log> ." in found


def test_a_form_that_cannot_be_given_is_refused(ask):
    with pytest.raises(NotAcceptable):
        ask(QueryRequest(ONE, bindings_format=None))


def test_the_dataset_of_the_request_replaces_that_of_the_query(ask):
    found = ask(QueryRequest("SELECT * { ?s ?p ?o }", named_graphs=("https://example.org/g",)))

    assert bindings(found) == []


def test_an_unknown_graph_is_empty_and_never_fetched(ask):
    assert bindings(ask(QueryRequest("SELECT * FROM <http://127.0.0.1:9/x> { ?s ?p ?o }"))) == []


def test_a_syntax_error_names_line_and_column(ask):
    with pytest.raises(QueryFault) as refusal:
        ask(QueryRequest("SELECT *\n{ ?s ?p "))

    assert refusal.value.details["line"] == 2


def test_a_long_query_is_stopped_at_its_limit(ask):
    with pytest.raises(QueryTimeout, match=r"0\.5 s"):
        ask(QueryRequest(PRODUCT, timeout_s=0.5))


def test_a_query_that_grows_is_stopped_at_its_memory(ask):
    with pytest.raises(QueryMemory, match="256 MiB"):
        ask(QueryRequest(DOUBLING))


def test_a_result_beyond_its_limit_is_an_error_and_no_cut(ask):
    with pytest.raises(ResultTooLarge):
        ask(QueryRequest(EVERYTHING, max_bytes=100_000))


def test_a_large_result_that_passes_its_limit_on_the_way_breaks_off(data):
    async def read():
        async with running_pool(data) as pool:
            answer = await pool.query(QueryRequest(EVERYTHING, max_bytes=3 << 20))
            return [part async for part in answer.rest]

    with pytest.raises(ResultTooLarge):
        asyncio.run(read())


def test_the_next_query_is_answered_after_one_was_stopped(data):
    async def both():
        async with running_pool(data, size=1) as pool:
            with pytest.raises(QueryTimeout):
                await pool.query(QueryRequest(PRODUCT, timeout_s=0.3))
            return (await pool.query(QueryRequest(ONE))).form

    assert asyncio.run(both()) == "boolean"


def test_a_query_is_asked_again_when_its_reader_was_killed_from_outside(data):
    async def kill_and_wait():
        async with running_pool(data, size=1) as pool:
            async with storm(pool, [""], timeout_s=2) as (task,):
                await asyncio.sleep(0.2)
                os.kill(pool.pids[0], signal.SIGKILL)
                with pytest.raises(QueryTimeout):
                    await task
            return (await pool.query(QueryRequest(ONE))).form

    assert asyncio.run(kill_and_wait()) == "boolean"


def test_readers_that_were_killed_at_rest_are_not_noticed(data):
    async def kill_and_ask():
        async with running_pool(data, size=2) as pool:
            for pid in pool.pids:
                os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.1)
            return (await pool.query(QueryRequest(ONE))).form

    assert asyncio.run(kill_and_ask()) == "boolean"


def test_readers_that_were_killed_at_rest_do_not_stop_the_move_to_a_new_generation(data):
    async def kill_and_move():
        async with running_pool(data, size=2) as pool:
            for pid in pool.pids:
                os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.1)
            commit_one_more(pool, data, ring(3))
            await pool.refresh()
            return (await pool.query(QueryRequest(ONE))).generation

    assert asyncio.run(kill_and_move()) == 2


def test_a_reader_is_free_again_when_the_client_leaves(data):
    async def leave():
        async with running_pool(data, size=1) as pool:
            answer = await pool.query(QueryRequest(EVERYTHING))
            await answer.rest.aclose()
            return (await pool.query(QueryRequest(ONE))).form

    assert asyncio.run(leave()) == "boolean"


def test_lookups_are_answered_while_heavy_queries_hold_their_readers(data):
    async def look_up():
        async with running_pool(data, size=2) as pool, storm(pool, [""] * 4, timeout_s=3):
            await asyncio.sleep(0.1)
            async with asyncio.timeout(1):
                return (await pool.query(QueryRequest(ONE), lane="lookup")).form

    assert asyncio.run(look_up()) == "boolean"


def test_a_full_queue_is_said_at_once(data):
    async def overload():
        async with running_pool(data, size=1, queue=1) as pool, storm(pool, [""] * 3, timeout_s=1) as tasks:
            return [type(outcome) for outcome in await asyncio.gather(*tasks, return_exceptions=True)]

    assert asyncio.run(overload()) == [QueryTimeout, QueryTimeout, Busy]


def test_a_generation_that_is_not_kept_is_named(ask):
    with pytest.raises(UnknownName, match="generation 99 is not kept; kept are 0, 1"):
        ask(QueryRequest(ONE, at_generation=99))


def test_service_reaches_nobody(ask):
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.5)
        visitors = []

        def listen():
            try:
                visitors.append(canary.accept())
            except TimeoutError:
                return

        thread = threading.Thread(target=listen)
        thread.start()
        port = canary.getsockname()[1]
        ask(QueryRequest(f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"))
        thread.join()

    assert visitors == []


@pytest.mark.parametrize("extension", ["json", "xml", "csv", "tsv"])
def test_more_rows_than_the_limit_are_an_error_and_no_cut(ask, extension):
    with pytest.raises(ResultTooLarge, match="599 rows"):
        ask(QueryRequest(f"SELECT * {{ ?s <{KNOWS.value}> ?o }}", bindings_format=extension, max_rows=599))


def test_as_many_rows_as_the_limit_are_answered(ask):
    found = ask(QueryRequest(f"SELECT * {{ ?s <{KNOWS.value}> ?o }}", max_rows=600))

    assert len(bindings(found)) == 600


def test_more_statements_than_the_limit_are_an_error_and_no_cut(ask):
    with pytest.raises(ResultTooLarge, match="599 rows"):
        ask(QueryRequest(f"CONSTRUCT WHERE {{ ?s <{KNOWS.value}> ?o }}", max_rows=599))


def test_labels_beyond_the_limit_of_rows_are_an_error(ask):
    with pytest.raises(ResultTooLarge, match="599 rows"):
        ask(QueryRequest(f"SELECT * {{ ?s <{KNOWS.value}> ?o }}", labels=("en",), max_rows=599))


def test_labels_come_as_columns(ask):
    found = ask(QueryRequest(f"SELECT ?s {{ ?s <{KNOWS.value}> ?o }} LIMIT 1", labels=("en",)))

    assert json.loads(found)["head"]["vars"] == ["s", "sLabel"]


def test_queries_that_are_given_up_at_any_moment_leave_no_reader_behind(data):
    size = 2  # of short queries; as many more may stand by for long ones, which on a busy machine any query can be

    async def give_up():
        async with running_pool(data, size=size) as pool:
            for pause in (0.0, 0.001, 0.003, 0.01, 0.03) * 4:
                tasks = [asyncio.create_task(pool.query(QueryRequest(PRODUCT))) for _ in range(4)]
                await asyncio.sleep(pause)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            answer = await pool.query(QueryRequest(ONE))
            async with asyncio.timeout(10):
                while len(pool.pids) > 2 * size:  # noqa: ASYNC110 - they end in their own time
                    await asyncio.sleep(0.02)
            return answer.form

    assert asyncio.run(give_up()) == "boolean"
