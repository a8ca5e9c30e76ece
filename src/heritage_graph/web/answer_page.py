"""The table that a page shows of an answer: names in place of IRIs, bounds as bounds, sources beside the rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.web.names import Name
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.query_files import Query
    from heritage_graph.service import Row
    from heritage_graph.web.names import Names
    from heritage_graph.web.row_sources import Source

MOST_ROWS: Final = 1000
_NAME: Final = "Name"
_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: a text in a language, where it leads, and the whole value where the text is shorter."""

    text: str
    language: str = ""
    address: str | None = None
    value: str = ""


@dataclass(frozen=True)
class AnswerTable:
    """Headings, rows of cells (None where nothing is bound), and per row its sources, when they are told.

    `total` counts the rows of the answer, of which the first `MOST_ROWS` are shown.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[Cell | None]]
    sources: Sequence[Sequence[Cell]] | None
    total: int


def answer_table(
    query: Query, rows: Sequence[Row], names: Names, sources: Sequence[Sequence[Source]] | None
) -> AnswerTable:
    """The table of the answer *rows* to *query*.

    A column that holds the names of another is told in its place, and a lower bound by "≥" unless it is complete.
    """
    merged = {f"{column}{_NAME}" for column in query.columns} | set(query.counts.values())
    columns = [column for column in query.columns if column not in merged]
    return AnswerTable(
        [_CAPITAL.sub(" ", column).lower() for column in columns],
        [[_cell(query, row, column, names) for column in columns] for row in rows[:MOST_ROWS]],
        None if sources is None else [[_source(source) for source in of_row] for of_row in sources],
        len(rows),
    )


def _cell(query: Query, row: Row, column: str, names: Names) -> Cell | None:
    cell = row.get(column)
    if cell is None:
        return None
    value = cell["value"]
    if column in query.counts:
        complete = row.get(query.counts[column], {}).get("value") == "true"
        return Cell(value if complete else f"≥ {value}")
    if cell["type"] != "uri":
        return Cell(value, cell.get("xml:lang", ""))
    name = _name(row.get(f"{column}{_NAME}"), names.of(value))
    return Cell(name.text, name.language, local_address(value), value)


def _name(given: Mapping[str, str] | None, known: Name) -> Name:
    """The name that the row gives, else the one that is known."""
    return known if given is None else Name(given["value"], given.get("xml:lang", ""))


def _source(source: Source) -> Cell:
    graph = source["graph"]
    text = source.get("title", graph.rsplit("/", 1)[1])
    return Cell(text, "", local_address(source.get("document", graph)), graph)
