"""Search things by name, in whatever language and spelling."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph import terms
from heritage_graph.errors import ParameterError
from heritage_graph.index.entries import KINDS, LONGEST_TEXT, words_of
from heritage_graph.web.api.envelope import at_least, envelope
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.kinds import short_links
from heritage_graph.web.api.lists import LIMIT
from heritage_graph.web.api.parameters import number_in
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import JSON
from heritage_graph.web.replies import cached, current, json_reply
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, texts_of, values_of
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.index.entries import Match, Thing
    from heritage_graph.index.index import Index
    from heritage_graph.web.context import Context
    from heritage_graph.web.names import Names
    from heritage_graph.web.replies import Reply

TEXT: Final = Value("q", f"A name or a part of one, at most {LONGEST_TEXT} characters.", required=True,
                    example="icesco")  # fmt: skip
KIND: Final = Value("kind", f"Only things of this kind: {', '.join(KINDS)}.", repeated=True, example="organizations")
COUNTRY: Final = Value("country", "Only things that are, took place or were signed in this country.", repeated=True,
                       example="id:country/morocco")  # fmt: skip
_VALUES: Final = (
    TEXT,
    Value("lang", "Only names in this language, or in none; all when not given.", repeated=True, example="ar"),
    KIND,
    COUNTRY,
    LIMIT,
    MIN_GENERATION,
    FORMAT,
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNTAGGED: Final = "@none"


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation that searches."""
    return (
        Operation(
            "search",
            "/api/v1/search",
            "Things by name in any language, however hamza, accents and case are written; best first.",
            _search,
            values=_VALUES,
            formats=(JSON,),
            problems=("busy", "query-timeout", "too-many-requests"),
            schema="search",
            tag="api",
        ),
    )


@dataclass(frozen=True)
class Wanted:
    """What a request asks for."""

    text: str
    languages: tuple[str, ...]
    kinds: tuple[str, ...]
    countries: tuple[str, ...]
    limit: int
    at_least: int | None

    @property
    def parts(self) -> tuple[str, ...]:
        """What tells its answer from others."""
        return (self.text, ",".join(self.languages), ",".join(self.kinds), ",".join(self.countries), str(self.limit))


def wanted_in(given: Mapping[str, Sequence[str]], values: Mapping[str, str], *, languages: Sequence[str]) -> Wanted:
    """What the parameters *given* ask for, each with its last text in *values*; names in one of *languages* if any.

    Raises:
        ParameterError: one of them is not as it should be.
    """
    return Wanted(
        text=_text(values.get(TEXT.name, "")),
        languages=tuple(sorted(terms.parse_parameter(tag, "language").value for tag in languages)),
        kinds=tuple(sorted(given.get(KIND.name, ()))),
        countries=tuple(sorted(terms.parse_parameter(iri, "iri").value for iri in given.get(COUNTRY.name, ()))),
        limit=number_in(values, LIMIT),
        at_least=number_in(values, MIN_GENERATION) if MIN_GENERATION.name in values else None,
    )


async def found_by_name(request: Request, context: Context, wanted: Wanted, index: Index) -> dict[str, object]:
    """The document that tells what *wanted* finds in *index*; its schema is `search`.

    Raises:
        ParameterError: a kind is unknown.
        QueryTimeout, TooManyRequests, EngineTrouble: as `Index.search` and `ClientBudgets.spending`.
    """
    with context.budgets.spending(client_of(request.scope)):
        found = await asyncio.to_thread(
            index.search,
            wanted.text,
            languages=wanted.languages,
            kinds=wanted.kinds,
            limit=wanted.limit,
            facets={COUNTRY.name: wanted.countries},
        )
    names = await context.term_names.of(request, context, index.generation)
    total = {"exactly": len(found)} if len(found) < wanted.limit else at_least(len(found), complete=False)
    items = [_item(match, names) for match in found]
    return envelope(index.generation, q=wanted.text, items=items, next=None, total=total)


async def _search(request: Request, context: Context) -> Reply:
    negotiated(request.scope, (JSON,))
    given = texts_of(request.scope)
    wanted = wanted_in(given, values_of(request.scope), languages=given.get("lang", ()))
    index = await context.indexes.current(at_least=wanted.at_least)
    edition = await current(request, context, "search", *wanted.parts, at_generation=index.generation)
    if edition.unchanged:
        return edition.unchanged
    return cached(json_reply(await found_by_name(request, context, wanted, index)), edition)


def _text(given: str) -> str:
    """The text to search for.

    Raises:
        ParameterError: there is none, or it is no part of a name.
    """
    text = given.strip(" ")
    if not text:
        raise ParameterError("'q' is missing or empty; it takes a name or a part of one, like icesco", parameter="q")
    if len(text) > LONGEST_TEXT:
        raise ParameterError(
            f"'q' has {len(text)} characters, and at most {LONGEST_TEXT} are taken; a part of the name is enough",
            parameter="q",
            limit=LONGEST_TEXT,
        )
    if _CONTROL.search(text):
        raise ParameterError("'q' holds a control character; it takes a name in one line of text", parameter="q")
    if not words_of(text):
        raise ParameterError("'q' holds no letter and no digit; it takes a name or a part of one", parameter="q")
    return text


def _item(match: Match, names: Names) -> dict[str, object]:
    thing = match.thing
    return {
        "id": thing.iri,
        "kind": thing.kind,
        "types": types_told(thing.types, names),
        "label": labels_told(thing),
        "match": {"name": match.name, "language": match.language or _UNTAGGED, "exact": match.exact},
        "score": match.score,
        "links": _links(thing.iri),
    }


def types_told(types: Sequence[str], names: Names) -> list[dict[str, object]]:
    """Classes as references, with their names."""
    return [{"id": iri, "label": {tag: [text] for tag, text in names.all_of(iri).items()}} for iri in types]


def labels_told(thing: Thing) -> dict[str, list[str]]:
    """The preferred names of *thing* by language, the tag `@none` for those without one."""
    return {tag or _UNTAGGED: texts for tag, texts in thing.labels.items()}


def _links(iri: str) -> dict[str, str]:
    """Where the thing is told: as a record of this API, and as a page when it has one here or on the web."""
    page = local_address(iri)
    return ({"html": page} if page is not None else {}) | short_links(iri)
