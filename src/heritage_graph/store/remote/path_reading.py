"""Read property paths, and write them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Variable

from heritage_graph.errors import QueryTooComplex
from heritage_graph.store.remote.asked_for import Either, Inverse, Other, Path, Repeated, Sequence
from heritage_graph.terms import serialise

if TYPE_CHECKING:
    from heritage_graph.store.remote.query_cursor import Cursor


def read_path(cursor: Cursor) -> Path:
    """The path, property or variable between subject and object that begins at *cursor*.

    Raises:
    QueryTooComplex: there is none.
    """
    if cursor.peek().kind in {"variable", "parameter"}:
        return Variable(cursor.next().name)
    return _either(cursor)


def _either(cursor: Cursor) -> Path:
    paths = [_sequence(cursor)]
    while cursor.is_mark("|"):
        cursor.at += 1
        paths.append(_sequence(cursor))
    return paths[0] if len(paths) == 1 else Either(tuple(paths))


def _sequence(cursor: Cursor) -> Path:
    paths = [_step(cursor)]
    while cursor.is_mark("/"):
        cursor.at += 1
        paths.append(_step(cursor))
    return paths[0] if len(paths) == 1 else Sequence(tuple(paths))


def _step(cursor: Cursor) -> Path:
    backwards = cursor.is_mark("^")
    if backwards:
        cursor.at += 1
    path: Path
    if cursor.is_mark("!"):
        cursor.at += 1
        path = _other(cursor)
    elif cursor.is_mark("("):
        cursor.at += 1
        path = _either(cursor)
        cursor.expect(")")
    else:
        path = NamedNode(cursor.named(cursor.next()))
    if cursor.more() and cursor.peek().kind == "mark" and cursor.peek().text in "*+?":
        mark = cursor.next().text
        path = Repeated(path, mark, f"({written(path)}){mark}")
    return Inverse(path) if backwards else path


def _other(cursor: Cursor) -> Other:
    forwards = backwards = False
    several = cursor.is_mark("(")
    if several:
        cursor.at += 1
    while True:
        if cursor.is_mark("^"):
            cursor.at += 1
            backwards = True
        else:
            forwards = True
        cursor.named(cursor.next())
        if not (several and cursor.is_mark("|")):
            break
        cursor.at += 1
    if several:
        cursor.expect(")")
    return Other(forwards, backwards)


def written(path: Path) -> str:
    """*path* in SPARQL, its IRIs in full.

    Raises:
        QueryTooComplex: it names any property save some, within one that is repeated.
    """
    match path:
        case NamedNode():
            return serialise(path)
        case Inverse():
            return f"^({written(path.path)})"
        case Sequence():
            return "/".join(f"({written(step)})" for step in path.paths)
        case Either():
            return "|".join(f"({written(one)})" for one in path.paths)
        case Repeated():
            return path.text
        case _:
            raise QueryTooComplex(
                "a path of any property save some cannot be repeated on the engine behind this service"
            )
