"""Identifiers of items: of legal characters, one for each IRI, and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_graph.web.oai.identifiers import identifier_of, iri_of

BASE = "https://w3id.org/heritage-graph/"
IDENTIFIERS = {
    f"{BASE}id/organization/icesco": "oai:w3id.org:heritage-graph/id/organization/icesco",
    f"{BASE}ns#Agreement": "oai:w3id.org:heritage-graph/ns%23Agreement",
    f"{BASE}id/place/قصر": "oai:w3id.org:heritage-graph/id/place/%D9%82%D8%B5%D8%B1",
    f"{BASE}id/place/a%20b": "oai:w3id.org:heritage-graph/id/place/a%2520b",
    f"{BASE}iri/x": "oai:w3id.org:heritage-graph/iri/https://w3id.org/heritage-graph/iri/x",
    "https://example.org/a?b#c": "oai:w3id.org:heritage-graph/iri/https://example.org/a?b%23c",
}
LEGAL = re.compile(r"oai:[a-zA-Z][a-zA-Z0-9\-]*(\.[a-zA-Z][a-zA-Z0-9\-]*)+:[a-zA-Z0-9\-_.!~*'();/?:@&=+$,%]+")


@pytest.mark.parametrize(("iri", "identifier"), IDENTIFIERS.items())
def test_the_identifier_of_an_iri(iri, identifier):
    assert identifier_of(iri) == identifier


@given(st.one_of(st.just(""), st.just(BASE), st.just(f"{BASE}iri/")), st.text(min_size=1))
def test_an_identifier_is_legal_and_leads_back_to_its_iri(begin, rest):
    iri = (begin + rest).encode(errors="replace").decode()
    identifier = identifier_of(iri)

    assert (bool(LEGAL.fullmatch(identifier)), iri_of(identifier)) == (True, iri)


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        "icesco",
        f"{BASE}id/organization/icesco",
        "oai:example.org:heritage-graph/id/organization/icesco",
        "oai:w3id.org:other/id/organization/icesco",
        "oai:w3id.org:heritage-graph/ns#Agreement",
        "oai:w3id.org:heritage-graph/id/%6frganization/icesco",
        f"oai:w3id.org:heritage-graph/iri/{BASE}id/organization/icesco",
        "oai:w3id.org:heritage-graph/id/%FF",
    ],
)
def test_what_is_not_written_as_we_write_it_is_no_identifier(identifier):
    assert iri_of(identifier) is None
