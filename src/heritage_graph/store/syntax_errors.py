"""Say where a query stops being SPARQL, what stands there, and what could.

pyoxigraph has no lexer: its grammar reads characters and remembers the farthest place at which a reading failed. A
keyword fails after as many characters as it is long, so that the place which it tells lies up to twenty characters
too far, and what it expected there is a list of character classes. So its parser is asked again: with every word of
the query moved apart, which tells the word, and with words in the place of that one, which tells what it would take.
What is asked never parses, and so is never evaluated.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_APART: Final = " " * 32  # more than the longest keyword
_NEVER: Final = "\u00a7"  # no token of SPARQL begins with it
_PLACE: Final = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): (?P<what>.*)", re.DOTALL)
_LONGEST_TOKEN: Final = 60
_LONGEST_LOOKED_AT: Final = 256 << 10
_LONGEST_TRIED: Final = 64 << 10
_SIMILAR: Final = 0.75
_MOST_WORDS: Final = 4
_LOOK_BACK: Final = 8

_NAME: Final = r"(?:[^\W\d](?:[\w\-]|\.+(?=[\w\-]))*)?:(?:[\w:\-]|%[0-9A-Fa-f]{2}|\\[^\s\w]|\.+(?=[\w:\-]))*"
_IRI: Final = r"<[^<>\"{}|^`\\\x00-\x20]*>"
_PIECE: Final = re.compile(
    rf"""
    (?P<space>  (?:\s+|\#[^\r\n]*)+ )
  | (?P<iri>    {_IRI} )
  | (?P<string> (?: \"{{3}}(?:[^"\\]|\\.|\"(?!\"\"))*\"{{3}} | '{{3}}(?:[^'\\]|\\.|'(?!''))*'{{3}}
                  | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*' )
                (?: @[A-Za-z]+(?:-[A-Za-z0-9]+)* | \^\^(?:{_IRI}|{_NAME}) )? )
  | (?P<var>    [?$]\w+ )
  | (?P<name>   {_NAME} )
  | (?P<number> [+\-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-]?\d+)? )
  | (?P<word>   \w+ )
  | (?P<sign>   <<\(? | \)?>> | && | \|\| | != | <= | >= | \^\^ | . )
    """,
    re.VERBOSE | re.DOTALL,
)

_BROKEN_IRI: Final = re.compile(r"<(?=[\w#/.])[^<>\r\n]*>")

_KEYWORDS: Final = (
    *("SELECT", "CONSTRUCT", "DESCRIBE", "ASK", "PREFIX", "BASE", "FROM", "NAMED", "WHERE", "DISTINCT", "REDUCED"),
    *("OPTIONAL", "FILTER", "UNION", "MINUS", "BIND", "VALUES", "GRAPH", "SERVICE", "SILENT", "EXISTS", "UNDEF"),
    *("ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET", "ASC", "DESC", "COUNT", "SUM", "SAMPLE", "GROUP_CONCAT"),
)

_VARIABLE, _IRI_WORD, _TEXT, _A = "a variable", "an IRI", "a literal", "the word a"
_WORDS: Final = (
    (_VARIABLE, "?v"),
    (_IRI_WORD, "<x:y>"),
    (_TEXT, '"x"'),
    (_A, "a"),
    ("a number", "1"),
    *(
        (f"“{text}”", text)
        for text in ("}", ")", "]", "{", "(", ".", ";", ",", "SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "PREFIX")
    ),
    *((f"“{text}”", text) for text in ("WHERE", "AS", "BY", "FROM", "FILTER", "ORDER", "LIMIT", "UNION", "UNDEF")),
)
"""What may be expected, as it is told and as it is tried; what comes first is told first."""

_GROUPS: Final = (
    (frozenset({_VARIABLE, _IRI_WORD, _TEXT, "a number"}), "a variable, an IRI or a literal"),
    (frozenset({_VARIABLE, _IRI_WORD, _A}), "a property"),
    (frozenset({_IRI_WORD, _TEXT, "a number"}), "an IRI or a literal"),
    (frozenset({"“SELECT”", "“CONSTRUCT”", "“ASK”", "“DESCRIBE”"}), "SELECT, CONSTRUCT, ASK or DESCRIBE"),
)
"""Words that are told as one when all of them are expected."""

_RULES: Final = {
    "Duplicated variable name": "a variable is given a value twice",
    "contains a variable that is unbound": "SELECT names a variable that the grouping leaves without a value",
    "SELECT * is not authorized with GROUP BY": "SELECT * cannot stand with GROUP BY; name the variables",
    "should be a non negative integer": "the number is too large",
    "IRI parsing failed": "the IRI is not a valid one",
}
"""What the engine says of a rule that is broken, and how it is told."""


@dataclass(frozen=True)
class Misreading:
    """Why a query does not parse; `line` and `column` (from 1, in characters) and `token` when the place is known."""

    message: str
    line: int | None = None
    column: int | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of the query, where it begins, and the space before it."""

    kind: str
    text: str
    start: int
    space: str


def misreading(text: str, said: str, parse: Callable[[str], object]) -> Misreading:
    """Why *text* does not parse.

    *said* is what the engine said of it; *parse* is the engine, which raises SyntaxError.
    """
    if len(text) > _LONGEST_LOOKED_AT:
        place = _PLACE.match(said)
        line = int(place["line"]) if place else None
        return Misreading(f"the query does not parse{f', at about line {line}' if place else ''}", line)
    pieces = _pieces(text)
    index, told = _farthest(pieces, parse)
    broken = next((words for sign, words in _RULES.items() if sign in said or sign in told), None)
    if index is None:
        return Misreading(f"the query does not parse: {broken or 'it breaks a rule of SPARQL'}")
    cause = _spoiled(text, pieces, index) or _undeclared(pieces, index)
    if cause is not None:
        return _at(text, *cause)
    piece = pieces[index] if index < len(pieces) else None
    if broken is not None and piece is not None:
        return _at(text, piece, broken)
    expected = _expected(pieces[:index], parse) if len(text) <= _LONGEST_TRIED else ()
    if piece is None:
        return _at_end(text, expected, broken)
    return _at(text, piece, _standing(piece, expected))


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    space = ""
    for found in _PIECE.finditer(text):
        assert found.lastgroup is not None
        if found.lastgroup == "space":
            space = "\n" * found.group().count("\n")
        else:
            pieces.append(_Piece(found.lastgroup, found.group(), found.start(), space))
            space = ""
    return pieces


def _farthest(pieces: Sequence[_Piece], parse: Callable[[str], object]) -> tuple[int | None, str]:
    """The number of the first piece that cannot stand where it does, that of the end, or None; and what was said."""
    asked, starts = _apart(pieces)
    place, told = _failure(asked + _NEVER, parse)
    if place is None:
        return None, told
    return max(0, bisect_right(starts, place) - 1) if place < len(asked) else len(pieces), told


def _apart(pieces: Iterable[_Piece]) -> tuple[str, list[int]]:
    """The pieces far from one another, on the lines on which they are, and where each begins."""
    asked: list[str] = []
    starts = []
    length = 0
    for piece in pieces:
        starts.append(length)
        asked.append(f"{piece.space}{piece.text}{_APART}")
        length += len(asked[-1])
    return "".join(asked), starts


def _failure(asked: str, parse: Callable[[str], object]) -> tuple[int | None, str]:
    """Where in *asked* the engine stops, and what it says."""
    try:
        parse(asked)
    except SyntaxError as fault:
        place = _PLACE.match(fault.msg)
        if place is None:
            return None, fault.msg
        before = asked.split("\n")[: int(place["line"]) - 1]
        return sum(len(line) + 1 for line in before) + int(place["column"]) - 1, place["what"]
    return None, ""


def _undeclared(pieces: Sequence[_Piece], index: int) -> tuple[_Piece, str] | None:
    """The first name up to *index* whose prefix the query does not declare, and that."""
    declared = {"_"}
    for before, piece in pairwise((None, *pieces[: index + 1])):
        assert piece is not None
        prefix = piece.text.split(":")[0]
        if piece.kind == "name" and before is not None and before.text.upper() == "PREFIX":
            declared.add(prefix)
        elif piece.kind == "name" and prefix not in declared:
            return piece, f"the prefix {prefix}: is not declared"
    return None


def _spoiled(text: str, pieces: Sequence[_Piece], index: int) -> tuple[_Piece, str] | None:
    """The piece that is the cause of what fails at *index*, and what is wrong with it, when that is plain to see."""
    for piece in pieces[: index + 1]:
        if piece.text in {'"', "'"}:
            return piece, "the string that begins here does not end on its line"
    for piece in pieces[max(0, index - _LOOK_BACK) : index + 1]:
        if piece.text == "<" and _BROKEN_IRI.match(text, piece.start):
            return piece, "the IRI that begins here holds a character that no IRI has, as a space"
    assigned = pieces[max(0, index - 3) : index]
    if [each.text.upper() for each in assigned[::2]] == ["AS", ")"] and any(
        piece.text == assigned[1].text for piece in pieces[: index - 2]
    ):
        return assigned[1], f"{assigned[1].text} has a value already, where it is to be given one"
    if index < len(pieces) and pieces[index].text.startswith("_:"):
        label = pieces[index].text
        if any(piece.text == label for piece in pieces[:index]):
            return pieces[index], f"the blank node {label} stands in another group already"
    return None


def _expected(before: Sequence[_Piece], parse: Callable[[str], object]) -> tuple[str, ...]:
    """What could stand after the pieces *before*."""
    asked, _ = _apart(before)
    taken = set()
    for told, text in _WORDS:
        place, _ = _failure(f"{asked}{text}{_APART}{_NEVER}", parse)
        if place is None or place >= len(asked) + len(text) + len(_APART):
            taken.add(told)
    found = []
    for group, told in _GROUPS:
        if group <= taken:
            taken -= group
            found.append(told)
    found += [told for told, _ in _WORDS if told in taken]
    return tuple(found)


def _standing(piece: _Piece, expected: Sequence[str]) -> str:
    """What is wrong with a piece, in words."""
    told = f"“{_shown(piece.text)}” cannot stand here"
    word = piece.text.upper()
    if piece.kind == "word" and word not in _KEYWORDS and (meant := get_close_matches(word, _KEYWORDS, 1, _SIMILAR)):
        told += f"; did you mean {meant[0]}?"
    elif expected:
        told += f"; expected: {_some(expected)}"
    return told


def _some(expected: Sequence[str]) -> str:
    return ", or ".join(expected[:_MOST_WORDS])


def _at(text: str, piece: _Piece, told: str) -> Misreading:
    line, column = _line_and_column(text, piece.start)
    return Misreading(
        f"the query does not parse at line {line}, column {column}: {told}", line, column, _shown(piece.text)
    )


def _at_end(text: str, expected: Sequence[str], broken: str | None) -> Misreading:
    line, column = _line_and_column(text, len(text.rstrip()))
    told = broken or f"it ends too early; expected: {_some(expected)}"
    return Misreading(f"the query does not parse at line {line}, column {column}: {told}", line, column, "")


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _shown(text: str) -> str:
    """A piece as it can be shown: short, and without characters that have no shape."""
    short = text if len(text) <= _LONGEST_TOKEN else f"{text[:_LONGEST_TOKEN]}…"
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04X}" for letter in short)
