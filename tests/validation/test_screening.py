"""A screen passes over no node that pySHACL finds at fault, whatever the shapes and the data.

A case in `screening_cases` is a shape ex:Shape with data about invented beings; at its head stand the nodes that are at
fault, and, after `also`, those that the screen cannot tell from them.
"""

import re
from pathlib import Path

import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given, settings
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse
from random_shapes import PREFIXES, data, shapes

from heritage_graph.store.state import StoreState
from heritage_graph.validation.copies import copied, ill_typed_in_silence
from heritage_graph.validation.screening.screen import Screening
from heritage_graph.validation.validate import broken_in

EX = "https://example.org/#"
ANIMAL = NamedNode(f"{EX}Animal")
SHAPE = NamedNode(f"{EX}Shape")
CASES = sorted((Path(__file__).parent / "screening_cases").glob("*.ttl"))
LINE = re.compile(r"^# (expect|also): (?:ex:)?(\S+)$", re.MULTILINE)
MANY = 1000
QUICK = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


def state_of(text):
    store = Store()
    store.extend(Quad(*quad.triple) for quad in parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE))
    return StoreState(store)


def shapes_of(text):
    return copied(quad.triple for quad in parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE))


def candidates(state, graph, shape=ANIMAL, *, few=0):
    """The nodes that the screen of *shape* finds: all at once, unless its focus nodes are *few*."""
    screen = Screening(state, graph, few=few).screen(rdflib.URIRef(shape.value))
    return {node for text in screen.queries for (node,) in state.rows(text)}


def at_fault(state, graph, shape=ANIMAL):
    """The nodes for which pySHACL has a result of *shape*."""
    broken = broken_in(copied(state.triples("CONSTRUCT WHERE { ?s ?p ?o }")), graph)
    return {focus for iri, focus, _ in broken if iri == shape}


def passed_over(shapes_text, data_text):
    """The nodes that pySHACL finds at fault with the shape and the screen does not find."""
    with ill_typed_in_silence():
        state, graph = state_of(data_text), shapes_of(shapes_text)
        found = candidates(state, graph) & candidates(state, graph, few=MANY)
        return at_fault(state, graph) - found


@settings(max_examples=250, deadline=None, phases=QUICK, suppress_health_check=list(HealthCheck))
@given(text=shapes(), about=data)
def test_every_node_at_fault_is_a_candidate(text, about):
    assert passed_over(text, about) == set()


def named(case, *words):
    """The nodes that the head of *case* names after one of *words*."""
    found = [name for word, name in LINE.findall(case.read_text(encoding="utf-8")) if word in words]
    return {NamedNode(EX + name) if name.isalpha() else Literal(int(name)) for name in found}


@pytest.mark.parametrize("few", [0, MANY], ids=["at-once", "one-by-one"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_screen_finds_the_nodes_at_fault_and_few_others(case, few):
    text = case.read_text(encoding="utf-8")

    assert candidates(state_of(text), shapes_of(text), SHAPE, few=few) == named(case, "expect", "also")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_pyshacl_agrees_on_which_nodes_are_at_fault(case):
    text = case.read_text(encoding="utf-8")
    with ill_typed_in_silence():
        found = at_fault(state_of(text), shapes_of(text), SHAPE)

    assert found == named(case, "expect")
