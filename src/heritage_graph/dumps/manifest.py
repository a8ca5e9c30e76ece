"""What the dump of a generation holds: its files with their sizes and digests, as `manifest.json` tells them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
FORMATS: Final[Mapping[str, str]] = {
    "nq": "application/n-quads",
    "trig": "application/trig",
    "jsonl": "application/x-ndjson",
}
"""The media types of what is dumped, by extension."""

COMPRESSIONS: Final[Mapping[str, str]] = {"gz": "application/gzip", "zst": "application/zstd"}
"""The media types of the forms in which each comes, by extension."""


@dataclass(frozen=True)
class DumpFile:
    """One file of a dump.

    Attributes:
        generation: of which it is.
        name: such as `heritage-graph-12.nq.gz`.
        media_type: of what it holds.
        compress_type: the media type of the file itself; None when it is not compressed.
        bytes: its size.
        sha256: its digest, in hexadecimal.
        modified: when the generation was committed (UTC): the content is as old as that, whenever it was written.
    """

    generation: int
    name: str
    media_type: str
    compress_type: str | None
    bytes: int
    sha256: str
    modified: datetime

    @property
    def address(self) -> str:
        """Where it is served, as a path."""
        return f"/dumps/{self.generation}/{self.name}"


@dataclass(frozen=True)
class Manifest:
    """The dump of one generation.

    `statements` counts those of all named graphs, `records` the lines of the JSON-LD. `notes` are the manifest itself
    and the digests, as far as they are written.
    """

    generation: int
    committed: datetime
    statements: int
    records: int
    files: tuple[DumpFile, ...]
    notes: tuple[DumpFile, ...] = ()

    def document(self) -> dict[str, object]:
        """As JSON has it."""
        return {
            "generation": self.generation,
            "committed": self.committed.isoformat(),
            "statements": self.statements,
            "records": self.records,
            "files": [
                {
                    "name": file.name,
                    "mediaType": file.media_type,
                    "compressType": file.compress_type,
                    "bytes": file.bytes,
                    "sha256": file.sha256,
                }
                for file in self.files
            ],
        }


def file_name(generation: int, extension: str, compression: str) -> str:
    """The name of a file: `heritage-graph-12.nq.gz`."""
    return f"heritage-graph-{generation}.{extension}.{compression}"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest, and the digests as `sha256sum -c` reads them, beside the files of the dump in *folder*."""
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest.document(), option=orjson.OPT_INDENT_2))
    sums = "".join(f"{file.sha256}  {file.name}\n" for file in manifest.files)
    (folder / SUMS).write_text(sums, encoding="ascii")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the dump in *folder*; None when it is not one that this version writes."""
    try:
        told = orjson.loads((folder / MANIFEST).read_bytes())
        generation, committed = told["generation"], datetime.fromisoformat(told["committed"])
        files = tuple(
            DumpFile(
                generation=generation,
                name=entry["name"],
                media_type=entry["mediaType"],
                compress_type=entry["compressType"],
                bytes=entry["bytes"],
                sha256=entry["sha256"],
                modified=committed,
            )
            for entry in told["files"]
        )
        notes = (
            _note(folder / MANIFEST, "application/json", generation, committed),
            _note(folder / SUMS, "text/plain", generation, committed),
        )
        manifest = Manifest(generation, committed, told["statements"], told["records"], files, notes)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    expected = {file_name(generation, extension, each) for extension in FORMATS for each in COMPRESSIONS}
    whole = all((folder / file.name).is_file() for file in files)
    return manifest if whole and {file.name for file in files} == expected else None


def _note(path: Path, media_type: str, generation: int, committed: datetime) -> DumpFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return DumpFile(generation, path.name, media_type, None, len(content), digest, committed)
