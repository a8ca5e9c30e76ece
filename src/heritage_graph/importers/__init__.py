"""Importers of published data sets: each turns a file into the quads of one source graph and accounts for each row."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from heritage_graph.importers.corpus_coranicum import open_manuscripts
from heritage_graph.importers.igo_membership import open_igo_membership
from heritage_graph.importers.ror import open_records
from heritage_graph.importers.unesco_whc import open_world_heritage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from heritage_graph.importers.imported import DataSet


class Opening(Protocol):
    """How a data set is opened."""

    def __call__(self, path: Path, encoding: str | None = None) -> DataSet:
        """Look through what is at *path*, which is UTF-8 or in *encoding*.

        Raises:
            SyntaxFault: it is not of the kind that the importer reads, or not in its encoding.
            ParameterError: there is no such encoding.
        """


@dataclass(frozen=True, slots=True)
class Importer:
    """A kind of data set that can be imported: its name on the command line, what it is, and how it is opened.

    `editions` are the slugs of the source graphs that its editions have, oldest first; empty when there is one graph
    whatever the edition.
    """

    name: str
    doc: str
    open: Opening
    editions: tuple[str, ...]


IMPORTERS: Final[Mapping[str, Importer]] = MappingProxyType(
    {
        importer.name: importer
        for importer in (
            Importer(
                name="unesco-whc",
                doc="The World Heritage List: the syndication file of 2019 (CSV) or the copy of 2026 (JSON).",
                open=open_world_heritage,
                editions=("unesco-whc-2019", "unesco-whc-2026"),
            ),
            Importer(
                name="ror",
                doc="Records of the Research Organization Registry, schema 2 (JSON): a file or a folder of files.",
                open=open_records,
                editions=(),
            ),
            Importer(
                name="igo-membership",
                doc="States in intergovernmental organizations by year, Correlates of War version 3 (CSV): a folder.",
                open=open_igo_membership,
                editions=(),
            ),
            Importer(
                name="corpus-coranicum",
                doc="Descriptions of Qur'an manuscripts by Corpus Coranicum (TEI): a file or a folder of files.",
                open=open_manuscripts,
                editions=(),
            ),
        )
    }
)
"""Every importer, by name."""
