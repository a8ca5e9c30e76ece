"""Records as XML: valid in each format, whatever a literal holds."""

from __future__ import annotations

import pytest
from lxml import etree
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from heritage_graph.namespaces import RDF, SKOS, XSD
from heritage_graph.views.profile import DC, EDM
from heritage_graph.views.rdf_xml import rdf_element
from heritage_graph.web.oai.dublin_core import dublin_core_of
from heritage_graph.web.oai.formats import FORMATS, format_called

OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
THING = NamedNode("https://example.org/thing")
OTHER = NamedNode("https://example.org/other")
VALUES = {
    "plain": Literal('a <b> & "c"'),
    "in a language": Literal("ترميم", language="ar"),
    "with a script": Literal("x", language="ar-Latn"),
    "of a type": Literal("2026-11-21", datatype=XSD.date),
    "empty": Literal(""),
    "spaces": Literal("  two\n\tlines  "),
    "carriage return": Literal("a\r\nb"),
    "beyond the BMP": Literal("𐤀"),
    "an IRI": NamedNode("https://example.org/a?b=1&c=2#d"),
    "an IRI of other letters": NamedNode("https://example.org/قصر"),
}


def serialised(element):
    return etree.tostring(element)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_a_statement_in_rdf_xml_reads_as_it_was(value):
    triple = Triple(THING, SKOS.note, value)
    read = parse(serialised(rdf_element([triple])), RdfFormat.RDF_XML)

    assert [quad.triple for quad in read] == [triple]


def test_several_classes_and_subjects_are_read_as_they_were():
    triples = {Triple(each, RDF.type, kind) for each in (THING, OTHER) for kind in (SKOS.Concept, SKOS.Collection)}
    read = parse(serialised(rdf_element(triples)), RdfFormat.RDF_XML)

    assert {quad.triple for quad in read} == triples


def test_a_statement_is_told_once():
    triple = Triple(THING, SKOS.note, Literal("a"))

    assert len(rdf_element([triple, triple])[0]) == 1


def test_a_property_that_has_no_name_in_xml_is_left_out():
    told = rdf_element(
        [Triple(THING, NamedNode("https://example.org/1"), Literal("a")), Triple(THING, SKOS.note, THING)]
    )

    assert len(told[0]) == 1


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.prefix)
def test_characters_that_xml_cannot_hold_are_replaced(form):
    written = form.written(THING.value, [Triple(THING, DC.term("title"), Literal("a\x01\x0b\ufffe\x7f"))])
    (title,) = etree.fromstring(serialised(written)).iter(f"{{{DC}}}title")

    assert title.text == "a\ufffd\ufffd\ufffd\x7f"


def test_dublin_core_is_in_the_order_of_the_standard_each_value_once():
    triples = [
        Triple(THING, DC.type, Literal("Text")),
        Triple(THING, DC.term("title"), Literal("B", language="fr")),
        Triple(THING, DC.term("title"), Literal("A", language="en")),
        Triple(THING, DC.relation, OTHER),
        Triple(THING, DC.identifier, Literal(THING.value)),
    ]
    told = dublin_core_of(THING.value, triples)

    assert [(each.tag.rpartition("}")[2], each.text) for each in told] == [
        ("title", "A"),
        ("title", "B"),
        ("type", "Text"),
        ("identifier", THING.value),
        ("relation", OTHER.value),
    ]


def test_what_simple_dublin_core_has_no_element_for_is_left_out():
    assert len(dublin_core_of(THING.value, [Triple(THING, SKOS.note, Literal("a"))])) == 1


def test_dublin_core_names_its_schema():
    told = dublin_core_of(THING.value, [])

    assert (told.tag, told.get(f"{XSI}schemaLocation")) == (
        f"{OAI_DC}dc",
        "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
    )


def test_a_record_in_edm_has_one_object():
    triples = [Triple(each, RDF.type, EDM.ProvidedCHO) for each in (THING, OTHER)]
    told = format_called("edm").written(THING.value, triples)

    assert [each.get(f"{{{RDF}}}about") for each in told] == [THING.value]
