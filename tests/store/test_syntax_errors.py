"""What a person is told of a query that does not parse."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from heritage_graph.store.syntax_errors import misreading


@pytest.fixture(scope="module")
def explain():
    """What tells why a query does not parse."""
    store = Store()

    def parse(text):
        store.query(text, base_iri="http://localhost/sparql")

    def explain(text):
        with pytest.raises(SyntaxError) as refusal:
            parse(text)
        return misreading(text, refusal.value.msg, parse)

    return explain


@pytest.mark.parametrize(
    ("text", "line", "column", "token"),
    [
        ("SELEC * {}", 1, 1, "SELEC"),
        ("SELECT WHERE { ?s ?p ?o }", 1, 8, "WHERE"),
        ("SELECT ?s { ?s ?p }", 1, 19, "}"),
        ("SELECT *\nWHERE {\n  ?s ?p ?o\n  ?x ?y ?z\n}", 4, 3, "?x"),
        ("# a remark\n\nSELECT *\n{ ?s ??p ?o }", 4, 6, "?"),
        ("SELECT * { ?s ?p 'é' , }", 1, 24, "}"),
        ("SELECT * { FILTER(?x = ) }", 1, 24, ")"),
        ("SELECT * { FILTER(1 = 1 }", 1, 25, "}"),
        ("SELECT * { ?s ?p 'a' 'b' }", 1, 22, "'b'"),
        ("ASK { ?x a ?y }}", 1, 16, "}"),
        ("SELECT * { VALUES (?x ?y) { (1) } }", 1, 33, "}"),
        ("SELECT * { ?s ?p ?o } LIMIT x", 1, 29, "x"),
        ("SELECT * WHERE { ?s ?p ", 1, 23, ""),
        ("", 1, 1, ""),
    ],
)
def test_the_place_is_that_of_the_word_that_cannot_stand_there(explain, text, line, column, token):
    found = explain(text)

    assert (found.line, found.column, found.token) == (line, column, token)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELEC * {}", "did you mean SELECT?"),
        ("SELECT * { OPTONAL { ?s ?p ?o } }", "did you mean OPTIONAL?"),
        ("SELECT ?s { ?s ?p }", "expected: a variable, an IRI or a literal"),
        ("SELECT * { ?s ?p ?o . 'x' }", "expected: a property"),
        ("SELECT ?x WHERE { ?x ?p ?y } ORDER ?x", "expected: “BY”"),
        ("SELECT (COUNT(?x) ?y) {}", "expected: “AS”"),
        ("SELECT * { FILTER(1 = 1 }", "expected: “)”"),
        ("SELECT * { ?s ?p", "it ends too early; expected: a variable, an IRI or a literal"),
        ("", "expected: SELECT, CONSTRUCT, ASK or DESCRIBE"),
    ],
)
def test_it_says_what_could_stand_there(explain, text, told):
    assert told in explain(text).message


@pytest.mark.parametrize(
    ("text", "column", "told"),
    [
        ("SELECT * { ?s foo:bar ?o }", 15, "the prefix foo: is not declared"),
        ("SELECT * { ?s :bar ?o }", 15, "the prefix : is not declared"),
        ('SELECT * { ?s ?p "open }', 18, "the string that begins here does not end on its line"),
        ("SELECT * { ?s <http://a b> ?o }", 15, "the IRI that begins here holds a character that no IRI has"),
        ("SELECT * { ?s <http://a/%> ?o }", 15, "the IRI is not a valid one"),
        ("SELECT * { ?s ?p ?o . BIND(1 AS ?s) }", 33, "?s has a value already"),
        ("SELECT * { { _:a ?p ?o } { _:a ?p ?o } }", 28, "the blank node _:a stands in another group already"),
        ("SELECT ?y (1 AS ?y) {}", 23, "a variable is given a value twice"),
        ("SELECT ?z { ?x a ?y } GROUP BY ?x", 34, "a variable that the grouping leaves without a value"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", 34, "SELECT * cannot stand with GROUP BY"),
        ("SELECT * {} LIMIT 99999999999999999999", 19, "the number is too large"),
    ],
)
def test_a_broken_rule_is_named_where_it_is_broken(explain, text, column, told):
    found = explain(text)

    assert (found.column, told in found.message) == (column, True)


def test_what_has_no_shape_is_shown_by_its_number(explain):
    assert explain("SELECT * { ?s ?p \u202e }").token == "\\u202E"


def test_a_word_without_end_is_cut(explain):
    assert len(explain(f"SELECT * {{ {'x' * 500} }}").token) < 100


def test_a_long_query_is_explained_as_a_short_one(explain):
    lines = "\n".join(f"  ?s{number} ?p{number} ?o{number} ." for number in range(5000))
    found = explain(f"SELECT * {{\n{lines}\n ?s ?p . }}")

    assert (found.line, found.token) == (5002, ".")


def test_of_a_huge_query_the_line_is_told_as_the_engine_tells_it(explain):
    found = explain("SELECT * {\n" + "  ?s ?p ?o .\n" * 30_000 + " ?s ?p . }")

    assert (found.line, found.column) == (30_002, None)
