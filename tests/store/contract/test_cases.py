"""Each case of a question has its expected answer on each engine, which has no row that must not come back."""

from __future__ import annotations

import pytest
from asked import asked
from commit_fixtures import engine_of
from places import REMOTE
from pyoxigraph import DefaultGraph, Quad, QueryResultsFormat, RdfFormat, parse, parse_query_results
from question_cases import CASES, CATALOGUE, HERE, answer, background, case_of, store_with

from heritage_graph.namespaces import VIEW
from heritage_graph.query_files import bind
from heritage_graph.store.remote.literals import kept_quad
from heritage_graph.store.remote.update_texts import in_graphs

CHECKS = [query for query in CATALOGUE.on_topic("checks") if query.name != "no-blank-node-in-published-graph"]
"""No blank node ever goes to an engine (docs/adr/0012)."""


class Loaded:
    """A server that holds the terms of the model, and the small graph of one case at a time."""

    def __init__(self, server, pool):
        self._server = server
        self._pool = pool
        self._terms = {*background(), *(Quad(*quad.triple, DefaultGraph()) for quad in background())}
        self._held = set()
        server.empty()
        self._add(self._terms)

    def hold(self, store):
        """Hold the quads of *store* instead of those of the case before."""
        wanted = set(store) - self._terms
        if self._held - wanted:
            self._remove(self._held - wanted)
        if wanted - self._held:
            self._add(wanted - self._held)
        self._held = wanted

    def result(self, text):
        """What the engine answers, as pyoxigraph has it."""
        told, body = self._pool.answer(text, graph_format="nt", timeout_s=110)
        if told.form == "graph":
            return [quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)]
        return parse_query_results(body, QueryResultsFormat.JSON)

    def _remove(self, quads):
        # An operation for each graph: of a DELETE DATA over several graphs, Virtuoso 7.2.5 leaves some texts in place.
        by_graph = {}
        for quad in map(self._kept, quads):
            by_graph.setdefault(quad.graph_name, []).append(quad)
        self._server.change(" ;\n".join(f"DELETE DATA {{ {in_graphs(of_one)} }}" for of_one in by_graph.values()))

    def _add(self, quads):
        self._server.load(map(self._kept, quads))

    def _kept(self, quad):
        if self._server.dialect == "sparql11":
            return quad
        return kept_quad(Quad(*quad.triple, VIEW) if quad.graph_name == DefaultGraph() else quad)


@pytest.fixture(scope="module", params=REMOTE)
def loaded(request):
    server = request.getfixturevalue(f"{request.param}_server")
    with asked(engine_of(server)) as pool:
        yield Loaded(server, pool)


@pytest.mark.parametrize("query", CHECKS, ids=lambda query: query.name)
def test_a_check_fires_on_its_fault(loaded, query):
    faulty = store_with(HERE / f"check-{query.name}" / "fires.trig", inferring=False)
    loaded.hold(faulty)

    found = answer(query, {}, loaded.result(query.sparql), query.columns)

    assert found == answer(query, {}, faulty.query(query.sparql), query.columns)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_has_its_expected_answers(loaded, folder):
    case = case_of(folder)
    query = CATALOGUE.query(case["query"])
    loaded.hold(store_with(folder / "data.trig", inferring=True))

    rows = [
        answer(query, values, loaded.result(bind(query, values)), ask["columns"])
        for ask in case["ask"]
        for values in [ask.get("values", {})]
    ]

    assert rows == [ask["rows"] for ask in case["ask"]]
