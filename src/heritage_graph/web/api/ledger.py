"""A book of the ledger over HTTP: parts as JSON, and a table that a curator opens in a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlencode

from heritage_graph.errors import ParameterError
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.parameters import LANGUAGE, language_in
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML, JSON, Format
from heritage_graph.web.replies import Reply, cached, current, json_reply, links, redirect
from heritage_graph.web.routing import FORMAT, negotiated, values_of
from heritage_graph.web.spreadsheet import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.context import Context

TABLE: Final = Format("csv", "text/csv", ("spreadsheet",))
FORMATS: Final = (JSON, HTML, TABLE)
STATUSES: Final = (200, 303)
_NOT_OF_PAGES: Final = frozenset({CURSOR.name, FORMAT.name})
"""What does not lead to the page of a book; its cursors are those of another list."""
COMMON: Final = (LANGUAGE, LIMIT, CURSOR, MIN_GENERATION, AS_OF, FORMAT)


@dataclass(frozen=True)
class Page:
    """A part of a book: JSON items, the rows of the table for them, and the key of the last when more follow.

    `members` stand beside the items in the JSON; `keys` tell the items of a book on which curators give verdicts.
    """

    items: Sequence[Mapping[str, object]]
    table: Sequence[Sequence[str]]
    last: str | None
    members: Mapping[str, object]
    keys: Sequence[str] = ()


class Book(Protocol):
    """One book of the ledger."""

    @property
    def path(self) -> str:
        """Its address; the last part is its name."""

    @property
    def shown_at(self) -> str:
        """The address of its page."""

    @property
    def header(self) -> Sequence[str]:
        """The columns of its table."""

    def check(self, given: Mapping[str, str]) -> None:
        """Refuse parameters that cannot be.

        Raises:
            ParameterError: one is not of its type.
        """

    async def page(self, asking: Asking, given: Mapping[str, str], *, after: str, limit: int | None) -> Page:
        """The entries behind the key *after*, as many as *limit*, texts of the table in the language `lang`.

        Raises:
            LimitReached, EngineTrouble: as `Service.query`.
        """


def every_key(_: str) -> bool:
    """Tell that an entry is wanted, whatever its key."""
    return True


async def leaf(request: Request, context: Context, book: Book) -> Reply:
    """The part of *book* that is asked for; a table is whole unless it has a limit. Browsers are led to its page.

    Raises:
        ParameterError, LimitReached, EngineTrouble: as `Book` and `Service.query`.
    """
    given = values_of(request.scope)
    chosen = negotiated(request.scope, FORMATS)
    if chosen == HTML:
        kept = urlencode({name: value for name, value in given.items() if name not in _NOT_OF_PAGES}, safe=":/")
        return redirect(f"{book.shown_at}?{kept}" if kept else book.shown_at)
    language_in(given)
    book.check(given)
    asked = await page_asked(request, context, book.path, given)
    limit = asked.limit if chosen == JSON or LIMIT.name in given else None
    parts = (part for name, value in sorted(given.items()) if name != FORMAT.name for part in (name, value))
    edition = await current(request, context, book.path, chosen.extension, *parts, at_generation=asked.generation)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        page = await book.page(asking, given, after=asked.after or "", limit=limit)
    following = asked.next_address(edition.generation, page.last)
    fields = links((following, "next", chosen.media_type)) if following else ()
    if chosen == TABLE:
        return cached(Reply(csv_bytes(book.header, page.table), TABLE, fields=fields), edition)
    document = envelope(edition.generation, items=page.items, next=following, **page.members)
    return cached(json_reply(document, fields=fields), edition)


def checked_choice(given: Mapping[str, str], name: str, known: Sequence[str]) -> None:
    """Refuse a value of the parameter *name* that is none of *known*.

    Raises:
        ParameterError: it is none; the error lists them.
    """
    if name in given and given[name] not in known:
        raise ParameterError(
            f"{name} takes one of {', '.join(known)}, not {given[name][:60]!r}", parameter=name, allowed=list(known)
        )
