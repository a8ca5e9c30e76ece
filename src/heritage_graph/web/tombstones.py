"""What answers at the address of a thing that was withdrawn: 410, and the record of its going.

In RDF it is a tombstone of ActivityStreams 2.0 with the change and the commit of the log that took the thing away; a
program that asks for RDF so learns the same as a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson
from pyoxigraph import Literal, NamedNode, Quad

from heritage_graph.namespaces import DCTERMS, HG, HGV, ID, PROV, RDF, XSD, Namespace
from heritage_graph.web.addresses import base_of
from heritage_graph.web.entity_addresses import path_of
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.graph_documents import graph_document
from heritage_graph.web.memento import memento_links
from heritage_graph.web.negotiation import GRAPHS, HTML, PROBLEM, acceptable, named
from heritage_graph.web.problems import problem_of
from heritage_graph.web.replies import Reply, page_reply
from heritage_graph.web.routing import values_of
from heritage_graph.web.signposting import Link, link_field
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.faults import Gone
    from heritage_graph.web.negotiation import Format

FORMATS: Final = (PROBLEM, *GRAPHS, HTML)
_AS: Final = Namespace("https://www.w3.org/ns/activitystreams#")
_GONE: Final = 410


def tombstone(request: Request, context: Context, gone: Gone, *, suffix: str) -> Reply:
    """The answer that tells *gone*: in RDF or HTML when that is asked for, else as a problem document."""
    exchange = exchange_of(request.scope)
    exchange.problem = gone.slug
    iri = str(gone.details["iri"])
    replacements = gone.details.get("replaced_by") or []
    assert isinstance(replacements, list)
    found = [Link(each, "successor-version") for each in replacements]
    if iri.startswith(ID):
        found += memento_links(iri, base_of(request.scope, context), is_past=True)
    fields = link_field(found)
    chosen = _chosen(request, suffix)
    if chosen == HTML:
        page = page_reply(
            request,
            context,
            "tombstone.html",
            iri=iri,
            gone=gone.details,
            replacements=replacements,
            timemap=f"/timemap/doc/{path_of(iri)}" if iri.startswith(ID) else None,
            before=f"{_document(iri)}?asOf={gone.details['last_generation']}",
        )
        return Reply(page.body, HTML, status=_GONE, fields=(*page.fields, *fields))
    if chosen == PROBLEM:
        document = problem_of(gone).document(exchange.request_id)
        return Reply(orjson.dumps(document), PROBLEM, status=_GONE, fields=fields)
    return Reply(graph_document(_quads(gone), chosen), chosen, status=_GONE, fields=fields)


def _document(iri: str) -> str | None:
    """The address of the document about *iri*."""
    return f"/doc/{path_of(iri)}" if iri.startswith(ID) else local_address(iri)


def _chosen(request: Request, suffix: str) -> Format:
    """The format of the address when it names one that tombstones have, else the best for `Accept`."""
    name = suffix or values_of(request.scope).get("format", "")
    by_name = named(name, FORMATS) if name else None
    return by_name or acceptable(field(request.scope, b"accept"), FORMATS) or PROBLEM


def _quads(gone: Gone) -> Iterator[Quad]:
    thing = NamedNode(str(gone.details["iri"]))
    generation = gone.details["generation"]
    assert isinstance(generation, int)
    at = Literal(str(gone.details["deleted_at"]), datatype=XSD.dateTime)
    commit = ID.term(f"commit/{generation}")
    yield Quad(thing, RDF.type, _AS.Tombstone)
    yield Quad(thing, _AS.deleted, at)
    yield Quad(thing, PROV.wasInvalidatedBy, commit)
    yield Quad(commit, RDF.type, HG.Commit)
    yield Quad(commit, HG.generation, Literal(generation))
    yield Quad(commit, PROV.atTime, at)
    change = gone.details.get("change")
    if isinstance(change, str):
        yield Quad(NamedNode(change), RDF.type, HG.Change)
        yield Quad(NamedNode(change), HG.changed, thing)
        yield Quad(NamedNode(change), HG.changeKind, HGV.term("change-kind/delete"))
        yield Quad(NamedNode(change), HG.inCommit, commit)
    replacements = gone.details.get("replaced_by") or []
    assert isinstance(replacements, list)
    for replacement in replacements:
        yield Quad(thing, DCTERMS.isReplacedBy, NamedNode(replacement))
