"""/harvest: which protocol for which need, with live addresses and the state of today."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import BASE
from heritage_graph.query_files import bind
from heritage_graph.web.addresses import base_of
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.dataset_state import dataset_state, dates_of
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.page_language import PAGE_LANGUAGES
from heritage_graph.web.pages.harvest_ways import GROUPS, numbers, ways
from heritage_graph.web.replies import cached, current, json_reply, page_reply, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.templating import local_address
from heritage_graph.web.words import read_words, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.harvest_ways import Way
    from heritage_graph.web.replies import Reply

PATH: Final = "/harvest"
_AREA: Final = "harvest."


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation of the page."""
    return (
        Operation(
            "harvestPage", PATH, "Which protocol serves which need: addresses, examples, formats and promises.",
            _harvest, values=(FORMAT,), formats=(JSON, HTML), schema="harvest", example=PATH, tag="harvesting",
        ),
    )  # fmt: skip


async def _harvest(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    state = await dataset_state(request, context, counted=True)
    edition = await current(request, context, PATH, chosen.extension, *state.parts, at_generation=state.generation)
    if edition.unchanged:
        return edition.unchanged
    base = base_of(request.scope, context)
    dates = await dates_of(request, context, edition.generation)
    example = await _example(request, context, edition.generation)
    told = [_told(way, base=base, example=example) for way in ways(context.settings)]
    view = None if state.census is None else state.census.view
    figures = {
        "changed": dates.modified,
        "entities": None if view is None else view.entities,
        "statements": None if view is None else view.triples,
    }
    if chosen == HTML:
        groups = {name: [way for way in told if way["group"] == name] for name in GROUPS}
        page = page_reply(
            request, context, "harvest.html", groups=groups,
            numbers=numbers(context.settings), figures=figures, generation=edition.generation,
        )  # fmt: skip
        return cached(page, edition)
    said = read_words()
    given = numbers(context.settings)
    items = [
        {
            **way,
            "want": _in_each(said, f"{_AREA}need-{way['need']}", given),
            "gives": _in_each(said, f"{_AREA}gives-{way['need']}", given),
        }
        for way in told
    ]
    return cached(json_reply(envelope(edition.generation, figures=figures, items=items)), edition)


def _told(way: Way, *, base: str, example: str) -> dict[str, object]:
    """*way* with the address of the service in it; *example* is the IRI of a thing."""
    told = asdict(way)
    at_once = told.pop("at_once")
    address = local_address(example) if way.need == "record" else way.address
    command = way.command.format(base=base, example=f"{base}{local_address(example)}")
    return {**told, "address": address, "command": command, "atOnce": at_once}


async def _example(request: Request, context: Context, generation: int) -> str:
    """The IRI of a thing, or of where all begins when there is none."""
    rows = await rows_of(request, context, bind(context.internal.query("view-examples"), {}), generation=generation)
    found = [row["example"]["value"] for row in rows if "example" in row]
    return next((iri for iri in found if "/agreement/" in iri), found[0] if found else f"{BASE}ns")


def _in_each(said: Mapping[str, Mapping[str, str]], name: str, values: Mapping[str, str]) -> dict[str, str]:
    return {language: spoken(said, name, language, **values) for language in PAGE_LANGUAGES}
