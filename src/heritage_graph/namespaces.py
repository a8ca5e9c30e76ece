"""The IRIs of the model: namespaces, prefixes, named graphs and the kinds of things."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import NamedNode

BASE: Final = "https://w3id.org/heritage-graph/"


class Namespace(str):
    """A namespace IRI from which terms are made: `HG.Agreement`, or `HGV.term("role/party")`.

    Names that every string has (`title`, `format` …) need the second form: `DCTERMS.term("title")`.
    """

    __slots__ = ("__dict__",)

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        term = NamedNode(self + name)
        setattr(self, name, term)  # it is asked for some hundred times in each thing that rules look at
        return term

    def term(self, name: str) -> NamedNode:
        """The term called *name*, for names that are not Python identifiers."""
        return NamedNode(self + name)


HG: Final = Namespace(BASE + "ns#")
HGV: Final = Namespace(BASE + "vocab/")
HGS: Final = Namespace(BASE + "shapes#")
ID: Final = Namespace(BASE + "id/")
GRAPH: Final = Namespace(BASE + "graph/")

RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
DCTERMS: Final = Namespace("http://purl.org/dc/terms/")
PROV: Final = Namespace("http://www.w3.org/ns/prov#")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")

PREFIXES: Final[dict[str, str]] = {
    "hg": HG,
    "hgv": HGV,
    "hgs": HGS,
    "id": ID,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "foaf": FOAF,
    "sh": SH,
}
"""The prefixes of everything that we serialise, and of the SPARQL editor."""

CURATION: Final = GRAPH.term("curation")
INFERRED: Final = GRAPH.term("inferred")
VOCAB: Final = GRAPH.term("vocab")
ONTOLOGY: Final = GRAPH.term("ontology")
META: Final = GRAPH.term("meta")
LOG: Final = GRAPH.term("log")
JOURNAL: Final = GRAPH.term("journal")
VIEW: Final = GRAPH.term("view")
"""Where the published view stands on an engine that has no unnamed default graph; no graph of the model."""

_SOURCE: Final = GRAPH + "source/"
_GENERIC: Final = GRAPH + "generic/"
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PUBLISHED: Final = frozenset({CURATION, INFERRED, VOCAB, ONTOLOGY})


def source_graph(slug: str) -> NamedNode:
    """The named graph of the source document called *slug*."""
    return NamedNode(_SOURCE + slug)


def is_slug(text: str) -> bool:
    """Tell whether *text* can name a thing or a source: small letters, digits and single hyphens between them."""
    return _SLUG.fullmatch(text) is not None


def is_source_graph(graph: NamedNode) -> bool:
    """Tell whether *graph* holds what one source document asserts."""
    return graph.value.startswith(_SOURCE)


def is_generic_graph(graph: NamedNode) -> bool:
    """Tell whether *graph* holds claims about generic actors (never published)."""
    return graph.value.startswith(_GENERIC)


def is_published(graph: NamedNode) -> bool:
    """Tell whether the triples of *graph* are part of the published view, the default graph."""
    return graph in _PUBLISHED or is_source_graph(graph)
