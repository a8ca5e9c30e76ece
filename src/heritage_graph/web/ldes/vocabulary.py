"""The terms of LDES and TREE, and the addresses of our stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from heritage_graph.namespaces import HG, PREFIXES, PROV, Namespace

LDES: Final = Namespace("https://w3id.org/ldes#")
TREE: Final = Namespace("https://w3id.org/tree#")
SCHEMA: Final = Namespace("https://schema.org/")
ALL_PREFIXES: Final = {**PREFIXES, "ldes": LDES, "tree": TREE, "schema": SCHEMA}

PATH: Final = "/ldes"
POLLING_S: Final = 60
"""How many seconds a client should leave between two looks for new members."""

TIMESTAMP: Final = PROV.generatedAtTime
"""The property of a member that says when it was added to the stream."""
SEQUENCE: Final = SCHEMA.position
"""The property of a member that orders those of one second."""
KIND: Final = HG.changeKind
"""The property of a member that says whether its record was created, updated or deleted."""


@dataclass(frozen=True)
class Addresses:
    """The IRIs of the stream and its nodes on the server that stands at *base*."""

    base: str

    @property
    def root(self) -> NamedNode:
        """The root node."""
        return NamedNode(self.base + PATH)

    @property
    def stream(self) -> NamedNode:
        """The event stream."""
        return self.part("stream")

    def part(self, name: str) -> NamedNode:
        """Something that the document at the root describes."""
        return NamedNode(f"{self.base}{PATH}#{name}")

    def node(self, name: str) -> NamedNode:
        """The node called *name*."""
        return NamedNode(f"{self.base}{PATH}/{name}")

    @staticmethod
    def relation(source: NamedNode, name: str) -> NamedNode:
        """The relation called *name* in the document of the node *source*."""
        return NamedNode(f"{source.value}#{name}")
