"""An identifier is the same however its address is written, and says from which registry it is."""

from __future__ import annotations

import pytest

from heritage_graph.linking.identifiers import Identifier, identifier_of
from heritage_graph.namespaces import HG

EXTERNAL = HG.externalIdentifier.value


@pytest.mark.parametrize(
    ("text", "registry", "name"),
    [
        ("https://ror.org/00example", "ror", "00EXAMPLE"),
        ("http://www.wikidata.org/entity/Q1", "wikidata", "Q1"),
        ("https://www.wikidata.org/wiki/Q1", "wikidata", "Q1"),
        ("https://isni.org/isni/000000000000000X", "isni", "000000000000000X"),
        ("https://www.grid.ac/institutes/grid.1.0", "grid", "GRID.1.0"),
        ("https://doi.org/10.13039/1", "fundref", "1"),
        ("https://sws.geonames.org/1/", "geonames", "1"),
        ("https://www.geonames.org/1/example.html", "geonames", "1"),
        ("urn:isil:XX-1", "isil", "XX-1"),
        ("https://whc.unesco.org/en/list/1", "worldHeritageId", "1"),
        ("https://registry.example.org/bodies/7", "registry.example.org/bodies", "7"),
        ("tag:example.org,2026:7", "", "tag:example.org,2026:7"),
    ],
)
def test_an_address_is_an_identifier_of_its_registry(text, registry, name):
    assert identifier_of(EXTERNAL, text) == Identifier(registry, name)


@pytest.mark.parametrize("text", ["595", "595bis", "595ter"])
def test_a_number_of_the_world_heritage_list_is_one_with_and_without_its_suffix(text):
    assert identifier_of(HG.worldHeritageId.value, text) == Identifier("worldHeritageId", "595")


def test_a_name_is_no_identifier():
    assert identifier_of(HG.acronym.value, "ICOM") is None
