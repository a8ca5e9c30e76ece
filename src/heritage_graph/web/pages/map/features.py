"""What the map shows: things with the positions that sources give, or with their country where there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.web.negotiation import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking, Labels

Json = dict[str, object]
GEOJSON: Final = Format("geojson", "application/geo+json", ("application/vnd.geo+json",))
Position = tuple[str, str]
"""Latitude and longitude, as they are written."""

KINDS: Final = {
    "site": HG.Site.value,
    "place": HG.Place.value,
    "organization": HG.Organization.value,
    "event": HG.Event.value,
    "agreement": HG.Agreement.value,
}
"""The classes of what the map shows, by the words for them."""

MOST_FEATURES: Final = 2_000
"""So many things can be told apart on one map, and are told at once."""


@dataclass(frozen=True)
class Country:
    """A country, and its two letters by ISO 3166-1, empty when they are not on record."""

    iri: str
    code: str

    def told(self, labels: Labels) -> Json:
        """What an answer says of it."""
        return {**labels.reference(self.iri), "code": self.code or None}


@dataclass(frozen=True)
class Feature:
    """A thing at one position, with the sources that put it there; `disputed` when others put it elsewhere.

    Without a `position` it is known by its country only, which is then not None.
    """

    iri: str
    kind: str
    place: str
    position: Position | None
    country: Country | None
    sources: Sequence[str]
    disputed: bool

    def told(self, labels: Labels) -> Json:
        """It as GeoJSON (RFC 7946)."""
        return self._feature(labels, sources=labels.references(self.sources))

    def told_briefly(self, labels: Labels) -> Json:
        """It as GeoJSON without its sources."""
        return self._feature(labels)

    def _feature(self, labels: Labels, **more: object) -> Json:
        geometry = None
        if self.position is not None:
            latitude, longitude = map(float, self.position)
            geometry = {"type": "Point", "coordinates": [longitude, latitude]}
        return {
            "type": "Feature",
            "id": self.iri,
            "geometry": geometry,
            "properties": {
                "label": labels.words(self.iri),
                "kind": self.kind,
                "place": labels.reference(self.place),
                "country": self.country.told(labels) if self.country else None,
                "disputed": self.disputed,
                **more,
            },
        }


@dataclass(frozen=True)
class Shown:
    """The features of a map, those of at most `MOST_FEATURES` things, and the names around them."""

    features: Sequence[Feature]
    total: int
    labels: Labels

    def members(self) -> Json:
        """What an answer says of them, as a feature collection."""
        return {
            "type": "FeatureCollection",
            "total": {"exactly": self.total},
            "kinds": kinds_told(self.labels),
            "features": [feature.told(self.labels) for feature in self.features],
        }


def kinds_told(labels: Labels) -> Json:
    """How the classes behind the words for kinds are called, by word."""
    return {kind: labels.reference(class_) for kind, class_ in KINDS.items()}


async def read_features(asking: Asking, kind: str | None = None, about: str | None = None) -> Shown:
    """What there is of the *kind*, and of the thing *about*, where they are given: by kind, by IRI, by position.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    chosen = {name: value for name, value in (("kind", kind), ("about", about)) if value}
    things = await asking.rows("map-things", **chosen)
    places = {row["place"]["value"] for row in things[:MOST_FEATURES]}
    positions = _positions(await asking.rows_about("map-positions", "places", places))
    countries = _countries(await asking.rows_about("map-countries", "places", places))
    features = [feature for row in things[:MOST_FEATURES] for feature in _features(row, positions, countries)]
    iris = {iri for each in features for iri in (each.iri, each.place, *each.sources)}
    iris |= {each.country.iri for each in features if each.country}
    return Shown(features, len(features) + len(things[MOST_FEATURES:]), await asking.labels({*iris, *KINDS.values()}))


def _features(
    row: Row,
    positions: Mapping[str, Mapping[Position, Sequence[str]]],
    countries: Mapping[str, Mapping[Country, Sequence[str]]],
) -> Iterable[Feature]:
    thing, kind, place = (row[column]["value"] for column in ("thing", "kind", "place"))
    known, within = positions.get(place, {}), countries.get(place, {})
    country = next(iter(within), None)
    for position, sources in known.items():
        yield Feature(thing, kind, place, position, country, sources, disputed=len(known) > 1)
    if not known:
        for each, sources in within.items():
            yield Feature(thing, kind, place, None, each, sources, disputed=len(within) > 1)


def _positions(rows: Iterable[Row]) -> dict[str, dict[Position, list[str]]]:
    """The positions of each place, each with its sources."""
    found: dict[str, dict[Position, list[str]]] = {}
    for row in rows:
        position = (row["latitude"]["value"], row["longitude"]["value"])
        found.setdefault(row["place"]["value"], {}).setdefault(position, []).append(row["source"]["value"])
    return found


def _countries(rows: Iterable[Row]) -> dict[str, dict[Country, list[str]]]:
    """The countries of each place, each with its sources."""
    found: dict[str, dict[Country, list[str]]] = {}
    for row in rows:
        country = Country(row["country"]["value"], row["code"]["value"] if "code" in row else "")
        found.setdefault(row["place"]["value"], {}).setdefault(country, []).append(row["source"]["value"])
    return found
