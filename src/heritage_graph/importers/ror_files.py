"""Find the files of records of the Research Organization Registry, and read their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.json_values import json_rows
from heritage_graph.importers.report import Remark
from heritage_graph.importers.ror_record import RorRecord, read_record
from heritage_graph.importers.rows import RefusedRow
from heritage_graph.importers.source_text import look_through

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heritage_graph.importers.source_text import SourceText

_SUFFIXES = (".json", ".json.gz")


def find_records(path: Path, encoding: str | None) -> SourceText:
    """The records at *path*: a file of one record or a list of them, or a folder of such files by name.

    Raises:
        SyntaxFault: a file is not in its encoding, or the folder has none.
    """
    files = sorted(each for each in path.iterdir() if each.name.endswith(_SUFFIXES)) if path.is_dir() else [path]
    if not files:
        raise SyntaxFault(f"{path.name}: there is no .json file in this folder; give the folder that holds the records")
    return look_through(files, encoding)


def records(text: SourceText) -> Iterator[RorRecord | RefusedRow]:
    """Every record, in the order of the text; one whose identifier came before is refused."""
    seen: set[str] = set()
    for file in text.files:
        for row in json_rows(file):
            record = row if isinstance(row, RefusedRow) else read_record(row.value, row.place)
            if isinstance(record, RorRecord) and record.identifier in seen:
                remark = Remark("id-repeated", f"an earlier record has the identifier {record.identifier}")
                yield RefusedRow(record.place, record.identifier, remark)
                continue
            seen.add(record.identifier)
            yield record
