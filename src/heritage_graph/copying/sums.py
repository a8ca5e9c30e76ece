"""Tell whether two graphs hold the same statements, in whatever order they come and whichever engine writes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from heritage_graph.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODULUS: Final = 1 << 256
_XSD: Final = XSD.string.value.removesuffix("string")
_AS_THEY_ARE: Final = frozenset({XSD.string, XSD.anyURI})
_ANY: Final = NamedNode("urn:x-any:")


@dataclass(frozen=True)
class GraphSum:
    """The number of statements of a graph, and what stands for all of them together (hexadecimal).

    That is the sum, modulo 2^256, of the SHA-256 of each statement as a line of canonical N-Triples, its literals in
    the form in which the embedded store keeps them (`1.50` is `1.5`). Our graphs have no blank nodes (docs/adr/0012).
    """

    count: int
    digest: str


class Summing:
    """A `GraphSum` in the making; each statement is told once."""

    def __init__(self) -> None:
        self.count = 0
        self._total = 0

    def add(self, triple: Triple) -> None:
        """Take *triple* in."""
        object_ = triple.object
        if isinstance(object_, Literal) and object_.language is None:
            object_ = _canonical(object_)
        line = f"{triple.subject} {triple.predicate} {object_} .\n"
        self._total += int.from_bytes(sha256(line.encode()).digest())
        self.count += 1

    def done(self) -> GraphSum:
        """The sum of all that was told."""
        return GraphSum(self.count, f"{self._total % _MODULUS:064x}")


def sum_of(triples: Iterable[Triple]) -> GraphSum:
    """The sum of *triples*, each told once."""
    summing = Summing()
    for triple in triples:
        summing.add(triple)
    return summing.done()


def _canonical(literal: Literal) -> Literal:
    if literal.datatype in _AS_THEY_ARE or not literal.datatype.value.startswith(_XSD):
        return literal
    return _stored(literal)


@lru_cache(maxsize=50_000)
def _stored(literal: Literal) -> Literal:
    """*literal* as the embedded store gives it back."""
    store = Store()
    store.add(Quad(_ANY, _ANY, literal))
    [quad] = store
    assert isinstance(quad.object, Literal)
    return quad.object
