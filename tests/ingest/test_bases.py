"""The checkpoint on which the next document is likely to rest is open before it comes."""

import shutil

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from heritage_graph.ingest.bases import FolderBases
from heritage_graph.namespaces import META

NOTE = NamedNode("https://example.org/note")
THING = NamedNode("https://example.org/thing")


def checkpoint(folder, generation):
    store = Store(folder / f"live-{generation}")
    store.extend(Quad(THING, NOTE, Literal(generation), graph) for graph in (META, DefaultGraph()))
    store.backup(folder / str(generation))
    return {"folder": str(folder / str(generation)), "generation": generation}


@pytest.fixture
def told(tmp_path):
    return [checkpoint(tmp_path, generation) for generation in (0, 1, 2)]


def noted(bases, told):
    with bases(told) as base:
        return base.generation, {triple.object.value for triple in base.graph(META)}


def test_what_was_looked_ahead_to_is_not_opened_again(told):
    bases = FolderBases()
    bases.look_ahead(told[1])
    shutil.rmtree(told[1]["folder"])

    assert noted(bases, told[1]) == (1, {"1"})


@pytest.mark.parametrize("ahead", [0, 2])
def test_another_than_was_looked_ahead_to_is_read_when_it_is_asked_for(told, ahead):
    bases = FolderBases()
    bases.look_ahead(told[ahead])

    assert (noted(bases, told[1]), noted(bases, told[2])) == ((1, {"1"}), (2, {"2"}))


def test_that_what_was_looked_ahead_to_has_gone_is_told_when_it_is_asked_for(told):
    bases = FolderBases()
    shutil.rmtree(told[1]["folder"])
    bases.look_ahead(told[1])

    with pytest.raises(OSError, match="1"):
        noted(bases, told[1])
