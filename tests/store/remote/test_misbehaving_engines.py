"""Whatever an engine does, a client gets an honest status in time, and nothing of the engine's words (E1 to E8)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asked import ASK, CONSTRUCT, SELECT, asked
from misbehaving import SECRET

from heritage_graph.errors import (
    Busy,
    QueryTimeout,
    ResultTooLarge,
    UpstreamDown,
    UpstreamGaveUp,
    UpstreamInvalid,
    UpstreamPartial,
    UpstreamRedirect,
    UpstreamRefused,
)
from heritage_graph.store.remote.engine import Authentication, Engine, Scheme

LIMIT_S = 0.6
OVER_S = 0.3
WELL = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"x"}}]}}'


def told(fault):
    """All that a client may be told of *fault*."""
    return f"{fault} {json.dumps(dict(fault.details))}"


def test_an_engine_that_behaves_is_passed_on(pool):
    assert pool.body() == WELL


@pytest.mark.parametrize("how", ["silence", "hang", "drip"])
def test_e1_an_engine_that_stalls_is_given_up_at_the_total_deadline(pool, server, how):
    server.behave(how)

    fault, seconds = pool.timed_fault(timeout_s=LIMIT_S)

    assert (type(fault), LIMIT_S <= seconds < LIMIT_S + OVER_S) == (QueryTimeout, True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_e2_a_redirect_is_not_followed(pool, server, elsewhere, status):
    address, _ = elsewhere
    server.behave(f"redirect {status}", elsewhere=address)

    assert isinstance(pool.fault(), UpstreamRedirect)


@pytest.mark.parametrize("scheme", [Scheme.BASIC, Scheme.BEARER, Scheme.DIGEST])
def test_e2_no_credentials_reach_another_host(server, elsewhere, scheme):
    address, seen = elsewhere
    server.behave("asks who")
    engine = Engine(server.query, server.update, authentication=Authentication(scheme, "reader", "a password"))
    with asked(engine) as pool:
        pool.body()
        server.behave("redirect 302", elsewhere=address)
        pool.fault()

    assert seen == []


def test_e3_a_result_beyond_the_limit_is_cut_while_it_comes(pool, server):
    server.behave("large")

    fault = pool.fault()

    assert (type(fault), server.sent < 64 << 20) == (ResultTooLarge, True)


def test_e3_the_memory_of_the_worker_stays_small(pool, server):
    server.behave("large")
    pool.fault()
    (pid,) = pool.pool.pids

    assert peak_bytes(pid) < 150 << 20


def peak_bytes(pid):
    """The most memory that a process has held."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))


def test_e3_an_answer_beyond_the_limit_of_the_request_is_never_begun(pool, server):
    server.behave("two megabytes")

    assert isinstance(pool.fault(max_bytes=1_500_000), ResultTooLarge)


def test_e3_an_answer_within_the_limits_comes_whole(pool, server):
    server.behave("two megabytes")

    assert len(pool.body()) > 2 << 20


@pytest.mark.parametrize("how", ["206", "cut by time", "cut by rows"])
def test_e4_a_part_is_not_taken_for_the_whole(pool, server, how):
    server.behave(how)

    assert isinstance(pool.fault(), UpstreamPartial)


@pytest.mark.parametrize("status", ["429", "500", "503", "504"])
def test_e5_an_engine_that_gives_up_is_a_time_out(pool, server, status):
    server.behave(status)

    assert isinstance(pool.fault(), UpstreamGaveUp)


def test_e5_an_error_text_within_a_200_is_no_answer(pool, server):
    server.behave("cancelled")

    assert isinstance(pool.fault(), UpstreamInvalid)


@pytest.mark.parametrize("how", ["429", "500", "503", "400", "401", "html", "html that says JSON", "cancelled"])
def test_e5_nothing_that_the_engine_says_is_told(pool, server, how):
    server.behave(how)

    assert SECRET not in told(pool.fault())


@pytest.mark.parametrize(
    "how",
    [
        *("html", "html that says JSON", "broken JSON", "boolean for rows", "more behind the end", "no type"),
        *("shorter", "broken_chunks", "compressed", "babble", "an IRI with a space", "502"),
    ],
)
def test_e6_what_is_no_result_is_refused(pool, server, how):
    server.behave(how)

    assert isinstance(pool.fault(), UpstreamInvalid)


@pytest.mark.parametrize("how", ["broken N-Triples", "Turtle", "shorter_graph", "html"])
def test_e6_what_is_no_graph_is_refused(pool, server, how):
    server.behave(how)

    assert isinstance(pool.fault(CONSTRUCT), UpstreamInvalid)


def test_e6_rows_are_no_answer_to_ask(pool, server):
    server.behave("rows for a boolean")

    assert isinstance(pool.fault(ASK), UpstreamInvalid)


@pytest.mark.parametrize("extension", ["json", "csv", "tsv", "xml"])
def test_e6_a_broken_result_is_refused_in_every_format(pool, server, extension):
    server.behave("broken JSON")

    assert isinstance(pool.fault(bindings_format=extension), UpstreamInvalid)


def test_e7_queries_go_by_post(pool, server):
    text = SELECT + "#" + "x" * 64_000

    pool.body(text)

    assert {(request.method, request.path) for request in server.requests} == {("POST", "/query")}


def test_e8_an_engine_that_is_down_is_told_at_once():
    nobody = Engine("http://127.0.0.1:9/query", "http://127.0.0.1:9/update")
    with asked(nobody, pause_s=5) as pool:
        fault, seconds = pool.timed_fault()

    assert (type(fault), fault.details["retry_after"], seconds < 0.05) == (UpstreamDown, 5, True)


def test_e8_nobody_waits_for_an_engine_that_is_slow_in_all(server, engine):
    server.behave("well")
    with asked(engine, pause_s=5) as pool:
        server.behave("all silence")
        pool.fault(timeout_s=2.5)
        fault, seconds = pool.timed_fault()
        server.behave("well")

    assert (type(fault), seconds < 0.05) == (UpstreamDown, True)


def test_e8_an_engine_that_has_come_back_is_asked_again(pool, server):
    server.behave("all babble")
    pool.fault()
    server.behave("well")
    pool.recover()

    assert pool.body() == WELL


def test_e8_one_query_that_is_slow_closes_nothing(pool, server):
    server.behave("silence")
    pool.fault(timeout_s=LIMIT_S)
    server.behave("well")

    assert pool.body() == WELL


@pytest.mark.parametrize("status", ["400", "401", "403", "404"])
def test_a_refusal_is_told_with_its_status(pool, server, status):
    server.behave(status)

    fault = pool.fault()

    assert (type(fault), fault.details) == (UpstreamRefused, {"upstream_status": int(status)})


def test_a_worker_that_was_killed_is_replaced(pool, server):
    server.behave("hang")
    pool.fault(timeout_s=LIMIT_S)
    server.behave("well")

    assert pool.body() == WELL


def test_an_answer_is_asked_again_when_the_graph_changed_meanwhile(pool, server):
    pool.body()
    server.behave("well", generations=(8, 8))

    answer, _ = pool.answer()

    assert (answer.generation, len(server.queries())) == (8, 2)


def test_a_commit_that_is_under_way_is_waited_for(pool, server):
    pool.body()
    server.behave("well", generations=(-8, -8, 8, 8))

    answer, _ = pool.answer()

    assert (answer.generation, len(server.queries())) == (8, 2)


def test_a_commit_that_stays_under_way_is_busy(pool, server):
    pool.body()
    server.behave("well", generations=(-8,))

    assert isinstance(pool.fault(timeout_s=LIMIT_S), Busy)


def test_a_graph_that_never_stands_still_is_busy(pool, server):
    server.behave("well", generations=range(20, 40))

    assert isinstance(pool.fault(), Busy)


@pytest.mark.parametrize("how", ["all boolean for rows", "all an IRI with a space", "all html"])
def test_a_generation_that_is_none_is_refused(pool, server, how):
    server.behave(how)

    assert isinstance(pool.fault(), UpstreamInvalid)


def test_connections_are_kept(pool, server):
    pool.body()
    server.behave("well")
    for _ in range(5):
        pool.body()

    assert server.connections == 0


def test_a_query_that_does_not_parse_reaches_no_engine(pool, server):
    pool.fault("INSERT DATA { <urn:a> <urn:b> 1 }")

    assert server.requests == []
