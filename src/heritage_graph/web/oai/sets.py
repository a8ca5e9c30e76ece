"""The sets: the things of a kind (`kind:organization`), and those of which a source states something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heritage_graph.changes.entries import Choice
from heritage_graph.namespaces import source_graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.changes.entries import Record

_KIND: Final = "kind:"
_SOURCE: Final = "source:"
_SOURCE_GRAPH: Final = source_graph("").value
_WORD: Final = re.compile(r"[A-Za-z0-9\-_.!~*'()]+")


def sets_of(record: Record) -> list[str]:
    """The sets to which *record* belongs, its kind first; a deleted one belongs to those in which it was last."""
    return [*_written(_KIND, [record.change.family]), *_written(_SOURCE, _slugs(record.graphs))]


def sets_named(families: Iterable[str], graphs: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each set that there is when these families and graphs occur, with its name."""
    for spec in _written(_KIND, families):
        yield spec, f"Things of the kind {spec.removeprefix(_KIND)}"
    for spec in _written(_SOURCE, _slugs(graphs)):
        yield spec, f"Things of which the source {spec.removeprefix(_SOURCE)} states something"


def choice_of(set_spec: str | None) -> Choice | None:
    """What chooses the records of a set, of all where no set is named; None when no set can be called so."""
    if set_spec is None:
        return Choice()
    if set_spec.startswith(_KIND):
        return Choice(families=(set_spec.removeprefix(_KIND),))
    if set_spec.startswith(_SOURCE):
        return Choice(graph=_SOURCE_GRAPH + set_spec.removeprefix(_SOURCE))
    return None


def _slugs(graphs: Iterable[str]) -> list[str]:
    return [graph.removeprefix(_SOURCE_GRAPH) for graph in graphs if graph.startswith(_SOURCE_GRAPH)]


def _written(hierarchy: str, names: Iterable[str]) -> list[str]:
    """The names as sets; those that no set can have are in none."""
    return [hierarchy + name for name in names if _WORD.fullmatch(name)]
