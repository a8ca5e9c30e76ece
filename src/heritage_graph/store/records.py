"""The records of a state of the graph, read from its store one after the other: see `model.records`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, QuerySolutions, Store, Triple, Variable

from heritage_graph.model.records import INWARD, OUTWARD, may_stand_around, reached

if TYPE_CHECKING:
    from collections.abc import Iterator

_STATEMENTS: Final = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
_SUBJECTS: Final = "SELECT ?s WHERE { ?s ?p ?o }"
_S: Final = Variable("s")
_P: Final = Variable("p")


class Records:
    """The records of the published view of *store*, which must not change meanwhile.

    What is kept in memory grows with the number of subjects (some 300 bytes each), not with their statements.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._around: defaultdict[NamedNode, list[NamedNode]] = defaultdict(list)
        for step in sorted(OUTWARD | INWARD, key=str):
            for triple in self._statements(_P, step):
                if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode):
                    ends = (triple.subject, triple.object)
                    thing, node = ends if step in OUTWARD else reversed(ends)
                    if thing != node and may_stand_around(node):
                        self._around[thing].append(node)

    def entities(self) -> list[NamedNode]:
        """The entities, sorted: every subject is in the record of at least one of them.

        Where subjects stand around each other only, the first of them by IRI is the entity.
        """
        subjects = self._subjects()
        inner = {node for thing, nodes in self._around.items() if thing in subjects for node in nodes}
        found = list(subjects - inner)
        left = subjects - reached(found, self._step)
        for subject in sorted(left, key=_iri):
            if subject in left:
                found.append(subject)
                left -= reached([subject], self._step)
        return sorted(found, key=_iri)

    def statements(self, entity: NamedNode) -> Iterator[Triple]:
        """The record of *entity*: what is said of it and of the nodes around it."""
        for node in sorted(reached([entity], self._step), key=_iri):
            yield from self._statements(_S, node)

    def _step(self, thing: NamedNode) -> list[NamedNode]:
        return self._around.get(thing, [])

    def _subjects(self) -> set[NamedNode]:
        rows = self._store.query(_SUBJECTS)
        assert isinstance(rows, QuerySolutions)
        return {row["s"] for row in rows if isinstance(row["s"], NamedNode)}

    def _statements(self, variable: Variable, term: NamedNode) -> Iterator[Triple]:
        rows = self._store.query(_STATEMENTS, substitutions={variable: term})
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            yield Triple(row["s"], row["p"], row["o"])


def _iri(node: NamedNode) -> str:
    return node.value
