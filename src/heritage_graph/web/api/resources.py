"""The lists of things by kind: chosen by facets, days and place, in pages that a change does not disturb."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.index.entries import Page
from heritage_graph.web.api import items
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.filters import choice_of, text_of, values_for
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.json_ld import CONTEXT_PATH
from heritage_graph.web.api.kinds import KINDS, ROOT, short_links
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.options import FIELDS, INCLUDE, options_of, ways_in_list
from heritage_graph.web.api.parameters import LANGUAGE, language_in, names_in
from heritage_graph.web.api.records import records
from heritage_graph.web.api.references import Asking
from heritage_graph.web.api.tables import table
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import CSV, JSON, JSON_LD, named
from heritage_graph.web.replies import Reply, cached, current, json_reply, links
from heritage_graph.web.routing import FORMAT, Operation, Value, check_values, negotiated, texts_of, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.index.index import Index
    from heritage_graph.json_ld.written import Json
    from heritage_graph.web.api.filters import Box, Choice
    from heritage_graph.web.api.kinds import Kind
    from heritage_graph.web.api.lists import PageAsked
    from heritage_graph.web.api.options import Options
    from heritage_graph.web.context import Context
    from heritage_graph.web.negotiation import Format
    from heritage_graph.web.replies import Fields

FORMATS: Final = (JSON, JSON_LD, CSV)
COUNTED: Final = Value(
    "facets", "By which facets all that is chosen is counted, by names with commas between.", example="type,source"
)
_PROBLEMS: Final = ("generation-not-kept", "busy", "too-many-requests", "engine-trouble")
_ALL: Final = 1_000_000
_NOT_OF_THE_LIST: Final = frozenset({CURSOR.name, MIN_GENERATION.name, FORMAT.name})


@dataclass(frozen=True)
class _List:
    """One request for a page of a list."""

    kind: Kind
    given: Mapping[str, Sequence[str]]
    choice: Choice
    options: Options
    counted: tuple[str, ...]
    chosen: Format
    language: str

    @property
    def name(self) -> str:
        """What tells this list, with all that chooses, from others."""
        return f"{self.kind.plural} {self.choice.name}"

    def parts(self, page: PageAsked) -> tuple[str, ...]:
        """What tells *page* from others."""
        told = (self.name, self.options.name, str(self.counted), self.language, self.chosen.extension)
        return *told, str(page.limit), str(page.after), page.values.get(AS_OF.name, "")

    def address(self, **changed: str) -> str:
        """The address of this list, from its beginning, in the format of this page, with other parameters."""
        left = {*_NOT_OF_THE_LIST, *changed}
        kept = [(name, text) for name, texts in self.given.items() if name not in left for text in texts]
        shown = [] if self.chosen == JSON else [(FORMAT.name, self.chosen.extension)]
        query = urlencode([*kept, *shown, *changed.items()], safe=":/,")
        return f"{self.kind.path}?{query}" if query else self.kind.path


def operations(context: Context) -> tuple[Operation, ...]:
    """The list of each kind, each item, and the lists by suffix. They stand behind more special addresses."""
    lists = tuple(
        Operation(
            kind.plural, kind.path, f"The {kind.plural}, by IRI.", partial(_list, kind, suffix=""),
            values=_values(kind), formats=FORMATS, problems=_PROBLEMS, schema=kind.plural, tag="api",
        )
        for kind in KINDS.values()
    )  # fmt: skip
    by_suffix = Operation(
        "list-in-format", f"{ROOT}/{{list}}.{{suffix}}", "A list in the format of the suffix: json, jsonld or csv; it "
        "takes what the list takes.", _by_suffix, values=None, formats=FORMATS, problems=("not-found", *_PROBLEMS),
        schema="list-page", example=f"{ROOT}/organizations.json", tag="api",
    )  # fmt: skip
    return (*lists, *items.operations(context), by_suffix)


def _values(kind: Kind) -> tuple[Value, ...]:
    return (*values_for(kind), COUNTED, FIELDS, INCLUDE, LIMIT, CURSOR, AS_OF, MIN_GENERATION, LANGUAGE, FORMAT)


async def _by_suffix(request: Request, context: Context) -> Reply:
    kind = KINDS.get(request.path_params["list"])
    suffix = request.path_params["suffix"]
    if kind is None or named(suffix, FORMATS) is None:
        raise UnknownName(f"there is no list at {request.url.path[:200]}; lists: {', '.join(KINDS)}")
    check_values(request.scope, _values(kind))
    return await _list(kind, request, context, suffix=suffix)


async def _list(kind: Kind, request: Request, context: Context, *, suffix: str) -> Reply:
    chosen = negotiated(request.scope, FORMATS, suffix=suffix)
    given = texts_of(request.scope)
    values = values_of(request.scope)
    choice, options, counted = choice_of(kind, given), options_of(given), _counted(kind, given)
    wanted = _List(kind, given, choice, options, counted, chosen, language_in(values))
    place = await page_asked(request, context, kind.path, values, name=wanted.name)
    index = await _index(place, context)
    edition = await current(request, context, "api-list", *wanted.parts(place), at_generation=index.generation)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, index.generation)
    with context.budgets.spending(client_of(request.scope)):
        page = await _page(asking, index, wanted, place)
        found = await records(asking, page.iris, wanted.options.wanted_of_known(ways_in_list(kind, wanted.options)))
        counts = await asyncio.to_thread(
            index.counts, kind.plural, facets=wanted.choice.facets, period=wanted.choice.period, of=wanted.counted
        )
        told = [wanted.options.cut({**record, "links": short_links(iri)}) for iri, record in found.items()]
        following = None
        if page.last is not None:
            following = wanted.address(**place.beyond(index.generation, page.last))
        fields = _page_links(wanted.address(), following, chosen)
        if chosen == CSV:
            return cached(Reply(table(kind, told, wanted.language, wanted.options.fields), CSV), edition, fields)
        answer = {
            "@context": CONTEXT_PATH,
            **envelope(index.generation),
            "items": told,
            "total": {"exactly": page.total},
            "next": following,
            **({"facets": await _told_counts(asking, wanted, counts)} if wanted.counted else {}),
        }
    return cached(replace(json_reply(answer), format=chosen), edition, fields)


def _page_links(first: str, following: str | None, chosen: Format) -> Fields:
    """The `Link` field of a page."""
    others = [(following, "next", chosen.media_type)] if following else []
    return links((first, "first", chosen.media_type), *others)


async def _index(place: PageAsked, context: Context) -> Index:
    """The index of the generation that is asked.

    Raises:
        Busy, EngineTrouble, GenerationNotKept: as `Indexes.of`.
    """
    if place.generation is not None:
        return await context.indexes.of(place.generation)
    waited_for = context.service.generations.last if MIN_GENERATION.name in place.values else None
    return await context.indexes.current(at_least=waited_for)


async def _page(asking: Asking, index: Index, wanted: _List, place: PageAsked) -> Page:
    if wanted.choice.box is None:
        return await asyncio.to_thread(
            index.page,
            wanted.kind.plural,
            facets=wanted.choice.facets,
            period=wanted.choice.period,
            after=place.after,
            limit=place.limit,
        )
    chosen = await asyncio.to_thread(index.page, wanted.kind.plural, facets=wanted.choice.facets, limit=_ALL)
    within = await _within(asking, wanted.choice.box)
    found = [iri for iri in chosen.iris if iri in within]
    iris, last = place.cut(found, str)
    return Page(iris, len(found), last)


async def _within(asking: Asking, box: Box) -> set[str]:
    """The things that have coordinates within *box*."""
    rows = await asking.rows("api-coordinates", south=f"{box.south:.12f}", north=f"{box.north:.12f}")
    return {
        row["thing"]["value"]
        for row in rows
        if box.holds(float(row["latitude"]["value"]), float(row["longitude"]["value"]))
    }


async def _told_counts(
    asking: Asking, wanted: _List, counts: Mapping[str, Sequence[tuple[str, int]]]
) -> dict[str, list[Json]]:
    """The values of each facet with how many things have each, and the list of those."""
    labels = await asking.labels({value for values in counts.values() for value, _ in values if ":" in value})
    return {
        facet: [
            {
                "value": labels.reference(value) if ":" in value else value,
                "count": {"exactly": count},
                "href": _narrowed(wanted, facet, value),
            }
            for value, count in values
        ]
        for facet, values in counts.items()
    }


def _narrowed(wanted: _List, facet: str, value: str) -> str:
    return wanted.address(**{facet: text_of(facet, value)})


def _counted(kind: Kind, given: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    names = names_in(given.get(COUNTED.name, ()), COUNTED, kind.facets)
    if names and "bbox" in given:
        raise ParameterError("what lies in a bbox is not counted by facets; leave one of the two out")
    return names
