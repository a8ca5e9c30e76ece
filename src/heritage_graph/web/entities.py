"""Things by their address: /id redirects, /doc describes in the format that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HGV
from heritage_graph.web.as_of import AS_OF, state_named
from heritage_graph.web.described import FORMATS, Subject, describe
from heritage_graph.web.entity_addresses import path_of, segment, thing_in, without_suffix
from heritage_graph.web.faults import Gone
from heritage_graph.web.pages.model.schemes import concept_page
from heritage_graph.web.profiles import PROFILE
from heritage_graph.web.replies import redirect
from heritage_graph.web.routing import FORMAT, Operation, values_of
from heritage_graph.web.signposting import in_ascii
from heritage_graph.web.standing import standing_of
from heritage_graph.web.templating import local_address
from heritage_graph.web.tombstones import tombstone

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

_PROBLEMS: Final = ("not-found", "withdrawn", "generation-not-kept", "not-acceptable", "busy", "engine-trouble")


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations on things."""
    return (
        Operation(
            "thing", "/id/{kind}/{slug}", "A thing: leads to its document.", _thing, values=(FORMAT, PROFILE, AS_OF),
            formats=FORMATS,
            statuses=(301, 303), problems=_PROBLEMS, example="/id/agreement/icesco-ots-mou", tag="things",
        ),
        Operation(
            "thingDocument", "/doc/{kind}/{slug}", "The document about a thing, with the source of each fact.",
            _document, values=(FORMAT, PROFILE, AS_OF), formats=FORMATS, problems=_PROBLEMS,
            example="/doc/organization/icesco.nt", tag="things",
        ),
        Operation(
            "concept", "/vocab/{scheme}/{concept}", "A concept of a vocabulary.", _concept,
            values=(FORMAT, PROFILE, AS_OF), formats=FORMATS, problems=_PROBLEMS,
            example="/vocab/in-force/in-force.nt", tag="terms",
        ),
    )  # fmt: skip


async def _thing(request: Request, context: Context) -> Reply:
    """303 to the document; 301 to what the thing was merged into.

    What was split up into several leads to its document, which names them.
    """
    iri, suffix = thing_in(request, FORMATS)
    asked = request.scope["query_string"].decode("ascii")
    ending = (f".{suffix}" if suffix else "") + (f"?{asked}" if asked else "")
    values = values_of(request.scope)
    state = await state_named(values[AS_OF.name], context) if AS_OF.name in values else None
    generation = context.service.generations.last if state is None else state.generation
    if generation not in context.service.generations.published:  # the document asks the change log
        return redirect(f"/doc/{path_of(iri)}{ending}")
    try:
        standing = await standing_of(request, context, iri, generation)
    except Gone as gone:
        return tombstone(request, context, gone, suffix=suffix)
    successor = local_address(standing.replacements[0]) if len(standing.replacements) == 1 else None
    if successor and standing.replacements[0] != iri:
        return redirect(f"{successor}{ending}" if successor.startswith("/") else in_ascii(successor), status=301)
    return redirect(f"/doc/{path_of(iri)}{ending}")


async def _document(request: Request, context: Context) -> Reply:
    iri, suffix = thing_in(request, FORMATS)
    return await describe(request, context, Subject(iri, f"/doc/{path_of(iri)}", is_thing=True), suffix=suffix)


async def _concept(request: Request, context: Context) -> Reply:
    name, suffix = without_suffix(request.path_params["concept"], FORMATS)
    path = f"{segment(request.path_params['scheme'])}/{segment(name)}"
    subject = Subject(HGV + path, f"/vocab/{path}", is_thing=False)
    page = await concept_page(request, context, subject, suffix=suffix)
    return page if page is not None else await describe(request, context, subject, suffix=suffix)
