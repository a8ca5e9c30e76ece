"""Queries that can be cited: kept at /q with their generation, run again on it, and compared with what they gave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import (
    GenerationNotKept,
    ParameterError,
    UnknownName,
    WrongUsage,
)
from heritage_graph.query_files import bind
from heritage_graph.web.addresses import base_of
from heritage_graph.web.as_of import AS_OF, generation_asked, not_kept
from heritage_graph.web.citation_text import citation_of
from heritage_graph.web.cited_answers import outcome_of, request_for
from heritage_graph.web.cited_queries import CitedQuery, hash_of
from heritage_graph.web.exchange import exchange_of
from heritage_graph.web.limits import FAULT_COST_S, client_of
from heritage_graph.web.negotiation import BINDINGS, GRAPHS, HTML, JSON, Format, named
from heritage_graph.web.replies import Reply, answer_of, cached, current, json_reply, page_reply
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of
from heritage_graph.web.sparql_request import FORM, QUERY, VALUES, asked_by_post, is_settled, query_form

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context

PATH: Final = "/q"
SPARQL: Final = Format("rq", "application/sparql-query", ("sparql",))
BIBTEX: Final = Format("bibtex", "application/x-bibtex", ("bib",))
CSL: Final = Format("csl", "application/vnd.citationstyles.csl+json", ("csl-json",))
DOCUMENTS: Final = (JSON, HTML, SPARQL, BIBTEX, CSL)

_TAKEN: Final[tuple[Value, ...]] = tuple(
    value for value in VALUES if value.name in {"query", "default-graph-uri", "named-graph-uri", "timeout", "asOf"}
)
_NEW_QUERY_S: Final = 1.0  # of query time, besides what it takes: what is kept is kept for good
_RUN: Final = (
    "not-found", "generation-not-kept", "query-timeout", "query-memory", "result-too-large", "too-many-requests",
)  # fmt: skip


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations on queries that are kept."""
    formats = (*BINDINGS, *GRAPHS)
    return (
        Operation(
            "keepQuery", PATH, "Keep a query with the state of the graph, to be cited.", _keep, method="POST",
            values=(*_TAKEN, FORMAT), formats=(JSON, HTML), takes=(QUERY, FORM), statuses=(200, 201), tag="sparql",
            schema="kept-query",
            problems=("sparql-syntax", "query-too-complex", "service-forbidden", "unsupported-media-type",
                      "generation-not-kept", "too-many-requests", "insufficient-storage"),
        ),
        Operation(
            "keptQuery", f"{PATH}/{{hash}}", "A kept query, how it is cited, or its answer.", _show,
            values=(AS_OF, FORMAT), formats=(*DOCUMENTS, *formats), problems=_RUN, schema="kept-query", tag="sparql",
        ),
        Operation(
            "keptQueryResults", f"{PATH}/{{hash}}/results", "The answer to a kept query, on its own generation.",
            _results, values=(AS_OF, FORMAT), formats=formats, problems=_RUN, tag="sparql",
        ),
        Operation(
            "keptQueryResultsAs", f"{PATH}/{{hash}}/results.{{suffix}}", "That answer in one format.", _results,
            values=(AS_OF,), formats=formats, problems=_RUN, tag="sparql",
        ),
        Operation(
            "checkKeptQuery", f"{PATH}/{{hash}}/check", "Whether a kept query still gives the same answer.", _check,
            values=(AS_OF, FORMAT), formats=(JSON, HTML), problems=_RUN, schema="kept-query-check", tag="sparql",
        ),
    )  # fmt: skip


async def _keep(request: Request, context: Context) -> Reply:
    """Keep the query; one that is known already stays as it is."""
    chosen = negotiated(request.scope, (JSON, HTML))
    client = client_of(request.scope)
    with context.budgets.spending(client):
        try:
            query, is_new = await _kept(request, context)
        except WrongUsage:
            context.budgets.charge(client, FAULT_COST_S)
            raise
    if is_new:
        context.budgets.charge(client, _NEW_QUERY_S)
    reply = (
        await _page(request, context, query, query.generation)
        if chosen == HTML
        else await _document(request, context, query)
    )
    location = f"{PATH}/{query.hash}".encode()
    return replace(reply, status=201 if is_new else 200, fields=(*reply.fields, (b"location", location)))


async def _kept(request: Request, context: Context) -> tuple[CitedQuery, bool]:
    """The query that the request asks to keep, and whether it was not known before.

    Raises:
        WrongUsage: it cannot be accepted.
        LimitReached: it cannot be told whether it parses.
        StorageFull: no more can be kept.
    """
    asking = await asked_by_post(request.scope, request.receive)
    if asking.labels is not None or asking.format != values_of(request.scope).get(FORMAT.name):
        raise ParameterError("a query is kept without labels and a format of its answer; ask for those when it is run")
    text = asking.query
    await query_form(text)
    asking.check_graphs()
    exchange_of(request.scope).note_query(text)
    as_of = asking.as_of
    generation = context.service.generations.last if as_of is None else await generation_asked(as_of, context)
    commit, committed = await _commit(context, generation)
    graphs = (tuple(asking.default_graphs), tuple(asking.named_graphs))
    name = hash_of(text, *graphs, generation, commit)
    if context.cited.knows(name):
        return context.cited.get(name), False
    query = CitedQuery(
        text, *graphs, f"{base_of(request.scope, context)}/sparql", generation, commit, committed,
        kept=datetime.now(UTC).isoformat(timespec="seconds"), form="", digest=None, undigested=None,
    )  # fmt: skip
    outcome = await outcome_of(request, context, query, generation, asking.seconds(context.settings.query_timeout))
    query = replace(query, form=outcome.form, digest=outcome.digest, undigested=outcome.undigested)
    context.cited.keep(query)
    return query, True


async def _show(request: Request, context: Context) -> Reply:
    query = context.cited.get(request.path_params["hash"])
    results = _formats(query)
    chosen = negotiated(request.scope, (*DOCUMENTS, *results))
    if chosen in results:
        return await _run(request, context, query, chosen)
    if chosen == HTML:
        return await _page(request, context, query, await _generation(request, context, query, must_be_kept=False))
    if chosen == JSON:
        return await _document(request, context, query)
    if chosen == SPARQL:
        return Reply(query.text.encode(), SPARQL)
    citation = citation_of(query, _address(request, context, query))
    return Reply((citation.bibtex if chosen == BIBTEX else citation.csl).encode(), chosen)


async def _results(request: Request, context: Context) -> Reply:
    query = context.cited.get(request.path_params["hash"])
    formats = _formats(query)
    suffix = request.path_params.get("suffix", "")
    if suffix and named(suffix, formats) is None:
        raise UnknownName(f"the answer to this query has no format with the suffix {suffix[:20]!r}")
    return await _run(request, context, query, negotiated(request.scope, formats, suffix=suffix))


async def _run(request: Request, context: Context, query: CitedQuery, chosen: Format) -> Reply:
    """The answer to *query* on its own generation, or on the one that `asOf` names."""
    generation = await _generation(request, context, query)
    edition = await current(request, context, "cited", query.hash, chosen.extension, at_generation=generation)
    settled = is_settled(query.text)
    if settled and edition.unchanged:
        return edition.unchanged
    with context.budgets.spending(client_of(request.scope)):
        wanted = request_for(query, generation, context, chosen.extension, context.settings.query_timeout)
        answer = await answer_of(request, context, wanted, "heavy")
    reply = Reply(answer.first, chosen, rest=answer.rest)
    return cached(reply, edition) if settled else reply


async def _check(request: Request, context: Context) -> Reply:
    """Run the query again and compare the digests."""
    chosen = negotiated(request.scope, (JSON, HTML))
    query = context.cited.get(request.path_params["hash"])
    generation = await _generation(request, context, query)
    with context.budgets.spending(client_of(request.scope)):
        outcome = await outcome_of(request, context, query, generation, context.settings.query_timeout)
    comparable = query.digest is not None and outcome.digest is not None
    told = {
        "query": f"{PATH}/{query.hash}",
        "kept_on_generation": query.generation,
        "generation": generation,
        "digest_kept": query.digest,
        "digest_now": outcome.digest,
        "same": query.digest == outcome.digest if comparable else None,
        "why_not": None if comparable else query.undigested or outcome.undigested,
    }
    if chosen == HTML:
        return await _page(request, context, query, generation, check=told)
    return json_reply(told)


async def _page(
    request: Request, context: Context, query: CitedQuery, generation: int, *, check: object = None
) -> Reply:
    return page_reply(
        request,
        context,
        "cited.html",
        query=query,
        path=f"{PATH}/{query.hash}",
        generation=generation,
        is_kept=generation != query.generation or await _is_kept(context, query),
        last=context.service.generations.last,
        formats=_formats(query),
        citation=citation_of(query, _address(request, context, query)),
        check=check,
    )


async def _document(request: Request, context: Context, query: CitedQuery) -> Reply:
    path = f"{PATH}/{query.hash}"
    citation = citation_of(query, _address(request, context, query))
    return json_reply(
        {
            "hash": query.hash,
            "href": path,
            "query": query.text,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "generation": query.generation,
            "commit": query.commit,
            "committed": query.committed,
            "kept": query.kept,
            "form": query.form,
            "digest": None if query.digest is None else f"sha256:{query.digest}",
            "undigested": query.undigested,
            "generation_is_kept": await _is_kept(context, query),
            "cite": {"text": citation.text, "bibtex": f"{path}?format=bibtex", "csl": f"{path}?format=csl"},
            "check": f"{path}/check",
            "results": [
                {"format": each.extension, "type": each.media_type, "href": f"{path}/results.{each.extension}"}
                for each in _formats(query)
            ],
        }
    )


async def _generation(request: Request, context: Context, query: CitedQuery, *, must_be_kept: bool = True) -> int:
    """The generation on which *query* is to be run.

    Raises:
        GenerationNotKept: it is not there any more; the error leads to the last one.
    """
    as_of = values_of(request.scope).get(AS_OF.name)
    if as_of is not None:
        return await generation_asked(as_of, context)
    if must_be_kept:
        await _require_kept(context, query)
    return query.generation


async def _require_kept(context: Context, query: CitedQuery) -> None:
    """Raise `GenerationNotKept` unless the generation of *query* is there."""
    if await _is_kept(context, query):
        return
    raise not_kept(
        f"the generation of this query, {query.generation} (commit {query.commit}), is not kept",
        context,
        generation=query.generation,
        run_on_last=f"{PATH}/{query.hash}/results?asOf=last",
    )


async def _is_kept(context: Context, query: CitedQuery) -> bool:
    """Tell whether the very generation of *query* is there: a store that was made anew counts from one again."""
    if query.generation not in context.service.generations.published:
        return False
    commit, _ = await _commit(context, query.generation)
    return commit == query.commit


async def _commit(context: Context, generation: int) -> tuple[str, str]:
    """The key of the commit that made *generation*, and when it was made.

    Raises:
        GenerationNotKept: nothing had been committed yet, or it is not kept.
    """
    values = {"generation": str(generation)}
    keys, times = [
        await context.service.rows(bind(context.internal.query(name), values), at_generation=generation)
        for name in ("commit-key", "generation-time")
    ]
    if not keys or not times:
        raise GenerationNotKept(f"generation {generation} is empty: nothing had been committed")
    return keys[0]["key"]["value"], times[0]["time"]["value"]


def _formats(query: CitedQuery) -> tuple[Format, ...]:
    """What the answer to *query* comes in."""
    return GRAPHS if query.form == "graph" else BINDINGS


def _address(request: Request, context: Context, query: CitedQuery) -> str:
    return f"{base_of(request.scope, context)}{PATH}/{query.hash}"
