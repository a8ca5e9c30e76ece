"""Importers of published data sets: each turns a file into the quads of one source graph and accounts for each row."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from heritage_graph.importers.ror import read_records
from heritage_graph.importers.unesco_whc import read_list

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from heritage_graph.importers.imported import Imported
    from heritage_graph.importers.known import Known


class Reading(Protocol):
    """How an importer is called."""

    def __call__(self, path: Path, known: Known) -> Imported:
        """Read what is at *path*; raises `SyntaxFault` when it is not of the kind that the importer reads."""


@dataclass(frozen=True, slots=True)
class Importer:
    """A kind of data set that can be imported: its name on the command line, what it is, and how it is read.

    `editions` are the slugs of the source graphs that its editions have, oldest first; empty when there is one graph
    whatever the edition.
    """

    name: str
    doc: str
    read: Reading
    editions: tuple[str, ...]


IMPORTERS: Final[Mapping[str, Importer]] = MappingProxyType(
    {
        importer.name: importer
        for importer in (
            Importer(
                name="unesco-whc",
                doc="The World Heritage List: the syndication file of 2019 (CSV) or the copy of 2026 (JSON).",
                read=lambda path, known: read_list(path, given_labels=known.labels, slugs=known.slugs),
                editions=("unesco-whc-2019", "unesco-whc-2026"),
            ),
            Importer(
                name="ror",
                doc="Records of the Research Organization Registry, schema 2 (JSON): a file or a folder of files.",
                read=read_records,
                editions=(),
            ),
        )
    }
)
"""Every importer, by name."""
