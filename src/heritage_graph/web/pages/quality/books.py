"""The pages of the ledger's books: contradictions, anomalies, what each record lacks, what may be one thing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlencode

from heritage_graph.namespaces import HGV
from heritage_graph.web.api import anomalies, completeness, contradictions, links
from heritage_graph.web.api.ledger import FORMATS, TABLE, leaf
from heritage_graph.web.api.ledger_words import criteria, findings
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.parameters import PROBLEMS, iri_in
from heritage_graph.web.api.references import Asking, Labels
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.quality.differences import compared
from heritage_graph.web.replies import Reply, cached, current, page_reply
from heritage_graph.web.routing import FORMAT, LANG, Operation, Value, negotiated, values_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.api.ledger import Book, Page
    from heritage_graph.web.context import Context

    Values = dict[str, object]
    Prepare = Callable[[Asking, Mapping[str, str], Page], Awaitable[Values]]
    Json = Mapping[str, object]

_STATES: Final = ("stated", "curated", "derived", "unknown")
_ABOUT: Final = Value("about", "Only what concerns this thing.", type="iri")
_NOT_OF_FILES: Final = frozenset({CURSOR.name, LIMIT.name, FORMAT.name})


@dataclass(frozen=True)
class _Shown:
    """A book, what its operation takes, what its page is called, and what the page is given besides the items."""

    book: Book
    values: Sequence[Value]
    summary: str
    prepare: Prepare

    @property
    def name(self) -> str:
        """The last part of its address."""
        return self.book.path.rpartition("/")[2]


def operations(_: Context) -> tuple[Operation, ...]:
    """The pages of the books."""
    return tuple(_operation(each) for each in _SHOWN)


def _operation(shown: _Shown) -> Operation:
    async def handle(request: Request, context: Context) -> Reply:
        if negotiated(request.scope, FORMATS) != HTML:
            return await leaf(request, context, shown.book)
        return await _page(request, context, shown)

    return Operation(
        f"{shown.name}Page", shown.book.shown_at, shown.summary, handle, values=shown.values, formats=FORMATS,
        problems=PROBLEMS, schema=shown.name, example=shown.book.shown_at, tag="trust",
    )  # fmt: skip


async def _page(request: Request, context: Context, shown: _Shown) -> Reply:
    """The part of the book that is asked for, as a page; fields of its forms that are left empty choose nothing."""
    book = shown.book
    given = {name: value for name, value in values_of(request.scope).items() if value and name != FORMAT.name}
    book.check(given)
    asked = await page_asked(request, context, book.shown_at, given)
    parts = (part for pair in sorted(given.items()) for part in pair)
    edition = await current(request, context, book.shown_at, HTML.extension, *parts, at_generation=asked.generation)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        page = await book.page(asking, given, after=asked.after or "", limit=asked.limit)
        values = await shown.prepare(asking, given, page)
        about = iri_in(given, _ABOUT)
        labels = await asking.labels([] if about is None else [about])
    return cached(
        page_reply(
            request,
            context,
            f"quality_{shown.name}.html",
            **values,
            given=given,
            about=None if about is None else labels.reference(about),
            total=page.members["total"],
            next=asked.next_address(edition.generation, page.last),
            files=_files(book, given, page_language(request.scope).code),
        ),
        edition,
    )


def _files(book: Book, given: Mapping[str, str], language: str) -> dict[str, str]:
    """Where all that is chosen is in other formats: the table in the language of the page."""
    kept = {name: value for name, value in given.items() if name not in _NOT_OF_FILES}
    return {
        each: f"{book.path}?{urlencode({**kept, LANG.name: language, FORMAT.name: each}, safe=':/')}"
        for each in (TABLE.extension, "json")
    }


async def _contradictions(asking: Asking, _: Mapping[str, str], page: Page) -> Values:
    language = page_language(asking.request.scope).code
    things = [
        (reference, [compared(item, language) for item in items])
        for reference, items in _by_member(page.items, "about")
    ]
    return {"things": things, "rules": list(findings("contradictions").values())}


async def _anomalies(asking: Asking, given: Mapping[str, str], page: Page) -> Values:
    counts = await anomalies.counts_by_kind(asking)
    labels = await asking.labels(f"{HGV}anomaly/{name}" for name in findings("anomalies"))
    meanings = Labels({"thing": row["kind"], "name": row["definition"]} for row in await asking.rows(_DEFINITIONS))
    language = page_language(asking.request.scope).code
    kinds = {
        name: {
            "finding": finding,
            "label": labels.text(f"{HGV}anomaly/{name}", language) or finding.label.get(language, name),
            "meaning": meanings.text(f"{HGV}anomaly/{name}", language),
            "count": counts[name],
        }
        for name, finding in findings("anomalies").items()
        if counts[name] or name == given.get("kind")
    }
    groups = [
        (_short(cast("Json", items[0]["kind"])), items)
        for _, items in ((key, list(items)) for key, items in groupby(page.items, key=lambda item: str(item["kind"])))
    ]
    return {"kinds": kinds, "groups": groups}


async def _completeness(_: Asking, given: Mapping[str, str], page: Page) -> Values:
    kind = given.get("kind", "agreements")
    return {
        "kind": kind,
        "kinds": list(completeness.KINDS),
        "criteria": list(criteria(kind).values()),
        "states": _STATES,
        "items": page.items,
        "known": {name: _known(page.items, name) for name in criteria(kind)},
    }


async def _links(asking: Asking, given: Mapping[str, str], page: Page) -> Values:
    labels = await asking.labels(f"{HGV}link-method/{name}" for name in links.METHODS)
    return {
        "items": page.items,
        "kinds": links.KINDS,
        "methods": {name: labels.words(f"{HGV}link-method/{name}") for name in links.METHODS},
        "states": links.STATES,
        "state": given.get(links.STATE.name, "proposed"),
        "filters": {value.name: given[value.name] for value in links.FILTERS if value.name in given},
    }


def _known(items: Sequence[Json], criterion: str) -> int:
    """Of how many of *items* it is known."""
    return sum(
        each["name"] == criterion and each["state"] != "unknown"
        for item in items
        for each in cast("Sequence[Json]", item["criteria"])
    )


def _by_member(items: Sequence[Json], member: str) -> Iterator[tuple[Json, list[Json]]]:
    """Items that follow each other and have the same thing in *member*, with this thing."""
    for _, found in groupby(items, key=lambda item: cast("Json", item[member])["id"]):
        same = list(found)
        yield cast("Json", same[0][member]), same


def _short(kind: Json) -> str:
    """The short name of a kind of anomaly."""
    return str(kind.get("id", "unstated")).rpartition("/")[2]


_DEFINITIONS: Final = "anomaly-definitions"
_SHOWN: Final = (
    _Shown(
        contradictions.Contradictions(), contradictions.VALUES, "Where two sources differ, side by side.",
        _contradictions,
    ),
    _Shown(
        anomalies.Anomalies(), anomalies.VALUES, "What is irregular or left open in the sources, by kind.", _anomalies
    ),
    _Shown(
        completeness.Completeness(), completeness.VALUES, "What is known of each record and what is missing.",
        _completeness,
    ),
    _Shown(links.Links(), links.VALUES, "What may be one thing under two names, side by side.", _links),
)  # fmt: skip
