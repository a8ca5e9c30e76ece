"""Decide on link proposals over HTTP: as JSON with a key in the header, or by the form of the page with one in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import orjson
from pyoxigraph import RdfFormat, serialize

from heritage_graph.errors import EngineTrouble, InvalidData, ParameterError
from heritage_graph.ingest.changes import Mode
from heritage_graph.ingest.submission import Submission
from heritage_graph.model.link_decisions import Outcome, Ruling, change_of
from heritage_graph.model.link_proposals import proposal_iri
from heritage_graph.namespaces import CURATION, ID
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.links import FILTERS, Links, proposals_of
from heritage_graph.web.api.receipts import refused
from heritage_graph.web.api.references import Asking
from heritage_graph.web.bearers import key_given, key_of
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.faults import WrongContentType
from heritage_graph.web.graph_writing import check_writable
from heritage_graph.web.limits import client_of, read_body
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.page_language import page_language
from heritage_graph.web.replies import json_reply, redirect
from heritage_graph.web.routing import LANG, Operation, fields_of_form
from heritage_graph.web.sparql_request import FORM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyoxigraph import Triple
    from starlette.requests import Request

    from heritage_graph.ingest.intake import Verdict
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

MOST: Final = 100
"""How many proposals one decision may be about."""

_BODY_BYTES: Final = 1 << 18
_TEXTS: Final = ("outcome", "by", "because")
_MEMBERS: Final = frozenset({"proposals", "outcome", "by", "because", "keep"})
_PROBLEMS: Final = (
    "unauthorized", "graph-forbidden", "not-found", "bad-parameter", "ambiguous-request", "version-conflict",
    "shacl-violation", "unsupported-media-type", "body-too-large", "validation-timeout", "insufficient-storage",
    "too-many-requests", "busy",
)  # fmt: skip


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations that decide."""
    return (
        Operation(
            "decideLinks", Links.path, "Accept or reject proposals, or take a decision back.", _by_json,
            method="POST", formats=(JSON,), takes=(JSON.media_type,), body="link-ruling", schema="link-receipt",
            problems=_PROBLEMS, keyed=True, tag="trust",
        ),
        Operation(
            "decideLinksByForm", Links.shown_at, "Decide by the form of the page, which has a field for the key.",
            _by_form, method="POST", formats=(HTML,), takes=(FORM,), statuses=(303,), problems=_PROBLEMS, tag="trust",
        ),
    )  # fmt: skip


async def _by_json(request: Request, context: Context) -> Reply:
    check_writable(key_of(request.scope, context), CURATION.value)
    _check_type(request, JSON.media_type)
    told = _read(await read_body(request.receive, _BODY_BYTES))
    ruling = _ruling(*(str(told[name]) for name in _TEXTS))
    keep = [str(each) for each in _list(told.get("keep", []), "keep")]
    wanted = [str(each) for each in _list(told["proposals"], "proposals")]
    try:
        verdict = await _decide(request, context, ruling, wanted, keep)
    except InvalidData as refusal:
        return await _refused(request, context, refusal)
    return json_reply(
        envelope(
            verdict.receipt["generation"],
            stored=verdict.changes,
            statements={"added": verdict.receipt["added"], "removed": verdict.receipt["removed"]},
            proposals=[proposal_iri(each) for each in wanted],
        )
    )


async def _by_form(request: Request, context: Context) -> Reply:
    """The same by a form; the queue follows, narrowed as it was.

    The key stands in the body and is sent by nobody but who typed it: a page of somebody else cannot.
    """
    _check_type(request, FORM)
    fields = fields_of_form(await read_body(request.receive, _BODY_BYTES))
    given = dict(fields)
    check_writable(key_given(request.scope, context, given.get("key", "").strip()), CURATION.value)
    kept = {value.name: given[value.name] for value in FILTERS if given.get(value.name)}
    Links().check(kept)
    ruling = _ruling(given.get("outcome", ""), given.get("by", ""), given.get("because", ""))
    wanted = [text for name, text in fields if name == "proposal"]
    keep = [text for name, text in fields if name.startswith("keep-") and text]
    try:
        await _decide(request, context, ruling, wanted, keep)
    except InvalidData as refusal:
        return await _refused(request, context, refusal)
    language = page_language(request.scope)
    kept |= {LANG.name: language.code} if language.named else {}
    return redirect(f"{Links.shown_at}?{urlencode(kept)}" if kept else Links.shown_at)


async def _decide(
    request: Request, context: Context, ruling: Ruling, wanted: Sequence[str], keep: Sequence[str]
) -> Verdict:
    """Bring the decision through the gate, on the generation in which the proposals were read.

    Raises:
        ParameterError, UnknownName: as `change_of`; or there are none or too many.
        StaleBase, RefusedInput, EngineTrouble: as `Intake.submit`.
    """
    if not 0 < len(wanted) <= MOST:
        raise ParameterError(f"a decision is about 1 to {MOST} proposals, not {len(wanted)}", parameter="proposal")
    generation = context.service.generations.last
    asking = Asking(request, context, generation)
    iris = [*dict.fromkeys(map(_iri, wanted))]
    with context.budgets.spending(client_of(request.scope)):
        accepted = proposals_of(await asking.rows("link-accepted"))
        asked = proposals_of(await asking.rows_about("link-statements", "proposals", iris))
    change = change_of(ruling, iris, {**accepted, **asked}, keep=[ID + each.removeprefix(ID) for each in keep])
    submission = Submission(
        CURATION.value, Mode.MERGE, _lines(change.added), "nt", message=ruling.message, withdrawn=_lines(change.removed)
    )
    verdict = await context.service.intake.submit(submission, expected=generation)
    exchange_of(request.scope).generation = verdict.receipt["generation"]
    return verdict


async def _refused(request: Request, context: Context, refusal: InvalidData) -> Reply:
    if not isinstance(refusal.report, dict):
        raise EngineTrouble("the gate gave no report") from refusal
    return await refused(request, context, refusal, CURATION.value)


def _ruling(outcome: str, by: str, because: str) -> Ruling:
    if outcome not in set(Outcome):
        allowed = [each.value for each in Outcome]
        raise ParameterError(f"outcome takes {', '.join(allowed)}, not {outcome[:40]!r}", parameter="outcome",
                             allowed=allowed)  # fmt: skip
    return Ruling(Outcome(outcome), by.strip(), because.strip(), datetime.now(UTC).date())


def _read(body: bytes) -> Mapping[str, object]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise ParameterError(f"the body is not JSON: {fault}", line=fault.lineno, column=fault.colno) from fault
    if not isinstance(document, dict) or not _MEMBERS - {"keep"} <= document.keys() <= _MEMBERS:
        raise ParameterError(
            f"the body is an object with the members {', '.join(sorted(_MEMBERS))}; keep may be absent"
        )
    if not all(isinstance(document[name], str) for name in _TEXTS):
        raise ParameterError(f"the members {', '.join(_TEXTS)} are texts")
    return document


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ParameterError(f"{name} is a list of IRIs", parameter=name)
    return value


def _iri(text: str) -> str:
    """The IRI of the proposal that *text* names.

    Raises:
        ParameterError: nothing can have this name.
    """
    iri = proposal_iri(text)
    if not all(sign.isascii() and (sign.isalnum() or sign == "-") for sign in iri.removeprefix(f"{ID}link/")):
        raise ParameterError(f"a proposal has a name like link/place-a--place-b, not {text[:80]!r}")
    return iri


def _lines(triples: Iterable[Triple]) -> bytes:
    return serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES) or b""


def _check_type(request: Request, wanted: str) -> None:
    media_type = field(request.scope, b"content-type").partition(";")[0].strip().lower()
    if media_type != wanted:
        raise WrongContentType(f"a decision comes as {wanted}, not as {media_type[:60]!r}", supported=[wanted])
