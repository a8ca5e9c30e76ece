"""A concept scheme as a tree: its concepts under those that are broader, each with what is said of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import OWL, RDF, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.service import Row

    Cells = Mapping[str, Sequence[Mapping[str, str]]]

MATCHES: Final = tuple(
    each.value for each in (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
)
_SHOWN: Final = frozenset(
    {
        RDF.type.value,
        SKOS.prefLabel.value,
        SKOS.altLabel.value,
        SKOS.definition.value,
        SKOS.notation.value,
        SKOS.inScheme.value,
        SKOS.topConceptOf.value,
        SKOS.broader.value,
        SKOS.narrower.value,
        SKOS.hasTopConcept.value,
        *MATCHES,
    }
)


@dataclass(frozen=True)
class Concept:
    """A concept, or the scheme itself: its texts by language, and the IRIs around it; `rest` is what else is said."""

    iri: str
    names: Mapping[str, str]
    definitions: Mapping[str, str]
    notations: Sequence[str]
    also: Sequence[tuple[str, str]]
    broader: Sequence[str]
    narrower: Sequence[str]
    matches: Sequence[tuple[str, str]]
    rest: Sequence[tuple[str, Mapping[str, str]]]

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.iri.rpartition("/")[2]


@dataclass(frozen=True)
class Branch:
    """A concept with those below it; one that stands under several is in full only where it `is_first`."""

    concept: Concept
    below: Sequence[Branch] = field(default=())
    is_first: bool = True


@dataclass(frozen=True)
class Scheme:
    """A concept scheme: what is said of it, and its concepts by IRI."""

    itself: Concept
    version: str
    concepts: Mapping[str, Concept]

    def tree(self) -> list[Branch]:
        """The concepts under no other of the scheme, each with those below it, in order of their notations."""
        below = self._below
        seen: set[str] = set()
        tops = [iri for iri, concept in self.concepts.items() if not self.concepts.keys() & set(concept.broader)]
        found = [self._branch(iri, below, seen) for iri in sorted(tops)]
        in_circles = sorted(self.concepts.keys() - seen)
        return found + [self._branch(iri, below, seen) for iri in in_circles if iri not in seen]

    def below(self, iri: str) -> list[str]:
        """The concepts directly under *iri*."""
        return self._below.get(iri, [])

    def ways_to(self, iri: str) -> list[list[str]]:
        """Each way down to *iri* from a concept that is under no other: the concepts on it, *iri* left out."""
        return self._ways(iri, (iri,))

    def _ways(self, iri: str, passed: tuple[str, ...]) -> list[list[str]]:
        above = [each for each in self._above(iri) if each not in passed]
        return [[*way, each] for each in above for way in self._ways(each, (*passed, each)) or [[]]]

    def _above(self, iri: str) -> list[str]:
        stated = [each for each in self.concepts[iri].broader if each in self.concepts]
        turned = [each for each, concept in self.concepts.items() if iri in concept.narrower]
        return sorted({*stated, *turned})

    @property
    def _below(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for iri in sorted(self.concepts):
            for above in self._above(iri):
                found[above].append(iri)
        return found

    def _branch(self, iri: str, below: Mapping[str, list[str]], seen: set[str]) -> Branch:
        if iri in seen:
            return Branch(self.concepts[iri], is_first=False)
        seen.add(iri)
        return Branch(self.concepts[iri], [self._branch(each, below, seen) for each in below.get(iri, ())])


def scheme_of(iri: str, rows: Iterable[Row]) -> Scheme | None:
    """The scheme *iri* of the statements in *rows* (variables concept, property, value); None when there are none."""
    found: defaultdict[str, defaultdict[str, list[Mapping[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row["concept"]["value"]][row["property"]["value"]].append(row["value"])
    if not found:
        return None
    said = found.pop(iri, defaultdict(list))
    version = next((cell["value"] for cell in said.get(OWL.versionInfo.value, ())), "")
    concepts = {each: _concept(each, found[each]) for each in sorted(found)}
    return Scheme(_concept(iri, said), version, concepts)


def _concept(iri: str, said: Cells) -> Concept:
    return Concept(
        iri,
        _texts(said, SKOS.prefLabel.value),
        _texts(said, SKOS.definition.value),
        sorted(cell["value"] for cell in said.get(SKOS.notation.value, ())),
        sorted((cell["value"], cell.get("xml:lang", "")) for cell in said.get(SKOS.altLabel.value, ())),
        _iris(said, SKOS.broader.value),
        _iris(said, SKOS.narrower.value),
        [(match, other) for match in MATCHES for other in _iris(said, match)],
        [
            (name, cell)
            for name in sorted(said.keys() - _SHOWN)
            for cell in sorted(said[name], key=lambda cell: cell["value"])
        ],
    )


def _texts(said: Cells, name: str) -> dict[str, str]:
    return {cell.get("xml:lang", ""): cell["value"] for cell in said.get(name, ())}


def _iris(said: Cells, name: str) -> list[str]:
    return sorted(cell["value"] for cell in said.get(name, ()) if cell["type"] == "uri")
