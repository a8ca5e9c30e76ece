"""The members of a page: versions of records, each with what it states in a named graph of its own name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from heritage_graph.model.change_iris import change_iri
from heritage_graph.namespaces import DCTERMS, HG, HGV, PROV, RDF, XSD
from heritage_graph.web.feeds import moment
from heritage_graph.web.ldes.vocabulary import KIND, SEQUENCE, TIMESTAMP, TREE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from heritage_graph.changes.entries import Change


def is_member(change: Change) -> bool:
    """Tell whether the stream has *change*: a version whose content was followed by another unseen is left out."""
    return change.has_content or change.kind == "delete"


def member_quads(changes: Iterable[Change], contents: Mapping[int, bytes], stream: NamedNode) -> Iterator[Quad]:
    """The members among *changes* in their order, all that is said of one together (TREE profile, section 4).

    *contents* are N-Quads by sequence. What a version states is merged into one graph, the member; the graphs that
    state something of it are told beside. A deletion states nothing.
    """
    for change in changes:
        if is_member(change):
            member = NamedNode(change_iri(change.generation, change.iri))
            yield Quad(stream, TREE.member, member)
            yield from _version(change, member)
            yield from _payload(contents[change.sequence] if change.has_content else b"", member)


def _version(change: Change, member: NamedNode) -> Iterator[Quad]:
    yield Quad(member, RDF.type, HG.Change)
    yield Quad(member, DCTERMS.isVersionOf, NamedNode(change.iri))
    yield Quad(member, TIMESTAMP, Literal(moment(change.at), datatype=XSD.dateTime))
    yield Quad(member, SEQUENCE, Literal(change.sequence))
    yield Quad(member, KIND, HGV.term(f"change-kind/{change.kind}"))
    for graph in change.sources:
        yield Quad(member, HG.inGraph, NamedNode(graph))


def _payload(content: bytes, member: NamedNode) -> Iterator[Quad]:
    stated = list(parse(content, RdfFormat.N_QUADS))
    for graph in sorted({quad.graph_name for quad in stated}, key=str):
        assert isinstance(graph, NamedNode)
        yield Quad(member, PROV.wasDerivedFrom, graph)
    for triple in dict.fromkeys(quad.triple for quad in stated):
        yield Quad(triple.subject, triple.predicate, triple.object, member)
