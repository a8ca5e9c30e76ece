"""The query that finds who states the facts behind a row."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from heritage_graph.query_files import load_catalogue
from heritage_graph.query_files.facts import columns_of, graphs_stating, term_of

FILE = """\
# /// query
# title = "Names"
# why = "To find them"
# facts = ["?thing ex:name ?name ; ex:kind ?kind"]
# ///
# A comment that is no part of the prologue.
PREFIX ex: <https://example.org/>

SELECT ?name ?thing
WHERE { ?thing ex:name ?name }
ORDER BY ?thing
"""
DATA = """
PREFIX ex: <https://example.org/>
GRAPH ex:whole { ex:fort ex:name "Fort"@fr ; ex:kind ex:Site }
GRAPH ex:half  { ex:fort ex:name "Fort"@fr }
GRAPH ex:rest  { ex:fort ex:kind ex:Site }
"""
FORT = {"type": "uri", "value": "https://example.org/fort"}
NAME = {"type": "literal", "value": "Fort", "xml:lang": "fr"}


@pytest.fixture
def query(tmp_path):
    (tmp_path / "topic").mkdir()
    (tmp_path / "topic" / "names.rq").write_text(FILE)
    return load_catalogue(tmp_path).query("names")


def test_the_columns_of_a_fact_are_in_the_order_of_the_answer(query):
    assert columns_of(query, query.facts[0]) == ["name", "thing"]


def test_only_a_graph_that_holds_the_whole_pattern_states_it(query):
    store = Store()
    store.load(DATA.encode(), format=RdfFormat.TRIG)

    found = store.query(graphs_stating(query, query.facts[0], [(term_of(NAME), term_of(FORT))]))

    assert [row["statedIn"].value for row in found] == ["https://example.org/whole"]


@pytest.mark.parametrize(
    ("cell", "term"),
    [
        (FORT, NamedNode("https://example.org/fort")),
        (NAME, Literal("Fort", language="fr")),
        ({"type": "literal", "value": 'a "b" \\'}, Literal('a "b" \\')),
        (
            {"type": "literal", "value": "2024", "datatype": "http://www.w3.org/2001/XMLSchema#gYear"},
            Literal("2024", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#gYear")),
        ),
    ],
    ids=["IRI", "text in a language", "text with marks", "typed"],
)
def test_a_cell_is_written_as_the_term_it_tells(cell, term):
    assert term_of(cell) == str(term)
