"""/map/summary: the map as a small part of another page shows it, in few bytes however much there is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.parameters import LANGUAGE, PROBLEMS, language_in
from heritage_graph.web.api.references import Asking
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import JSON
from heritage_graph.web.pages.map.features import GEOJSON, KINDS, Country, kinds_told, read_features
from heritage_graph.web.replies import cached, current, json_reply
from heritage_graph.web.routing import FORMAT, Operation, negotiated, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Labels
    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.map.features import Json
    from heritage_graph.web.replies import Reply

PATH: Final = "/map/summary"
MOST_FEATURES: Final = 500
"""So many are told one by one; of more, those near one another are counted."""
_DIGITS: Final = 2
"""Of a degree: a kilometre is near enough for the middle of ten degrees."""


def operations() -> tuple[Operation, ...]:
    """The map of another page."""
    return (
        Operation("mapSummary", PATH, "The map for a small picture: each thing, or counts where there are many.",
                  _summary, values=(LANGUAGE, MIN_GENERATION, FORMAT), formats=(JSON, GEOJSON), problems=PROBLEMS,
                  schema="map-summary", example=PATH, tag="pages"),
    )  # fmt: skip


@dataclass(frozen=True)
class Group:
    """How many things of each kind lie near a position, or are known to be in a country, when there is no `position`.

    The position is the mean of theirs: longitude and latitude.
    """

    counts: Mapping[str, int]
    position: tuple[float, float] | None
    country: Country | None

    @property
    def number(self) -> int:
        """How many things they are."""
        return sum(self.counts.values())

    def told(self, labels: Labels) -> Json:
        """It as GeoJSON (RFC 7946)."""
        return {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(self.position)} if self.position else None,
            "properties": {"counts": self.counts, "country": self.country.told(labels) if self.country else None},
        }


async def _summary(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, GEOJSON))
    language = language_in(values_of(request.scope))
    await fresh_enough(request, context)
    edition = await current(request, context, PATH, language, chosen.extension)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        members = await read_summary(asking, language, MOST_FEATURES)
    return cached(replace(json_reply(envelope(edition.generation, **members)), format=chosen), edition)


async def read_summary(asking: Asking, language: str, most: int) -> Json:
    """What an answer says of the map, with names in *language*: things one by one if they are *most* or fewer.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    rows = await asking.rows("map-counts")
    number = sum(int(row["things"]["value"]) for row in rows)
    if number <= most:
        shown = await read_features(asking)
        labels = shown.labels.in_language(language)
        features = [feature.told_briefly(labels) for feature in shown.features]
    else:
        iris = {row["country"]["value"] for row in rows if "country" in row}
        told = await asking.rows_about("map-countries", "places", iris)
        codes = {row["country"]["value"]: row["code"]["value"] for row in told if "code" in row}
        labels = (await asking.labels({*iris, *KINDS.values()})).in_language(language)
        features = [group.told(labels) for group in groups_in(rows, codes)]
    return {
        "type": "FeatureCollection",
        "total": {"exactly": number},
        "kinds": kinds_told(labels),
        "features": features,
    }


def groups_in(rows: Iterable[Row], codes: Mapping[str, str]) -> list[Group]:
    """The groups of which the *rows* of map-counts tell, one for each kind in each; *codes* are those of countries."""
    together: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        columns = ("country",) if "country" in row else ("row", "column")
        together[tuple(row[column]["value"] for column in columns)].append(row)
    return [_group(each, codes) for each in together.values()]


def _group(rows: Sequence[Row], codes: Mapping[str, str]) -> Group:
    first = rows[0]
    counts = {row["kind"]["value"]: int(row["things"]["value"]) for row in rows}
    if "country" in first:
        iri = first["country"]["value"]
        return Group(counts, None, Country(iri, codes.get(iri, "")))
    return Group(counts, (_mean(rows, "east"), _mean(rows, "north")), None)


def _mean(rows: Iterable[Row], column: str) -> float:
    """The mean of the means in *column*, each as heavy as the things are many."""
    weighted = [(int(row["things"]["value"]), float(row[column]["value"])) for row in rows]
    return round(sum(things * mean for things, mean in weighted) / sum(things for things, _ in weighted), _DIGITS)
