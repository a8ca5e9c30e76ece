"""Read the values of a JSON list one after the other, each with its place, however long the list is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow, RowPlace
from heritage_graph.importers.source_text import without_mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.importers.source_text import SourceFile

LONGEST_VALUE: Final = 16 * 1024 * 1024
"""Characters beyond which a value is no row of a data set, but something that would fill the memory."""

_SPACE: Final = re.compile(r"[ \t\r\n]*")
# What may change how deep one is: a string whole, or a bracket; an unfinished string matches to its end.
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]|"', re.DOTALL)
_DECODER: Final = json.JSONDecoder(parse_float=Decimal)
_DEEPER: Final = {"{": 1, "[": 1, "}": -1, "]": -1}
_END_OF_SCALAR: Final = re.compile(r"[\s,\]}]")


@dataclass(frozen=True, slots=True)
class JsonRow:
    """A value of the list, numbers with a fraction as decimals, and where it stands."""

    place: RowPlace
    value: object


def json_rows(file: SourceFile, member: str | None = None) -> Iterator[JsonRow | RefusedRow]:
    """The values of the list that is *member* of the file's object, or that is the file; a lone value is one row.

    From where the file is no JSON, all of it is one refused row, and so is a value of more than `LONGEST_VALUE`.
    """
    text = _Window(file)
    try:
        yield from _values(text, member)
    except _NotJson as fault:
        remark = Remark("not-json", f"{file.name} is no JSON from here on: {fault}")
        yield RefusedRow(text.rest(), file.name, remark)


def json_member(file: SourceFile, member: str) -> object:
    """The value that *member* of the file's object has; None when there is none, or the file is no JSON."""
    text = _Window(file)
    try:
        for name in _members(text):
            if name == member:
                return text.value().value
            _pass_over(text)
    except _NotJson:
        return None
    return None


class _NotJson(Exception):  # it is no error to anyone outside
    """The text is no JSON here, and why."""


def _values(text: _Window, member: str | None) -> Iterator[JsonRow]:
    if member is not None:
        for name in _members(text):
            if name == member:
                break
            _pass_over(text)
        else:
            raise _NotJson(f"there is no member {member!r}")
    if text.following() != "[" and member is not None:
        raise _NotJson(f"a list would stand here, as the member {member!r}")
    if text.following() != "[":
        while text.following():  # one value after the other, as in a file of JSON lines
            yield text.value()
        return
    yield from _elements(text)


def _elements(text: _Window) -> Iterator[JsonRow]:
    """The values of the list that comes next."""
    text.skip()
    while text.following() not in {"]", ""}:
        yield text.value()
        if text.following() == ",":
            text.skip()
        elif text.following() != "]":
            raise _NotJson("a comma or the end of the list would stand here")
    text.skip()


def _pass_over(text: _Window) -> None:
    """Read past the value that comes next; a list may be longer than what is held at once."""
    if text.following() == "[":
        for _ in _elements(text):
            pass
    else:
        text.value()


def _members(text: _Window) -> Iterator[str]:
    """The names of the members of an object; the reader takes the value of each before it asks for the next."""
    if text.following() != "{":
        raise _NotJson("an object would stand here")
    text.skip()
    while text.following() == '"':
        name = text.value().value
        if text.following() != ":":
            raise _NotJson("a colon would stand here")
        text.skip()
        yield str(name)
        if text.following() == ",":
            text.skip()


class _Window:
    """The part of a file's text that is being read, and no more of it.

    `_held` is the text at hand, `_at` how far it is read; `_line` counts line feeds of the file up to `_counted`.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._chunks = file.chunks()
        first = next(self._chunks, "")
        self._held = without_mark(first)
        self._start = file.start + len(first) - len(self._held)
        self._at = self._line = self._counted = 0

    def following(self) -> str:
        """The next character that is no space, which stays; empty at the end of the file."""
        while True:
            space = _SPACE.match(self._held, self._at)
            assert space is not None
            self._at = space.end()
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def skip(self) -> None:
        """Go on by one character."""
        self._at += 1

    def value(self) -> JsonRow:
        """The value that comes next."""
        if self.following() in {"{", "[", '"'}:
            self._hold_brackets()
        else:
            self._hold_scalar()
        try:
            value, end = _DECODER.raw_decode(self._held, self._at)
        except json.JSONDecodeError as fault:
            raise _NotJson(fault.msg) from fault
        except RecursionError as fault:
            raise _NotJson("it is nested too deep") from fault
        digest = sha256(self._held[self._at : end].encode()).hexdigest()
        place = self._placed(end - self._at, digest)
        self._at = end
        return JsonRow(place, value)

    def rest(self) -> RowPlace:
        """Where all that follows stands."""
        digest = sha256(self._held[self._at :].encode())
        length = len(self._held) - self._at
        for chunk in self._chunks:
            digest.update(chunk.encode())
            length += len(chunk)
        return self._placed(length, digest.hexdigest())

    def _hold_brackets(self) -> None:
        """Read on until the value that comes next is at hand whole, or the file ends."""
        depth, ahead = 0, 0
        while True:
            token = _TOKEN.search(self._held, self._at + ahead)
            if token is None or token[0] == '"':
                ahead = (token.start() if token else len(self._held)) - self._at
                if not self._more():
                    return
            else:
                ahead = token.end() - self._at
                depth += _DEEPER.get(token[0], 0)
                if depth <= 0:
                    return

    def _hold_scalar(self) -> None:
        while not _END_OF_SCALAR.search(self._held, self._at) and self._more():
            pass

    def _more(self) -> bool:
        """Take in more of the file, and let go what was read of it."""
        if len(self._held) - self._at > LONGEST_VALUE:
            raise _NotJson(f"a value has more than {LONGEST_VALUE:,} characters")
        chunk = next(self._chunks, "")
        self._count()
        self._start += self._at
        self._held = self._held[self._at :] + chunk
        self._at = self._counted = 0
        return bool(chunk)

    def _count(self) -> None:
        self._line += self._held.count("\n", self._counted, self._at)
        self._counted = self._at

    def _placed(self, length: int, digest: str) -> RowPlace:
        self._count()
        start = self._start + self._at
        line = self._line
        return RowPlace(self._file.name, line + 1, self._file.line + line, start, start + length, digest)
