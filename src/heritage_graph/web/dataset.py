"""`/dataset`: the catalogue of the dataset, in RDF for catalogues and as a page for people."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import DCTERMS, FOAF, RDFS
from heritage_graph.web.api.references import Asking
from heritage_graph.web.dataset_catalogue import name_of, statements
from heritage_graph.web.dataset_for_search import dataset_for_search, dataset_links
from heritage_graph.web.dataset_state import (
    CATALOGUE,
    DATASET,
    DCAT,
    DESCRIPTION_PREFIXES,
    IN_DATASET,
    PUBLISHER,
    addresses_of,
    citation_of,
    dataset_state,
    dates_of,
    spoken_in,
    texts_of,
)
from heritage_graph.web.negotiation import HTML, TRIPLES, named
from heritage_graph.web.page_language import page_language
from heritage_graph.web.rdf_writing import written
from heritage_graph.web.replies import Reply, cached, current, links, page_reply
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.void import PAGE

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.api.references import Labels
    from heritage_graph.web.context import Context
    from heritage_graph.web.dataset_state import DatasetState, Dates
    from heritage_graph.web.negotiation import Format

FORMATS: Final = (*TRIPLES, HTML)
_TITLE: Final = DCTERMS.term("title")


def operations(_: Context) -> tuple[Operation, ...]:
    """The catalogue, negotiated and by suffix."""
    return (
        Operation("dataset", "/dataset", "The dataset, its files, services and versions, in DCAT.", _negotiated,
                  values=(FORMAT,), formats=FORMATS, problems=("not-acceptable",), example="/dataset", tag="dataset"),
        Operation("datasetDocument", "/dataset.{suffix}", "The same in one format.", _by_suffix, formats=FORMATS,
                  problems=("not-found",), example="/dataset.jsonld", tag="dataset"),
    )  # fmt: skip


async def _negotiated(request: Request, context: Context) -> Reply:
    return await _catalogue(request, context, negotiated(request.scope, FORMATS))


async def _by_suffix(request: Request, context: Context) -> Reply:
    suffix = request.path_params["suffix"]
    chosen = named(suffix, FORMATS)
    if chosen is None:
        raise UnknownName(f"there is no description with the suffix {suffix[:20]!r}")
    return await _catalogue(request, context, chosen)


async def _catalogue(request: Request, context: Context, chosen: Format) -> Reply:
    state = await dataset_state(request, context, counted=True)
    edition = await current(request, context, "dataset", chosen.extension, *state.parts, at_generation=state.generation)
    if edition.unchanged:
        return edition.unchanged
    dates = await dates_of(request, context, state.generation)
    if chosen == HTML:
        countries = [] if state.census is None else [country for country, _ in state.census.countries]
        labels = await Asking(request, context, edition.generation).labels(countries)
        return cached(_page(request, context, state, dates, labels), edition, dataset_links(state))
    document = written(statements(state, dates), chosen, DESCRIPTION_PREFIXES)
    fields = links((PAGE, "describes", HTML.media_type))
    return cached(Reply(document, chosen), edition, fields)


def _page(request: Request, context: Context, state: DatasetState, dates: Dates, labels: Labels) -> Reply:
    """The page for people, in their language; *labels* names the countries."""
    base = state.base
    said = partial(spoken_in, page_language(request.scope).code, base)
    services = [NamedNode(iri) for iri in addresses_of(base, CATALOGUE, DCAT.service)]
    return page_reply(
        request,
        context,
        "dataset.html",
        iri=DATASET.value,
        titles=texts_of(base, DATASET, _TITLE),
        descriptions=texts_of(base, DATASET, DCTERMS.description),
        rights=said(IN_DATASET.rights, RDFS.label),
        licence=addresses_of(base, DATASET, DCTERMS.license)[0],
        publisher=PUBLISHER.value,
        publisher_name=said(PUBLISHER, FOAF.name),
        keywords=texts_of(base, DATASET, DCAT.keyword),
        state=state,
        dates=dates,
        labels=labels,
        citation=citation_of(state, dates),
        files=[(each, name_of(each)) for each in state.latest_dumps],
        services=[
            {
                "title": said(each, _TITLE),
                "description": said(each, DCTERMS.description),
                "address": addresses_of(base, each, DCAT.endpointURL)[0],
                "protocol": addresses_of(base, each, DCTERMS.conformsTo)[0],
            }
            for each in services
        ],
        formats=TRIPLES,
        json_ld=dataset_for_search(state, dates),
    )
