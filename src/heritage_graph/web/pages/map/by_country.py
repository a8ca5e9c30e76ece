"""What the map shows as lists, one for each country, for whoever reads rather than looks."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.web.api.references import Labels
    from heritage_graph.web.pages.map.features import Feature, Json, Shown


@dataclass(frozen=True)
class CountryList:
    """The features in a country as GeoJSON, by kind and then by name; `kinds` counts them by the words for kinds.

    `country` is None for those of which no source names the country.
    """

    country: Json | None
    features: Sequence[Json]
    kinds: Mapping[str, int]

    @property
    def anchor(self) -> str:
        """What leads to the list within the page."""
        return "in-" + (str(self.country["id"]).rpartition("/")[2] if self.country else "no-country")


def lists_by_country(shown: Shown, language: str) -> list[CountryList]:
    """The features of *shown* by country, in the order of the names in *language*; last those without a country."""
    together: defaultdict[str, list[Feature]] = defaultdict(list)
    for feature in shown.features:
        together[feature.country.iri if feature.country else ""].append(feature)
    labels = shown.labels
    countries = sorted(together, key=lambda iri: (not iri, _name(labels, iri, language)))
    return [_list_of(iri, together[iri], labels, language) for iri in countries]


def _list_of(iri: str, features: Sequence[Feature], labels: Labels, language: str) -> CountryList:
    ordered = sorted(features, key=lambda each: (each.kind, _name(labels, each.iri, language), each.position or ()))
    return CountryList(
        labels.reference(iri) if iri else None,
        [each.told(labels) for each in ordered],
        Counter(each.kind for each in ordered),
    )


def _name(labels: Labels, iri: str, language: str) -> str:
    return (labels.text(iri, language) or iri).casefold()
