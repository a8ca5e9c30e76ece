"""Answer lists of records: a page, its records in their format, and where it goes on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, parse

from heritage_graph.web.oai.formats import format_called
from heritage_graph.web.oai.identifiers import identifier_of
from heritage_graph.web.oai.refusals import Refusal
from heritage_graph.web.oai.sets import choice_of, sets_of
from heritage_graph.web.oai.tokens import Position
from heritage_graph.web.oai.xml import add, add_header
from heritage_graph.web.profiles import views_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pyoxigraph import Triple
    from starlette.requests import Request

    from heritage_graph.changes.change_log import ChangeLog
    from heritage_graph.changes.entries import Choice, LogState, Record
    from heritage_graph.web.context import Context
    from heritage_graph.web.oai.arguments import Selection
    from heritage_graph.web.oai.formats import MetadataFormat
    from heritage_graph.web.oai.tokens import Tokens
    from heritage_graph.web.oai.xml import Element


@dataclass(frozen=True)
class Asking:
    """Who asks, when, and what the log was then."""

    request: Request
    context: Context
    tokens: Tokens
    log: ChangeLog
    state: LogState
    at: datetime


@dataclass(frozen=True)
class Item:
    """A record in one format: its statements, None where it is told as deleted."""

    record: Record
    statements: list[Triple] | None


@dataclass(frozen=True)
class Page:
    """Some items of a list, from where they begin, and where the list goes on, None at its end."""

    format: MetadataFormat
    position: Position
    items: Sequence[Item]
    following: Position | None


async def first_position(asking: Asking, verb: str, selection: Selection) -> Position:
    """Where the list of *selection* begins.

    Raises:
        Refusal: cannotDisseminateFormat, noRecordsMatch.
    """
    choice = _choice(selection)
    size = 0 if choice is None else await asyncio.to_thread(asking.log.count, choice)
    if not size:
        raise Refusal("noRecordsMatch", "no record is in this set and changed within this time")
    return Position(verb, selection, after=0, cursor=0, size=size)


async def page_at(asking: Asking, position: Position) -> Page:
    """The page of a list that begins at *position*; it is empty only at the end of the list.

    Raises:
        Refusal: noRecordsMatch: there is nothing in the list.
        EngineTrouble, LimitReached: the store cannot be asked.
    """
    choice = _choice(position.selection)
    assert choice is not None
    wanted = asking.context.settings.oai_page
    metadata_format = format_called(position.selection.prefix)
    after = position.after
    while True:
        found = await asyncio.to_thread(asking.log.records, after=after, limit=wanted + 1, choice=choice)
        records, goes_on = found[:wanted], len(found) > wanted
        if position.verb == "ListRecords":
            items = await items_of(asking, records, metadata_format)
        else:
            items = await headers_of(asking, records, metadata_format)
        if items or not goes_on:
            break
        after = records[-1].change.sequence
    if not items and not position.after:
        raise Refusal("noRecordsMatch", "no record is in this set and changed within this time")
    following = None
    if goes_on:
        following = replace(position, after=records[-1].change.sequence, cursor=position.cursor + len(items))
    return Page(metadata_format, position, items, following)


async def items_of(asking: Asking, records: Sequence[Record], metadata_format: MetadataFormat) -> list[Item]:
    """The items of *records*, in their order.

    A record of which the format tells nothing is told as deleted in it. One that has been followed by another version
    before it was kept is left out: it comes again with that version.
    """
    living = [record for record in records if record.change.kind != "delete"]
    told = await _statements(asking, living, metadata_format)
    items = []
    for record in records:
        statements = told.get(record.change.iri)
        if record.change.kind == "delete":
            items.append(Item(record, None))
        elif statements is not None or metadata_format.profile is not None:
            missing: list[Triple] | None = [] if not metadata_format.families else None
            items.append(Item(record, missing if statements is None else statements))
    return items


async def headers_of(asking: Asking, records: Sequence[Record], metadata_format: MetadataFormat) -> list[Item]:
    """As `items_of`, where nobody looks at the statements."""
    if metadata_format.families:
        return await items_of(asking, records, metadata_format)
    return [Item(record, None if record.change.kind == "delete" else []) for record in records]


def add_item(parent: Element, item: Item, metadata_format: MetadataFormat) -> None:
    """Add a record: its header, and its metadata unless it is deleted."""
    record = add(parent, "record")
    _add_header(record, item)
    if item.statements is not None:
        metadata = add(record, "metadata")
        metadata.append(metadata_format.written(item.record.change.iri, item.statements))


def add_page(root: Element, page: Page, token: str | None) -> None:
    """Add *page*, and its token when it is not the whole list: an empty one at the end (3.5)."""
    position = page.position
    parent = add(root, position.verb)
    for item in page.items:
        if position.verb == "ListRecords":
            add_item(parent, item, page.format)
        else:
            _add_header(parent, item)
    if token is not None or position.after:
        size = max(position.size, position.cursor + len(page.items) + bool(token))
        add(parent, "resumptionToken", token, completeListSize=str(size), cursor=str(position.cursor))


def _add_header(parent: Element, item: Item) -> None:
    change = item.record.change
    deleted = item.statements is None
    add_header(parent, identifier_of(change.iri), change.at, sets_of(item.record), deleted=deleted)


def _choice(selection: Selection) -> Choice | None:
    """What chooses the records of *selection*; None when no record can be chosen by it."""
    families = format_called(selection.prefix).families
    choice = choice_of(selection.set_spec)
    if choice is None:
        return None
    if families and choice.families:
        families = tuple(family for family in choice.families if family in families)
        if not families:
            return None
    return replace(choice, families=families or choice.families, since=selection.since, until=selection.until)


async def _statements(
    asking: Asking, records: Sequence[Record], metadata_format: MetadataFormat
) -> Mapping[str, list[Triple]]:
    """What the format is made of, by IRI; of things of which it tells nothing, there is nothing."""
    if not records:
        return {}
    if metadata_format.profile is None:
        return await asyncio.to_thread(_kept, asking.log, records)
    context = asking.context
    generation = asking.state.generation
    if generation not in context.service.generations.published:
        generation = context.service.generations.last
    iris = [record.change.iri for record in records if metadata_format.tells_of(record.change.family)]
    return await views_of(asking.request, context, metadata_format.profile, iris, generation=generation)


def _kept(log: ChangeLog, records: Iterable[Record]) -> dict[str, list[Triple]]:
    sequences = {record.change.sequence: record.change.iri for record in records}
    return {
        sequences[sequence]: [quad.triple for quad in parse(quads, RdfFormat.N_QUADS)]
        for sequence, quads in log.contents(sequences).items()
    }
