"""A graph that is copied from store to store is the same in each, whatever happens on the way."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from commit_fixtures import engine_of
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store
from store_fixtures import changeset, thing

from heritage_graph.copying.copy import PART, copy
from heritage_graph.copying.engines import EngineSource, EngineTarget
from heritage_graph.copying.folders import FolderSource, FolderTarget
from heritage_graph.copying.sums import sum_of
from heritage_graph.errors import CopyDiffers, StaleBase, TargetNotEmpty, UnknownName
from heritage_graph.namespaces import LOG, VIEW, XSD, source_graph
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import generation_folder

REPORT = source_graph("a-report")
SAYS = NamedNode("https://example.org/says")
KINDS = [
    *(Literal(text, datatype=XSD.gYear) for text in ("2024", "0950", "-0044")),
    *(Literal(text, datatype=XSD.date) for text in ("2024-01-01", "-0500-01-01")),
    *(Literal(text, datatype=XSD.decimal) for text in ("1.5", "100000000000.12")),
    *(Literal(text, datatype=XSD.duration) for text in ("P3Y", "P10D")),
    *(Literal(number) for number in (0, 1, 255, 12345678901)),
    *(Literal(value=truth) for truth in (True, False)),
    Literal(' tab\t"quote" \\ line\nend '),
    Literal("اتفاق", language="ar"),
    Literal(""),
]
COMMAND = Path(sys.executable).with_name("heritage-graph")
PROGRAM = """
import os, sys
from heritage_graph.cli import main
from heritage_graph.copying import copy, engines, folders

parts = 0

def stop_after(kind):
    add = kind.add
    def added(self, *arguments, **named):
        global parts
        add(self, *arguments, **named)
        parts += 1
        if parts == 2:
            os.kill(os.getpid(), 9)
    kind.add = added

stop_after(engines.EngineTarget)
stop_after(folders.FolderTarget)
main()
"""
"""The command, which dies after two parts."""


def nothing_told(_done, _total):
    pass


def copied(source, target, *, replace=False):
    with closing(source), closing(target):
        return copy(source, target, replace=replace, told=nothing_told)


def stated():
    for place in (REPORT, DefaultGraph()):
        yield from (Quad(thing(number), SAYS, thing(number + 1), place) for number in range(PART + 200))
        yield from (Quad(thing(0), SAYS, literal, place) for literal in KINDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    data = tmp_path_factory.mktemp("source")
    EmbeddedStore(data).commit(changeset(0, tuple(stated())))
    return data


@pytest.fixture
def small(tmp_path):
    data = tmp_path / "small"
    EmbeddedStore(data).commit(changeset(0, (Quad(thing(1), SAYS, thing(2), REPORT),)))
    return data


@pytest.fixture
def access(tmp_path):
    file = tmp_path / "access.toml"
    file.write_text('authentication = "digest"\nuser = "dba"\npassword = "dba"\n', encoding="utf-8")
    return file


def run(*arguments, program=(COMMAND,)):
    return subprocess.run([sys.executable, *program, *map(str, arguments)], capture_output=True, text=True, check=False)


def test_a_graph_is_the_same_after_a_journey_through_three_engines(folder, oxigraph, virtuoso, tmp_path):
    first = copied(FolderSource(folder), EngineTarget(engine_of(oxigraph)))
    second = copied(EngineSource(engine_of(oxigraph)), EngineTarget(engine_of(virtuoso)))
    third = copied(EngineSource(engine_of(virtuoso)), FolderTarget(tmp_path / "back"))

    assert first == second == third == copied(FolderSource(tmp_path / "back"), FolderTarget(tmp_path / "again"))


def test_a_copied_folder_is_a_store_like_any_other(folder, tmp_path):
    copied(FolderSource(folder), FolderTarget(tmp_path / "copy"))

    store = EmbeddedStore(tmp_path / "copy")
    assert (store.commit(changeset(1, ())), sorted(path.name for path in (tmp_path / "copy").iterdir())) == (
        2,
        ["generations", "store", "store.lock"],
    )


def test_what_is_copied_is_summed_graph_by_graph(folder, tmp_path):
    done = copied(FolderSource(folder), FolderTarget(tmp_path / "copy"))

    counts = {graph: one.count for graph, one in done.graphs.items()}
    assert counts == {REPORT: PART + 200 + len(KINDS), VIEW: PART + 200 + len(KINDS), LOG: 2}


def test_a_sum_does_not_depend_on_the_order():
    triples = [quad.triple for quad in stated()][: PART // 10]

    assert sum_of(triples) == sum_of(reversed(triples))


def test_a_sum_tells_graphs_apart():
    triples = [quad.triple for quad in stated()][:10]

    assert sum_of(triples) != sum_of(triples[1:])


def test_a_sum_takes_two_forms_of_a_number_for_one():
    one, other = (Quad(thing(1), SAYS, Literal(text, datatype=XSD.decimal)).triple for text in ("1.50", "1.5"))

    assert sum_of([one]) == sum_of([other])


def test_a_copy_to_a_folder_that_was_killed_goes_on_where_it_was(folder, tmp_path):
    killed = run("copy", folder, tmp_path / "copy", program=("-c", PROGRAM))
    before = json.loads((tmp_path / "copy" / "copy.tmp" / "state.json").read_text())["graphs"]
    again = copied(FolderSource(folder), FolderTarget(tmp_path / "copy"))

    stored = Store.read_only(str(generation_folder(tmp_path / "copy", 1)))
    assert (killed.returncode, sum(before.values()), len(stored)) == (
        -signal.SIGKILL,
        PART + 200 + len(KINDS),
        again.statements,
    )


@pytest.mark.parametrize("kind", ["oxigraph", "virtuoso"])
def test_a_copy_to_an_engine_that_was_killed_goes_on_where_it_was(kind, folder, access, request, tmp_path):
    server = request.getfixturevalue(kind)
    flags = ["--to-update", server.update, "--to-dialect", server.dialect]
    flags += ["--to-access", access] * (server.user is not None)
    killed = run("copy", folder, server.query, *flags, program=("-c", PROGRAM))
    unfinished = engine_of(server)
    again = run("copy", folder, server.query, *flags, "--json")

    whole = copied(EngineSource(unfinished), FolderTarget(tmp_path / "copy"))
    assert (killed.returncode, json.loads(again.stdout)["statements"]) == (-signal.SIGKILL, whole.statements)


@pytest.mark.parametrize("kind", ["oxigraph", "virtuoso"])
def test_nothing_tells_of_a_copy_that_is_whole(kind, small, request):
    server = request.getfixturevalue(kind)

    copied(FolderSource(small), EngineTarget(engine_of(server)))

    assert set(server.graphs()) == {REPORT.value, LOG.value}


def test_a_folder_that_holds_a_store_is_left_alone(folder, small):
    with pytest.raises(TargetNotEmpty, match="--replace"):
        copied(FolderSource(folder), FolderTarget(small))


def test_an_engine_that_holds_a_graph_is_left_alone(folder, oxigraph):
    oxigraph.load([Quad(thing(1), SAYS, thing(2), REPORT)])

    with pytest.raises(TargetNotEmpty, match="--replace"):
        copied(FolderSource(folder), EngineTarget(engine_of(oxigraph)))


def test_what_a_folder_holds_goes_when_told(folder, small):
    done = copied(FolderSource(folder), FolderTarget(small), replace=True)

    assert len(Store.read_only(str(generation_folder(small, 1)))) == done.statements


@pytest.mark.parametrize("kind", ["oxigraph", "virtuoso"])
def test_what_an_engine_holds_goes_when_told(kind, small, request):
    server = request.getfixturevalue(kind)
    server.load([Quad(thing(8), SAYS, thing(9), graph) for graph in (source_graph("other"), DefaultGraph())])

    copied(FolderSource(small), EngineTarget(engine_of(server)), replace=True)

    assert set(server.graphs()) == {REPORT.value, LOG.value}


def test_a_source_without_a_commit_is_refused(tmp_path, oxigraph):
    with pytest.raises(UnknownName, match="no graph"):
        copied(EngineSource(engine_of(oxigraph)), FolderTarget(tmp_path / "copy"))


class Losing(FolderTarget):
    """A target that loses a statement."""

    def add(self, graph, triples, *, done):
        super().add(graph, triples[1:], done=done)


def test_a_graph_that_is_not_the_same_is_found(small, tmp_path):
    with pytest.raises(CopyDiffers, match="a-report"):
        copied(FolderSource(small), Losing(tmp_path / "copy"))


def test_a_graph_that_was_not_the_same_is_brought_anew(small, tmp_path):
    class LosingOnce(FolderTarget):
        def add(self, graph, triples, *, done):
            super().add(graph, triples if graph == LOG else triples[1:], done=done)

    with pytest.raises(CopyDiffers):
        copied(FolderSource(small), LosingOnce(tmp_path / "copy"))
    copied(FolderSource(small), FolderTarget(tmp_path / "copy"))

    assert len(Store.read_only(str(generation_folder(tmp_path / "copy", 1)))) == 3


def test_a_source_that_moves_on_is_noticed(small, oxigraph, tmp_path):
    copied(FolderSource(small), EngineTarget(engine_of(oxigraph)))

    class Moving(FolderTarget):
        def add(self, graph, triples, *, done):
            super().add(graph, triples, done=done)
            oxigraph.load(changeset(1, ()).added)

    with pytest.raises(StaleBase, match="moved on"):
        copied(EngineSource(engine_of(oxigraph)), Moving(tmp_path / "copy"))
