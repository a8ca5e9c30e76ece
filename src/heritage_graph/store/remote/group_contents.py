"""What occurs in the groups of a query, however deep: variables, paths that repeat, graphs that are only named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Variable

from heritage_graph.store.remote.asked_for import (
    Beside,
    Either,
    Group,
    InGraph,
    Inverse,
    Node,
    Path,
    Query,
    Repeated,
    Same,
    Select,
    Sequence,
    Statement,
    Union,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def closures(query: Query) -> dict[Node | None, set[NamedNode]]:
    """The properties in the paths of *query* that repeat, by the graph in which they do (None is the default one)."""
    found: dict[Node | None, set[NamedNode]] = {}
    for path, graph in _paths(query.select.group, None, query.select.beside):
        for repeated in _repeated(path):
            found.setdefault(graph, set()).update(_properties(repeated))
    return found


def asks_for_graphs(group: Group) -> bool:
    """Tell whether *group* asks which graphs there are, whatever they hold: GRAPH that requires nothing within."""
    for part in group.parts:
        match part:
            case InGraph() if not any(isinstance(within, Statement) for within in part.group.parts):
                return True
            case InGraph() | Beside() | Select():
                found = asks_for_graphs(part.group)
            case Group():
                found = asks_for_graphs(part)
            case Union():
                found = any(map(asks_for_graphs, part.groups))
            case _:
                found = False
        if found:
            return True
    return False


def shown_by(select: Select) -> frozenset[Variable]:
    """The variables of *select* that are the same around it as within."""
    shown = variables_in(select.group) if select.shown is None else frozenset(select.shown)
    return shown if select.keys is None else shown & frozenset(select.keys)


def variables_in(group: Group) -> frozenset[Variable]:
    """The variables that *group* may bind."""
    found: set[Node] = set()
    for part in group.parts:
        match part:
            case Statement():
                found |= {part.subject, part.object, *([part.path] if isinstance(part.path, Variable) else [])}
            case Values():
                found |= {*part.variables}
            case Same():
                found |= {part.variable, part.other}
            case Group():
                found |= variables_in(part)
            case InGraph():
                found |= {part.graph, *variables_in(part.group)}
            case Union():
                found |= {variable for group in part.groups for variable in variables_in(group)}
            case Beside():
                found |= variables_in(part.group)
            case Select():
                found |= variables_in(part.group) if part.shown is None else {*part.names}
    return frozenset(node for node in found if isinstance(node, Variable))


def _paths(group: Group, graph: Node | None, more: Iterable[Group] = ()) -> Iterator[tuple[Path, Node | None]]:
    """The paths in *group*, and the graph in which each is walked."""
    for part in (*group.parts, *more):
        match part:
            case Statement():
                yield part.path, graph
            case Group():
                yield from _paths(part, graph)
            case InGraph():
                yield from _paths(part.group, part.graph)
            case Union():
                for one in part.groups:
                    yield from _paths(one, graph)
            case Beside():
                yield from _paths(part.group, graph)
            case Select():
                yield from _paths(part.group, graph, part.beside)


def _repeated(path: Path) -> Iterator[Path]:
    """What repeats without end in *path*."""
    match path:
        case Repeated() if path.mark != "?":
            yield path.path
        case Repeated() | Inverse():
            yield from _repeated(path.path)
        case Sequence() | Either():
            for one in path.paths:
                yield from _repeated(one)


def _properties(path: Path) -> Iterator[NamedNode]:
    match path:
        case NamedNode():
            yield path
        case Repeated() | Inverse():
            yield from _properties(path.path)
        case Sequence() | Either():
            for one in path.paths:
                yield from _properties(one)
