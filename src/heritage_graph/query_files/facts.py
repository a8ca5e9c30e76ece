"""Which graphs state the facts on which the rows of an answer rest: one query for each pattern of the header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph import sparql_lexer as lexer
from heritage_graph import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.query_files.query import Query

STATED_IN: Final = "statedIn"
"""The variable of the graph in the queries made here."""

_FORMS: Final = ("SELECT", "CONSTRUCT", "ASK")


def columns_of(query: Query, fact: str) -> list[str]:
    """The columns of *query* that the pattern *fact* uses, in the order of the columns."""
    used = {token.name for token in lexer.tokens(fact) if token.kind == "variable"}
    return [column for column in query.columns if column in used]


def graphs_stating(query: Query, fact: str, rows: Iterable[Sequence[str]]) -> str:
    """The SPARQL that gives, for each of *rows*, the named graphs that hold the whole pattern *fact*.

    A row has one serialised term for each of `columns_of(query, fact)`; the answer has these columns and `statedIn`.
    The pattern stands within one `GRAPH`: what two graphs say together, neither states.
    """
    columns = " ".join(f"?{column}" for column in columns_of(query, fact))
    values = " ".join(f"({' '.join(row)})" for row in rows)
    return (
        f"{_prologue(query)}SELECT DISTINCT {columns} ?{STATED_IN}\n"
        f"WHERE {{ VALUES ({columns}) {{ {values} }} GRAPH ?{STATED_IN} {{ {fact} }} }}\n"
        f"ORDER BY {columns} ?{STATED_IN}"
    )


def term_of(cell: Mapping[str, str]) -> str:
    """The term of a cell of SPARQL results in JSON, as SPARQL writes it."""
    if cell["type"] == "uri":
        return terms.serialise(NamedNode(cell["value"]))
    if "xml:lang" in cell:
        return terms.serialise(Literal(cell["value"], language=cell["xml:lang"]))
    datatype = cell.get("datatype")
    return terms.serialise(Literal(cell["value"], datatype=NamedNode(datatype)) if datatype else Literal(cell["value"]))


def _prologue(query: Query) -> str:
    """The prefixes of the file."""
    pieces = []
    for token in lexer.tokens(query.sparql):
        if token.is_word(*_FORMS):
            break
        pieces.append("" if token.kind == "comment" else token.text)
    return "".join(pieces)
