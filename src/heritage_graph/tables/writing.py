"""Write the published view as tables: a folder of CSV files and their descriptions, which appears when it is whole.

What is kept in memory grows with the number of things (their IRIs), not with what is said of them: rows are asked for
some hundred things at a time, and written as they come.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections import defaultdict
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from heritage_graph.errors import WrongUsage
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.tables.cells import BETWEEN, row_of
from heritage_graph.tables.declared import DOCUMENTS, EVIDENCE, OF_THINGS, STATEMENTS, THINGS
from heritage_graph.tables.described import CSVW, PACKAGE, Edition, Source, WrittenTable, csvw, data_package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from heritage_graph.query_files import Query
    from heritage_graph.tables.cells import Value
    from heritage_graph.tables.table import Table

_QUERIES: Final = Path(__file__).parent / "queries"
_AT_ONCE: Final = 200
_ENCODING: Final = "utf-8-sig"  # Excel reads a file without the mark in the code page of the machine


def write_tables(
    generation: Path, target: Path, *, committed: datetime, told: Callable[[int, int], None]
) -> dict[str, int]:
    """Write the generation in the folder *generation* to the new folder *target*; return the rows of each table.

    Equal generations give equal bytes. *committed* is the moment of the last commit. *told* is called with for how many
    rows of things the work is done, and of how many.

    Raises:
        WrongUsage: there is something at *target*.
    """
    if target.exists():
        raise WrongUsage(f"{target} is there already, and is not replaced; remove it, or choose another --out")
    unfinished = target.with_name(target.name + ".tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    try:
        written = _Writing(Store.read_only(str(generation)), unfinished, told).run()
        edition = Edition(int(generation.name), committed, tuple(_sources(unfinished)))
        (unfinished / PACKAGE).write_bytes(orjson.dumps(data_package(written, edition), option=orjson.OPT_INDENT_2))
        (unfinished / CSVW).write_bytes(orjson.dumps(csvw(edition), option=orjson.OPT_INDENT_2))
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return {each.table.name: each.rows for each in written}


class _Writing:
    """The tables of *store*, which are written into *folder*."""

    def __init__(self, store: Store, folder: Path, told: Callable[[int, int], None]) -> None:
        self._store = store
        self._folder = folder
        self._catalogue = load_catalogue(_QUERIES)
        self._told = told
        self._done = 0
        self._total = 0

    def run(self) -> list[WrittenTable]:
        """Write them all."""
        listed = {table: self._listed(table) for table in (*OF_THINGS, EVIDENCE)}
        places = merge(*([(iri, table.name) for iri in listed[table]] for table in OF_THINGS))
        tables = {iri: BETWEEN.join(name for _, name in group) for iri, group in groupby(places, itemgetter(0))}
        self._total = sum(map(len, listed.values())) + 2 * len(tables)
        return [
            *(self._write(table, self._things(table, iris)) for table, iris in listed.items()),
            self._write(THINGS, self._things(THINGS, tables, tables=tables)),
            self._write(STATEMENTS, self._statements(tables)),
        ]

    def _listed(self, table: Table) -> list[str]:
        """The IRIs of the rows of *table*, sorted."""
        above = " ".join(each.value for each in table.classes)
        rows = self._store.query(bind(self._catalogue.query("listed"), {"above": above}))
        assert isinstance(rows, QuerySolutions)
        return sorted(row["thing"].value for row in rows if isinstance(row["thing"], NamedNode))

    def _write(self, table: Table, rows: Iterable[list[str]]) -> WrittenTable:
        path = self._folder / table.file_name
        count = 0
        with path.open("w", encoding=_ENCODING, errors="replace", newline="") as file:
            # Every field is quoted: where the regional separator is a semicolon, `a;=1+1` would fall into two cells.
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            writer.writerow([column.name for column in table.columns])
            for row in rows:
                writer.writerow(row)
                count += 1
        with path.open("rb") as whole:
            digest = hashlib.file_digest(whole, "sha256").hexdigest()
        return WrittenTable(table, count, path.stat().st_size, digest)

    def _things(
        self, table: Table, iris: Iterable[str], *, tables: Mapping[str, str] | None = None
    ) -> Iterator[list[str]]:
        """A row for each of *iris*, in their order; *tables* are the tables in which the things are rows."""
        for batch in self._batches(iris):
            found: defaultdict[str, defaultdict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
            for thing, column, value in self._answer(self._catalogue.query(table.name), batch):
                assert thing is not None
                assert column is not None
                assert value is not None
                found[thing.value][column.value].append(value)
            for iri in batch:
                found[iri]["iri"] = [NamedNode(iri)]
                if tables is not None:
                    found[iri]["tables"] = [Literal(tables[iri])]
                yield row_of(table.columns, found[iri])

    def _statements(self, iris: Iterable[str]) -> Iterator[list[str]]:
        query = self._catalogue.query(STATEMENTS.name)
        for batch in self._batches(iris):
            rows = (zip(query.columns, row, strict=True) for row in self._answer(query, batch))
            given = ({name: [term] for name, term in row if term is not None} for row in rows)
            yield from sorted((row_of(STATEMENTS.columns, values) for values in given), key=itemgetter(slice(1, None)))

    def _answer(self, query: Query, things: Iterable[str]) -> Iterator[list[Value | None]]:
        rows = self._store.query(bind(query, {"things": " ".join(things)}))
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            values: list[Value | None] = []
            for value in row:
                assert value is None or isinstance(value, NamedNode | Literal)
                values.append(value)
            yield values

    def _batches(self, iris: Iterable[str]) -> Iterator[list[str]]:
        """*iris*, some at a time; whoever watches is told when their rows are written."""
        left = iter(iris)
        while batch := list(islice(left, _AT_ONCE)):
            yield batch
            self._done += len(batch)
            self._told(self._done, self._total)


def _sources(folder: Path) -> Iterator[Source]:
    """The documents of the tables in *folder* whose statements a graph holds, by IRI."""
    with (folder / DOCUMENTS.file_name).open(encoding=_ENCODING, newline="") as file:
        for row in csv.DictReader(file):
            if row["graph"]:
                names = (row["name_en"], row["name_fr"], row["name_ar"], row["name_other"], row["iri"])
                title = next(name for name in names if name)
                yield Source(title, (row["page"] or row["iri"]).split(BETWEEN)[0])
