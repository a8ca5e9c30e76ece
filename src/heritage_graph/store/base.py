"""The port: what the rest of heritage-graph asks of a store, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from typing import Self

    from pyoxigraph import Quad


@dataclass(frozen=True)
class QueryRequest:
    """A SPARQL query and how its answer is wanted.

    `bindings_format` and `graph_format` are file extensions (`json`, `csv`, `ttl` …): the first applies when the
    query turns out to be SELECT or ASK, the second when it is CONSTRUCT or DESCRIBE; None means that nothing
    acceptable exists for that form. `quads` asks that the rows of a SELECT over ?s ?p ?o ?g be given as quads.
    A non-empty `default_graphs` or `named_graphs` replaces the dataset of the query (SPARQL 1.1 Protocol 2.1.4).
    `labels` are languages: behind each column of IRIs comes one of their names (JSON, CSV and TSV). `max_rows` bounds
    the rows, or the statements of a graph; None does not. `federated` sends the query to a reader that may reach the
    network; whoever sets it has made sure which servers the text names.
    """

    text: str
    bindings_format: str | None = "json"
    graph_format: str | None = "ttl"
    quads: bool = False
    base_iri: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    timeout_s: float = 30.0
    max_bytes: int = 50_000_000
    max_rows: int | None = None
    labels: tuple[str, ...] = ()
    federated: bool = False
    at_generation: int | None = None


class Parts(Protocol):
    """Parts of an answer as they come, which can be given up."""

    def __aiter__(self) -> Self:
        """Itself."""

    async def __anext__(self) -> bytes:
        """The next part; raises the limit that stopped the query."""

    async def aclose(self) -> None:
        """Give the rest up."""


@dataclass
class Answer:
    """The beginning of an answer, and the rest as it comes.

    `form` is `bindings`, `boolean` or `graph`; `extension` names the format. `rest` is None when `first` is whole.
    Iterating `rest` raises the limit that stopped the query, so that the connection can be broken off; closing it
    early gives the reader back at once.
    """

    generation: int
    form: str
    extension: str
    first: bytes
    rest: Parts | None = None

    async def parts(self) -> AsyncGenerator[bytes, None]:
        """All parts; closing this early gives the rest up."""
        try:
            yield self.first
            if self.rest is not None:
                async for part in self.rest:
                    yield part
        finally:
            await self.give_up()

    async def give_up(self) -> None:
        """Have nothing more of it produced."""
        if self.rest is not None:
            await self.rest.aclose()


@dataclass(frozen=True)
class Changeset:
    """What one commit adds and removes: quads of every graph, the default graph and the log among them.

    `base` is the generation on which it rests, `generation` the one that it makes, `key` is unique to it.
    """

    base: int
    generation: int
    key: str
    added: tuple[Quad, ...]
    removed: tuple[Quad, ...] = field(default=())
