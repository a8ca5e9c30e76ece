"""Source documents by name: list them, send one through the gate, take one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.errors import EngineTrouble, InvalidData, ParameterError, UnknownName
from heritage_graph.ingest.changes import Mode
from heritage_graph.ingest.submission import Submission
from heritage_graph.namespaces import is_slug, source_graph
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.receipts import receipt_of, refused
from heritage_graph.web.api.references import Asking
from heritage_graph.web.api.source_descriptions import described, last_change, slug_of
from heritage_graph.web.bearers import key_of
from heritage_graph.web.documents import MEDIA_TYPES, document_of
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.graph_writing import MESSAGE, PROBLEMS, check_writable, exists, message_of, precondition
from heritage_graph.web.idempotency import FIELD, KeptAnswers, Once, fingerprint_of, key_in
from heritage_graph.web.negotiation import HTML, JSON, TEXT, TURTLE
from heritage_graph.web.replies import cached, current, json_reply, links
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

LIST: Final = "/api/v1/sources"
PATH: Final = f"{LIST}/{{slug}}"
DRY_RUN: Final = Value("dry-run", "`true`: the document is judged, and nothing is stored.", example="true",
                       type="choice:true|false")  # fmt: skip
_READ: Final = ("bad-parameter", "not-acceptable", "busy", "too-many-requests")
_WRITE: Final = ("bad-parameter", *PROBLEMS, "idempotency-key-in-use", "idempotency-key-reused")


def operations(context: Context) -> tuple[Operation, ...]:
    """The operations on source documents."""
    handlers = _Sources(KeptAnswers(context.settings.shared_folder))
    taken = (DRY_RUN, MESSAGE, FORMAT)
    reports = (JSON, HTML, TURTLE, TEXT)
    return (
        Operation(
            "sources", LIST, "The source documents, each with its graph and how much it states.", _list,
            values=(LIMIT, CURSOR, MIN_GENERATION, FORMAT), formats=(JSON,), problems=_READ, schema="sources",
            tag="api",
        ),
        Operation(
            "source", PATH, "One source document: where it comes from, and where what it states is found.", _one,
            values=(MIN_GENERATION, FORMAT), formats=(JSON,), problems=("not-found", *_READ), schema="source",
            example="/api/v1/sources/icesco-2024-partnerships-report", tag="api",
        ),
        Operation(
            "putSource", PATH, "Send a source document: it takes the place of what was there, or is refused whole.",
            handlers.put, method="PUT", values=taken, formats=reports, takes=MEDIA_TYPES, statuses=(200, 201),
            problems=_WRITE, schema="receipt", keyed=True, tag="api",
        ),
        Operation(
            "removeSource", PATH, "Take a source document back, with what it alone implied.", handlers.remove,
            method="DELETE", values=taken, formats=reports, problems=("not-found", *_WRITE), schema="receipt",
            keyed=True, tag="api",
        ),
    )  # fmt: skip


async def _list(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON,))
    values = values_of(request.scope)
    asked = await page_asked(request, context, LIST, values)
    edition = await current(
        request, context, LIST, *map(str, sorted(values.items())), chosen.extension, at_generation=asked.generation
    )
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    graphs = [row["graph"]["value"] for row in await asking.rows("source-list")]
    page, last = asked.cut(graphs, str)
    following = asked.next_address(edition.generation, last)
    document = envelope(
        edition.generation,
        total={"exactly": len(graphs)},
        items=await described(asking, page),
        next=following,
    )
    return cached(json_reply(document), edition, links((following, "next", JSON.media_type)) if following else ())


async def _one(request: Request, context: Context) -> Reply:
    negotiated(request.scope, (JSON,))
    graph = _graph(request)
    await fresh_enough(request, context)
    edition = await current(request, context, *_tag_parts(graph))
    if edition.unchanged:
        return edition.unchanged
    if not await exists(request, context, graph, edition.generation):
        raise UnknownName(f"there is no source {slug_of(graph)!r}; {LIST} lists those there are", graph=graph)
    asking = Asking(request, context, edition.generation)
    told = (await described(asking, [graph]))[0]
    document = envelope(edition.generation, **told, lastChange=await last_change(asking, graph))
    return cached(json_reply(document), edition)


class _Sources:
    """The handlers that write, with the answers that they gave before."""

    def __init__(self, answers: KeptAnswers) -> None:
        self._answers = answers

    async def put(self, request: Request, context: Context) -> Reply:
        """Put the document in the body in the place of what the source held."""
        key = key_of(request.scope, context)
        graph = _graph(request)
        check_writable(key, graph)
        document = await document_of(request, context)
        submission = Submission(
            graph, Mode.REPLACE, document.body, document.extension, document.encoding, message_of(request)
        )
        return await self._once(request, context, key.id, submission)

    async def remove(self, request: Request, context: Context) -> Reply:
        """Remove the source."""
        key = key_of(request.scope, context)
        graph = _graph(request)
        check_writable(key, graph)
        return await self._once(request, context, key.id, Submission(graph, Mode.REMOVE, message=message_of(request)))

    async def _once(self, request: Request, context: Context, sender: str, submission: Submission) -> Reply:
        """The answer to the change; given again when it came before under the same `Idempotency-Key`."""
        key = key_in(field(request.scope, FIELD))
        if key is None or _is_dry_run(values_of(request.scope)):
            return await _change(request, context, submission)
        fingerprint = fingerprint_of(
            *(part.encode() for part in (request.method, submission.graph, submission.extension, submission.encoding)),
            submission.message.encode(),
            submission.body,
        )
        return await self._answers.answer(Once(sender, key, fingerprint), lambda: _change(request, context, submission))


async def _change(request: Request, context: Context, submission: Submission) -> Reply:
    """Make the change, or only judge it, and tell what came of it.

    Raises:
        RefusedInput, PreconditionFailed, EngineTrouble: nothing has changed.
        UnknownName: what is to be removed is not there.
    """
    dry = _is_dry_run(values_of(request.scope))
    graph, intake = submission.graph, context.service.intake
    existed, expected = await precondition(request, context, graph, also=[_tag_parts(graph)])
    if submission.mode is Mode.REMOVE and not existed:
        raise UnknownName(f"there is no source {slug_of(graph)!r}; {LIST} lists those there are", graph=graph)
    try:
        verdict = await (intake.validate(submission) if dry else intake.submit(submission, expected=expected))
    except InvalidData as refusal:
        if not isinstance(refusal.report, dict):
            raise EngineTrouble("the gate gave no report") from refusal
        return await refused(request, context, refusal, graph)
    generation = context.service.generations.last if dry else verdict.receipt["generation"]
    exchange_of(request.scope).generation = generation
    receipt = await receipt_of(Asking(request, context, generation), verdict, graph, dry=dry)
    if dry or existed:
        return json_reply(receipt)
    return json_reply(receipt, status=201, fields=((b"location", f"{LIST}/{slug_of(graph)}".encode("ascii")),))


def _graph(request: Request) -> str:
    """The graph of the source that the address names.

    Raises:
        UnknownName: no source can have this name.
    """
    slug = request.path_params["slug"]
    if not is_slug(slug):
        raise UnknownName("a source has a name of small letters and digits, with single hyphens between them")
    return source_graph(slug).value


def _tag_parts(graph: str) -> tuple[str, ...]:
    return ("source", graph, JSON.extension)


def _is_dry_run(values: Mapping[str, str]) -> bool:
    """Tell whether nothing is to be stored.

    Raises:
        ParameterError: dry-run is neither true nor false.
    """
    text = values.get(DRY_RUN.name, "false")
    if text not in {"true", "false"}:
        raise ParameterError(f"dry-run takes true or false, not {text[:40]!r}", parameter=DRY_RUN.name)
    return text == "true"
