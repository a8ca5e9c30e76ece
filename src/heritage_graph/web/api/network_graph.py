"""The network of collaborations as a value, and how Cytoscape, GraphML and GEXF write it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Final, TypeAlias

from heritage_graph.errors import NotInXml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx

    from heritage_graph.web.api.collaboration_contexts import Context, Json
    from heritage_graph.web.api.references import Labels

_Attributes: TypeAlias = dict[str, str | int]

_GEXF_VERSION: Final = "1.2draft"
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Network:
    """Links between agents with the contexts that two share, by the IRIs of both; what is known of agents and contexts.

    `agents` has the kind of each agent that is shown, sorted by IRI; `communities` numbers theirs, where it was asked.
    """

    links: Mapping[tuple[str, str], Sequence[str]]
    agents: Mapping[str, str]
    contexts: Mapping[str, Context]
    labels: Labels
    language: str
    communities: Mapping[str, int] = field(default_factory=dict)

    def elements(self) -> Json:
        """The elements as Cytoscape takes them; an edge refers to contexts by IRI."""
        return {
            "nodes": [{"data": self._node(iri)} for iri in self.agents],
            "edges": [
                {
                    "data": {
                        "id": f"{one} {other}",
                        "source": one,
                        "target": other,
                        "weight": len(shared),
                        "contexts": list(shared),
                    }
                }
                for (one, other), shared in self.links.items()
            ],
        }

    def contexts_told(self) -> list[Json]:
        """What is known of each context that a link refers to, by IRI."""
        return [self.contexts[iri].told(self.labels) for iri in sorted(self.contexts)]

    def graph(self) -> nx.Graph[str]:
        """The network with texts and numbers as attributes, for formats that have no others."""
        import networkx as nx  # noqa: PLC0415 - a twelfth of what a front loads, for two formats

        graph: nx.Graph[str] = nx.Graph()
        for iri, kind in self.agents.items():
            graph.add_node(iri, **self._attributes(iri, kind))
        for (one, other), shared in self.links.items():
            names = " | ".join(self.labels.text(context, self.language) or context for context in shared)
            days = [self.contexts[context] for context in shared]
            first = min((each.first for each in days if each.first), default="")
            told: _Attributes = {"weight": len(shared), "contexts": " ".join(shared), "names": names}
            graph.add_edge(one, other, **told, **({"earliest": first} if first else {}))
        return graph

    def _node(self, iri: str) -> Json:
        told: Json = {
            "id": iri,
            "label": self._name(iri),
            "labels": self.labels.words(iri),
            "kind": self.agents[iri],
        }
        return told | ({"community": self.communities[iri]} if iri in self.communities else {})

    def _attributes(self, iri: str, kind: str) -> _Attributes:
        told: _Attributes = {"label": self._name(iri), "kind": kind}
        for language, texts in self.labels.words(iri).items():
            told[f"label_{language.lstrip('@')}"] = " | ".join(texts)
        if iri in self.communities:
            told["community"] = self.communities[iri]
        return told

    def _name(self, iri: str) -> str:
        return self.labels.text(iri, self.language) or iri


def graphml_of(network: Network) -> bytes:
    """The network in GraphML.

    Raises:
        NotInXml: a name holds a character that XML has no spelling for.
    """
    from networkx import write_graphml_xml  # noqa: PLC0415 - as above

    written = BytesIO()
    write_graphml_xml(_checked(network.graph()), written, named_key_ids=True)
    return written.getvalue()


def gexf_of(network: Network) -> bytes:
    """The network in GEXF 1.2, without the day of writing, so that the same network gives the same bytes.

    Raises:
        NotInXml: as `graphml_of`.
    """
    from networkx.readwrite.gexf import GEXFWriter  # noqa: PLC0415 - as above

    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version=_GEXF_VERSION)
    writer.add_graph(_checked(network.graph()))
    for meta in writer.xml.iter("meta"):
        del meta.attrib["lastmodifieddate"]
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _checked(graph: nx.Graph[str]) -> nx.Graph[str]:
    """*graph*, all of whose texts XML can hold."""
    nodes = [attributes for _, attributes in graph.nodes(data=True)]
    edges = [attributes for _, _, attributes in graph.edges(data=True)]
    for attributes in (*nodes, *edges):
        for value in attributes.values():
            found = _NO_XML.search(str(value))
            if found:
                raise NotInXml(f"U+{ord(found[0]):04X}")
    return graph
