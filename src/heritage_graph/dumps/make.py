"""Make the dump of one generation: each format written once, and compressed in every way meanwhile."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import tempfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, TypeVar, cast

import zstandard
from pyoxigraph import Literal, QuerySolutions, Store

from heritage_graph.dumps.manifest import COMPRESSIONS, FORMATS, DumpFile, Manifest, file_name, write_manifest
from heritage_graph.errors import EngineTrouble, StorageFull
from heritage_graph.export import write_quads, write_records, write_trig
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.store.durable import sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed import ReadableBuffer

_QUERIES: Final = Path(__file__).parent / "queries"
_GZIP_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 9
_BUFFER_BYTES: Final = 256 << 10
_RETRY_AFTER_S: Final = 60

_T = TypeVar("_T")


def make(checkpoint: Path, folder: Path, *, generation: int, reserve_bytes: int) -> None:
    """Write the dump of *generation*, whose checkpoint is the folder *checkpoint*, into the new folder *folder*.

    All is on the disk itself when this returns. Equal generations give equal files.

    Raises:
        StorageFull: less than *reserve_bytes* of the disk would stay free.
        EngineTrouble: the generation has no commit.
        OSError, ValueError, RuntimeError: the disk or the store failed.
    """
    folder.mkdir()
    store = Store.read_only(str(checkpoint))
    writing = _Writing(folder, generation, _committed(store), reserve_bytes)
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        plain = Path(beside) / "quads"
        with plain.open("wb") as also:
            quads = writing.write("nq", lambda output: write_quads(store, output, beside=plain.parent), also=also)
        writing.write("trig", lambda output: write_trig(plain, output))
    records = writing.write("jsonl", lambda output: write_records(store, output))
    write_manifest(folder, Manifest(generation, writing.committed, quads, records, tuple(writing.files)))
    for path in (*folder.iterdir(), folder):
        sync(path)


class _Writing:
    """The dump that is being written; `files` are those that are whole."""

    def __init__(self, folder: Path, generation: int, committed: datetime, reserve_bytes: int) -> None:
        self.files: list[DumpFile] = []
        self.committed = committed
        self._folder = folder
        self._generation = generation
        self._reserve_bytes = reserve_bytes

    def write(self, extension: str, content: Callable[[IO[bytes]], _T], *, also: IO[bytes] | None = None) -> _T:
        """Write what *content* writes in every compressed form, and as it is to *also*; return what *content* does."""
        with ExitStack() as closing:
            made = {each: closing.enter_context(_File(self._path(extension, each))) for each in COMPRESSIONS}
            writers = [closing.enter_context(_COMPRESSED[each](file)) for each, file in made.items()]
            split = _Split([*writers, *([] if also is None else [also])], self._require_room)
            with io.BufferedWriter(split, _BUFFER_BYTES) as output:
                given = content(output)
        self.files += [self._described(extension, each, file) for each, file in made.items()]
        return given

    def _path(self, extension: str, compression: str) -> Path:
        return self._folder / file_name(self._generation, extension, compression)

    def _described(self, extension: str, compression: str, file: _File) -> DumpFile:
        return DumpFile(
            generation=self._generation,
            name=file_name(self._generation, extension, compression),
            media_type=FORMATS[extension],
            compress_type=COMPRESSIONS[compression],
            bytes=file.bytes,
            sha256=file.sha256,
            modified=self.committed,
        )

    def _require_room(self) -> None:
        if shutil.disk_usage(self._folder).free < self._reserve_bytes:
            raise StorageFull("there is too little room on the disk for a dump", retry_after=_RETRY_AFTER_S)


def _gzipped(file: _File) -> IO[bytes]:
    """What gzips into *file*, without a name and a time: equal contents give equal bytes."""
    return cast("IO[bytes]", gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0))


def _zstandard(file: _File) -> IO[bytes]:
    compressor = zstandard.ZstdCompressor(_ZSTD_LEVEL, write_checksum=True)
    return cast("IO[bytes]", compressor.stream_writer(cast("IO[bytes]", file), closefd=False))


_COMPRESSED: Final = {"gz": _gzipped, "zst": _zstandard}
"""What compresses, by extension."""


class _Split(io.RawIOBase):
    """Writes everything to several, after a look whether there is room."""

    def __init__(self, writers: Iterable[IO[bytes]], look: Callable[[], None]) -> None:
        self._writers = tuple(writers)
        self._look = look

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, part: ReadableBuffer, /) -> int:
        """Take *part*."""
        self._look()
        taken = bytes(part)
        for writer in self._writers:
            writer.write(taken)
        return len(taken)


class _File(io.RawIOBase):
    """A new file that knows its size and its digest."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")
        self._digest = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        """The digest, in hexadecimal."""
        return self._digest.hexdigest()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, part: ReadableBuffer, /) -> int:
        """Take *part*."""
        size = self._file.write(part)
        self._digest.update(part)
        self.bytes += size
        return size

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def _committed(store: Store) -> datetime:
    """When the last commit was made.

    Raises:
        EngineTrouble: there is none.
    """
    rows = store.query(bind(load_catalogue(_QUERIES).query("committed"), {}))
    assert isinstance(rows, QuerySolutions)
    for row in rows:
        when = row["when"]
        assert isinstance(when, Literal)
        return datetime.fromisoformat(when.value)
    raise EngineTrouble("the store has no commit, so there is nothing to dump")
