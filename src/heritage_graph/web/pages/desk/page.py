"""/desk/records: a record of a public page by a form, previewed as the gate judges it, and accepted with a key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import InvalidData, ParameterError, RefusedInput, StaleBase, UnknownName
from heritage_graph.namespaces import HGV, is_slug
from heritage_graph.web.api.references import Asking
from heritage_graph.web.bearers import key_given
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.faults import Forbidden, Unauthorized, WrongContentType
from heritage_graph.web.graph_writing import check_writable
from heritage_graph.web.limits import client_of, read_body
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.desk import findings, identities, queue
from heritage_graph.web.pages.desk.fields import (
    LONGEST,
    NOTHING,
    ROWS,
    SECTIONS,
    read_typed,
    record_of_fields,
    typed_of,
)
from heritage_graph.web.pages.desk.previewing import previewed
from heritage_graph.web.pages.desk.telling import Refused, stored_record, telling_of
from heritage_graph.web.problems import problem_of
from heritage_graph.web.replies import cached, current, page_reply, redirect
from heritage_graph.web.routing import LANG, Operation, Value, fields_of_form, negotiated, values_of
from heritage_graph.web.sparql_request import FORM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.errors import HeritageGraphError
    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.desk.fields import Typed
    from heritage_graph.web.pages.desk.previewing import Preview
    from heritage_graph.web.pages.desk.telling import Telling
    from heritage_graph.web.replies import Reply

PATH: Final = queue.RECORDS
_SLUG: Final = Value("slug", "The name of the source of the record to be opened.", example="bay-2021-museum-council")
_BODY_BYTES: Final = 1 << 18
_MOST_FIELDS: Final = 4000
_BLANKS: Final = 2
_MORE_BLANKS: Final = 8
"""How many empty rows a list has below what is filled in, and how many when more are asked for."""
_DO: Final = "do"
_GENERATION: Final = "generation"
_KEY: Final = "key"
_READ: Final = ("bad-parameter", "not-acceptable", "busy", "too-many-requests")
_ROLE: Final = f"{HGV}role/"


def operations(context: Context) -> tuple[Operation, ...]:
    """The pages of the desk."""
    return (
        *queue.operations(context),
        *identities.operations(context),
        *findings.operations(context),
        Operation(
            "deskNewRecord", PATH, "The empty form of a record of a public page; with `slug=`, the way to its record.",
            _empty, values=(_SLUG,), formats=(HTML,), statuses=(200, 303), problems=_READ, example=PATH, tag="trust",
        ),
        Operation(
            "deskRecord", f"{PATH}/{{slug}}", "A record, in the form by which it can be mended.", _stored,
            formats=(HTML,), problems=("not-found", *_READ), tag="trust",
        ),
        Operation(
            "deskSendRecord", PATH,
            "Preview the record in the form, or accept it with the key in it: `do` is preview, rows or accept.", _sent,
            method="POST", formats=(HTML,), takes=(FORM,), tag="trust",
            problems=(
                "bad-parameter", "unauthorized", "graph-forbidden", "version-conflict", "shacl-violation",
                "unsupported-media-type", "body-too-large", "validation-timeout", "insufficient-storage",
                "too-many-requests", "busy",
            ),
        ),
    )  # fmt: skip


async def _empty(request: Request, context: Context) -> Reply:
    negotiated(request.scope, (HTML,))
    slug = values_of(request.scope).get(_SLUG.name, "").strip()
    if slug:
        if not is_slug(slug):
            raise ParameterError(
                f"a source has a name of small letters, digits and single hyphens, not {slug[:60]!r}",
                parameter=_SLUG.name,
            )
        language = page_language(request.scope)
        return redirect(f"{PATH}/{slug}" + (f"?{urlencode({LANG.name: language.code})}" if language.named else ""))
    edition = await current(request, context, PATH, HTML.extension)
    return edition.unchanged or cached(await _form(request, context, NOTHING), edition)


async def _stored(request: Request, context: Context) -> Reply:
    negotiated(request.scope, (HTML,))
    slug = request.path_params["slug"]
    if not is_slug(slug):
        raise UnknownName("a source has a name of small letters and digits, with single hyphens between them")
    edition = await current(request, context, PATH, slug, HTML.extension)
    if edition.unchanged:
        return edition.unchanged
    record = await stored_record(Asking(request, context, edition.generation), slug)
    if record is None:
        raise UnknownName(f"there is no record {slug!r}; {queue.PATH} lists those there are")
    return cached(await _form(request, context, typed_of(record), stored=slug), edition)


async def _sent(request: Request, context: Context) -> Reply:
    """What was asked for of the record in the form.

    The key stands in the body and is sent by nobody but who typed it: a page of somebody else cannot.
    """
    negotiated(request.scope, (HTML,))
    media_type = field(request.scope, b"content-type").partition(";")[0].strip().lower()
    if media_type != FORM:
        raise WrongContentType(f"a record comes as {FORM}, not as {media_type[:60]!r}", supported=[FORM])
    fields = fields_of_form(await read_body(request.receive, _BODY_BYTES), most=_MOST_FIELDS)
    given = {name: text for name, text in fields if name in {_DO, _GENERATION, _KEY}}
    typed = read_typed((name, text) for name, text in fields if name not in given)
    match given.get(_DO, "preview"):
        case "preview":
            return await _form(request, context, typed, preview=await _previewed(request, context, typed))
        case "rows":
            return await _form(request, context, typed, blanks=_MORE_BLANKS)
        case "accept":
            return await _accepted(request, context, typed, given)
    raise ParameterError(f"{_DO} takes preview, rows or accept, not {given[_DO][:40]!r}", parameter=_DO)


async def _previewed(request: Request, context: Context, typed: Typed) -> Preview:
    """What would become of *typed* on the last generation; nothing is stored."""
    asking = Asking(request, context, context.service.generations.last)
    exchange_of(request.scope).generation = asking.generation
    with context.budgets.spending(client_of(request.scope)):
        return await previewed(asking, await telling_of(asking, record_of_fields(typed)))


async def _accepted(request: Request, context: Context, typed: Typed, given: Mapping[str, str]) -> Reply:
    """The page that says what was stored, else the form with what was typed, and why it was not.

    Raises:
        ParameterError: the generation of the preview is missing.
        RefusedInput, EngineTrouble: as `Intake.submit`.
    """
    seen = given.get(_GENERATION, "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < len(str(1 << 63))):
        raise ParameterError(f"{_GENERATION} is that of a preview, not {seen[:40]!r}", parameter=_GENERATION)
    try:
        key = key_given(request.scope, context, given.get(_KEY, "").strip())
        asking = Asking(request, context, context.service.generations.last)
        with context.budgets.spending(client_of(request.scope)):
            telling = await telling_of(asking, record_of_fields(typed))
        if isinstance(telling, Refused):
            return await _again(request, context, typed, RefusedInput("the record cannot be told"))
        check_writable(key, telling.graph)
    except (Unauthorized, Forbidden) as fault:
        return await _form(request, context, typed, fault=fault, accepting=int(seen))
    return await _stored_now(request, context, typed, telling, int(seen))


async def _stored_now(request: Request, context: Context, typed: Typed, telling: Telling, seen: int) -> Reply:
    try:
        with context.budgets.spending(client_of(request.scope)):
            verdict = await context.service.intake.submit(telling.submission(), expected=seen)
    except (StaleBase, InvalidData) as fault:
        return await _again(request, context, typed, fault)
    asking = Asking(request, context, verdict.receipt["generation"])
    exchange_of(request.scope).generation = asking.generation
    labels = await asking.labels([telling.thing])
    return page_reply(
        request, context, "desk_accepted.html", slug=telling.slug, thing=labels.reference(telling.thing),
        generation=asking.generation, changes=verdict.changes,
    )  # fmt: skip


async def _again(request: Request, context: Context, typed: Typed, fault: HeritageGraphError) -> Reply:
    """The form with what was typed, previewed anew, and the *fault* for which nothing was stored."""
    preview = await _previewed(request, context, typed)
    return await _form(request, context, typed, preview=preview, fault=fault)


async def _form(
    request: Request,
    context: Context,
    typed: Typed,
    *,
    blanks: int = _BLANKS,
    stored: str | None = None,
    preview: Preview | None = None,
    fault: HeritageGraphError | None = None,
    accepting: int | None = None,
) -> Reply:
    """The form that holds *typed*, with what would become of it, and the *fault* for which it was not accepted.

    *stored* is the record that was opened, *accepting* the generation on which *typed* may be accepted as it is.
    """
    if preview is not None and preview.may_be_accepted:
        accepting = preview.generation
    if preview is not None and preview.replaces:
        stored = typed.slug
    generation = context.service.generations.last
    names = await context.term_names.of(request, context, generation)
    roles = {iri.removeprefix(_ROLE): names.of(iri) for iri in sorted(names.by_iri) if iri.startswith(_ROLE)}
    reply = page_reply(
        request, context, "desk_record.html", typed=typed, sections=SECTIONS, rows=ROWS, blanks=blanks, roles=roles,
        longest=LONGEST, stored=stored, preview=preview, accepting=accepting, path=PATH,
        fault=None if fault is None else problem_of(fault),
    )  # fmt: skip
    if fault is None:
        return reply
    problem = problem_of(fault)
    exchange_of(request.scope).problem = problem.slug
    asks = ((b"www-authenticate", b'Bearer realm="heritage-graph"'),) if isinstance(fault, Unauthorized) else ()
    return replace(reply, status=problem.status, fields=(*reply.fields, *asks))
