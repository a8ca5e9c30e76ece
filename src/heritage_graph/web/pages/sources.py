"""/sources: each source document, what it asserts and how it stands; sorted, and chosen by publisher, year or kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import HGV, ID
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.parameters import PROBLEMS, choice_in, iri_in, number_in
from heritage_graph.web.api.references import Asking, Labels
from heritage_graph.web.kind_classes import class_of
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.page_language import PAGE_LANGUAGES, page_language
from heritage_graph.web.pages.source_entries import entry, figures_of, sizes_of, sources_in
from heritage_graph.web.replies import cached, current, json_reply, links, page_reply
from heritage_graph.web.routing import FORMAT, LANG, Operation, Value, negotiated, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.source_entries import Source
    from heritage_graph.web.replies import Reply

PATH: Final = "/sources"
PAGE_SIZE: Final = 25
SORTS: Final = ("name", "publisher", "year", "statements")
NOT_STATED: Final = "none"
_KINDS: Final = (
    "agreement", "organization", "state", "person", "event", "programme", "project", "activity", "plan", "designation",
    "site", "artifact", "place", "country", "claim", "challenge",
)  # fmt: skip
"""The kinds of things by which sources are chosen."""

_PUBLISHER: Final = Value("publisher", "Only documents of this publisher.", type="iri",
                          example="id:organization/icesco")  # fmt: skip
_YEAR: Final = Value("year", "Only documents issued in this year; `none`: only those that do not tell.", example="2024")
_STANDING: Final = Value("standing", "Only sources of this epistemic status, such as sourced or generic.",
                         example="sourced")  # fmt: skip
_KIND: Final = Value("kind", "Only sources that describe a thing of this kind.", example="agreement",
                     type=f"choice:{'|'.join(_KINDS)}")  # fmt: skip
_SORT: Final = Value("sort", "By what they are ordered.", example="year", type=f"choice:{'|'.join(SORTS)}",
                     default=SORTS[0])  # fmt: skip
_PAGE: Final = Value("page", f"Which page of {PAGE_SIZE} sources.", example="1", type="integer", default="1", least=1)


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation of the page."""
    return (
        Operation(
            "sourcesPage", PATH, "Each source document: who published it, how it stands, what it asserts.", _sources,
            values=(_PUBLISHER, _YEAR, _STANDING, _KIND, _SORT, _PAGE, FORMAT, LANG), formats=(JSON, HTML),
            problems=PROBLEMS, schema="source-overview", example=PATH, tag="trust",
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class _Wanted:
    """What is chosen, and how it is ordered; None and "" choose everything."""

    publisher: str | None
    year: str
    standing: str
    kind: str
    sort: str
    page: int

    def holds_for(self, source: Source) -> bool:
        """Tell whether *source* is chosen, its kinds of things aside."""
        return (
            self.publisher in {None, *source.publishers}
            and self.year in {"", source.issued[:4] or NOT_STATED}
            and self.standing in {"", _code(source)}
        )


async def _sources(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    given = values_of(request.scope)
    wanted = _wanted(given)
    spoken = page_language(request.scope)
    language = spoken.code if chosen == HTML or spoken.named else PAGE_LANGUAGES[0]  # data do not follow the browser
    edition = await current(request, context, PATH, str(wanted), language, chosen.extension)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    known = await sources_in(asking)
    labels = await asking.labels({iri for source in known for iri in source.iris} | set(map(class_of, _KINDS)))
    found = await _ordered(asking, await _chosen(asking, known, wanted), wanted.sort, labels, language)
    pages = max(-(-len(found) // PAGE_SIZE), 1)
    shown = found[(wanted.page - 1) * PAGE_SIZE : wanted.page * PAGE_SIZE]
    figures = await figures_of(asking, [source.graph for source in shown])
    kinds = {class_of(kind) for counted in figures.things.values() for kind in counted}
    named = await asking.labels({iri for source in shown for iri in source.iris} | kinds)
    following = _address(given, wanted.page + 1) if wanted.page < pages else None
    items = [entry(source, figures, named) for source in shown]
    if chosen == HTML:
        page = page_reply(
            request, context, "sources.html", items=items, total=len(found), known=len(known), wanted=wanted,
            choices=_choices(known, labels, language), page=wanted.page, pages=pages, next=following,
            before=_address(given, wanted.page - 1) if wanted.page > 1 else None, generation=edition.generation,
        )  # fmt: skip
        return cached(page, edition)
    document = envelope(
        edition.generation, total={"exactly": len(found)}, page=wanted.page, pages=pages, items=items, next=following
    )
    return cached(json_reply(document), edition, links((following, "next", JSON.media_type)) if following else ())


def _wanted(given: Mapping[str, str]) -> _Wanted:
    """What *given* asks for; a parameter that a form leaves empty chooses nothing.

    Raises:
        ParameterError: a value is not of its kind.
    """
    filled = {name: text for name, text in given.items() if text}
    year = filled.get(_YEAR.name, "")
    if year not in {"", NOT_STATED} and not (year.isascii() and year.isdecimal() and len(year) == len("2024")):
        raise ParameterError(f"'year' takes a year like 2024, or none, not {year[:40]!r}", parameter=_YEAR.name)
    return _Wanted(
        iri_in(filled, _PUBLISHER),
        year,
        filled.get(_STANDING.name, ""),
        choice_in(filled, _KIND) if _KIND.name in filled else "",
        choice_in(filled, _SORT),
        number_in(filled, _PAGE),
    )


async def _chosen(asking: Asking, known: Sequence[Source], wanted: _Wanted) -> list[Source]:
    found = [source for source in known if wanted.holds_for(source)]
    if not wanted.kind:
        return found
    holders = {row["graph"]["value"] for row in await asking.rows("source-holders", begin=f"{ID}{wanted.kind}/")}
    return [source for source in found if source.graph in holders]


async def _ordered(asking: Asking, found: Sequence[Source], sort: str, labels: Labels, language: str) -> list[Source]:
    """*found* by name, by publisher, with the newest first, or with the largest first."""

    def name(source: Source) -> str:
        return labels.text(source.named, language).casefold() or "\U0010ffff"

    def publisher(source: Source) -> str:
        names = sorted(labels.text(each, language).casefold() for each in source.publishers)
        return names[0] if names else "\U0010ffff"

    by_name = sorted(found, key=name)
    match sort:
        case "publisher":
            return sorted(by_name, key=publisher)
        case "year":
            return sorted(by_name, key=lambda source: source.issued, reverse=True)
        case "statements":
            sizes = await sizes_of(asking, [source.graph for source in found])
            return sorted(by_name, key=lambda source: -sizes.get(source.graph, 0))
        case _:
            return by_name


def _choices(known: Sequence[Source], labels: Labels, language: str) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in each part of the form: values and their names, those that no name is needed for empty."""

    def named(iris: set[str], value: Callable[[str], str]) -> list[tuple[str, str]]:
        return sorted(
            ((value(iri), labels.text(iri, language) or value(iri)) for iri in iris), key=lambda each: each[1]
        )

    years = sorted({source.issued[:4] for source in known} - {""}, reverse=True)
    return {
        "publishers": named({each for source in known for each in source.publishers}, lambda iri: iri),
        "years": [(year, year) for year in years],
        "standings": named(
            {source.standing for source in known if source.standing}, lambda iri: iri.rpartition("/")[2]
        ),
        "kinds": [(kind, labels.text(class_of(kind), language) or kind) for kind in _KINDS],
    }


def _code(source: Source) -> str:
    return (source.standing or "").removeprefix(f"{HGV}epistemic-status/")


def _address(given: Mapping[str, str], page: int) -> str:
    """The address of another page of the same choice."""
    kept = {name: text for name, text in given.items() if text and name != _PAGE.name}
    return f"{PATH}?{urlencode({**kept, _PAGE.name: page}, safe=':/')}"
