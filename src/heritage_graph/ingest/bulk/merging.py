"""Put what documents state into a store, one graph at a time, and write down what that adds and removes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Store, Triple, serialize

from heritage_graph.ingest.bulk.narrow_view import NarrowView, is_in
from heritage_graph.ingest.bulk.triple_files import TripleFile, batches, lines_in, triples_in
from heritage_graph.ingest.changes import Mode
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.store.state import StoreState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.ingest.bulk.triple_files import Line
    from heritage_graph.store.state import Row

_AT_ONCE: Final = 2_000


@dataclass(frozen=True)
class Difference:
    """What one named graph gains and loses: how many triples, and the files that hold them.

    A file may hold a triple twice.
    """

    graph: NamedNode
    added: int
    removed: int
    added_in: Path
    removed_in: Path

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def coming(self) -> Iterator[Triple]:
        """The triples that it gains."""
        return triples_in(self.added_in) if self.added else iter(())

    def going(self) -> Iterator[Triple]:
        """The triples that it loses."""
        return triples_in(self.removed_in) if self.removed else iter(())

    def lines_coming(self) -> Iterator[Line]:
        """The triples that it gains, as they are written."""
        return lines_in(self.added_in) if self.added else iter(())

    def lines_going(self) -> Iterator[Line]:
        """The triples that it loses, as they are written."""
        return lines_in(self.removed_in) if self.removed else iter(())


def merge(stated: Path, graph: NamedNode, mode: Mode, *, before: Store, after: Store, folder: Path) -> Difference:
    """Have *graph* of the store *after*, which is as *before*, hold the triples in the file *stated*.

    Args:
        stated: written by `TripleFile`; it may hold a triple twice.
        graph: the named graph.
        mode: `REPLACE` takes out what is not in the file.
        before: the state before.
        after: the store that is changed.
        folder: where the files of the difference go.
    """
    size_before = size_of(before, graph)
    if not size_before:
        load(stated, after, graph)
        return Difference(graph, size_of(after, graph), 0, stated, stated)
    with (
        TripleFile(folder / f"{stated.stem}-added.nt") as added,
        TripleFile(folder / f"{stated.stem}-removed.nt") as removed,
    ):
        for triple, is_there in is_in(before, triples_in(stated), graph):
            if not is_there:
                added.add(triple)
        if mode is Mode.REPLACE:
            incoming = Store(str(folder / f"{stated.stem}-incoming"))
            load(stated, incoming, graph)
            for triple, is_there in is_in(incoming, statements(before, graph), graph):
                if not is_there:
                    removed.add(triple)
    load(added.path, after, graph)
    remove(triples_in(removed.path), after, graph)
    grown = size_of(after, graph) - size_before + removed.count
    return Difference(graph, grown, removed.count, added.path, removed.path)


def put(difference: Difference, store: Store) -> None:
    """Make *difference*, as it was written down, in *store*."""
    load(difference.added_in, store, difference.graph)
    remove(difference.going(), store, difference.graph)


def add_to_view(differences: Iterable[Difference], store: Store) -> None:
    """Have the published view of *store* hold what published graphs have gained by *differences*."""
    for difference in differences:
        if difference.added:
            load(difference.added_in, store, DefaultGraph())


def take_from_view(differences: Iterable[Difference], store: Store) -> None:
    """Take what published graphs have lost by *differences* out of the published view of *store*.

    All named graphs are as they will be: what another one asserts stays.
    """
    for difference in differences:
        for batch in batches(difference.going(), _AT_ONCE):
            view = NarrowView(store)
            remove((triple for triple in batch if not view.graphs(triple)), store, DefaultGraph())


def load(file: Path, store: Store, graph: NamedNode | DefaultGraph) -> None:
    """Put the triples in *file* into *graph*."""
    if file.stat().st_size:
        store.bulk_load(path=str(file), format=RdfFormat.N_TRIPLES, to_graph=graph)


def remove(triples: Iterable[Triple], store: Store, graph: NamedNode | DefaultGraph) -> None:
    """Take *triples* out of *graph*."""
    for batch in batches(triples, _AT_ONCE):
        written = serialize(batch, format=RdfFormat.N_TRIPLES)
        assert written is not None
        text = written.decode()
        block = text if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{\n{text}}}\n"
        store.update(f"DELETE DATA {{\n{block}}}")


def size_of(store: Store, graph: NamedNode) -> int:
    """How many triples *graph* holds."""
    ((count,),) = _rows(store, "size", graph)
    assert isinstance(count, Literal)
    return int(count.value)


def statements(store: Store, graph: NamedNode) -> Iterator[Triple]:
    """The triples of *graph*, in no order."""
    return (Triple(*row) for row in _rows(store, "statements", graph))  # type: ignore[arg-type]  # terms that fit


def _rows(store: Store, query: str, graph: NamedNode) -> Iterator[Row]:
    catalogue = load_catalogue(Path(__file__).parent / "queries")
    return StoreState(store).rows(bind(catalogue.query(query), {"graph": graph.value}))
