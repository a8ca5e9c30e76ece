"""A book of the ledger over HTTP: pages as JSON, and a table that a curator opens in a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from heritage_graph.errors import ParameterError
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.parameters import LANGUAGE, language_in
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import JSON, Format
from heritage_graph.web.replies import Reply, cached, current, json_reply, links
from heritage_graph.web.routing import FORMAT, negotiated, values_of
from heritage_graph.web.spreadsheet import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.context import Context

TABLE: Final = Format("csv", "text/csv", ("spreadsheet",))
FORMATS: Final = (JSON, TABLE)
COMMON: Final = (LANGUAGE, LIMIT, CURSOR, MIN_GENERATION, AS_OF, FORMAT)


@dataclass(frozen=True)
class Page:
    """A part of a book: JSON items, the rows of the table for them, and the key of the last when more follow.

    `members` stand beside the items in the JSON.
    """

    items: Sequence[Mapping[str, object]]
    table: Sequence[Sequence[str]]
    last: str | None
    members: Mapping[str, object]


class Book(Protocol):
    """One book of the ledger."""

    @property
    def path(self) -> str:
        """Its address; the last part is its name."""

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


async def leaf(request: Request, context: Context, book: Book) -> Reply:
    """The part of *book* that is asked for; a table is whole unless it has a limit.

    Raises:
        ParameterError, LimitReached, EngineTrouble: as `Book` and `Service.query`.
    """
    given = values_of(request.scope)
    chosen = negotiated(request.scope, FORMATS)
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
