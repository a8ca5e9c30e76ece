"""Long queries as jobs at /sparql/jobs: ask with a key, look how far it is, fetch the result in any format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName, WrongUsage
from heritage_graph.jobs.job import Job, Question, State, error_of
from heritage_graph.store.conversions import first_of
from heritage_graph.web.addresses import base_of
from heritage_graph.web.as_of import generation_asked
from heritage_graph.web.bearers import key_of
from heritage_graph.web.editions import CACHED, is_unchanged
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.faults import Expired, NotFinished, NotForThisKey
from heritage_graph.web.limits import FAULT_COST_S, client_of
from heritage_graph.web.negotiation import BINDINGS, GRAPHS, HTML, JSON, Format, named
from heritage_graph.web.problems import problem_of
from heritage_graph.web.replies import Reply, json_reply, page_reply
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.sparql_request import FORM, QUERY, VALUES, asked_by_post, query_form

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from starlette.requests import Request

    from heritage_graph.web.context import Context

PATH: Final = "/sparql/jobs"
_REFRESH_S: Final = 2
_SLOWER_S: Final = 15
_SOON_S: Final = 60.0
_SUBMIT: Final = (
    "unauthorized", "not-for-this-key", "sparql-syntax", "query-too-complex", "service-forbidden",
    "generation-not-kept", "unsupported-media-type", "body-too-large", "too-many-requests", "busy",
    "insufficient-storage",
)  # fmt: skip


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations on jobs."""
    formats = (*BINDINGS, *GRAPHS)
    results = ("not-found", "not-acceptable", "job-not-done", "job-expired", "busy")
    return (
        Operation(
            "submitJob", PATH, "Ask a query that may take long; it runs when its turn comes.", _submit, method="POST",
            values=VALUES, formats=(JSON, HTML), takes=(QUERY, FORM), statuses=(202,), problems=_SUBMIT,
            schema="job", keyed=True, tag="sparql",
        ),
        Operation(
            "job", f"{PATH}/{{id}}", "How far a job is.", _state, values=(FORMAT,), formats=(JSON, HTML),
            problems=("not-found",), schema="job", tag="sparql",
        ),
        Operation(
            "endJob", f"{PATH}/{{id}}", "Cancel a job, or remove one that is over.", _end, method="DELETE",
            formats=(JSON,), statuses=(200, 204), problems=("unauthorized", "not-for-this-key", "not-found"),
            schema="job", keyed=True, tag="sparql",
        ),
        Operation(
            "jobResults", f"{PATH}/{{id}}/results", "The result of a job.", _results, values=(FORMAT,),
            formats=formats, problems=results, tag="sparql",
        ),
        Operation(
            "jobResultsAs", f"{PATH}/{{id}}/results.{{suffix}}", "The result of a job in one format.", _results,
            formats=formats, problems=results, tag="sparql",
        ),
    )  # fmt: skip


async def _submit(request: Request, context: Context) -> Reply:
    key = key_of(request.scope, context)
    if not key.may_run_jobs():
        raise NotForThisKey("this key is not for jobs; one with the scope jobs is made by: heritage-graph key create")
    client = client_of(request.scope)
    with context.budgets.spending(client):
        try:
            question = await _question(request, context)
        except WrongUsage:
            context.budgets.charge(client, FAULT_COST_S)
            raise
        job = context.jobs.submit(question, key=key.id)
    exchange = exchange_of(request.scope)
    exchange.generation = question.generation
    exchange.note_query(question.text)
    fields = ((b"location", f"{PATH}/{job.id}".encode()), (b"retry-after", str(_REFRESH_S).encode()))
    return json_reply(described(job, context.jobs.now()), status=202, fields=fields)


async def _question(request: Request, context: Context) -> Question:
    """What the body asks, of the generation that it names or else the last one.

    Raises:
        WrongUsage: it cannot be accepted; see `asked_by_post`, `query_form` and `generation_asked`.
    """
    asking = await asked_by_post(request.scope, request.receive)
    await query_form(asking.query)
    asking.check_graphs()
    as_of = asking.as_of
    return Question(
        asking.query,
        generation=context.service.generations.last if as_of is None else await generation_asked(as_of, context),
        limit_s=asking.seconds(context.settings.job_timeout),
        base_iri=f"{base_of(request.scope, context)}/sparql",
        default_graphs=tuple(asking.default_graphs),
        named_graphs=tuple(asking.named_graphs),
        labels=asking.languages(),
    )


async def _state(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    job = context.jobs.find(request.path_params["id"])
    exchange_of(request.scope).generation = job.question.generation
    now = context.jobs.now()
    known = described(job, now)
    if chosen == HTML:
        refresh_s = None if job.is_over else _REFRESH_S if job.elapsed_s(now) < _SOON_S else _SLOWER_S
        return page_reply(request, context, "job.html", job=known, refresh_s=refresh_s)
    return json_reply(known)


async def _end(request: Request, context: Context) -> Reply:
    key = key_of(request.scope, context)
    job = context.jobs.find(request.path_params["id"])
    if job.key != key.id:
        raise NotForThisKey("another key made this job, and only that one ends it")
    cancelled = await context.jobs.end(job)
    return Reply(status=204) if cancelled is None else json_reply(described(cancelled, context.jobs.now()))


async def _results(request: Request, context: Context) -> Reply:
    """The result as it comes; nothing of it is held in memory."""
    job = context.jobs.find(request.path_params["id"])
    exchange_of(request.scope).generation = job.question.generation
    _require_result(job)
    formats = formats_of(job)
    suffix = request.path_params.get("suffix", "")
    if suffix and named(suffix, formats) is None:
        raise UnknownName(f"the result of this job has no format with the suffix {suffix[:20]!r}")
    chosen = negotiated(request.scope, formats, suffix=suffix)
    tag = f'"{job.id}-{chosen.extension}"'
    if is_unchanged(field(request.scope, b"if-none-match"), tag):
        return Reply(status=304, tag=tag, cache=CACHED)
    if request.method == "HEAD":
        return Reply(format=chosen, tag=tag, cache=CACHED)
    parts = context.jobs.results(job, chosen.extension)
    return Reply(await first_of(parts), chosen, tag=tag, cache=CACHED, rest=parts)


def described(job: Job, now: datetime) -> dict[str, object]:
    """What is told of *job*, as JSON has it; times in ISO 8601, sizes in bytes as stored."""
    address = f"{PATH}/{job.id}"
    question = job.question
    return {
        "id": job.id,
        "href": address,
        "state": job.state.value,
        "generation": question.generation,
        "query": question.text,
        "default_graphs": list(question.default_graphs),
        "named_graphs": list(question.named_graphs),
        "submitted": _written(job.submitted),
        "started": _written(job.started),
        "finished": _written(job.finished),
        "expires": _written(job.expires),
        "elapsed_s": round(job.elapsed_s(now), 1),
        "limit_s": question.limit_s,
        "progress": round(job.progress(now), 3),
        "form": job.form,
        "bytes": job.size,
        "problem": None if job.fault is None else problem_of(error_of(job.fault)).document(job.id),
        "results": [
            {"format": each.extension, "type": each.media_type, "href": f"{address}/results.{each.extension}"}
            for each in (formats_of(job) if job.state == State.DONE else ())
        ],
    }


def formats_of(job: Job) -> Sequence[Format]:
    """What the result of *job* comes in."""
    return GRAPHS if job.form == "graph" else BINDINGS


def _require_result(job: Job) -> None:
    if job.state == State.EXPIRED:
        raise Expired(f"the result was kept until {_written(job.expires)}; submit the query again")
    if job.state != State.DONE:
        raise NotFinished(
            f"the job is {job.state.value}, so there is no result; see {PATH}/{job.id}",
            state=job.state.value,
            href=f"{PATH}/{job.id}",
        )


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")
