"""/desk: what waits for a decision of the curators, with how much there is of it, and the records to be mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import ID
from heritage_graph.web.api import anomalies, contradictions
from heritage_graph.web.api.links import count_open
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.references import Asking
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.pages.desk.verdicts import name_of, verdicts_of
from heritage_graph.web.replies import cached, current, page_reply
from heritage_graph.web.routing import Operation, negotiated, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

PATH: Final = "/desk"
IDENTITIES: Final = f"{PATH}/identities"
RECORDS: Final = f"{PATH}/records"
_PROBLEMS: Final = ("bad-parameter", "not-acceptable", "busy", "too-many-requests")
_DOCUMENTS: Final = f"{ID}document/"


@dataclass(frozen=True)
class Waiting:
    """What waits for a decision: what `words/desk.toml` calls it, how much there is, and where."""

    name: str
    count: int
    address: str


def operations(_: Context) -> tuple[Operation, ...]:
    """The page of what waits."""
    return (
        Operation(
            "desk", PATH, "What waits for a decision of the curators, and the records that they can mend.", _desk,
            values=(LIMIT, CURSOR), formats=(HTML,), problems=_PROBLEMS, example=PATH, tag="trust",
        ),
    )  # fmt: skip


async def _desk(request: Request, context: Context) -> Reply:
    negotiated(request.scope, (HTML,))
    given = values_of(request.scope)
    asked = await page_asked(request, context, PATH, given)
    parts = (part for name in (LIMIT.name, CURSOR.name) for part in (name, given.get(name, "")))
    edition = await current(request, context, PATH, HTML.extension, *parts, at_generation=asked.generation)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        waiting = await _waiting(asking)
        things = {
            row["document"]["value"].removeprefix(_DOCUMENTS): row["thing"]["value"]
            for row in await asking.rows("records")
        }
        page, last = asked.cut(sorted(things), str)
        labels = await asking.labels(things[slug] for slug in page)
    return cached(
        page_reply(
            request,
            context,
            "desk.html",
            waiting=waiting,
            total=len(things),
            records=[(slug, labels.reference(things[slug])) for slug in page],
            next=asked.next_address(edition.generation, last),
        ),
        edition,
    )


async def _waiting(asking: Asking) -> list[Waiting]:
    return [
        Waiting("links", await count_open(asking), "/quality/links"),
        Waiting("identities", len(await asking.rows("identities-proposed")), IDENTITIES),
        await _unjudged(asking, "anomalies", await anomalies.keys_of(asking)),
        await _unjudged(asking, "contradictions", await contradictions.keys_of(asking)),
    ]


async def _unjudged(asking: Asking, book: str, keys: Iterable[str]) -> Waiting:
    """The findings of *book*, by their *keys*, on which nobody has given a verdict."""
    verdicts = await verdicts_of(asking)
    return Waiting(book, sum(name_of(book, key) not in verdicts for key in keys), f"{PATH}/{book}")
