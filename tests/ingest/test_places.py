"""Changes are brought into a folder and onto an engine in the same way, with the same outcome."""

import pytest
from commit_fixtures import engine_of, held
from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.ingest.changes import GraphChange, Mode
from heritage_graph.ingest.local import bring_in, judge
from heritage_graph.namespaces import source_graph

GRAPH = source_graph("notes")
THING = NamedNode("https://example.org/thing")


@pytest.fixture(params=["folder", "engine"])
def place(request, tmp_path):
    return {"folder": lambda: tmp_path, "engine": lambda: engine_of(request.getfixturevalue("oxigraph"))}[
        request.param
    ]()


def note(text):
    return GraphChange(GRAPH, Mode.REPLACE, frozenset({Triple(THING, NamedNode("https://example.org/note"), text)}))


def test_a_change_is_told_of_in_the_same_words(place, lenient):
    first = bring_in(place, [note(Literal("one"))], rulebook=lenient, message="first")
    second = bring_in(place, [note(Literal("two"))], rulebook=lenient, message="second")

    assert [(each.receipt.generation, each.receipt.added, each.receipt.removed) for each in (first, second)] == [
        (1, 3, 0),
        (2, 1, 1),
    ]


def test_what_is_tried_is_not_stored(place, lenient):
    tried = bring_in(place, [note(Literal("one"))], rulebook=lenient, message="tried", dry_run=True)
    stored = bring_in(place, [note(Literal("two"))], rulebook=lenient, message="stored")

    assert (tried.receipt.generation, stored.receipt.generation, stored.receipt.removed) == (1, 1, 0)


def test_a_document_is_judged_beside_what_is_there(place, lenient):
    bring_in(place, [note(Literal("one"))], rulebook=lenient, message="first")

    assert judge(place, [note(Literal("two"))], rulebook=lenient).receipt.removed == 1


def test_what_others_outrun_is_worked_out_anew(oxigraph, lenient):
    engine, seen = engine_of(oxigraph), []

    def changes(base):
        seen.append(base.generation)
        for other in range(1 - base.generation):
            bring_in(engine, [note(Literal(f"another {other}"))], rulebook=lenient, message="another")
        return [note(Literal("mine"))]

    bring_in(engine, changes, rulebook=lenient, message="mine")

    assert (seen, Literal("mine") in {quad.object for quad in held(engine)}) == ([0, 1], True)
