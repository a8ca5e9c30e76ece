"""How the graph knows an IRI: where it is described, what took its place, and when it last changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.query_files import bind
from heritage_graph.web.faults import Gone
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.context import Context

_PLACES: Final = ("published", "generic", "elsewhere")


@dataclass(frozen=True)
class Standing:
    """A thing that is described: in the published view, in a generic graph, or in the log and the like.

    `replacements` are what it was merged into or split up in, sorted; `changed` is when it last changed, None when the
    log does not follow it.
    """

    place: str
    replacements: tuple[str, ...]
    changed: datetime | None


async def standing_of(request: Request, context: Context, iri: str, generation: int) -> Standing:
    """How *generation* knows *iri*.

    Raises:
        Gone: it was described once; the details say when it went, by which commit, and what took its place.
        UnknownName: nothing was known of it, then or before.
        EngineTrouble, LimitReached: the store cannot be asked.
    """
    text = bind(context.internal.query("standing"), {"this": iri})
    rows = await rows_of(request, context, text, generation=generation)
    row = rows[0]
    replacements = tuple(sorted({each["replacement"]["value"] for each in rows if "replacement" in each}))
    place = next((place for place in _PLACES if row[place]["value"] == "true"), None)
    if place is not None:
        changed = datetime.fromisoformat(row["at"]["value"]) if "at" in row else None
        return Standing(place, replacements, changed)
    if "change" in row:
        raise _gone(iri, row, replacements)
    last = context.service.generations.last
    when = "" if generation == last else f" in generation {generation}, nor before"
    raise UnknownName(f"nothing is known of {iri}{when}", iri=iri)


def _gone(iri: str, row: Row, replacements: tuple[str, ...]) -> Gone:
    generation = int(row["generation"]["value"])
    return withdrawn(
        iri,
        at=row["at"]["value"],
        generation=generation,
        commit=row["commit"]["value"],
        change=row["change"]["value"],
        replacements=replacements,
    )


def withdrawn(
    iri: str,
    *,
    at: str,
    generation: int,
    commit: str | None = None,
    change: str | None = None,
    replacements: tuple[str, ...] = (),
) -> Gone:
    """The error that *iri* went with *generation*, at the moment *at* (ISO 8601)."""
    then = f"; in its place: {', '.join(replacements)}" if replacements else ""
    return Gone(
        f"{iri} was described until generation {generation - 1} and was withdrawn with generation {generation}, "
        f"{at}{then}",
        iri=iri,
        deleted_at=at,
        generation=generation,
        last_generation=generation - 1,
        commit=commit,
        change=change,
        replaced_by=list(replacements) or None,
    )
