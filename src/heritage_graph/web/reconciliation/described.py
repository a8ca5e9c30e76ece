"""Tell a thing in one line, and its types, as candidates and suggestions show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.web.reconciliation.identifiers import short_type
from heritage_graph.web.reconciliation.stated import COUNTRY, FOUNDED_ON, SEAT, preferred_name

if TYPE_CHECKING:
    from heritage_graph.index.entries import Thing
    from heritage_graph.web.names import Names
    from heritage_graph.web.reconciliation.stated import Stated

DESCRIBING: Final = (COUNTRY, SEAT, FOUNDED_ON)
"""The properties, by IRI, that `description_of` tells."""


def types_of(thing: Thing, names: Names, language: str) -> list[dict[str, str]]:
    """The types of *thing*, each with its identifier and name."""
    return [{"id": short_type(iri), "name": names.of(iri, language).text} for iri in thing.types]


def description_of(thing: Thing, stated: Stated, names: Names, language: str) -> str:
    """What tells *thing* from others of its name: its types, its places and its year, with commas between them."""
    places = [
        preferred_name(stated.things[cell["value"]], language)
        for property_ in (SEAT, COUNTRY)
        for cell in stated.of(thing.iri, property_)
        if cell["value"] in stated.things
    ]
    years = [cell["value"] for cell in stated.of(thing.iri, FOUNDED_ON)]
    types = [names.of(iri, language).text for iri in thing.types]
    return ", ".join(dict.fromkeys([*types, *places, *years]))
