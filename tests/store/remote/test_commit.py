"""A commit to an engine is whole or absent, and of two changes of one generation one is refused."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from threading import Barrier

import pytest
from commit_fixtures import AT_REST, LETTERS, REPORT, changeset, engine_of, held, left_over, line_to, stated, thing
from pyoxigraph import Literal, NamedNode, Quad

from heritage_graph.errors import EngineTrouble, StaleBase
from heritage_graph.namespaces import XSD
from heritage_graph.store.remote.client import update
from heritage_graph.store.remote.commit import RemoteStore

FIRST = list(stated(range(5)))
SECOND = list(stated(range(5, 9), graph=LETTERS))
VALUE = NamedNode("https://example.org/value")
LITERALS = [
    Literal(""),
    Literal('"quoted" \\ back, {braces} and a $name$\nof two\tlines'),
    Literal("\\u0022 is not a quote"),
    Literal("التراث الثقافي غير المادي", language="ar"),
    Literal("日本語", language="ja"),
    Literal("a", language="en-GB"),
    Literal("long " * 8_000),
    Literal("ط" * 20_000, language="ar"),
    Literal(value=True),
    Literal(5),
    Literal(-1),
    Literal("12345678901234", datatype=XSD.integer),
    Literal("48.85837", datatype=XSD.decimal),
    Literal("1.5", datatype=XSD.double),
    Literal("2024", datatype=XSD.gYear),
    Literal("-0500", datatype=XSD.gYear),
    Literal("2022-04", datatype=XSD.gYearMonth),
    Literal("2024-01-01", datatype=XSD.date),
    Literal("-0044-03-15", datatype=XSD.date),
    Literal("2026-11-21T10:00:00.25Z", datatype=XSD.dateTime),
    Literal("P3Y", datatype=XSD.duration),
    Literal("00FF", datatype=XSD.hexBinary),
    Literal("POINT(1 2)", datatype=NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")),
]


@pytest.fixture(params=["oxigraph", "virtuoso"])
def server(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def store(server):
    with closing(RemoteStore(engine_of(server), patience_s=1)) as opened:
        yield opened


def test_a_commit_is_read_back_from_its_graphs_and_from_the_view(store):
    wanted = changeset(0, FIRST)
    store.commit(wanted)

    assert held(store.engine) == set(wanted.added)


def test_a_commit_takes_out_what_it_removes(store):
    first = changeset(0, FIRST)
    store.commit(first)
    second = changeset(1, SECOND, removed=FIRST[:8])
    store.commit(second)

    assert held(store.engine) == set(first.added) - set(FIRST[:8]) | set(second.added)


def test_the_last_commit_is_known_again_after_opening(server, store):
    store.commit(changeset(0, FIRST, key="mine"))
    with closing(RemoteStore(engine_of(server))) as opened:
        assert (opened.generation, opened.key) == (1, "mine")


def test_literals_come_back_as_they_went(store):
    added = [Quad(thing(number), VALUE, literal, REPORT) for number, literal in enumerate(LITERALS)]
    wanted = changeset(0, added)
    store.commit(wanted)

    assert held(store.engine) == set(wanted.added)


def test_a_change_of_an_older_generation_is_refused(store):
    store.commit(changeset(0, FIRST))

    with pytest.raises(StaleBase, match="rests on generation 0, but the last one is 1"):
        store.commit(changeset(0, SECOND, key="late"))


def test_a_refused_change_leaves_no_trace(server, store):
    wanted = changeset(0, FIRST)
    store.commit(wanted)
    with pytest.raises(StaleBase):
        store.commit(changeset(0, SECOND, key="late"))

    assert (held(store.engine), left_over(server)) == (set(wanted.added), AT_REST[server.dialect])


def test_a_large_change_is_one_commit(server, store):
    wanted = changeset(0, stated(range(1_500)))
    store.commit(wanted)

    assert (len(held(store.engine)), left_over(server)) == (len(wanted.added), AT_REST[server.dialect])


def test_it_is_known_what_became_of_a_commit(store):
    store.commit(changeset(0, FIRST, key="mine"))

    assert (store.outcome("mine"), store.outcome("another")) == (1, None)


def test_of_writers_that_race_one_wins_each_generation(server):
    writers = 4
    rounds = 5
    won = {}
    gate = Barrier(writers)

    def write(name):
        with closing(RemoteStore(engine_of(server))) as store:
            for base in range(rounds):
                gate.wait()
                wanted = changeset(base, stated([base], word=name), key=f"{name}-{base}")
                with suppress(StaleBase):
                    store.commit(wanted)
                    won.setdefault(base, []).append(wanted)

    with ThreadPoolExecutor(writers) as pool:
        for writing in [pool.submit(write, f"writer-{number}") for number in range(writers)]:
            writing.add_done_callback(lambda done: gate.abort() if done.exception() else None)

    assert held(engine_of(server)) == {quad for [winner] in won.values() for quad in winner.added}


@pytest.mark.parametrize("done", [False, True])
def test_a_cut_line_leaves_a_commit_whole_or_absent(server, done):
    first, second = changeset(0, FIRST), changeset(1, SECOND, removed=FIRST[:8], key="cut")
    before = set(first.added)
    after = before - set(second.removed) | set(second.added)
    told = []
    with line_to(server) as (line, engine), closing(RemoteStore(engine, patience_s=1)) as store:
        store.commit(first)
        for number in (1, 2, 3, 4, 5):
            line.cut_at(number, done=done)
            try:
                store.commit(second)
            except EngineTrouble as fault:
                told.append((fault.details["committed"], held(store.engine) == before, left_over(server)))
            else:
                told.append((True, held(store.engine) == after, left_over(server)))
                break

    assert told == [(committed, True, AT_REST[server.dialect]) for committed, *_ in told]


def test_a_claim_of_a_dead_writer_is_broken(oxigraph):
    engine = engine_of(oxigraph)
    update(
        engine,
        "PREFIX j: <https://w3id.org/heritage-graph/graph/journal#> "
        "INSERT DATA { GRAPH <https://w3id.org/heritage-graph/graph/journal> { "
        "<https://example.org/dead> j:claims 0 ; j:seconds 1 } }",
    )
    with closing(RemoteStore(engine)) as store:
        store.commit(changeset(0, FIRST))

    assert left_over(oxigraph) == []
