"""A reader of TREE that knows nothing of how we name nodes: it follows relations from the root."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse

TREE = "https://w3id.org/tree#"
LDES = "https://w3id.org/ldes#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
ENTITY = "http://purl.org/dc/terms/isVersionOf"
ADDED = "http://www.w3.org/ns/prov#generatedAtTime"
POSITION = "https://schema.org/position"
KIND = "https://w3id.org/heritage-graph/ns#changeKind"


@dataclass(frozen=True)
class Page:
    """A document of the stream: how it came, and what its default graph says, by subject and property."""

    address: str
    answer: object
    quads: list
    said: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    @property
    def relations(self):
        """The relations from this node, each with its node, type, path and value as lists of texts."""
        return [
            {name: self.said[each][TREE + name] for name in ("node", "path", "value")} | {
                "type": self.said[each][RDF_TYPE]
            }
            for each in self.said[self.address][TREE + "relation"]
        ]  # fmt: skip

    @property
    def members(self):
        """The IRIs of the members, in the order of the document."""
        return [quad.object.value for quad in self.quads if quad.predicate.value == TREE + "member"]

    @property
    def is_immutable(self):
        """What the document says of itself."""
        return self.said[self.address][LDES + "immutable"] == ["true"]


def page_at(client, address):
    """The document at *address*."""
    answer = client.get(address, headers={"Accept": "application/n-quads"}).raise_for_status()
    page = Page(address, answer, list(parse(answer.content, RdfFormat.N_QUADS)))
    for quad in page.quads:
        if quad.graph_name == DefaultGraph():
            page.said[quad.subject.value][quad.predicate.value].append(quad.object.value)
    return page


def walk(client, root):
    """Every document that relations lead to from *root*, by address."""
    found = {}
    waiting = [root]
    while waiting:
        address = waiting.pop()
        if address not in found:
            found[address] = page_at(client, address)
            waiting += [node for relation in found[address].relations for node in relation["node"]]
    return found


@dataclass(frozen=True)
class Version:
    """A member with the triples of its named graph."""

    iri: str
    entity: str
    added: str
    position: int
    kind: str
    triples: frozenset


def versions(pages):
    """All members of *pages*, by position."""
    found = []
    for page in pages.values():
        graphs = defaultdict(set)
        for quad in page.quads:
            graphs[quad.graph_name].add(quad.triple)
        found += [
            Version(
                iri, *page.said[iri][ENTITY], *page.said[iri][ADDED], int(page.said[iri][POSITION][0]),
                page.said[iri][KIND][0].rpartition("/")[2], frozenset(graphs[NamedNode(iri)]),
            )
            for iri in page.members
        ]  # fmt: skip
    return sorted(found, key=lambda version: version.position)


def latest(found):
    """The last version of each entity that is not deleted, by entity; *found* are versions by position."""
    last = {version.entity: version for version in found}
    return {entity: version for entity, version in last.items() if version.kind != "delete"}
