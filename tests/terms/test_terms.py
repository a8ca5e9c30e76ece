"""Text becomes a term of its type or is refused with what was expected; a term is written so that it reads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, parse
from rdflib import Graph

from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import HG, HGV, ID, SKOS, XSD
from heritage_graph.terms import expected_form, parse_parameter, serialise

TYPES = [
    "iri", "term", "date", "year", "integer", "decimal", "boolean", "duration", "string", "langString", "label",
    "language", "concept:role", "choice:include|exclude",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "type_", "term"),
    [
        ("https://example.org/thing", "iri", NamedNode("https://example.org/thing")),
        ("id:organization/icesco", "iri", ID.term("organization/icesco")),
        ("hgv:role/party", "iri", HGV.term("role/party")),
        ("hg:signedOn", "iri", HG.signedOn),
        ("skos:prefLabel", "iri", SKOS.prefLabel),
        ("<foaf:name>", "iri", NamedNode("foaf:name")),
        ("urn:isbn:0451450523", "iri", NamedNode("urn:isbn:0451450523")),
        ("https://example.org/وزارة", "iri", NamedNode("https://example.org/وزارة")),
        ("party", "concept:role", HGV.term("role/party")),
        ("hgv:role/party", "concept:role", HGV.term("role/party")),
        (f"{HGV}role/party", "concept:role", HGV.term("role/party")),
        ("exclude", "choice:include|exclude", Literal("exclude")),
        ("2026-11-21", "date", Literal("2026-11-21", datatype=XSD.date)),
        ("2024-02-29", "date", Literal("2024-02-29", datatype=XSD.date)),
        ("2024", "year", Literal("2024", datatype=XSD.gYear)),
        ("-3", "integer", Literal("-3", datatype=XSD.integer)),
        ("0.25", "decimal", Literal("0.25", datatype=XSD.decimal)),
        ("true", "boolean", Literal("true", datatype=XSD.boolean)),
        ("P6M", "duration", Literal("P6M", datatype=XSD.duration)),
        ("P1Y6M10D", "duration", Literal("P1Y6M10D", datatype=XSD.duration)),
        ('say "so"', "string", Literal('say "so"')),
        ("الرباط@ar", "langString", Literal("الرباط", language="ar")),
        ("a@b@en", "langString", Literal("a@b", language="en")),
        ("  Rabat ", "label", Literal("Rabat")),
        ("e\u0301", "label", Literal("é")),
        ("FR", "language", Literal("fr")),
        ("id:organization/icesco", "term", ID.term("organization/icesco")),
        ("<https://example.org/thing>", "term", NamedNode("https://example.org/thing")),
        ('"2024"^^<http://www.w3.org/2001/XMLSchema#gYear>', "term", Literal("2024", datatype=XSD.gYear)),
        (r'"a \"word\" \u00E9"@fr', "term", Literal('a "word" é', language="fr")),
        ('"plain"', "term", Literal("plain")),
    ],
)
def test_text_denotes_a_term(text, type_, term):
    assert parse_parameter(text, type_) == term


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        *((f"https://example.org/a{character}b", "iri") for character in ' <>"{}|^`\\\n\t\x00\x7f\x85'),
        ("https://example.org/%zz", "iri"),
        ("https://[example.org/", "iri"),
        ("example.org/thing", "iri"),
        ("/id/organization/icesco", "iri"),
        ("", "iri"),
        ("http://x> } #", "iri"),
        ("id:a b", "iri"),
        ("hgv:aim/education", "concept:role"),
        ("hgv:role/a/b", "concept:role"),
        ("Party", "concept:role"),
        ("", "concept:role"),
        ("2026-02-30", "date"),
        ("2023-02-29", "date"),
        ("20261121", "date"),
        ("2026-11-21Z", "date"),
        ("٢٠٢٦-٠٩-٢٢", "date"),
        ("24", "year"),
        ("1.5", "integer"),
        ("٣", "integer"),
        ("1e3", "decimal"),
        (".5", "decimal"),
        ("yes", "boolean"),
        ("P", "duration"),
        ("PT5H", "duration"),
        ("-P1Y", "duration"),
        ("a\x00b", "string"),
        ("a\ud800b", "string"),
        ("no language", "langString"),
        ("word@", "langString"),
        ("   ", "label"),
        ("en us", "language"),
        ('"open', "term"),
        ('"a" . <x:s> <x:p> "b"', "term"),
        (r'"\UFFFFFFFF"', "term"),
        (r'"\uD800"', "term"),
        ('"a"^^<no iri>', "term"),
    ],
)
def test_other_text_is_refused(text, type_):
    with pytest.raises(ParameterError) as refusal:
        parse_parameter(text, type_)

    assert refusal.value.details["expected"] == expected_form(type_)


def test_a_refusal_says_what_is_expected():
    with pytest.raises(ParameterError) as refusal:
        parse_parameter("tomorrow", "date")

    assert str(refusal.value) == "a date like 2026-11-21 is expected, not 'tomorrow'"


@pytest.mark.parametrize("type_", ["text", "concept", "concept:", "concept:Role", ""])
def test_an_unknown_type_is_a_fault_of_the_file_and_not_of_the_caller(type_):
    with pytest.raises(ValueError, match="type"):
        parse_parameter("text", type_)


@given(text=st.text(), type_=st.sampled_from(TYPES))
def test_any_text_gives_a_term_or_a_refusal(text, type_):
    try:
        outcome = parse_parameter(text, type_)
    except ParameterError as refusal:
        outcome = refusal

    assert isinstance(outcome, NamedNode | Literal | ParameterError)


TERMS = st.one_of(
    st.text().map(Literal),
    st.text().map(lambda text: Literal(text, language="ar")),
    st.text().map(lambda text: Literal(text, datatype=NamedNode("https://example.org/type"))),
    st.sampled_from([NamedNode("https://example.org/thing"), NamedNode("https://example.org/وزارة")]),
)


@given(term=TERMS)
def test_a_written_term_reads_back_as_n_triples(term):
    line = f"<x:s> <x:p> {serialise(term)} ."

    assert [triple.object for triple in parse(input=line, format=RdfFormat.N_TRIPLES)] == [term]


@given(term=TERMS)
def test_a_written_term_reads_back_as_sparql(term):
    rows = Store().query(f"SELECT ?x WHERE {{ BIND({serialise(term)} AS ?x) }}")

    assert isinstance(rows, QuerySolutions)
    assert [row["x"] for row in rows] == [term]


@pytest.mark.parametrize("text", ["\\u0022 } #", '\\"', "\\", "'''", '"""', "\n", "a\\nb", "\t\r\b\f"])
def test_another_engine_reads_the_same_string(text):
    rows = Graph().query(f"SELECT ?x WHERE {{ BIND({serialise(Literal(text))} AS ?x) }}")

    assert [str(row.x) for row in rows] == [text]
