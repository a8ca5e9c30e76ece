"""/desk/identities: who printed names are proposed to mean, decided mention by mention, and decisions taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import InvalidData, ParameterError, RefusedInput, StaleBase
from heritage_graph.importers.records.identities import COLUMNS, PROPOSED
from heritage_graph.model.link_decisions import Outcome, Ruling
from heritage_graph.namespaces import source_graph
from heritage_graph.web.api.ledger import TABLE
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.parameters import choice_in
from heritage_graph.web.api.references import Asking
from heritage_graph.web.bearers import key_given
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.faults import Forbidden, Unauthorized, WrongContentType
from heritage_graph.web.graph_writing import check_writable
from heritage_graph.web.limits import client_of, read_body
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.desk.cases import case_of, cases_of
from heritage_graph.web.pages.desk.fields import record_of_fields, typed_of
from heritage_graph.web.pages.desk.previewing import previewed
from heritage_graph.web.pages.desk.queue import IDENTITIES as PATH
from heritage_graph.web.pages.desk.telling import Refused, stored_record, telling_of
from heritage_graph.web.problems import problem_of
from heritage_graph.web.replies import Reply, cached, current, page_reply, redirect
from heritage_graph.web.routing import FORMAT, LANG, Operation, Value, fields_of_form, negotiated, values_of
from heritage_graph.web.sparql_request import FORM
from heritage_graph.web.spreadsheet import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.errors import HeritageGraphError
    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.desk.cases import Case
    from heritage_graph.web.pages.desk.previewing import Preview
    from heritage_graph.web.pages.desk.telling import Telling

STATE: Final = Value("state", "Which: those that wait, proposed, or those that were decided here.", example="decided",
                     default="proposed", type="choice:proposed|decided")  # fmt: skip
_BODY_BYTES: Final = 1 << 16
_READ: Final = ("bad-parameter", "not-acceptable", "busy", "too-many-requests")


def operations(_: Context) -> tuple[Operation, ...]:
    """The list, the page of one mention, and its form."""
    return (
        Operation(
            "deskIdentities", PATH, "The printed names for which an identity is proposed, and what was decided here.",
            _list, values=(STATE, LIMIT, CURSOR, FORMAT), formats=(HTML, TABLE), problems=_READ, example=PATH,
            tag="trust",
        ),
        Operation(
            "deskIdentity", f"{PATH}/{{slug}}/{{mention}}", "Who a printed name is proposed to mean, to be decided on.",
            _shown, formats=(HTML,), problems=("not-found", *_READ), tag="trust",
        ),
        Operation(
            "deskDecideIdentity", f"{PATH}/{{slug}}/{{mention}}",
            "Preview a decision on who is meant, or make it with the key in the form: `do` is preview or decide.",
            _sent, method="POST", formats=(HTML,), takes=(FORM,), statuses=(200, 303), tag="trust",
            problems=(
                "bad-parameter", "not-found", "unauthorized", "graph-forbidden", "version-conflict", "shacl-violation",
                "unsupported-media-type", "body-too-large", "validation-timeout", "insufficient-storage",
                "too-many-requests", "busy",
            ),
        ),
    )  # fmt: skip


async def _list(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (HTML, TABLE))
    given = {name: text for name, text in values_of(request.scope).items() if text and name != FORMAT.name}
    state = choice_in(given, STATE)
    asked = await page_asked(request, context, PATH, given)
    parts = (part for pair in sorted(given.items()) for part in pair)
    edition = await current(request, context, PATH, chosen.extension, *parts, at_generation=asked.generation)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        cases = {node: case for node, case in (await cases_of(asking)).items() if case.waits == (state == PROPOSED)}
        if chosen == TABLE:
            return cached(Reply(csv_bytes(COLUMNS, [cases[node].row() for node in sorted(cases)]), TABLE), edition)
        items = {node: _item(case) for node, case in cases.items()}
        if state == PROPOSED:
            items |= await _proposed(asking, cases)
        page, last = asked.cut(sorted(items), str)
        labels = await asking.labels(str(items[key]["identity"]) for key in page)
    return cached(
        page_reply(
            request,
            context,
            "desk_identities.html",
            items=[{**items[key], "identity": labels.reference(str(items[key]["identity"]))} for key in page],
            state=state,
            total=len(items),
            next=asked.next_address(edition.generation, last),
        ),
        edition,
    )


def _item(case: Case) -> dict[str, object]:
    name, because = {"value": case.held.printed}, {"value": case.held.why}
    return {"case": case, "slug": case.slug, "identity": case.held.identity.value, "name": name, "because": because}


async def _proposed(asking: Asking, cases: Mapping[str, Case]) -> dict[str, dict[str, object]]:
    """What the graph proposes, by node; what the file does not propose cannot be decided here, and has no case."""
    return {
        row["node"]["value"]: {
            "case": cases.get(row["node"]["value"]),
            "slug": row["graph"]["value"].removeprefix(source_graph("").value),
            "identity": row["identity"]["value"],
            "name": row.get("name"),
            "because": row.get("because"),
        }
        for row in await asking.rows("identities-proposed")
    }


async def _shown(request: Request, context: Context) -> Reply:
    negotiated(request.scope, (HTML,))
    edition = await current(request, context, request.scope["path"], HTML.extension)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        return cached(await _page(asking, await case_of(asking, **asking.request.path_params), {}), edition)


async def _sent(request: Request, context: Context) -> Reply:
    """What was asked for of a decision by the form of a mention.

    The key stands in the body and is sent by nobody but who typed it: a page of somebody else cannot.
    """
    negotiated(request.scope, (HTML,))
    media_type = field(request.scope, b"content-type").partition(";")[0].strip().lower()
    if media_type != FORM:
        raise WrongContentType(f"a decision comes as {FORM}, not as {media_type[:60]!r}", supported=[FORM])
    given = dict(fields_of_form(await read_body(request.receive, _BODY_BYTES)))
    if given.get("do") not in {"preview", "decide"}:
        raise ParameterError("do takes preview or decide", parameter="do")
    ruling = _ruling(given)
    asking = Asking(request, context, context.service.generations.last)
    exchange_of(request.scope).generation = asking.generation
    with context.budgets.spending(client_of(request.scope)):
        case = await case_of(asking, **asking.request.path_params)
        if ruling.outcome not in case.outcomes:
            return await _page(asking, case, given, fault=StaleBase(f"the mention is {case.held.outcome} already"))
        if given["do"] == "decide":
            return await _decided(asking, case, ruling, given)
        return await _page(asking, case, given, preview=await previewed(asking, await _telling(asking, case, ruling)))


def _ruling(given: Mapping[str, str]) -> Ruling:
    outcome = given.get("outcome", "")
    if outcome not in set(Outcome):
        allowed = [each.value for each in Outcome]
        raise ParameterError(f"outcome takes {', '.join(allowed)}, not {outcome[:40]!r}", parameter="outcome")
    by, because = (given.get(name, "").strip() for name in ("by", "because"))
    return Ruling(Outcome(outcome), by, because, datetime.now(UTC).date())


async def _telling(asking: Asking, case: Case, ruling: Ruling) -> Telling | Refused:
    """The record of *case*, told again with what *ruling* makes of it."""
    record = await stored_record(asking, case.slug)
    assert record is not None
    return await telling_of(asking, record_of_fields(typed_of(record)), {case.mention: case.decided(ruling)})


async def _decided(asking: Asking, case: Case, ruling: Ruling, given: Mapping[str, str]) -> Reply:
    """The way to the page that tells the decision, else the form with what was typed, and why it was not stored."""
    request, context = asking.request, asking.context
    try:
        key = key_given(request.scope, context, given.get("key", "").strip())
        check_writable(key, source_graph(case.slug).value)
    except (Unauthorized, Forbidden) as fault:
        return await _page(asking, case, given, fault=fault)
    telling = await _telling(asking, case, ruling)
    if isinstance(telling, Refused):
        untold = RefusedInput("the record cannot be told")
        return await _page(asking, case, given, preview=await previewed(asking, telling), fault=untold)
    message = f"identity {ruling.outcome.value} {case.slug} {case.mention}, by {ruling.by}: {ruling.because}"
    try:
        verdict = await context.service.intake.submit(telling.submission(message), expected=asking.generation)
    except InvalidData as fault:
        return await _page(asking, case, given, preview=await previewed(asking, telling), fault=fault)
    except StaleBase as fault:
        now = Asking(request, context, context.service.generations.last)
        exchange_of(request.scope).generation = now.generation
        return await _page(now, await case_of(now, **request.path_params), given, fault=fault)
    exchange_of(request.scope).generation = verdict.receipt["generation"]
    language = page_language(request.scope)
    return redirect(case.address + (f"?{urlencode({LANG.name: language.code})}" if language.named else ""))


async def _page(
    asking: Asking,
    case: Case,
    given: Mapping[str, str],
    *,
    preview: Preview | None = None,
    fault: HeritageGraphError | None = None,
) -> Reply:
    """The page of *case*, with what was *given* in its form but the key, and the *fault* for which it is not stored."""
    labels = await asking.labels([case.held.identity.value])
    problem = None if fault is None else problem_of(fault)
    reply = page_reply(
        asking.request, asking.context, "desk_identity.html", case=case, given=given, preview=preview, fault=problem,
        identity=labels.reference(case.held.identity.value), path=PATH,
    )  # fmt: skip
    if problem is None:
        return reply
    exchange_of(asking.request.scope).problem = problem.slug
    asks = ((b"www-authenticate", b'Bearer realm="heritage-graph"'),) if isinstance(fault, Unauthorized) else ()
    return replace(reply, status=problem.status, fields=(*reply.fields, *asks))
