"""What an engine answered, parsed and brought to the terms that the embedded store gives."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final, Protocol

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from heritage_graph.errors import UpstreamInvalid
from heritage_graph.store.remote.client import BINDINGS, GRAPH
from heritage_graph.store.remote.dialect import read, read_triple
from heritage_graph.store.remote.engine import Dialect
from heritage_graph.store.remote.templates import as_select
from heritage_graph.store.rows import write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from heritage_graph.store.remote.engine import Engine
    from heritage_graph.store.remote.templates import Template
    from heritage_graph.store.state import Row

_IN_MEMORY: Final = 8 << 20
_OTHER_FORM: Final = "the engine behind this service gave a result of another form than the query asks for"


class Body(Protocol):
    """The bytes of an answer."""

    def read(self, size: int, /) -> bytes:
        """Up to *size* bytes; empty at the end."""


def rows(engine: Engine, body: Body) -> tuple[list[str], Iterator[Row]]:
    """The names of the columns and the rows of an answer to SELECT, as they come.

    Raises:
        UpstreamInvalid: it is none.
        SyntaxError: it does not parse; on the way, too.
    """
    parsed = _solutions(_parsed(body))
    return [variable.value for variable in parsed.variables], (
        tuple(read(engine, term) for term in row) for row in parsed
    )


@dataclass(frozen=True)
class GraphQuestion:
    """How a CONSTRUCT or DESCRIBE is put to an engine: the text to send, and the media type of what comes then."""

    text: str
    accept: str
    template: Template | None

    def triples(self, engine: Engine, body: Body) -> Iterator[Triple]:
        """The triples of the answer *body*, as they come.

        Raises:
            UpstreamInvalid: it is none.
            SyntaxError: it does not parse; on the way, too.
        """
        if self.template is not None:
            return self.template.triples(rows(engine, body)[1])
        return triples(engine, body)


def graph_question(engine: Engine, text: str) -> GraphQuestion:
    """How the CONSTRUCT or DESCRIBE *text*, which parses, is put to *engine*."""
    select = as_select(text) if engine.dialect is Dialect.VIRTUOSO else None
    return GraphQuestion(text, GRAPH, None) if select is None else GraphQuestion(select[0], BINDINGS, select[1])


def triples(engine: Engine, body: Body) -> Iterator[Triple]:
    """The triples of an answer in N-Triples, as they come.

    Raises, on the way:
        SyntaxError: it does not parse.
    """
    found = parse(body, RdfFormat.N_TRIPLES)  # type: ignore[arg-type]  # read is all it needs
    return (read_triple(engine, quad.triple) for quad in found)


def solutions(body: Body) -> QuerySolutions:
    """The answer to SELECT as pyoxigraph has it, so that it can write it in every format.

    Raises:
        UpstreamInvalid, SyntaxError: as `rows`.
    """
    return _solutions(_parsed(body))


def boolean(body: Body) -> QueryBoolean:
    """The answer to ASK.

    Raises:
        UpstreamInvalid: it is none.
        SyntaxError: it does not parse.
    """
    parsed = _parsed(body)
    if not isinstance(parsed, QueryBoolean):
        raise UpstreamInvalid(_OTHER_FORM)
    return parsed


class Rewindable:
    """Rows that can be read again, each time as pyoxigraph has the answer to a query."""

    def __init__(self, names: list[str], found: Iterable[Row]) -> None:
        self._file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - lasts as long as this
        write_rows(names, map(list, found), "json", self._file)

    def solutions(self) -> QuerySolutions:
        """All rows, from the first."""
        self._file.seek(0)
        return _solutions(parse_query_results(self._file, QueryResultsFormat.JSON))


def _parsed(body: Body) -> QueryBoolean | QuerySolutions:
    return parse_query_results(body, QueryResultsFormat.JSON)  # type: ignore[arg-type]  # read is all it needs


def _solutions(parsed: QueryBoolean | QuerySolutions) -> QuerySolutions:
    if not isinstance(parsed, QuerySolutions):
        raise UpstreamInvalid(_OTHER_FORM)
    return parsed
