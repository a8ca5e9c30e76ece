"""The concepts of the vocabularies, by the names that they have in any language."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from heritage_graph.namespaces import HGV, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Triple

_NAMES = frozenset({SKOS.prefLabel, SKOS.altLabel, SKOS.notation})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`concepts` by the slug of their scheme and a folded name, `notations` the other way round."""

    concepts: Mapping[tuple[str, str], NamedNode]
    notations: Mapping[NamedNode, str]

    def concept(self, scheme: str, name: str) -> NamedNode | None:
        """The concept of *scheme* that is called *name*, but for case, hyphens and spaces; None when there is none."""
        return self.concepts.get((scheme, folded(name)))


def vocabulary_of(triples: Iterable[Triple]) -> Vocabulary:
    """The vocabulary that *triples*, such as those of graph/vocab, state."""
    schemes: dict[NamedNode, str] = {}
    names: dict[NamedNode, set[str]] = defaultdict(set)
    notations: dict[NamedNode, str] = {}
    for triple in triples:
        subject, value = triple.subject, triple.object
        assert isinstance(subject, NamedNode)
        if triple.predicate == SKOS.inScheme and isinstance(value, NamedNode):
            schemes[subject] = value.value.removeprefix(HGV)
        elif triple.predicate in _NAMES and isinstance(value, Literal):
            names[subject].add(folded(value.value))
            if triple.predicate == SKOS.notation:
                notations[subject] = value.value
    concepts = {
        (scheme, name): concept for concept, scheme in sorted(schemes.items(), key=str) for name in names[concept]
    }
    return Vocabulary(concepts, notations)


def folded(name: str) -> str:
    """*name* without what does not tell names apart: case, hyphens, and how many spaces there are."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().replace("-", " ").split())
