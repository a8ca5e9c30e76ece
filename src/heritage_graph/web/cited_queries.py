"""The queries that are kept to be cited, as files that appear whole or not at all.

{data}/cited/{hash}.json    the query, its dataset, its generation, and the digest of its answer
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import EngineTrouble, StorageFull, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator

_HASH: Final = re.compile(r"[0-9a-f]{32}")
_MOST_KEPT: Final = 10_000
_MOST_BYTES: Final = 64 << 20


@dataclass(frozen=True)
class CitedQuery:
    """A query as it was kept.

    `commit` is the key of the commit that made `generation`, `committed` and `kept` are moments in ISO 8601. `form` is
    `bindings`, `boolean` or `graph`. `digest` is the SHA-256 of the sorted lines of the answer as TSV or N-Triples;
    None when there is none, and `undigested` then says why.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    base_iri: str
    generation: int
    commit: str
    committed: str
    kept: str
    form: str
    digest: str | None
    undigested: str | None

    @property
    def hash(self) -> str:
        """Its name: the same for the same query over the same dataset of the same commit."""
        return hash_of(self.text, self.default_graphs, self.named_graphs, self.generation, self.commit)


def hash_of(
    text: str, default_graphs: tuple[str, ...], named_graphs: tuple[str, ...], generation: int, commit: str
) -> str:
    """The name under which a query is kept."""
    told = [text, sorted(default_graphs), sorted(named_graphs), generation, commit]
    return hashlib.blake2b(orjson.dumps(told), digest_size=16).hexdigest()


class CitedQueries:
    """The queries kept in the data folder *data*: so many, of so many bytes together, for good."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "cited"
        self._taken: tuple[int, int] | None = None

    def knows(self, name: str) -> bool:
        """Tell whether a query is kept as *name*."""
        return _HASH.fullmatch(name) is not None and self._file(name).exists()

    def get(self, name: str) -> CitedQuery:
        """The query kept as *name*.

        Raises:
            UnknownName: there is none.
            EngineTrouble: its file cannot be read.
        """
        if not self.knows(name):
            raise UnknownName(f"no query is kept as {name[:40]!r}")
        try:
            entry = orjson.loads(self._file(name).read_bytes())
            for each in ("default_graphs", "named_graphs"):
                entry[each] = tuple(entry[each])
            return CitedQuery(**entry)
        except (OSError, ValueError, TypeError, KeyError) as fault:
            raise EngineTrouble(f"the file of the kept query {name} cannot be read") from fault

    def keep(self, query: CitedQuery) -> None:
        """Keep *query*.

        Raises:
            StorageFull: as many are kept as may be.
        """
        content = orjson.dumps(asdict(query), option=orjson.OPT_INDENT_2)
        count, size = self._count()
        if count >= _MOST_KEPT or size + len(content) > _MOST_BYTES:
            raise StorageFull("no further query can be kept here; the keeper of the service has to make room")
        with self.aside() as unfinished:
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._file(query.hash))
        self._taken = (count + 1, size + len(content))

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """A file beside the kept ones, for a while; what the block has not moved away is removed.

        Raises:
            StorageFull: the disk takes no more.
        """
        try:
            with self._beside() as path:
                yield path
        except OSError as fault:
            raise StorageFull(f"the query could not be written: {fault.strerror}", retry_after=60) from fault

    @contextmanager
    def _beside(self) -> Iterator[Path]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=self._folder)
        os.close(handle)
        path = Path(name)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _count(self) -> tuple[int, int]:
        """How many are kept, and how many bytes they take."""
        if self._taken is None:
            sizes = [path.stat().st_size for path in self._folder.glob("[0-9a-f]*.json")]
            self._taken = len(sizes), sum(sizes)
        return self._taken

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"
