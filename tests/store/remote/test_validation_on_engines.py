"""A whole state is validated on an engine as in a folder: candidates by its queries, the verdict by pySHACL."""

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from heritage_graph.assets import asset_folder
from heritage_graph.namespaces import HGS
from heritage_graph.store.remote.engine import Authentication, Dialect, Engine, Scheme
from heritage_graph.store.remote.literals import kept_quad
from heritage_graph.store.remote.state import EngineState
from heritage_graph.validation.shapes import load_shapes
from heritage_graph.validation.validate import validate
from heritage_graph.validation.whole_graph import validate_graph

WORLD = Path(__file__).parents[2] / "validation" / "world.ttl"
WRONG = b"""
    PREFIX hg: <https://w3id.org/heritage-graph/ns#>
    PREFIX agreement: <https://w3id.org/heritage-graph/id/agreement/>
    agreement:odd a hg:Agreement ; hg:signedOn "soon" ; hg:renews agreement:other .
    agreement:other a hg:Agreement ; hg:signedOn "2020-13-45" ; hg:renews agreement:odd .
    """
MANY = 1000
SHAPES = load_shapes(asset_folder("shapes"))


@pytest.fixture(scope="module")
def state(virtuoso_server):
    virtuoso_server.empty()
    triples = [*parse(path=WORLD, format=RdfFormat.TURTLE), *parse(WRONG, format=RdfFormat.TURTLE)]
    virtuoso_server.load(kept_quad(Quad(*each.triple, DefaultGraph())) for each in triples)
    who = Authentication(Scheme.DIGEST, virtuoso_server.user, virtuoso_server.password)
    server = virtuoso_server
    state = EngineState(Engine(server.query, server.update, server.graph_store, Dialect(server.dialect), who))
    yield state
    state.close()


@pytest.fixture(scope="module", params=[0, MANY], ids=["at-once", "one-by-one"])
def validation(state, request):
    return validate_graph(state, SHAPES, few=request.param)


def test_virtuoso_finds_every_node_at_fault(state, validation):
    triples = state.triples("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")

    assert validation.report == validate(triples, SHAPES)


def test_a_shape_whose_query_virtuoso_does_not_take_is_judged_in_full(validation):
    assert validation.in_full == {HGS.term("Renewal-no-circle"): "the engine does not take one of its queries"}
