"""The catalogue as its page shows it: questions by topic, with marks, narrowed by a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.model.names import loose_name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heritage_graph.query_files import Query, Question, Words

LOWER_BOUND: Final = "bound"
"""The mark of a question whose answer counts, and may count more once more is recorded."""

Answered = tuple["Question", "Sequence[Query]"]
"""A question and the stored queries that answer it."""


@dataclass(frozen=True)
class QuestionListed:
    """A question in the language of the page: its marks are A, E, G, X or `LOWER_BOUND`."""

    question: Question
    marks: Sequence[str]
    queries: Sequence[Query]


def narrowed(answered: Iterable[Answered], text: str) -> list[Answered]:
    """The questions that hold every word of *text*, in any language, or whose queries do."""
    wanted = _words(text)
    return [
        (question, queries)
        for question, queries in answered
        if _holds(wanted, question.code, *_texts(question.text, question.why, *(query.title for query in queries)))
    ]


def queries_with(queries: Iterable[Query], text: str) -> list[Query]:
    """The queries that hold every word of *text* in their name, title or reason, in any language."""
    wanted = _words(text)
    return [query for query in queries if _holds(wanted, query.name, *_texts(query.title, query.why))]


def by_topic(answered: Iterable[Answered]) -> dict[str, list[QuestionListed]]:
    """The questions by topic, in the order in which they come."""
    found: dict[str, list[QuestionListed]] = {}
    for question, queries in answered:
        marks = [*question.marks, *([LOWER_BOUND] if any(query.counts for query in queries) else [])]
        found.setdefault(question.topic, []).append(QuestionListed(question, marks, queries))
    return found


def queries_by_topic(queries: Iterable[Query]) -> dict[str, list[Query]]:
    """The queries by topic, in the order in which they come."""
    found: dict[str, list[Query]] = {}
    for query in queries:
        found.setdefault(query.topic, []).append(query)
    return found


def _words(text: str) -> list[str]:
    return loose_name_key(text).split()


def _texts(*words: Words) -> list[str]:
    return [text for each in words for text in each.by_language.values()]


def _holds(wanted: Iterable[str], *texts: str) -> bool:
    folded = loose_name_key(" ".join(texts))
    return all(word in folded for word in wanted)
