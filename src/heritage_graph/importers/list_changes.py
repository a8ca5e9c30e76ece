"""Tell what changed between two editions of the World Heritage List."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.namespaces import HG, RDF, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

MOVED_BY: Final = Decimal("0.01")
"""Degrees of latitude or longitude beyond which coordinates count as moved (a little over a kilometre)."""


Coordinates = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Renamed:
    """A site whose name in one language is another; `before` and `after` are those names."""

    site: NamedNode
    language: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A site whose coordinates (latitude, longitude in degrees) are others; None where an edition has none."""

    site: NamedNode
    before: Coordinates | None
    after: Coordinates | None


@dataclass(frozen=True, slots=True)
class OtherCriteria:
    """A site that is inscribed under other criteria."""

    site: NamedNode
    lost: frozenset[str]
    gained: frozenset[str]


@dataclass(frozen=True, slots=True)
class ListChanges:
    """What differs between two editions, each part sorted by IRI.

    `into_danger` and `out_of_danger` tell which sites stand on the List of World Heritage in Danger at the end of one
    edition only. All parts but `added` and `gone` are about sites that both editions have.
    """

    added: tuple[NamedNode, ...]
    gone: tuple[NamedNode, ...]
    renamed: tuple[Renamed, ...]
    moved: tuple[Moved, ...]
    into_danger: tuple[NamedNode, ...]
    out_of_danger: tuple[NamedNode, ...]
    other_criteria: tuple[OtherCriteria, ...]

    def summary(self) -> str:
        """One line with the size of each part."""
        return (
            f"{len(self.added)} added, {len(self.gone)} gone, {len(self.renamed)} renamed, {len(self.moved)} moved, "
            f"{len(self.into_danger)} put in danger, {len(self.out_of_danger)} out of danger, "
            f"{len(self.other_criteria)} with other criteria"
        )


@dataclass(slots=True)
class _Site:
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    criteria: set[str] = field(default_factory=set)
    in_danger: bool = False

    @property
    def coordinates(self) -> Coordinates | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


def compare(before: Iterable[Quad], after: Iterable[Quad], *, moved_by: Decimal = MOVED_BY) -> ListChanges:
    """What changed from one edition's quads to the other's (each the quads of one source graph).

    A site is renamed in a language when the two editions share no name in it; a language that one edition lacks says
    nothing. It has moved when latitude or longitude differ by more than *moved_by* degrees, or
    when one edition only has coordinates. It is in danger while a
    danger listing without an end designates it.
    """
    old, new = _sites(before), _sites(after)
    both = sorted(old.keys() & new.keys(), key=str)
    return ListChanges(
        added=tuple(sorted(new.keys() - old.keys(), key=str)),
        gone=tuple(sorted(old.keys() - new.keys(), key=str)),
        renamed=tuple(change for site in both for change in _renamed(site, old[site], new[site])),
        moved=tuple(change for site in both for change in _moved(site, old[site], new[site], moved_by)),
        into_danger=tuple(site for site in both if new[site].in_danger and not old[site].in_danger),
        out_of_danger=tuple(site for site in both if old[site].in_danger and not new[site].in_danger),
        other_criteria=tuple(
            OtherCriteria(
                site,
                lost=frozenset(old[site].criteria - new[site].criteria),
                gained=frozenset(new[site].criteria - old[site].criteria),
            )
            for site in both
            if old[site].criteria != new[site].criteria
        ),
    )


def _renamed(site: NamedNode, old: _Site, new: _Site) -> Iterable[Renamed]:
    for language in sorted(old.names.keys() & new.names.keys()):
        if not old.names[language] & new.names[language]:
            yield Renamed(site, language, min(old.names[language]), min(new.names[language]))


def _moved(site: NamedNode, old: _Site, new: _Site, moved_by: Decimal) -> Iterable[Moved]:
    before, after = old.coordinates, new.coordinates
    if before and after:
        differs = max(abs(one - other) for one, other in zip(before, after, strict=True)) > moved_by
    else:
        differs = before != after
    if differs:
        yield Moved(site, before, after)


def _sites(quads: Iterable[Quad]) -> dict[NamedNode, _Site]:
    about: dict[NamedNode, list[Quad]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            about[quad.subject].append(quad)
    sites = {thing: _Site() for thing, said in about.items() if _is_a(said, HG.Site)}
    for thing, said in about.items():
        if thing in sites:
            _describe(sites[thing], said)
        for quad in said:
            if quad.predicate == HG.designates and isinstance(quad.object, NamedNode) and quad.object in sites:
                _designate(sites[quad.object], said)
    return sites


def _is_a(said: list[Quad], kind: NamedNode) -> bool:
    return any(quad.predicate == RDF.type and quad.object == kind for quad in said)


def _describe(site: _Site, said: list[Quad]) -> None:
    for quad in said:
        value = quad.object
        if not isinstance(value, Literal):
            continue
        if quad.predicate in (SKOS.prefLabel, SKOS.altLabel):
            site.names[value.language or ""].add(value.value)
        elif quad.predicate == HG.latitude:
            site.latitude = Decimal(value.value)
        elif quad.predicate == HG.longitude:
            site.longitude = Decimal(value.value)


def _designate(site: _Site, said: list[Quad]) -> None:
    site.criteria |= {
        quad.object.value for quad in said if quad.predicate == HG.criterion and isinstance(quad.object, Literal)
    }
    if _is_a(said, HG.DangerListing) and not any(quad.predicate == HG.endsOn for quad in said):
        site.in_danger = True
