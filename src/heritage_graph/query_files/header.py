"""Read the TOML header of a query file: title, reason, questions answered, parameters.

Every fault is a SettingError that names the file and the line.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph import terms
from heritage_graph.analysis import ANALYSES
from heritage_graph.errors import ParameterError, SettingError
from heritage_graph.query_files.query import Parameter, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

OPENING: Final = "# /// query"
CLOSING: Final = "# ///"
_LANGUAGES: Final = frozenset({"en", "ar", "fr"})
_QUESTION: Final = re.compile(r"CQ-[0-9]{2}")
_PARAMETER: Final = re.compile(r"[a-z][a-zA-Z0-9_]*")
_TOML_LINE: Final = re.compile(r"at line ([0-9]+)")
_HEADING: Final = re.compile(r"# *\[")
_MARKS: Final = frozenset("AEGX")
_KEYS: Final = frozenset({"title", "why", "answers", "marks", "params", "counts", "facts", "analysis", "empty"})
_PARAMETER_KEYS: Final = frozenset({"type", "doc", "optional", "default", "example", "analysis"})


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one file; `sparql` is what follows it, from line `first_line` of the file on."""

    title: Words
    why: Words
    answers: tuple[str, ...]
    marks: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    counts: Mapping[str, str]
    facts: tuple[str, ...]
    analysis: str | None
    empty: Words | None
    sparql: str
    first_line: int


def fault(path: Path, line: int, message: str) -> SettingError:
    """The error that says what is wrong in the file *path* at *line*."""
    return SettingError(f"{path}:{line}: {message}", file=str(path), line=line)


def read_header(path: Path, text: str) -> Header:
    """The header at the beginning of *text*, which is the content of the file *path*."""
    lines = text.split("\n")
    if lines[0] != OPENING or CLOSING not in lines:
        raise fault(path, 1, f"a query file begins with the line {OPENING!r}, its header ends with {CLOSING!r}")
    end = lines.index(CLOSING)
    reader = _Reader(path, lines[:end])
    content = reader.content()
    reader.only(content, _KEYS, 1)
    return Header(
        title=reader.words(content, "title", 1),
        why=reader.words(content, "why", 1),
        answers=reader.names(content, "answers", _QUESTION.fullmatch, "like CQ-02"),
        marks=reader.names(content, "marks", _MARKS.__contains__, "A, E, G or X"),
        parameters=reader.parameters(content),
        counts=reader.counts(content),
        facts=reader.names(content, "facts", str.strip, 'of patterns, like "?agreement hg:signedOn ?signed"'),
        analysis=reader.analysis(content),
        empty=reader.words(content, "empty", 1) if "empty" in content else None,
        sparql="\n".join(lines[end + 1 :]),
        first_line=end + 2,
    )


class _Reader:
    """The lines of one header, so that a fault can name its line."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        self._path = path
        self._lines = lines

    def content(self) -> dict[str, object]:
        for number, line in enumerate(self._lines, start=1):
            if line != "#" and not line.startswith("# "):
                raise fault(self._path, number, f"a line of the header begins with '# ', not {line!r}")
        try:
            return tomllib.loads("\n".join(["", *(line[2:] for line in self._lines[1:])]))
        except tomllib.TOMLDecodeError as error:
            where = _TOML_LINE.search(str(error))
            last = int(where[1]) if where else len(self._lines)
            raise fault(self._path, last, f"the header is not valid TOML: {error}") from error

    def only(self, table: Mapping[str, object], allowed: frozenset[str], line: int) -> None:
        for key in table:
            if key not in allowed:
                message = f"unknown key {key!r}; allowed: {', '.join(sorted(allowed))}"
                raise fault(self._path, self._line_of(key, line), message)

    def words(self, table: Mapping[str, object], key: str, line: int) -> Words:
        value = table.get(key)
        by_language = {"en": value} if isinstance(value, str) else value
        if not isinstance(by_language, dict) or "en" not in by_language:
            message = f"{key!r} is a text, or a table of texts by language (en, ar, fr) with en in it"
            raise fault(self._path, self._line_of(key, line), message)
        self.only(by_language, _LANGUAGES, self._line_of(key, line))
        if not all(isinstance(text, str) and text.strip() for text in by_language.values()):
            raise fault(self._path, self._line_of(key, line), f"each text of {key!r} is a string that is not empty")
        return Words(by_language)

    def names(
        self, table: Mapping[str, object], key: str, is_right: Callable[[str], object], form: str
    ) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and is_right(item) for item in value):
            raise fault(self._path, self._line_of(key, 1), f"{key!r} is a list of names {form}, not {value!r}")
        return tuple(value)

    def counts(self, content: Mapping[str, object]) -> dict[str, str]:
        table = content.get("counts", {})
        if not isinstance(table, dict) or not all(isinstance(complete, str) for complete in table.values()):
            message = "'counts' names, for each column that counts, the column that is true where the count is complete"
            raise fault(self._path, self._line_of("counts", 1), message)
        return dict(table)

    def analysis(self, content: Mapping[str, object]) -> str | None:
        name = content.get("analysis")
        if name is not None and name not in ANALYSES:
            known = ", ".join(sorted(ANALYSES)) or "none"
            message = f"there is no analysis {name!r}; there are: {known}"
            raise fault(self._path, self._line_of("analysis", 1), message)
        return name if isinstance(name, str) else None

    def parameters(self, content: Mapping[str, object]) -> dict[str, Parameter]:
        tables = content.get("params", {})
        if not isinstance(tables, dict):
            raise fault(self._path, self._line_of("params", 1), "'params' holds one table for each parameter")
        return {name: self._parameter(name, table) for name, table in tables.items()}

    def _parameter(self, name: str, table: object) -> Parameter:
        line = self._line_of(f"[params.{name}]", 1)
        if not isinstance(table, dict) or not _PARAMETER.fullmatch(name):
            raise fault(self._path, line, f"a parameter is a table [params.name], and {name!r} cannot be one")
        self.only(table, _PARAMETER_KEYS, line)
        type_ = self._text(table, "type", line, f"the type of the parameter {name!r}")
        try:
            terms.expected_form(type_)
        except ValueError as error:
            raise fault(self._path, self._line_of("type", line), str(error)) from error
        optional = self._truth(table, "optional", line)
        if optional and "default" in table:
            message = f"the parameter {name!r} is optional or has a default, not both"
            raise fault(self._path, self._line_of("default", line), message)
        return Parameter(
            name=name,
            type=type_,
            doc=self.words(table, "doc", line),
            optional=optional,
            default=self._value(table, "default", type_, line) if "default" in table else None,
            example=self._value(table, "example", type_, line),
            for_analysis=self._truth(table, "analysis", line),
        )

    def _truth(self, table: Mapping[str, object], key: str, line: int) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise fault(self._path, self._line_of(key, line), f"{key!r} is true or false")
        return value

    def _value(self, table: Mapping[str, object], key: str, type_: str, line: int) -> str:
        text = self._text(table, key, line, f"the {key} of a parameter, written as a text,")
        try:
            terms.written(text, type_)
        except ParameterError as error:
            raise fault(self._path, self._line_of(key, line), f"the {key} is not of its type: {error}") from error
        return text

    def _text(self, table: Mapping[str, object], key: str, line: int, what: str) -> str:
        value = table.get(key)
        if not isinstance(value, str):
            raise fault(self._path, self._line_of(key, line), f"{what} is missing or not a text")
        return value

    def _line_of(self, key: str, first: int) -> int:
        """The line where *key* stands in the table that begins at line *first*; *first* when it stands nowhere.

        The table that begins at line 1 is the whole header.
        """
        pattern = re.compile(rf"# *\[?{re.escape(key)}(?![a-zA-Z0-9_])")
        for number in range(first, len(self._lines) + 1):
            line = self._lines[number - 1]
            if pattern.match(line):
                return number
            if number > first > 1 and _HEADING.match(line) and not line.startswith(self._lines[first - 1][:-1] + "."):
                return first
        return first
