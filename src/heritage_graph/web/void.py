"""The VoID description of the dataset: what it holds, how it is linked, and where it is asked and downloaded.

It stands at `/.well-known/void`, the address registered for it (RFC 5785), and in each format at one of its own; who
asks for a page is led to that of the dataset. The published view is the dataset, each published named graph a subset
of it, and its links to another dataset a linkset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import BASE, DCTERMS, FOAF, HG, OWL, RDF, RDFS, XSD, is_published
from heritage_graph.query_files import bind
from heritage_graph.web.dataset_state import (
    DATASET,
    DESCRIPTION_PREFIXES,
    IN_DATASET,
    PUBLISHER,
    dataset_state,
    dates_of,
    said_always,
)
from heritage_graph.web.negotiation import GRAPHS, HTML, TRIPLES, named
from heritage_graph.web.rdf_writing import written
from heritage_graph.web.replies import Reply, cached, current, links, redirect, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.templating import local_address
from heritage_graph.web.void_statements import (
    FORMAT_NAMES,
    VOID,
    graphs_left_out,
    numbers_of,
    parts_of,
    vocabularies_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.dataset_state import DatasetState, Dates
    from heritage_graph.web.negotiation import Format
    from heritage_graph.web.statistics import Census, CountedGraph, Links

PATH: Final = "/.well-known/void"
PAGE: Final = "/dataset.html"
"""The page about the dataset."""
MOST_LINKSETS: Final = 100
"""Of more, only the largest are told."""
_SAID_HERE: Final = frozenset(
    {DCTERMS.term("title"), DCTERMS.description, DCTERMS.publisher, DCTERMS.creator, DCTERMS.license, DCTERMS.rights}
)


def operations(_: Context) -> tuple[Operation, ...]:
    """The description, negotiated and by suffix."""
    return (
        Operation("void", PATH, "What the dataset holds, in VoID.", _negotiated, values=(FORMAT,), formats=TRIPLES,
                  statuses=(200, 303), problems=("not-acceptable",), example=PATH, tag="dataset"),
        Operation("voidDocument", PATH + ".{suffix}", "The same in one format.", _by_suffix, formats=TRIPLES,
                  problems=("not-found",), example=PATH + ".ttl", tag="dataset"),
    )  # fmt: skip


async def _negotiated(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (*TRIPLES, HTML))
    return redirect(PAGE) if chosen == HTML else await _description(request, context, chosen)


async def _by_suffix(request: Request, context: Context) -> Reply:
    suffix = request.path_params["suffix"]
    chosen = named(suffix, TRIPLES)
    if chosen is None:
        raise UnknownName(f"there is no description with the suffix {suffix[:20]!r}")
    return await _description(request, context, chosen)


async def _description(request: Request, context: Context, chosen: Format) -> Reply:
    state = await dataset_state(request, context, counted=True)
    edition = await current(request, context, "void", chosen.extension, *state.parts, at_generation=state.generation)
    if edition.unchanged:
        return edition.unchanged
    dates = await dates_of(request, context, state.generation)
    rows = await rows_of(request, context, bind(context.internal.query("schemes"), {}), generation=state.generation)
    roots = [row["scheme"]["value"] for row in rows]
    document = written(statements(state, dates, roots), chosen, DESCRIPTION_PREFIXES)
    fields = links((PAGE, "describes", HTML.media_type))
    return cached(Reply(document, chosen), edition, fields)


def statements(state: DatasetState, dates: Dates, roots: Sequence[str]) -> Iterator[Triple]:
    """The description of *state*; from *roots* other things of the dataset are reached."""
    document = NamedNode(state.base + PATH)
    yield Triple(document, RDF.type, VOID.DatasetDescription)
    yield Triple(document, DCTERMS.term("title"), Literal("The heritage graph in VoID", language="en"))
    yield Triple(document, DCTERMS.creator, PUBLISHER)
    yield Triple(document, FOAF.primaryTopic, DATASET)
    yield Triple(DATASET, RDF.type, VOID.Dataset)
    yield from (each for each in said_always(state.base) if each.subject == DATASET and each.predicate in _SAID_HERE)
    for name, time in (("created", dates.created), ("modified", dates.modified)):
        if time is not None:
            yield Triple(DATASET, DCTERMS.term(name), Literal(time, datatype=XSD.dateTime))
    yield Triple(DATASET, OWL.versionInfo, Literal(str(state.generation)))
    yield Triple(DATASET, FOAF.homepage, NamedNode(f"{state.base}/"))
    yield Triple(DATASET, RDFS.seeAlso, NamedNode(f"{state.base}/dataset"))
    yield Triple(DATASET, VOID.sparqlEndpoint, NamedNode(f"{state.base}/sparql"))
    yield Triple(DATASET, VOID.uriSpace, Literal(BASE))
    for each in GRAPHS:
        yield Triple(DATASET, VOID.feature, FORMAT_NAMES[each])
    for dump in state.latest_dumps:
        yield Triple(DATASET, VOID.dataDump, NamedNode(state.base + dump.address))
    for root in roots:
        yield Triple(DATASET, VOID.rootResource, NamedNode(root))
    yield from _what_was_counted(state)
    for subject in (PUBLISHER, IN_DATASET.rights):
        yield from (each for each in said_always(state.base) if each.subject == subject)


def _what_was_counted(state: DatasetState) -> Iterator[Triple]:
    """The numbers: of the dataset, or of an earlier version of it, which stands apart."""
    counted, census = DATASET, state.census
    if census is None or census.generation != state.generation:
        text = f"What generation {state.generation} holds is still being counted."
        yield Triple(DATASET, RDFS.comment, Literal(text, language="en"))
    if census is None:
        return
    if census.generation != state.generation:
        counted = IN_DATASET.term(f"generation-{census.generation}")
        yield Triple(counted, RDF.type, VOID.Dataset)
        yield Triple(counted, DCTERMS.isVersionOf, DATASET)
        yield Triple(counted, OWL.versionInfo, Literal(str(census.generation)))
    for remark in _remarks(census):
        yield Triple(counted, RDFS.comment, Literal(remark, language="en"))
    for example in census.examples:
        yield Triple(counted, VOID.exampleResource, NamedNode(example))
    yield from vocabularies_of(counted, census)
    yield from numbers_of(counted, census.view)
    published = [each for each in census.graphs if is_published(NamedNode(each.iri))]
    linksets = [(BlankNode(f"l{place}"), each) for place, each in enumerate((census.links or ())[:MOST_LINKSETS])]
    yield from (Triple(counted, VOID.subset, NamedNode(each.iri)) for each in published)
    yield from (Triple(counted, VOID.subset, node) for node, _ in linksets)
    yield from parts_of(counted, census)
    for graph in published:
        yield from _graph(graph, state.base)
    for node, found in linksets:
        yield from _linkset(node, counted, found)


def _remarks(census: Census) -> Iterator[str]:
    if (told := graphs_left_out(census)) is not None:
        yield told
    if census.links is None:
        yield "The links to other datasets could not be counted within the limits of a query."
    elif len(census.links) > MOST_LINKSETS:
        yield f"Of {len(census.links)} linksets the {MOST_LINKSETS} largest are described here."


def _graph(graph: CountedGraph, base: str) -> Iterator[Triple]:
    """A named graph: how much it holds, where it comes from, and where it is downloaded."""
    node = NamedNode(graph.iri)
    yield Triple(node, RDF.type, VOID.Dataset)
    yield from numbers_of(node, graph.numbers)
    for property_, iri in (
        (HG.epistemicStatus, graph.status),
        (DCTERMS.license, graph.licence),
        (DCTERMS.source, graph.document),
    ):
        if iri is not None:
            yield Triple(node, property_, NamedNode(iri))
    if graph.retrieved_on is not None:
        yield Triple(node, HG.retrievedOn, Literal(graph.retrieved_on, datatype=XSD.date))
    yield Triple(node, VOID.dataDump, NamedNode(f"{base}{local_address(graph.iri)}.nt"))


def _linkset(node: BlankNode, dataset: NamedNode, found: Links) -> Iterator[Triple]:
    """The links by one property to one space of addresses, whose dataset has no name here."""
    target = BlankNode(f"{node.value}-target")
    yield Triple(node, RDF.type, VOID.Linkset)
    yield Triple(node, VOID.linkPredicate, NamedNode(found.property))
    yield Triple(node, VOID.subjectsTarget, dataset)
    yield Triple(node, VOID.objectsTarget, target)
    yield Triple(node, VOID.triples, Literal(found.count))
    yield Triple(target, RDF.type, VOID.Dataset)
    yield Triple(target, VOID.uriSpace, Literal(found.space))
