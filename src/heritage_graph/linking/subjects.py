"""Read the things of one kind from a state of the graph, with all by which they are compared."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.linking.identifiers import Identifier, identifier_of
from heritage_graph.namespaces import HG, ID, RDF, is_source_graph
from heritage_graph.query_files import bind, load_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from heritage_graph.model.link_proposals import Pair
    from heritage_graph.store.state import State

_HERE: Final = Path(__file__).parent


class LinkKind(StrEnum):
    """The kinds of things that are linked; only things of one kind are compared."""

    ORGANIZATION = "organization"
    PLACE = "place"
    SITE = "site"


CLASS_OF_KIND: Final[Mapping[LinkKind, NamedNode]] = {
    LinkKind.ORGANIZATION: HG.Organization,
    LinkKind.PLACE: HG.Place,
    LinkKind.SITE: HG.Site,
}
"""The class of the things of each kind, narrower classes included."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing as it is compared.

    `sources` are the graphs that describe it, the curators' not among them. `names` have no acronyms; these stand
    apart, since many bodies share one. `countries` are its own and those of its seats. `position` is latitude and
    longitude in degrees, its own or that of its only seat.
    """

    iri: str
    classes: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    names: tuple[Literal, ...] = ()
    acronyms: tuple[Literal, ...] = ()
    identifiers: frozenset[Identifier] = frozenset()
    countries: frozenset[str] = frozenset()
    seats: frozenset[str] = frozenset()
    founded: tuple[str, ...] = ()
    homepages: tuple[str, ...] = ()
    position: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The things of each kind, by IRI in order, and the pairs of which somebody has stated how they are tied."""

    subjects: Mapping[LinkKind, list[Subject]]
    tied: frozenset[Pair]


def pair_of(one: str, other: str) -> Pair:
    """The two in order."""
    return (one, other) if one <= other else (other, one)


def gather(state: State, kinds: Iterable[LinkKind]) -> Gathered:
    """All things of *kinds* that *state* describes and names.

    Raises:
        EngineTrouble, OSError, ValueError, RuntimeError: as `State.rows`.
    """
    return _Reading(state).gathered(kinds)


class _Reading:
    """What the queries give of one state, by thing."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._catalogue = load_catalogue(_HERE / "queries")
        self._names: defaultdict[str, dict[Literal, None]] = defaultdict(dict)
        self._acronyms: defaultdict[str, dict[Literal, None]] = defaultdict(dict)
        self._values: defaultdict[str, list[tuple[str, NamedNode | Literal]]] = defaultdict(list)

    def gathered(self, kinds: Iterable[LinkKind]) -> Gathered:
        described = {kind: self._described(kind) for kind in kinds}
        wanted = set().union(*described.values())
        for thing, use, name in self._statements("named"):
            if thing in wanted and isinstance(name, Literal):
                into = self._acronyms if use == HG.acronym else self._names
                into[thing][name] = None
        for thing, property_, value in self._statements("valued"):
            self._values[thing].append((property_.value, value))  # of places too, for those who have their seat there
        tied = frozenset(pair_of(thing, other.value) for thing, _, other in self._statements("tied"))
        return Gathered(
            {
                kind: [self._subject(iri, found[iri]) for iri in sorted(found) if iri in self._names]
                for kind, found in described.items()
            },
            tied,
        )

    def _described(self, kind: LinkKind) -> dict[str, tuple[set[str], set[str]]]:
        """The classes and the graphs of each thing of *kind* that has an IRI of ours."""
        found: dict[str, tuple[set[str], set[str]]] = {}
        for thing, predicate, value in self._statements("described", above=CLASS_OF_KIND[kind].value):
            if thing.startswith(ID) and isinstance(value, NamedNode):
                classes, graphs = found.setdefault(thing, (set(), set()))
                (classes if predicate == RDF.type else graphs).add(value.value)
        return found

    def _subject(self, iri: str, described: tuple[set[str], set[str]]) -> Subject:
        classes, graphs = described
        acronyms = self._acronyms.get(iri, {})
        values = self._by_property(iri)
        seats = {value.value for value in values[HG.seat.value]}
        around = [values, *(self._by_property(seat) for seat in sorted(seats))]
        return Subject(
            iri,
            classes=frozenset(classes),
            sources=frozenset(graph for graph in graphs if is_source_graph(NamedNode(graph))),
            names=tuple(name for name in self._names[iri] if name not in acronyms),
            acronyms=tuple(acronyms),
            identifiers=frozenset(
                identifier
                for property_, given in values.items()
                for value in given
                if (identifier := identifier_of(property_, value.value)) is not None
            ),
            countries=frozenset(value.value for each in around for value in each[HG.country.value]),
            seats=frozenset(seats),
            founded=tuple(sorted(value.value for value in values[HG.foundedOn.value])),
            homepages=tuple(sorted(value.value for value in values[HG.homepage.value])),
            position=next((at for each in around[:2] if (at := _position(each)) is not None), None),
        )

    def _by_property(self, iri: str) -> defaultdict[str, list[NamedNode | Literal]]:
        found: defaultdict[str, list[NamedNode | Literal]] = defaultdict(list)
        for property_, value in self._values.get(iri, ()):
            found[property_].append(value)
        return found

    def _statements(self, name: str, **values: str) -> Iterator[tuple[str, NamedNode, NamedNode | Literal]]:
        for triple in self._state.triples(bind(self._catalogue.query(name), values)):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                yield triple.subject.value, triple.predicate, triple.object


def _position(values: Mapping[str, list[NamedNode | Literal]]) -> tuple[float, float] | None:
    """Latitude and longitude; None unless each is stated once."""
    north, east = values.get(HG.latitude.value, []), values.get(HG.longitude.value, [])
    if len(north) != 1 or len(east) != 1:
        return None
    return float(north[0].value), float(east[0].value)
