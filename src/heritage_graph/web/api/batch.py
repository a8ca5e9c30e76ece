"""Records of many things by IRI: as lines of JSON, in the order in which they were asked for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.terms import parse_parameter
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.items import told_of
from heritage_graph.web.api.json_ld import CONTEXT_PATH
from heritage_graph.web.api.kinds import ROOT, address_of, short_links
from heritage_graph.web.api.options import FIELDS, INCLUDE, options_of, ways_in_batch
from heritage_graph.web.api.records import records
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.exchange import field
from heritage_graph.web.faults import Gone, WrongContentType
from heritage_graph.web.limits import client_of, read_body
from heritage_graph.web.negotiation import JSON, Format
from heritage_graph.web.problems import problem_of
from heritage_graph.web.replies import Reply, cached, current, json_reply
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, texts_of, values_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request

    from heritage_graph.errors import HeritageGraphError
    from heritage_graph.json_ld.written import Json
    from heritage_graph.web.api.options import Options
    from heritage_graph.web.context import Context

NDJSON: Final = Format("ndjson", "application/x-ndjson", ("application/ndjson", "application/jsonl", "jsonl"))
MOST: Final = 1000
"""How many records one request may ask for."""

_IDS: Final = Value(
    "ids", f"The IRIs, with commas between; short ones like id:organization/icesco too; at most {MOST}.",
    required=True, example="id:organization/icesco,id:agreement/icesco-ots-mou",
)  # fmt: skip
_OPTIONS: Final = (FIELDS, INCLUDE, AS_OF, MIN_GENERATION, FORMAT)
_PROBLEMS: Final = ("bad-parameter", "generation-not-kept", "busy", "too-many-requests", "engine-trouble")
_AT_ONCE: Final = 100
_BODY_BYTES: Final = 1 << 20


def operations(_: Context) -> tuple[Operation, ...]:
    """The records of the things in the address, and of those in the body."""
    return (
        Operation(
            "records", f"{ROOT}/records", "The records of things by IRI, of whatever kind.", _get,
            values=(_IDS, *_OPTIONS), formats=(JSON, NDJSON), problems=_PROBLEMS, schema="records", tag="api",
        ),
        Operation(
            "records-batch", f"{ROOT}/records:batch", 'The records of the things in {"ids": [...]}, one a line, in '
            "that order; where there is none, a line says why.", _post, method="POST", values=_OPTIONS,
            formats=(NDJSON,), takes=(JSON.media_type,), body="records-asked",
            problems=(*_PROBLEMS, "unsupported-media-type", "body-too-large"), tag="api",
        ),
    )  # fmt: skip


async def _get(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, NDJSON))
    text = values_of(request.scope).get(_IDS.name)
    if not text:
        raise ParameterError(f"'ids' is missing; it takes IRIs like {_IDS.example}", parameter=_IDS.name)
    asked = [part for part in text.split(",") if part]
    options, asking = await _asking(request, context, asked)
    edition = await current(
        request, context, "api-records", text, options.name, chosen.extension, at_generation=asking.generation
    )
    if edition.unchanged:
        return edition.unchanged
    if chosen == NDJSON:
        return cached(await _streamed(asking, asked, options), edition)
    with context.budgets.spending(client_of(request.scope)):
        told = [
            options.cut({**record, "links": short_links(str(record["id"]))}) if "error" not in record else record
            for record in await _records(asking, asked, options)
        ]
    head = {"@context": CONTEXT_PATH, **envelope(asking.generation)}
    return cached(json_reply({**head, "items": told, "total": {"exactly": len(told)}, "next": None}), edition)


async def _post(request: Request, context: Context) -> Reply:
    negotiated(request.scope, (NDJSON,))
    media_type = field(request.scope, b"content-type").partition(";")[0].strip().lower()
    if media_type != JSON.media_type:
        raise WrongContentType(
            f"the body comes as {JSON.media_type}, not {media_type[:60]!r}", supported=[JSON.media_type]
        )
    asked = _ids_in(await read_body(request.receive, _BODY_BYTES))
    options, asking = await _asking(request, context, asked)
    return await _streamed(asking, asked, options)


def _ids_in(body: bytes) -> list[str]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise ParameterError(f"the body is not JSON: {fault}", line=fault.lineno, column=fault.colno) from fault
    ids = document.get("ids") if isinstance(document, dict) else None
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids) or document.keys() != {"ids"}:
        raise ParameterError('the body is an object with one member, like {"ids": ["id:organization/icesco"]}')
    return ids


async def _asking(request: Request, context: Context, asked: Sequence[str]) -> tuple[Options, Asking]:
    if len(asked) > MOST:
        raise ParameterError(f"{MOST} records at most are given at once, not {len(asked)}; ask several times",
                             limit=MOST)  # fmt: skip
    options = options_of(texts_of(request.scope))
    await fresh_enough(request, context)
    generation = await generation_in(values_of(request.scope), context)
    return options, Asking(request, context, context.service.generations.last if generation is None else generation)


async def _streamed(asking: Asking, asked: Sequence[str], options: Options) -> Reply:
    """The records as lines: the first are read at once, so that a fault can be told, the rest while those are sent.

    What the rest takes is charged to the client, who is not sent away in the middle for it.
    """
    budgets, client = asking.context.budgets, client_of(asking.request.scope)
    generations = asking.context.service.generations

    async def rest() -> AsyncIterator[bytes]:
        generations.hold(asking.generation)
        try:
            for begin in range(_AT_ONCE, len(asked), _AT_ONCE):
                began = time.monotonic()
                part = await _lines(asking, asked[begin : begin + _AT_ONCE], options)
                budgets.charge(client, time.monotonic() - began)
                yield part
        finally:
            generations.release(asking.generation)

    with budgets.spending(client):
        first = await _lines(asking, asked[:_AT_ONCE], options)
    return Reply(first, NDJSON, rest=rest() if len(asked) > _AT_ONCE else None)


async def _lines(asking: Asking, asked: Sequence[str], options: Options) -> bytes:
    return b"".join(_line(record, asking.generation, options) for record in await _records(asking, asked, options))


def _line(record: Json, generation: int, options: Options) -> bytes:
    told = record if "error" in record else told_of(str(record["id"]), record, generation, options)
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


async def _records(asking: Asking, asked: Sequence[str], options: Options) -> list[Json]:
    """A record, or why there is none, for each of *asked*."""
    iris = {text: _iri(text) for text in asked}
    known = [iri for iri in dict.fromkeys(iris.values()) if iri is not None]
    found = await records(asking, known, options.wanted(ways_in_batch(options)))
    missing = [iri for iri in known if iri not in found or "isReplacedBy" in found[iri]]
    rows = await asking.rows_about("api-standing", "things", missing)
    why = {row["thing"]["value"]: _gone(row["thing"]["value"], row.get("replacement", {}).get("value"),
                                        withdrawn=row["withdrawn"]["value"] == "true") for row in rows}  # fmt: skip
    told: list[Json] = []
    for text in asked:
        iri = iris[text]
        if iri is None:
            told.append(_error(text, ParameterError(f"an absolute IRI is expected, not {text[:200]!r}")))
        elif iri in why:
            told.append(_error(text, why[iri]))
        else:
            told.append(found[iri])
    return told


def _iri(text: str) -> str | None:
    try:
        return parse_parameter(text, "iri").value
    except ParameterError:
        return None


def _gone(iri: str, replacement: str | None, *, withdrawn: bool) -> HeritageGraphError:
    if replacement is not None:
        return UnknownName(f"{iri} was merged into {replacement}", replacement=replacement,
                           address=address_of(replacement))  # fmt: skip
    if withdrawn:
        return Gone(f"{iri} was described once and has been withdrawn; the log tells when", iri=iri)
    return UnknownName(f"nothing is known of {iri}", iri=iri)


def _error(asked: str, error: HeritageGraphError) -> Json:
    problem = problem_of(error)
    return {
        "id": asked,
        "error": {
            "type": f"/problems/{problem.slug}",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            **problem.members,
        },
    }
