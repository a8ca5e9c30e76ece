"""What is read of, and written into, the text of a query on its way to an engine."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.store.query_text import calls_others, filter_graphs, form_of, has_dataset, over_graph
from heritage_graph.store.remote.templates import as_select

A, B = NamedNode("https://example.org/a"), NamedNode("https://example.org/b")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "bindings"),
        ("# ASK\nPREFIX select: <urn:ask> ASK {}", "boolean"),
        ("BASE <urn:SELECT> construct where {}", "graph"),
        ("DESCRIBE <urn:a>", "graph"),
    ],
)
def test_the_form_is_the_first_word_that_names_one(text, form):
    assert form_of(text) == form


@pytest.mark.parametrize(
    ("text", "has_one"),
    [
        ("SELECT * FROM <urn:a> {}", True),
        ("CONSTRUCT { ?s ?p ?o } FROM NAMED <urn:a> WHERE {}", True),
        ("SELECT ?from { ?from <urn:FROM> 'FROM' } # FROM", False),
    ],
)
def test_a_dataset_is_seen_where_there_is_one(text, has_one):
    assert has_dataset(text) == has_one


@pytest.mark.parametrize(
    ("text", "calls"), [("SELECT * { SERVICE <urn:a> {} }", True), ("SELECT * { ?SERVICE ?p 'SERVICE' }", False)]
)
def test_a_call_of_another_server_is_seen(text, calls):
    assert calls_others(text) == calls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { ?s ?p ?o }", "ASK { GRAPH <g> { ?s ?p ?o }}"),
        (
            "SELECT (EXISTS { ?a ?b ?c } AS ?e) { ?s ?p ?o }",
            "SELECT (EXISTS { ?a ?b ?c } AS ?e) { GRAPH <g> { ?s ?p ?o }}",
        ),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <g> { ?s ?p ?o }}"),
        ("SELECT * { { ?s ?p '}' } } LIMIT 1", "SELECT * { GRAPH <g> { { ?s ?p '}' } }} LIMIT 1"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", None),
        ("DESCRIBE <urn:a>", None),
    ],
)
def test_all_that_is_sought_is_put_into_one_graph(text, expected):
    assert over_graph(text, "<g>") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { GRAPH ?g { ?s ?p ?o } }", "ASK { GRAPH ?g { ?s ?p ?o } FILTER(?g != 1) }"),
        ("ASK { GRAPH $g { { ?s ?p ?o } } }", "ASK { GRAPH $g { { ?s ?p ?o } } FILTER($g != 1) }"),
        ("ASK { GRAPH <urn:g> { ?s ?p ?o } }", "ASK { GRAPH <urn:g> { ?s ?p ?o } }"),
        ("ASK { GRAPH # a\n?g {} OPTIONAL { } }", "ASK { GRAPH # a\n?g {} FILTER(?g != 1) OPTIONAL { } }"),
    ],
)
def test_graphs_that_are_found_are_filtered(text, expected):
    assert filter_graphs(text, "{graph} != 1") == expected


@pytest.mark.parametrize(
    ("text", "select", "rows", "triples"),
    [
        pytest.param(
            "PREFIX e: <https://example.org/> CONSTRUCT { ?s e:b ?o ; a e:a . } WHERE { ?s e:b ?o }",
            "PREFIX e: <https://example.org/> SELECT DISTINCT ?s ?o  WHERE { ?s e:b ?o }",
            [(A, Literal(1)), (A, Literal(2))],
            [
                Triple(A, B, Literal(1)),
                Triple(A, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), A),
                Triple(A, B, Literal(2)),
            ],
            id="a template",
        ),
        pytest.param(
            "CONSTRUCT WHERE { ?s <https://example.org/b> ?o } LIMIT 2",
            "SELECT ?s ?o  WHERE { ?s <https://example.org/b> ?o } LIMIT 2",
            [(A, Literal(1)), (Literal("no subject"), A), (A, None)],
            [Triple(A, B, Literal(1))],
            id="none",
        ),
    ],
)
def test_a_graph_is_made_of_rows(text, select, rows, triples):
    written, template = as_select(text)

    assert (written, list(template.triples(rows))) == (select, triples)


@pytest.mark.parametrize(
    "text", ["CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }", "CONSTRUCT { <urn:a> <urn:b> 1 } WHERE { }", "SELECT * { }"]
)
def test_what_no_rows_can_make_is_asked_as_it_is(text):
    assert as_select(text) is None
