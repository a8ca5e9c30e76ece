"""What the stream is: the context information that the root node gives (LDES, server primer, section 3)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from heritage_graph.namespaces import DCTERMS, HGV, RDF, RDFS
from heritage_graph.web.api.envelope import LICENCE
from heritage_graph.web.ldes.vocabulary import KIND, LDES, POLLING_S, SEQUENCE, TIMESTAMP, TREE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.web.ldes.vocabulary import Addresses

_SHAPE: Final = Path(__file__).parent / "member_shape.ttl"
_TITLE: Final = {
    "en": "Every version of every record of the heritage graph",
    "ar": "كل نسخة من كل سجل في رسم التراث",
    "fr": "Toutes les versions de toutes les notices du graphe du patrimoine",
}


def retention(addresses: Addresses) -> Iterator[Quad]:
    """What stays of a stream whose past is not kept: the last version of each record (LDES, retention policies)."""
    policy = addresses.part("retention")
    yield Quad(addresses.stream, LDES.retentionPolicy, policy)
    yield Quad(policy, RDF.type, LDES.RetentionPolicy)
    yield Quad(policy, LDES.versionAmount, Literal(1))


def description(addresses: Addresses) -> Iterator[Quad]:
    """The stream, its one view, and the shape of its members.

    Without `retention` there is no policy: all that was ever added stays.
    """
    stream, root, source = addresses.stream, addresses.root, addresses.part("source")
    yield Quad(stream, RDF.type, LDES.EventStream)
    for language, title in _TITLE.items():
        yield Quad(stream, DCTERMS.term("title"), Literal(title, language=language))
    yield Quad(stream, DCTERMS.license, NamedNode(LICENCE))
    yield Quad(stream, RDFS.seeAlso, NamedNode(f"{addresses.base}/dataset"))
    yield Quad(stream, LDES.timestampPath, TIMESTAMP)
    yield Quad(stream, LDES.sequencePath, SEQUENCE)
    yield Quad(stream, LDES.versionOfPath, DCTERMS.isVersionOf)
    for kind in ("Create", "Update", "Delete"):
        yield Quad(stream, LDES.term(f"version{kind}Path"), KIND)
        yield Quad(stream, LDES.term(f"version{kind}Object"), HGV.term(f"change-kind/{kind.lower()}"))
    yield Quad(stream, LDES.pollingInterval, Literal(POLLING_S))
    yield Quad(stream, TREE.shape, addresses.part("member"))
    yield Quad(stream, TREE.view, root)
    yield Quad(root, RDF.type, TREE.Node)
    yield Quad(root, TREE.viewDescription, source)
    yield Quad(source, RDF.type, LDES.EventSource)
    yield Quad(source, TREE.rootNode, root)
    yield from _shape(addresses.root.value)


@cache
def _shape(base: str) -> tuple[Quad, ...]:
    return tuple(parse(_SHAPE.read_bytes(), RdfFormat.TURTLE, base_iri=base))
