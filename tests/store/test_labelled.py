"""A column of labels beside each column of IRIs, in the language of the reader, in the formats as the standards say."""

from __future__ import annotations

import io
import json

import pytest
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, Quad, QueryResultsFormat, Store, Triple

from heritage_graph.namespaces import DCTERMS, HG, INFERRED, RDFS, SKOS, XSD
from heritage_graph.store.labelled import preferred_label, write_labelled
from heritage_graph.store.outlet import TooMuch

THING = NamedNode("https://example.org/thing")
PARTY = NamedNode("https://example.org/party")
TITLE = DCTERMS.term("title")
FORMATS = {"json": QueryResultsFormat.JSON, "csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV}
ODD_TEXT = "".join(map(chr, range(0x20))) + '"\\,;\x7f\x85\u2028\ufffe𐐀é/'
TERMS = (
    BlankNode("b"),
    Literal(ODD_TEXT),
    Literal(""),
    Literal("a,b"),
    Literal('say "x"'),
    Literal("two\nlines"),
    Literal("tab\there"),
    Literal("الرباط", language="ar"),
    Literal("مرحبا", language="ar", direction=BaseDirection.RTL),
    *(
        Literal(text, datatype=datatype)
        for datatype in (XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.boolean, XSD.date)
        for text in ("1", "+01", "-1.50", ".5", "1.", "1e3", "1.E3", "-.5e+3", "INF", "true", "2024-06-13", "x", "")
    ),
)


def named(thing, predicate, *labels):
    return [Quad(thing, predicate, label) for label in labels]


def store_of(*quads):
    store = Store()
    store.extend([quad for group in quads for quad in group])
    return store


def labelled(store, query, languages=("ar", "en"), extension="json", max_rows=100):
    outlet = io.BytesIO()
    write_labelled(store.query(query), store, languages, extension, outlet, max_rows=max_rows)
    return outlet.getvalue()


def in_languages(*tags):
    return [Literal(f"name in {tag}", language=tag) for tag in tags]


@pytest.fixture
def agreement():
    return store_of(
        [Quad(THING, HG.party, PARTY), Quad(THING, HG.signedOn, Literal("2024-06-13", datatype=XSD.date))],
        named(THING, SKOS.prefLabel, Literal('The "first", agreement', language="en")),
        named(PARTY, SKOS.prefLabel, Literal("الطرف", language="ar"), Literal("The party", language="en")),
    )


COLUMNS = f"SELECT ?a ?day ?p {{ ?a <{HG.party.value}> ?p ; <{HG.signedOn.value}> ?day }}"


def test_a_label_column_follows_each_column_of_iris(agreement):
    head = json.loads(labelled(agreement, COLUMNS))["head"]

    assert head == {"vars": ["a", "aLabel", "day", "p", "pLabel"]}


def test_json_gives_a_label_with_its_language(agreement):
    (row,) = json.loads(labelled(agreement, COLUMNS))["results"]["bindings"]

    assert row == {
        "a": {"type": "uri", "value": THING.value},
        "aLabel": {"type": "literal", "value": 'The "first", agreement', "xml:lang": "en"},
        "day": {"type": "literal", "value": "2024-06-13", "datatype": XSD.date.value},
        "p": {"type": "uri", "value": PARTY.value},
        "pLabel": {"type": "literal", "value": "الطرف", "xml:lang": "ar"},
    }


def test_csv_gives_a_label_as_plain_text(agreement):
    assert labelled(agreement, COLUMNS, extension="csv").decode() == (
        "a,aLabel,day,p,pLabel\r\n"
        'https://example.org/thing,"The ""first"", agreement",2024-06-13,https://example.org/party,الطرف\r\n'
    )


def test_tsv_gives_a_label_as_turtle_writes_it(agreement):
    assert labelled(agreement, COLUMNS, extension="tsv").decode() == (
        "?a\t?aLabel\t?day\t?p\t?pLabel\n"
        '<https://example.org/thing>\t"The \\"first\\", agreement"@en\t'
        '"2024-06-13"^^<http://www.w3.org/2001/XMLSchema#date>\t<https://example.org/party>\t"الطرف"@ar\n'
    )


@pytest.mark.parametrize("extension", FORMATS)
def test_what_has_no_column_of_iris_is_what_the_engine_writes(extension):
    store = store_of(named(THING, HG.note, *TERMS))
    query = "SELECT ?none ?o (STR(?o) AS ?text) ?last { ?s ?p ?o }"

    assert labelled(store, query, extension=extension) == store.query(query).serialize(format=FORMATS[extension])


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("query", ["SELECT ?x {}", "SELECT * {}", "SELECT ?x { ?x a <urn:none> }", "SELECT ?x ?y {}"])
def test_what_has_no_cells_is_what_the_engine_writes(extension, query):
    assert labelled(Store(), query, extension=extension) == Store().query(query).serialize(format=FORMATS[extension])


@pytest.mark.parametrize("extension", FORMATS)
def test_iris_and_quoted_triples_are_written_as_the_engine_does(extension):
    store = store_of(named(THING, HG.note, PARTY, Triple(THING, HG.note, Literal("1\t"))))
    query = "SELECT ?s ?o ('' AS ?sLabel) ('' AS ?oLabel) { ?s ?p ?o }"

    assert labelled(store, query, extension=extension) == store.query(query).serialize(format=FORMATS[extension])


@pytest.mark.parametrize("extension", FORMATS)
def test_more_rows_than_one_piece_are_written_as_the_engine_does(extension):
    query = "SELECT ?x ?y { " + " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(16)))} }}" for name in "xy") + "}"

    assert labelled(Store(), query, extension=extension, max_rows=256) == Store().query(query).serialize(
        format=FORMATS[extension]
    )


def test_a_column_that_the_query_names_itself_is_left_alone(agreement):
    query = f"SELECT ?p ('mine' AS ?pLabel) {{ ?a <{HG.party.value}> ?p }}"

    assert labelled(agreement, query, extension="csv") == b"p,pLabel\r\nhttps://example.org/party,mine\r\n"


def test_only_the_cells_that_are_iris_are_labelled(agreement):
    query = f"SELECT ?x {{ VALUES ?x {{ 'text' <{PARTY.value}> UNDEF <urn:nameless> }} }}"

    assert labelled(agreement, query, extension="csv").decode().split("\r\n") == [
        "x,xLabel",
        "text,",
        f"{PARTY.value},الطرف",
        ",",
        "urn:nameless,",
        "",
    ]


def test_a_column_whose_iris_come_late_is_labelled_too(agreement):
    query = f"SELECT ?x {{ VALUES ?x {{ {' '.join(map(str, range(300)))} <{PARTY.value}> }} }}"

    assert labelled(agreement, query, extension="csv", max_rows=301).decode().endswith(f"{PARTY.value},الطرف\r\n")


def test_labels_come_from_the_published_view_whatever_dataset_the_query_has():
    store = store_of([Quad(THING, HG.party, PARTY, INFERRED), Quad(PARTY, SKOS.prefLabel, Literal("other"), INFERRED)])
    store.extend(named(PARTY, SKOS.prefLabel, Literal("published", language="en")))
    query = f"SELECT ?p FROM <{INFERRED.value}> {{ <{THING.value}> <{HG.party.value}> ?p }}"

    assert labelled(store, query, extension="csv").decode().splitlines()[1] == f"{PARTY.value},published"


def test_as_many_rows_as_allowed_are_written():
    assert (
        labelled(Store(), "SELECT ?x { VALUES ?x { 1 2 3 } }", extension="csv", max_rows=3) == b"x\r\n1\r\n2\r\n3\r\n"
    )


def test_one_row_too_many_is_refused_before_anything_is_written():
    outlet = io.BytesIO()
    solutions = Store().query("SELECT ?x { VALUES ?x { 1 2 3 } }")
    with pytest.raises(TooMuch):
        write_labelled(solutions, Store(), ("en",), "csv", outlet, max_rows=2)

    assert outlet.getvalue() == b""


@pytest.mark.parametrize(
    ("there", "asked", "chosen"),
    [
        (["ar", "en", "fr"], ["fr", "en"], "fr"),
        (["en", "fr"], ["ar", "fr"], "fr"),
        (["ar", "en", "fr"], ["de"], "ar"),
        (["en", "fr"], ["de"], "en"),
        (["de", "fr"], ["it"], "fr"),
        (["de", "es"], ["it"], "de"),
        (["en-gb", "fr"], ["en"], "en-gb"),
        (["en", "en-gb"], ["en"], "en"),
        (["en", "en-gb"], ["en-gb"], "en-gb"),
        (["eng", "fr"], ["en"], "fr"),
    ],
)
def test_the_language_is_the_first_asked_for_then_one_of_the_model_then_any(there, asked, chosen):
    store = store_of(named(THING, SKOS.prefLabel, *in_languages(*there)))

    assert preferred_label(store, THING, asked) == Literal(f"name in {chosen}", language=chosen)


def test_languages_are_compared_without_case(agreement):
    assert b"the party" in labelled(agreement, COLUMNS, languages=("EN",)).lower()


def test_a_label_without_language_is_better_than_none():
    store = store_of(named(THING, RDFS.label, Literal("plain")))

    assert preferred_label(store, THING, ["en"]) == Literal("plain")


def test_a_label_in_any_language_comes_before_one_without():
    store = store_of(named(THING, RDFS.label, Literal("plain"), *in_languages("de")))

    assert preferred_label(store, THING, ["en"]) == Literal("name in de", language="de")


@pytest.mark.parametrize(
    ("first", "second"), [(SKOS.prefLabel, RDFS.label), (RDFS.label, TITLE), (SKOS.prefLabel, TITLE)]
)
def test_within_a_language_the_preferred_label_comes_before_the_label_and_the_title(first, second):
    store = store_of(
        named(THING, second, Literal("a second", language="en")), named(THING, first, Literal("z first", language="en"))
    )

    assert preferred_label(store, THING, ["en"]).value == "z first"


def test_a_label_in_the_language_asked_for_comes_before_a_preferred_one_in_another():
    store = store_of(named(THING, SKOS.prefLabel, *in_languages("en")), named(THING, RDFS.label, *in_languages("ar")))

    assert preferred_label(store, THING, ["ar"]).language == "ar"


def test_what_has_no_name_has_no_label():
    assert preferred_label(store_of(named(THING, SKOS.prefLabel, PARTY)), THING, ["en"]) is None
