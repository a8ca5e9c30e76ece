"""The table that a page shows of an answer: names in place of IRIs, bounds as bounds, sources beside the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import XSD
from heritage_graph.web.answer_words import coded, heading
from heritage_graph.web.names import Name, Names
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from heritage_graph.query_files import Query
    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.row_sources import Source

MOST_ROWS: Final = 500
NUMBERS: Final = frozenset(XSD + name for name in ("integer", "int", "long", "decimal", "double", "float"))
DAYS: Final = frozenset(XSD + name for name in ("date", "gYear", "gYearMonth"))
_NAME: Final = "Name"
_MINUTE: Final = len("2026-11-21T17:18")


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: a text in a language, where it leads, and the whole value where the text is shorter.

    `kind` is `thing`, `number`, `day` or `text`.
    """

    text: str
    language: str = ""
    address: str | None = None
    value: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Heading:
    """What a column is called, and the kind of its cells; `text` where it has none."""

    text: str
    kind: str


@dataclass(frozen=True)
class AnswerTable:
    """Headings, rows of cells (None where nothing is bound), and per row its sources, when they are told.

    `total` counts the rows of the answer, of which the first `MOST_ROWS` are shown.
    """

    headings: Sequence[Heading]
    rows: Sequence[Sequence[Cell | None]]
    sources: Sequence[Sequence[Cell]] | None
    total: int


def columns_shown(query: Query) -> list[str]:
    """The columns of the table: one that holds the names of another, or tells whether it is complete, is told there."""
    merged = {f"{column}{_NAME}" for column in query.columns} | set(query.counts.values())
    return [column for column in query.columns if column not in merged]


def answer_table(
    query: Query, rows: Sequence[Row], names: Names, sources: Sequence[Sequence[Source]] | None
) -> AnswerTable:
    """The table of the answer *rows* to *query*, with the words of the language that *names* speak."""
    columns = columns_shown(query)
    cells = [[cell_of(query, row, column, names) for column in columns] for row in rows[:MOST_ROWS]]
    return AnswerTable(
        [Heading(heading(column, names), _kind(row[place] for row in cells)) for place, column in enumerate(columns)],
        cells,
        None if sources is None else [[_source(source, names) for source in of_row] for of_row in sources],
        len(rows),
    )


async def names_in(
    asking: Asking, known: Names, rows: Sequence[Row], sources: Sequence[Sequence[Source]] | None = None
) -> Names:
    """The names of all that the shown part of *rows* and *sources* names, besides those that are *known*.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    wanted = {iri for iri in _unnamed(rows[:MOST_ROWS]) if not known.all_of(iri)}
    wanted |= {source["document"] for of_row in sources or () for source in of_row if "document" in source}
    if not wanted:
        return known
    return Names(await asking.rows_about("names-of", "things", wanted), known.by_iri, language=known.language)


def cell_of(query: Query, row: Row, column: str, names: Names) -> Cell | None:
    """What stands in *column* of *row*; None where nothing is bound.

    A lower bound is told by "≥" unless it is complete.
    """
    cell = row.get(column)
    if cell is None:
        return None
    value, datatype = cell["value"], cell.get("datatype", "")
    if column in query.counts:
        complete = row.get(query.counts[column], {}).get("value") == "true"
        return Cell(value if complete else f"≥ {value}", kind="number")
    if cell["type"] == "uri":
        name = _name(row.get(f"{column}{_NAME}"), names, value)
        return Cell(name.text, name.language, local_address(value), value, "thing")
    return Cell(value, cell["xml:lang"]) if "xml:lang" in cell else _literal(column, value, datatype, names.language)


def _literal(column: str, value: str, datatype: str, language: str) -> Cell:
    """What stands for a literal without a language: codes in words, moments to the minute."""
    if datatype in NUMBERS:
        return Cell(value, kind="number")
    if datatype in DAYS:
        return Cell(value, kind="day")
    if datatype == XSD + "dateTime" and value.endswith("Z"):
        return Cell(f"{value[:_MINUTE].replace('T', ' ')} UTC", "", None, value, "day")
    meaning = coded(column, value, language)
    return Cell(value) if meaning is None else Cell(meaning, language, None, value)


def _kind(cells: Iterable[Cell | None]) -> str:
    """The kind of the first of *cells* that there is."""
    return next((cell.kind for cell in cells if cell is not None), "text")


def _unnamed(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        for column, cell in row.items():
            if cell["type"] == "uri" and f"{column}{_NAME}" not in row:
                yield cell["value"]


def _name(given: Mapping[str, str] | None, names: Names, iri: str) -> Name:
    """The name that the row gives, else the one that is known."""
    return names.of(iri) if given is None else Name(given["value"], given.get("xml:lang", ""))


def _source(source: Source, names: Names) -> Cell:
    graph = source["graph"]
    address = local_address(source.get("document", graph))
    if "document" in source and names.all_of(source["document"]):
        name = names.of(source["document"])
        return Cell(name.text, name.language, address, graph)
    return Cell(source.get("title", graph.rsplit("/", 1)[1]), "", address, graph)
