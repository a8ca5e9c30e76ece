"""What a change did, for whoever made it; and why a document was refused, for whoever has to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.findings import by_rule
from heritage_graph.web.api.source_descriptions import links_of, slug_of
from heritage_graph.web.exchange import exchange_of
from heritage_graph.web.negotiation import HTML, PROBLEM, TEXT, TURTLE
from heritage_graph.web.problems import problem_of
from heritage_graph.web.replies import Reply, json_reply, page_reply
from heritage_graph.web.routing import negotiated

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.errors import InvalidData
    from heritage_graph.ingest.intake import Verdict
    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.context import Context

_MOST_TOLD: Final = 100
_REFUSED: Final = 422
_REPORTS: Final = (PROBLEM, HTML, TURTLE, TEXT)


async def receipt_of(asking: Asking, verdict: Verdict, graph: str, *, dry: bool) -> dict[str, object]:
    """What the change that *verdict* tells of did to *graph*, or would do when it was *dry*.

    The things that changed are told one by one up to 100; the link `changes` leads to all.
    """
    counts = verdict.receipt
    names = await asking.context.term_names.of(asking.request, asking.context, asking.generation)
    stored = verdict.changes and not dry
    touched = counts["created"] + counts["updated"] + counts["deleted"]
    told = links_of(graph)
    if stored:
        told["changes"] = f"/queries/changes-since?generation={asking.generation - 1}"
    return envelope(
        asking.generation,
        graph={"id": graph, "slug": slug_of(graph)},
        stored=stored,
        dryRun=dry,
        statements={"added": counts["added"], "removed": counts["removed"]},
        inferred={"added": counts["inferred_added"], "removed": counts["inferred_removed"]},
        things={"created": counts["created"], "updated": counts["updated"], "deleted": counts["deleted"]},
        changed=await _changed(asking) if stored and touched <= _MOST_TOLD else [],
        findings=by_rule(verdict.report["json"], names),
        links=told,
    )


async def refused(request: Request, context: Context, refusal: InvalidData, graph: str) -> Reply:
    """The answer that tells why the document was refused, rule by rule; nothing has changed.

    As Turtle it is the SHACL validation report.
    """
    assert isinstance(refusal.report, dict)
    chosen = negotiated(request.scope, _REPORTS)
    exchange = exchange_of(request.scope)
    problem = problem_of(refusal)
    exchange.problem = problem.slug
    generation = context.service.generations.last
    report = refusal.report["json"]
    names = await context.term_names.of(request, context, generation)
    document = problem.document(exchange.request_id)
    del document["report"]
    document |= {
        "generation": generation,
        "graph": {"id": graph, "slug": slug_of(graph)},
        "counts": report["counts"],
        "truncated": report["truncated"],
        "rules": by_rule(report, names),
    }
    match chosen.extension:
        case "html":
            reply = page_reply(request, context, "refusal.html", refusal=document)
        case "ttl":
            reply = Reply(refusal.report["turtle"].encode(), TURTLE)
        case "txt":
            reply = Reply(refusal.report["text"].encode(), TEXT)
        case _:
            reply = json_reply(document)
    return Reply(reply.body, chosen, status=_REFUSED, fields=reply.fields)


async def _changed(asking: Asking) -> list[dict[str, object]]:
    """What became of each thing that the commit of this generation changed."""
    rows = await asking.rows("commit-changes", generation=str(asking.generation))
    labels = await asking.labels(row["thing"]["value"] for row in rows)
    return [
        {"change": row["kind"]["value"].rpartition("/")[2], "thing": labels.reference(row["thing"]["value"])}
        for row in rows
    ]
