"""The JSON of stored questions: what the catalogue tells of them, and the answer to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import XSD
from heritage_graph.web.api.envelope import at_least, envelope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.query_files import Query, Question
    from heritage_graph.service import Row
    from heritage_graph.web.row_sources import Source

_INTEGERS: Final = frozenset({"integer", "int", "long"})
_DECIMALS: Final = frozenset({"decimal", "double", "float"})


def question_listed(question: Question, queries: Sequence[Query]) -> dict[str, object]:
    """A competency question and the names of the stored *queries* that answer it."""
    return {
        "number": question.number,
        "code": question.code,
        "text": dict(question.text.by_language),
        "why": dict(question.why.by_language),
        "marks": list(question.marks),
        "topic": question.topic,
        "queries": [query.name for query in queries],
    }


def query_listed(query: Query) -> dict[str, object]:
    """A stored question: what it asks, what it takes, and which columns its answer has."""
    return {
        "name": query.name,
        "topic": query.topic,
        "title": dict(query.title.by_language),
        "why": dict(query.why.by_language),
        "answers": list(query.answers),
        "marks": list(query.marks),
        "form": query.form,
        "columns": columns_told(query),
        "lowerBounds": list(query.counts),
        "hasSources": bool(query.facts),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "doc": dict(parameter.doc.by_language),
                "required": parameter.required,
                "default": parameter.default,
                "example": parameter.example,
            }
            for parameter in query.parameters.values()
        ],
        "href": f"/queries/{query.name}",
    }


def columns_told(query: Query) -> list[str]:
    """The columns of an answer in JSON, where a lower bound tells itself whether it is complete."""
    return [column for column in query.columns if column not in query.counts.values()]


def yes_or_no(query: Query, given: Mapping[str, str], *, answer: bool, generation: int) -> dict[str, object]:
    """The answer to an ASK."""
    return {**_head(query, given, generation), "answer": answer}


def rows_told(
    query: Query,
    given: Mapping[str, str],
    rows: Sequence[Row],
    sources: Sequence[Sequence[Source]] | None,
    generation: int,
) -> dict[str, object]:
    """The answer to a SELECT; each row with its *sources*, when there are any to tell.

    A column that counts is `{"atLeast": n, "complete": true or false}`. What is unbound is left out of its row.
    """
    told = [_row(query, row) for row in rows]
    if sources is not None:
        told = [{**row, "sources": list(of_row)} for row, of_row in zip(told, sources, strict=True)]
    answer = {
        **_head(query, given, generation),
        "columns": columns_told(query),
        "count": len(told),
        "rows": told,
    }
    if not rows and query.empty is not None:
        answer["unknown"] = {"reason": dict(query.empty.by_language)}
    return answer


def _head(query: Query, given: Mapping[str, str], generation: int) -> dict[str, object]:
    return envelope(generation, query=query.name, title=str(query.title), parameters=dict(given))


def _row(query: Query, row: Row) -> dict[str, object]:
    told: dict[str, object] = {column: _plain(cell) for column, cell in row.items()}
    for column, complete in query.counts.items():
        known = told.pop(complete, None)
        count = told.get(column)
        if isinstance(count, int):
            told[column] = at_least(count, complete=known is True)
    return told


def _plain(cell: Mapping[str, str]) -> object:
    """The value of a cell as JSON has it: numbers and truth values as such, all else as text."""
    text, datatype = cell["value"], cell.get("datatype", "").removeprefix(XSD)
    if datatype in _INTEGERS:
        return int(text)
    if datatype == "boolean":
        return text in {"true", "1"}
    if datatype in _DECIMALS and text.lstrip("+-").replace(".", "", 1).isdigit():
        return float(text)
    return text
