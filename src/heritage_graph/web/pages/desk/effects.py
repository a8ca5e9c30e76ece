"""What a change of the graph adds, takes out and infers, thing by thing, in words for readers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from heritage_graph.namespaces import BASE, HG, INFERRED, LOG, META, RDFS, SKOS
from heritage_graph.web.entity_pages.shown import linked, shown
from heritage_graph.web.names import Names, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heritage_graph.ingest.intake import Verdict
    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.entity_pages.shown import Shown

_NOT_TOLD: Final = frozenset({DefaultGraph(), LOG})
"""The published view repeats what the graphs state, and the log is about the change itself."""
_NAMING: Final = (SKOS.prefLabel, RDFS.term("label"), HG.namedAs, HG.participantAsNamed, HG.funderAsNamed)
"""What names a thing for whoever reads of it here, the best first."""


@dataclass(frozen=True)
class Facts:
    """What is said of one thing: properties with their values."""

    thing: Shown
    values: Sequence[tuple[Shown, Shown]]


@dataclass(frozen=True)
class Effect:
    """Statements that one kind of change is about, by thing; `name` is what `words/desk.toml` calls it."""

    name: str
    things: Sequence[Facts]

    @property
    def count(self) -> int:
        """How many statements they are."""
        return sum(len(each.values) for each in self.things)


async def effects_of(asking: Asking, verdict: Verdict) -> list[Effect]:
    """What *verdict* would do to the generation of *asking*; kinds of changes of which there are none are left out.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    added, removed = _quads(verdict.added), _quads(verdict.removed)
    parts = {
        "added": [quad for quad in added if quad.graph_name != INFERRED],
        "removed": [quad for quad in removed if quad.graph_name != INFERRED],
        "inferred": [quad for quad in added if quad.graph_name == INFERRED],
        "withdrawn": [quad for quad in removed if quad.graph_name == INFERRED],
    }
    words = await _words(asking, [*added, *removed])
    return [Effect(name, words.facts(quads)) for name, quads in parts.items() if quads]


@dataclass(frozen=True)
class _Words:
    """The names of things, and of which of them the graph has `known` names: those have pages."""

    names: Names
    known: frozenset[str]

    def facts(self, quads: Iterable[Quad]) -> list[Facts]:
        """What *quads* say, by thing; what they say of their source comes last."""
        in_order = sorted(quads, key=lambda quad: (quad.graph_name == META, *map(str, quad.triple)))
        return [
            Facts(self._linked(thing.value), [(self._linked(quad.predicate.value), self._shown(quad)) for quad in same])
            for thing, same in groupby(in_order, _subject)
        ]

    def _shown(self, quad: Quad) -> Shown:
        value = quad.object
        return self._linked(value.value) if isinstance(value, NamedNode) else shown(_cell(value), self.names)

    def _linked(self, iri: str) -> Shown:
        told = linked(iri, self.names)
        return replace(told, address=None) if iri.startswith(BASE) and iri not in self.known else told


async def _words(asking: Asking, quads: Sequence[Quad]) -> _Words:
    """The names of what *quads* speak of: those of the graph, and those that they give."""
    terms = (term for quad in quads for term in (quad.subject, quad.predicate, quad.object))
    iris = {term.value for term in terms if isinstance(term, NamedNode)}
    names = await names_of(asking.request, asking.context, iris, asking.generation)
    given: list[Row] = [
        {"thing": {"type": "uri", "value": _subject(quad).value}, "name": _cell(quad.object)}
        for naming in _NAMING
        for quad in quads
        if quad.predicate == naming
    ]
    known = {iri: named for iri in iris if (named := names.all_of(iri))}
    return _Words(Names(given, known, language=names.language), frozenset(known))


def _quads(body: bytes) -> list[Quad]:
    return [quad for quad in parse(body, format=RdfFormat.N_QUADS) if quad.graph_name not in _NOT_TOLD]


def _subject(quad: Quad) -> NamedNode:
    assert isinstance(quad.subject, NamedNode)
    return quad.subject


def _cell(term: object) -> dict[str, str]:
    """A literal as a cell of SPARQL results."""
    assert isinstance(term, Literal)
    told = {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    return {**told, "xml:lang": term.language} if term.language else told
