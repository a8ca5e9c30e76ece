"""Load the competency questions, which `queries/questions.toml` words in three languages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import SettingError
from heritage_graph.query_files.query import Words

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "questions.toml"
_LANGUAGES: Final = frozenset({"en", "ar", "fr"})
_MARKS: Final = frozenset("AEGX")
_KEYS: Final = frozenset({"number", "marks", "topic", "text", "why"})


@dataclass(frozen=True, slots=True)
class Question:
    """What the graph promises to answer, and why somebody asks.

    `marks`: A answered by the report of 2024, E answered today by an empty or unknown answer that says why, G known
    only in the generic graphs, X in need of further records.
    """

    number: int
    text: Words
    why: Words
    marks: tuple[str, ...]
    topic: str

    @property
    def code(self) -> str:
        """The name that the header of a query file gives under `answers`, like `CQ-02`."""
        return f"CQ-{self.number:02}"


def load_questions(folder: Path) -> tuple[Question, ...]:
    """The questions of `questions.toml` in *folder*, by number from 1 without a gap.

    Raises:
        SettingError: for the first fault, naming the file, and the question by its place in it.
    """
    path = folder / FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _fault(path, f"it cannot be read: {error}") from error
    tables = content.get("question")
    if set(content) != {"question"} or not isinstance(tables, list):
        raise _fault(path, "it holds tables [[question]] and nothing else")
    return tuple(_question(path, place, table) for place, table in enumerate(tables, start=1))


def _question(path: Path, place: int, table: object) -> Question:
    where = f"question {place}"
    if not isinstance(table, dict) or set(table) != _KEYS:
        raise _fault(path, f"{where} is a table with the keys {', '.join(sorted(_KEYS))}")
    if table["number"] != place or isinstance(table["number"], bool):
        raise _fault(path, f"{where} has the number {place}, not {table['number']!r}: they count from 1 without a gap")
    marks = table["marks"]
    if not isinstance(marks, list) or not marks or not all(mark in _MARKS for mark in marks):
        raise _fault(path, f"{where}: 'marks' is a list of A, E, G and X, not {marks!r}")
    topic = table["topic"]
    if not isinstance(topic, str) or not topic:
        raise _fault(path, f"{where}: 'topic' is a word, not {topic!r}")
    return Question(
        number=place,
        text=_words(path, f"{where}: 'text'", table["text"]),
        why=_words(path, f"{where}: 'why'", table["why"]),
        marks=tuple(marks),
        topic=topic,
    )


def _words(path: Path, where: str, value: object) -> Words:
    if not isinstance(value, dict) or set(value) != _LANGUAGES:
        raise _fault(path, f"{where} is a table of texts in en, ar and fr")
    if not all(isinstance(text, str) and text.strip() for text in value.values()):
        raise _fault(path, f"{where}: each text is a string that is not empty")
    return Words(value)


def _fault(path: Path, message: str) -> SettingError:
    return SettingError(f"{path}: {message}", file=str(path))
