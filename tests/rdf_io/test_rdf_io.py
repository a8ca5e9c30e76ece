"""Untrusted bytes become quads or a clear error, and never a fetch, an explosion or a crash."""

import gzip
import json

import pytest
from pyoxigraph import Quad

from heritage_graph.errors import ForbiddenContent, SyntaxFault, TooLarge, UnsupportedMediaType
from heritage_graph.rdf_io import GRAPH_FORMATS, DocumentLimits, decompress, format_of_media_type, parse_document

BASE = "https://example.org/"
TRIPLE = "<https://example.org/a> <https://example.org/b> <https://example.org/c> ."
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
)
NESTED_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
    + "<e:A><e:b>" * 5000
)
NESTED_JSON = '{"https://example.org/b":' * 10_000 + "1" + "}" * 10_000

BAD = {
    "turtle that breaks off": ("ttl", "<https://example.org/a> <https://example.org/b", SyntaxFault, "syntax-fault"),
    "an IRI with a space": ("ttl", "<https://example.org/a b> <p:q> <r:s> .", SyntaxFault, "syntax-fault"),
    "an IRI that escapes >": ("nt", "<https://e.org/\\u003E> <p:q> <r:s> .", SyntaxFault, "syntax-fault"),
    "a doctype": ("rdf", BOMB, ForbiddenContent, "doctype-forbidden"),
    "a doctype in small letters": ("rdf", BOMB.replace("DOCTYPE", "doctype"), ForbiddenContent, "doctype-forbidden"),
    "deep XML": ("rdf", NESTED_XML, ForbiddenContent, "document-too-deep"),
    "deep JSON": ("jsonld", NESTED_JSON, ForbiddenContent, "document-too-deep"),
    "a remote context": (
        "jsonld",
        '{"@context": "http://127.0.0.1:9/c"}',
        ForbiddenContent,
        "remote-context-forbidden",
    ),
    "a context from a file": (
        "jsonld",
        '{"@context": ["file:///etc/x"]}',
        ForbiddenContent,
        "remote-context-forbidden",
    ),
    "an import": ("jsonld", '{"@context": {"@import": "http://x/"}}', ForbiddenContent, "remote-context-forbidden"),
    "a key given twice": (
        "jsonld",
        '{"@id": "https://e.org/a", "@id": "https://e.org/b"}',
        SyntaxFault,
        "syntax-fault",
    ),
    "not a number": ("jsonld", '{"https://e.org/b": NaN}', SyntaxFault, "syntax-fault"),
    "a blank node": ("ttl", "<https://example.org/a> <p:q> [] .", ForbiddenContent, "blank-node-forbidden"),
    "a blank subject": ("nt", "_:b <p:q> <r:s> .", ForbiddenContent, "blank-node-forbidden"),
    "deep triple terms": (
        "nt",
        "<a:b> <p:q> " + "<<( <a:b> <p:q> " * 20_000,
        ForbiddenContent,
        "triple-term-forbidden",
    ),
    "a huge literal": ("ttl", f'<a:b> <p:q> "{"x" * 2_000_000}" .', TooLarge, "too-large"),
    "a bad language tag": ("ttl", '<a:b> <p:q> "x"@e_n .', SyntaxFault, "syntax-fault"),
}


def parse(extension, text, **limits):
    return parse_document(text.encode(), GRAPH_FORMATS[extension], base_iri=BASE, limits=DocumentLimits(**limits))


@pytest.mark.parametrize(("extension", "text", "fault", "slug"), BAD.values(), ids=BAD.keys())
def test_a_bad_document_is_refused_with_its_reason(extension, text, fault, slug):
    with pytest.raises(fault) as refusal:
        parse(extension, text)

    assert refusal.value.slug == slug


SAME = {
    "ttl": TRIPLE,
    "nt": TRIPLE,
    "nq": TRIPLE,
    "trig": TRIPLE,
    "jsonld": json.dumps({"@id": "https://example.org/a", "https://example.org/b": {"@id": "https://example.org/c"}}),
    "rdf": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
        '<rdf:Description rdf:about="https://example.org/a"><e:b rdf:resource="https://example.org/c"/>'
        "</rdf:Description></rdf:RDF>"
    ),
}


@pytest.mark.parametrize("extension", GRAPH_FORMATS)
def test_every_format_says_the_same(extension):
    assert [str(quad) for quad in parse(extension, SAME[extension])] == [TRIPLE.removesuffix(" .")]


def test_a_syntax_error_names_its_line():
    with pytest.raises(SyntaxFault) as refusal:
        parse("ttl", f"{TRIPLE}\n{TRIPLE}\n<x> nonsense")

    assert refusal.value.details["line"] == 3


def test_bytes_that_are_not_utf8_are_refused_with_their_place():
    with pytest.raises(SyntaxFault, match="byte 2"):
        parse_document(b"ab\xff", GRAPH_FORMATS["ttl"], base_iri=BASE)


def test_utf16_does_not_hide_a_doctype():
    with pytest.raises(SyntaxFault, match="UTF-8"):
        parse_document(BOMB.encode("utf-16"), GRAPH_FORMATS["rdf"], base_iri=BASE)


def test_more_graphs_than_the_limit_are_refused():
    with pytest.raises(TooLarge, match="more than 2 graphs"):
        parse("nq", "\n".join(f"<a:b> <p:q> <r:s> <g:{number}> ." for number in range(3)), graphs=2)


def test_more_statements_than_the_limit_are_refused():
    with pytest.raises(TooLarge, match="more than 1 statements"):
        parse("nt", f"{TRIPLE}\n<a:b> <p:q> <r:s> .", quads=1)


def test_a_document_larger_than_the_limit_is_refused():
    with pytest.raises(TooLarge, match="10 bytes"):
        parse("ttl", TRIPLE, bytes=10)


def test_gzip_is_undone():
    assert decompress(gzip.compress(b"hello"), "gzip", 100) == b"hello"


def test_a_gzip_bomb_stops_at_the_limit():
    with pytest.raises(TooLarge, match="decompresses to more than 1000000 bytes"):
        decompress(gzip.compress(b"0" * 50_000_000), "gzip", 1_000_000)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "deflate"])
def test_another_encoding_is_refused(encoding):
    with pytest.raises(UnsupportedMediaType):
        decompress(b"x", encoding, 100)


def test_a_gzip_that_breaks_off_is_refused():
    with pytest.raises(SyntaxFault, match="damaged"):
        decompress(gzip.compress(b"hello" * 1000)[:-10], "gzip", 100_000)


def test_media_types_are_known_in_any_case():
    assert format_of_media_type("Text/Turtle").extension == "ttl"


def test_an_unknown_media_type_is_answered_with_those_that_are_read():
    with pytest.raises(UnsupportedMediaType, match="text/turtle"):
        format_of_media_type("text/plain")


def test_quads_keep_their_graph():
    found = parse("nq", "<a:b> <p:q> <r:s> <g:h> .")

    assert [isinstance(quad, Quad) and str(quad.graph_name) for quad in found] == ["<g:h>"]


@pytest.mark.parametrize("address", ["/context/v1.jsonld", "https://w3id.org/heritage-graph/context/v1.jsonld"])
def test_our_own_context_is_known_without_a_fetch(address):
    document = {
        "@context": address,
        "id": "https://example.org/a",
        "signedOn": [{"value": "2024-06", "type": "gYearMonth"}],
    }
    quads = parse_document(json.dumps(document).encode(), GRAPH_FORMATS["jsonld"], base_iri=BASE)

    assert [(quad.predicate.value, quad.object.value, quad.object.datatype.value) for quad in quads] == [
        ("https://w3id.org/heritage-graph/ns#signedOn", "2024-06", "http://www.w3.org/2001/XMLSchema#gYearMonth")
    ]


def test_beside_our_own_context_another_is_still_refused():
    document = '{"@context": ["/context/v1.jsonld", "http://127.0.0.1:9/c"]}'

    with pytest.raises(ForbiddenContent):
        parse_document(document.encode(), GRAPH_FORMATS["jsonld"], base_iri=BASE)
