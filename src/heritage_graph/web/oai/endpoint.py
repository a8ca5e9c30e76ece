"""The address of the protocol: /oai, by GET and by form (3.1)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import Busy, ParameterError, TooManyRequests
from heritage_graph.namespaces import ID
from heritage_graph.web.addresses import base_of
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.faults import WrongContentType
from heritage_graph.web.limits import client_of, read_body
from heritage_graph.web.negotiation import Format
from heritage_graph.web.oai.arguments import LISTS, Asked, asked, selection_of
from heritage_graph.web.oai.formats import FORMATS, format_called
from heritage_graph.web.oai.identifiers import identifier_of, iri_of
from heritage_graph.web.oai.identify import add_formats, add_identity, add_sets
from heritage_graph.web.oai.listing import Asking, Item, add_item, add_page, first_position, items_of, page_at
from heritage_graph.web.oai.refusals import Refusal
from heritage_graph.web.oai.sets import sets_named
from heritage_graph.web.oai.tokens import Tokens
from heritage_graph.web.oai.xml import add, add_error, envelope, written
from heritage_graph.web.replies import Reply
from heritage_graph.web.routing import Operation, Value, fields_of_form, pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.changes.entries import Record
    from heritage_graph.web.context import Context
    from heritage_graph.web.oai.formats import MetadataFormat
    from heritage_graph.web.oai.xml import Element

PATH: Final = "/oai"
XML_TEXT: Final = Format("xml", "text/xml", ("application/xml",))

_FORM: Final = "application/x-www-form-urlencoded"
_MOST_BODY_BYTES: Final = 64 << 10
_NAMELESS: Final = frozenset({"badVerb", "badArgument"})
"""The refusals that do not tell the arguments again (3.2)."""
_VALUES: Final = (
    Value("verb", "What is asked: Identify, ListMetadataFormats, ListSets, ListIdentifiers, ListRecords, GetRecord.",
          example="ListRecords"),
    Value("metadataPrefix", "The format of the records: oai_dc, rdf or edm.", example="oai_dc"),
    Value("identifier", "The item.", example="oai:w3id.org:heritage-graph/id/agreement/icesco-ots-mou"),
    Value("set", "The set of the records: kind:… or source:…; ListSets has all.", example="kind:agreement"),
    Value("from", "Only what changed since, this day or second (UTC) included.", example="2026-11-21"),
    Value("until", "Only what changed until then, this day or second included.", example="2026-11-21T08:00:00Z"),
    Value("resumptionToken", "Where a list goes on; with the verb alone."),
)  # fmt: skip


def operations(context: Context) -> tuple[Operation, ...]:
    """The two ways to ask. The arguments are checked by the protocol's own rules."""
    tokens = Tokens(context.settings.shared_folder)

    async def by_get(request: Request, context: Context) -> Reply:
        return await _answer(request, context, tokens, b"")

    async def by_form(request: Request, context: Context) -> Reply:
        return await _answer(request, context, tokens, await _form(request))

    return (
        Operation(
            "harvest", PATH, "OAI-PMH 2.0: take all records, and later what has changed, deletions included.", by_get,
            values=_VALUES, lenient=True, formats=(XML_TEXT,), problems=("busy", "engine-trouble"),
            example=f"{PATH}?verb=ListRecords&metadataPrefix=oai_dc&set=kind:agreement", tag="harvesting",
        ),
        Operation(
            "harvestByForm", PATH, "As by GET, the arguments in a form.", by_form, method="POST",
            values=_VALUES, lenient=True, formats=(XML_TEXT,), takes=(_FORM,),
            problems=("busy", "engine-trouble", "body-too-large", "unsupported-media-type"), tag="harvesting",
        ),
    )  # fmt: skip


async def _form(request: Request) -> bytes:
    media_type = field(request.scope, b"content-type").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise WrongContentType(
            f"arguments come as a form ({_FORM}), not as {media_type[:60]!r}; or ask by GET", supported=[_FORM]
        )
    return await read_body(request.receive, _MOST_BODY_BYTES)


async def _answer(request: Request, context: Context, tokens: Tokens, form: bytes) -> Reply:
    """The answer to a request; what the protocol itself refuses is told within it.

    Raises:
        Busy: the service has too much to do, or this client has used its share; harvesters wait on 503 alone.
        EngineTrouble, LimitReached: the store cannot be asked.
    """
    at = datetime.now(UTC)  # before anything is read: what becomes visible from here on is for the next harvest
    base_url = base_of(request.scope, context) + PATH
    arguments: Mapping[str, str] = {}
    try:
        given = _asked(request, form)
        arguments = {"verb": given.verb, **given.given}
        root = envelope(at, base_url, arguments)
        asking = await _asking(request, context, tokens, at)
        with context.budgets.spending(client_of(request.scope)):
            await _add_answer(root, base_url, given, asking)
    except Refusal as refusal:
        root = envelope(at, base_url, {} if refusal.code in _NAMELESS else arguments)
        add_error(root, refusal)
    except TooManyRequests as fault:
        raise Busy(str(fault), **fault.details) from fault
    return Reply(await asyncio.to_thread(written, root), XML_TEXT)


def _asked(request: Request, form: bytes) -> Asked:
    try:
        fields = [*fields_of_form(form), *pairs(request.scope)]
    except ParameterError as fault:
        raise Refusal("badArgument", str(fault)) from fault
    return asked(fields)


async def _asking(request: Request, context: Context, tokens: Tokens, at: datetime) -> Asking:
    log = await context.changes.log()
    state = await asyncio.to_thread(log.state)
    exchange_of(request.scope).generation = state.generation
    return Asking(request, context, tokens, log, state, at)


async def _add_answer(root: Element, base_url: str, given: Asked, asking: Asking) -> None:
    match given.verb:
        case "Identify":
            await _identify(root, base_url, asking)
        case "ListMetadataFormats":
            await _list_formats(root, given.given, asking)
        case "ListSets":
            await _list_sets(root, given.given, asking)
        case "GetRecord":
            await _get_record(root, given.given, asking)
        case _:
            assert given.verb in LISTS
            await _list(root, given, asking)


async def _identify(root: Element, base_url: str, asking: Asking) -> None:
    some: Sequence[Record] = await asyncio.to_thread(asking.log.records, limit=1)
    add_identity(
        root,
        base_url,
        contact=asking.context.settings.contact_email,
        earliest=asking.state.first,
        sample=identifier_of(some[0].change.iri if some else f"{ID}organization/example"),
    )


async def _list_formats(root: Element, given: Mapping[str, str], asking: Asking) -> None:
    if "identifier" not in given:
        add_formats(root, FORMATS)
        return
    record = await _record(given["identifier"], asking)
    add_formats(root, [each for each in FORMATS if await _item(record, each, asking) is not None])


async def _list_sets(root: Element, given: Mapping[str, str], asking: Asking) -> None:
    if "resumptionToken" in given:
        raise Refusal("badResumptionToken", "the list of sets is given whole, so that no token is for it")
    families, graphs = await asyncio.to_thread(lambda: (asking.log.families(), asking.log.graphs()))
    add_sets(root, sets_named(families, graphs))


async def _get_record(root: Element, given: Mapping[str, str], asking: Asking) -> None:
    record = await _record(given["identifier"], asking)
    metadata_format = format_called(given["metadataPrefix"])
    item = await _item(record, metadata_format, asking)
    if item is None:
        raise Refusal("cannotDisseminateFormat", f"this item cannot be told in {metadata_format.prefix}")
    add_item(add(root, "GetRecord"), item, metadata_format)


async def _list(root: Element, given: Asked, asking: Asking) -> None:
    token = given.given.get("resumptionToken")
    if token is None:
        position = await first_position(asking, given.verb, selection_of(given.given))
    else:
        position = asking.tokens.read(token, given.verb, asking.state)
    page = await page_at(asking, position)
    following = None if page.following is None else asking.tokens.text(page.following, asking.state)
    await asyncio.to_thread(add_page, root, page, following)


async def _record(identifier: str, asking: Asking) -> Record:
    """The record of an item.

    Raises:
        Refusal: idDoesNotExist.
    """
    iri = iri_of(identifier)
    record = None if iri is None else await asyncio.to_thread(asking.log.record, iri)
    if record is None:
        raise Refusal("idDoesNotExist", f"there is no item {identifier[:200]!r}")
    return record


async def _item(record: Record, metadata_format: MetadataFormat, asking: Asking) -> Item | None:
    """The item in this format; None when it cannot be told in it."""
    if not metadata_format.tells_of(record.change.family):
        return None
    items = await items_of(asking, [record], metadata_format)
    if not items:
        raise Busy("this record is being changed; ask again", retry_after=1)
    (item,) = items
    return item if item.statements is not None or record.change.kind == "delete" else None
