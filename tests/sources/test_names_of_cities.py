"""The names of cities from CLDR are those that CLDR gives, each is given to its own city, and none is left out."""

import csv

import pytest
from babel import Locale
from babel.core import get_global
from pyoxigraph import RdfFormat, parse

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.namespaces import HG, ID, SKOS

GRAPH = "https://w3id.org/heritage-graph/graph/source/names-of-cities"
LANGUAGES = ("ar", "fr")
ZONES = get_global("zone_territories")
ENGLISH_SINCE = {"Europe/Tirane": "Tirana"}
"""English names that CLDR 48 has, which the sources use, and the older CLDR of Babel does not."""


def named_in(language, zone):
    return Locale.parse(language).time_zones.get(zone, {}).get("city")


def english(zone):
    return ENGLISH_SINCE.get(zone) or named_in("en", zone) or zone.rsplit("/", 1)[-1].replace("_", " ")


@pytest.fixture(scope="module")
def quads():
    return [quad for path in asset_files("sources", ".trig") for quad in parse(path.read_bytes(), RdfFormat.TRIG)]


@pytest.fixture(scope="module")
def codes():
    """The two-letter codes of countries, by the last part of their addresses."""
    with (asset_folder("sources") / "registry.csv").open(encoding="utf-8", newline="") as lines:
        return {row["slug"]: row["iso_alpha2"] for row in csv.DictReader(lines) if row["kind"] == "country"}


@pytest.fixture(scope="module")
def expected(quads, codes):
    """What CLDR calls each city for whose name and country it has a time zone, by city and language."""
    cities = {quad.subject.value: quad.object.value for quad in quads if quad.predicate == HG.country}
    zones = {(english(zone), territory): zone for zone, territory in ZONES.items()}
    found = {}
    for quad in quads:
        place = quad.subject.value
        if quad.predicate != SKOS.prefLabel or quad.object.language != "en" or not place.startswith(f"{ID}place/"):
            continue
        slug = cities[place].rsplit("/", 1)[-1]
        zone = zones.get((quad.object.value, codes.get(slug) or slug.removeprefix("iso-").upper()))
        found |= {(place, language): name for language in LANGUAGES if (name := named_in(language, zone))}
    return found


@pytest.fixture(scope="module")
def stated(quads):
    """What the names of cities state, by city and language."""
    return {
        (quad.subject.value, quad.object.language): quad.object.value
        for quad in quads
        if quad.graph_name.value == GRAPH
        and quad.predicate in (SKOS.prefLabel, SKOS.altLabel)
        and quad.subject.value.startswith(f"{ID}place/")
    }


def test_every_city_whose_time_zone_bears_its_name_has_the_names_that_cldr_gives_and_no_other_has(stated, expected):
    assert stated == expected


def test_a_name_that_cldr_does_not_give_in_a_language_is_not_made_up(stated):
    assert {language for place, language in stated if place == f"{ID}place/berlin"} == {"ar"}


def test_a_city_keeps_one_preferred_name_in_a_language(quads):
    preferred = {
        (quad.subject, quad.object)
        for quad in quads
        if quad.predicate == SKOS.prefLabel and quad.subject.value.startswith(f"{ID}place/")
    }

    assert len({(place, name.language) for place, name in preferred}) == len(preferred)
