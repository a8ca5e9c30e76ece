"""The change log as a stream of activities at /changes: IIIF Change Discovery API 1.0, level 2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import orjson

from heritage_graph.model.change_iris import change_iri
from heritage_graph.namespaces import BASE, HG, HGV, ID, RDFS, SKOS
from heritage_graph.web.addresses import base_of
from heritage_graph.web.editions import CACHED
from heritage_graph.web.exchange import exchange_of
from heritage_graph.web.feeds import (
    CLOSED,
    PAGE_SIZE,
    before_page,
    is_closed,
    kept_reply,
    moment,
    page_named,
    pages,
    worked,
)
from heritage_graph.web.negotiation import JSON, JSON_LD, TURTLE, Format
from heritage_graph.web.routing import FORMAT, Operation, negotiated

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.changes.entries import Change, LogState
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

    Json = dict[str, object]

PATH: Final = "/changes"
CONTEXT: Final = "http://iiif.io/api/discovery/1/context.json"
ACTIVITIES: Final = Format("jsonld", JSON_LD.media_type, ("json-ld",), profile=CONTEXT)
FORMATS: Final = (ACTIVITIES, JSON)

# The spelling of IIIF, which has the licences of Creative Commons without the s of https.
_RIGHTS: Final = "http://creativecommons.org/licenses/by/4.0/"
_DESCRIPTION: Final = {
    "en": ["The data set, described with DCAT"],
    "ar": ["مجموعة البيانات موصوفةً وفق DCAT"],
    "fr": ["Le jeu de données, décrit avec DCAT"],
}
_ACTIVITY: Final = {"create": "Create", "update": "Update", "delete": "Delete"}
_CLASSES: Final = {
    "activity": HG.Activity,
    "agreement": HG.Agreement,
    "agreement-document": HG.AgreementDocument,
    "anomaly": HG.Anomaly,
    "artifact": HG.Artifact,
    "challenge": HG.Challenge,
    "claim": HG.Claim,
    "collection": HG.Collection,
    "collective": HG.CollectiveAgent,
    "concept": SKOS.Concept,
    "country": HG.Country,
    "designation": HG.Designation,
    "document": HG.SourceDocument,
    "event": HG.Event,
    "event-series": HG.EventSeries,
    "funding": HG.FundingArrangement,
    "generic-actor": HG.GenericActor,
    "grant": HG.Grant,
    "instrument": HG.LegalInstrument,
    "intangible": HG.IntangibleElement,
    "organization": HG.Organization,
    "person": HG.Person,
    "place": HG.Place,
    "plan": HG.Plan,
    "policy": HG.Policy,
    "programme": HG.Programme,
    "project": HG.Project,
    "route": HG.Route,
    "rule": HG.Rule,
    "scholarship": HG.Scholarship,
    "scope": HG.HeritageScope,
    "site": HG.Site,
    "state": HG.State,
    "terms": HG.GeneralTerms,
}
"""The class that all things of a family belong to; their documents name narrower ones."""


def operations(_: Context) -> tuple[Operation, ...]:
    """The collection and its pages."""
    return (
        Operation(
            "activities", PATH, "What changed, as activities: where the first and the last page are.", _collection,
            values=(FORMAT,), formats=FORMATS, schema="activities", example=PATH, tag="harvesting",
        ),
        Operation(
            "activitiesPage", PATH + "/{page}", "A page of changes, oldest first.", _page,
            values=(FORMAT,), formats=FORMATS, problems=("not-found",), schema="activities-page",
            example=f"{PATH}/1", tag="harvesting",
        ),
    )  # fmt: skip


async def _collection(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, FORMATS)
    log = await context.changes.log()
    state = await worked(request, context, log.state)
    exchange_of(request.scope).generation = state.generation
    document = _collection_document(state, base_of(request.scope, context))
    return kept_reply(request, _written(document), chosen, cache=CACHED)


async def _page(request: Request, context: Context) -> Reply:
    name, _, suffix = request.path_params["page"].partition(".")
    chosen = negotiated(request.scope, FORMATS, suffix=suffix)
    log = await context.changes.log()

    def read() -> tuple[LogState, int, list[Change]]:
        state = log.state()
        page = page_named(name, state, feed=PATH)
        return state, page, log.changes(after=before_page(page), limit=PAGE_SIZE)

    state, page, changes = await worked(request, context, read)
    closed = is_closed(page, state)
    if not closed:
        exchange_of(request.scope).generation = state.generation
    document = _page_document(page, changes, base_of(request.scope, context), closed=closed)
    return kept_reply(request, _written(document), chosen, cache=CLOSED if closed else CACHED)


def _collection_document(state: LogState, base: str) -> Json:
    """The collection (section 3.1); an empty one names no pages, since a page holds one activity at least."""
    document: Json = {
        "@context": CONTEXT,
        "id": base + PATH,
        "type": "OrderedCollection",
        "totalItems": state.sequence,
        "rights": _RIGHTS,
        "seeAlso": [
            {
                "id": f"{base}/dataset.{each.extension}",
                "type": "Dataset",
                "label": _DESCRIPTION,
                "format": each.media_type,
                "profile": "http://www.w3.org/ns/dcat#",
            }
            for each in (TURTLE, JSON_LD)
        ],
    }
    if state.sequence:
        document |= {"first": _page_reference(base, 1), "last": _page_reference(base, pages(state))}
    return document


def _page_document(page: int, changes: list[Change], base: str, *, closed: bool) -> Json:
    """A page (section 3.2): what it holds is settled when it is closed, its links included."""
    document: Json = {
        "@context": CONTEXT,
        "id": f"{base}{PATH}/{page}",
        "type": "OrderedCollectionPage",
        "partOf": {"id": base + PATH, "type": "OrderedCollection"},
        "startIndex": before_page(page),
    }
    if page > 1:
        document["prev"] = _page_reference(base, page - 1)
    if closed:
        document["next"] = _page_reference(base, page + 1)
    document["orderedItems"] = [_activity(change, base) for change in changes]
    return document


def _page_reference(base: str, page: int) -> Json:
    return {"id": f"{base}{PATH}/{page}", "type": "OrderedCollectionPage"}


def _activity(change: Change, base: str) -> Json:
    """An activity (section 3.3); `instrument` are the named graphs by which the record changed."""
    described: Json = {"id": change.iri, "type": _CLASSES.get(change.family, RDFS.Resource).value}
    if change.kind != "delete":
        described["seeAlso"] = [
            {"id": address, "type": "Dataset", "format": media_type}
            for address, media_type in _documents(change.iri, base)
        ]
    activity: Json = {
        "id": change_iri(change.generation, change.iri),
        "type": _ACTIVITY[change.kind],
        "object": described,
        "endTime": moment(change.at),
    }
    if change.sources:
        activity["instrument"] = [{"id": graph, "type": "Dataset"} for graph in change.sources]
    return activity


def _documents(iri: str, base: str) -> list[tuple[str, str]]:
    """Where *iri* is described, and in which media type."""
    path = iri.removeprefix(BASE)
    for namespace, address in ((ID, path.replace("id/", "doc/", 1)), (HGV, path)):
        if iri.startswith(namespace):
            return [(f"{base}/{address}.{each.extension}", each.media_type) for each in (TURTLE, JSON_LD)]
    return [
        (f"{base}/queries/document?{urlencode({'this': iri, 'format': each.extension})}", each.media_type)
        for each in (TURTLE, JSON_LD)
    ]


def _written(document: Json) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)
