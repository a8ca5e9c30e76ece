"""Give names to things so that each keeps one preferred label a language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.namespaces import SKOS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GivenLabels = Callable[[NamedNode], Iterable[Literal]]
"""The preferred labels that graphs other than the one being made give a thing."""


def no_labels(_thing: NamedNode) -> Iterable[Literal]:
    """The lookup for a graph that stands alone."""
    return ()


class Labels:
    """The labels of one graph in the making."""

    def __init__(self, given: GivenLabels) -> None:
        self._given = given
        self._preferred: dict[tuple[NamedNode, str], str] = {}

    def of(self, thing: NamedNode, names: Mapping[str, str]) -> Iterator[Triple]:
        """The labels of *thing*, from its *names* by language.

        A name is preferred unless this graph or another already prefers a different one in that language; then it is
        an alternative.
        """
        for label in self._given(thing):
            if label.language:
                self._preferred.setdefault((thing, label.language), label.value)
        for language, name in names.items():
            preferred = self._preferred.setdefault((thing, language), name)
            predicate = SKOS.prefLabel if preferred == name else SKOS.altLabel
            yield Triple(thing, predicate, Literal(name, language=language))

    def alternative(self, thing: NamedNode, label: Literal) -> Iterator[Triple]:
        """*label* as an alternative, unless it is what this graph prefers."""
        if self._preferred.get((thing, label.language or "")) != label.value:
            yield Triple(thing, SKOS.altLabel, label)

    def printed(self, thing: NamedNode, name: Literal) -> Iterator[Triple]:
        """*name*, by which a source calls *thing*, as an alternative, unless this graph or another prefers it."""
        if name not in self._given(thing):
            yield from self.alternative(thing, name)
