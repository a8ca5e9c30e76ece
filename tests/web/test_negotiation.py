"""The choice of a format, without a server."""

from __future__ import annotations

import pytest

from heritage_graph.errors import NotAcceptable, ParameterError
from heritage_graph.web.negotiation import BINDINGS, GRAPHS, HTML, JSON_LD, TURTLE, choose, named, prefers_html


@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        ("", "ttl"),
        ("*/*", "ttl"),
        ("text/*", "ttl"),
        ("application/*", "nt"),
        ("application/ld+json, text/turtle", "ttl"),
        ("application/ld+json;q=1.0, text/turtle;q=0.999", "jsonld"),
        ("text/turtle;q=0, */*", "nt"),
        ("text/turtle;q=0.1, */*;q=0.5", "nt"),
        ("TEXT/TURTLE", "ttl"),
        ("text/turtle ; charset=utf-8 ; q=0.4", "ttl"),
        ("application/json", "jsonld"),
        ("nonsense, application/trig", "trig"),
        ("application/trig;q=2, application/n-quads;q=0.1", "nq"),
        ("application/trig;q=-1, application/n-quads;q=0.1", "nq"),
        ("application/trig;q=0.1234, application/n-quads;q=0.1", "nq"),
    ],
)
def test_quality_then_specificity_then_our_order_decide(accept, extension):
    assert choose(accept, GRAPHS).extension == extension


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/turtle;q=0", "application/json;q=0.0, image/*"])
def test_nothing_acceptable_is_an_error_with_the_list(accept):
    with pytest.raises(NotAcceptable) as refusal:
        choose(accept, (TURTLE,))

    assert refusal.value.details["available"] == ["text/turtle"]


@pytest.mark.parametrize("accept", ["a/b," * 100, "x" * 5000])
def test_a_header_without_measure_is_refused(accept):
    with pytest.raises(ParameterError) as refusal:
        choose(accept, GRAPHS)

    assert refusal.value.details["limit_bytes"] == 4096


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("ttl", "ttl"),
        ("turtle", "ttl"),
        ("TEXT/TURTLE", "ttl"),
        ("json-ld", "jsonld"),
        ("xml", "rdf"),
        ("json", "jsonld"),
    ],
)
def test_a_format_has_several_names(name, extension):
    assert named(name, GRAPHS).extension == extension


def test_a_name_of_nothing_names_nothing():
    assert named("docx", BINDINGS) is None


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("*/*", False),
        ("", False),
        ("application/json, text/html;q=0.5", False),
    ],
)
def test_browsers_are_told_from_programs(accept, expected):
    assert prefers_html(accept) is expected


def test_only_texts_name_their_charset():
    assert (HTML.content_type, JSON_LD.content_type) == ("text/html; charset=utf-8", "application/ld+json")
