"""Read records of the Research Organization Registry from a file or a folder, as one document."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.listed_site import RefusedRow, RowPlace
from heritage_graph.importers.report import Remark
from heritage_graph.importers.ror_record import RorRecord, read_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(parse_float=Decimal)


@dataclass(frozen=True, slots=True)
class RorText:
    """The text of all records: one file, or the `.json` files of a folder one after the other in the order of names.

    `digest` is that of its bytes, and `parts` tells at which character each file begins, and its name.
    """

    text: str
    digest: str
    parts: tuple[tuple[int, str], ...]

    def rows(self) -> list[RorRecord | RefusedRow]:
        """Every record, in the order of the text; one whose identifier came before is refused."""
        seen: set[str] = set()
        found: list[RorRecord | RefusedRow] = []
        for row in self._read():
            if isinstance(row, RorRecord) and row.identifier in seen:
                remark = Remark("id-repeated", f"an earlier record has the identifier {row.identifier}")
                found.append(RefusedRow(row.place, row.identifier, remark))
            else:
                seen.add(row.identifier)
                found.append(row)
        return found

    def _read(self) -> Iterator[RorRecord | RefusedRow]:
        line, counted = 1, 0
        ends = [start for start, _ in self.parts[1:]] + [len(self.text)]
        for (start, name), end in zip(self.parts, ends, strict=True):
            for value, first, last in _values(self.text[start:end], name):
                line += self.text.count("\n", counted, start + first)
                counted = start + first
                span = self.text[start + first : start + last]
                place = RowPlace(line, start + first, start + last, sha256(span.encode()).hexdigest())
                yield RefusedRow(place, name, value) if isinstance(value, Remark) else read_record(value, place)


def open_records(path: Path) -> RorText:
    """The records at *path*: a file of one record or a list of them, or a folder of such files.

    Raises:
        SyntaxFault: a file is not UTF-8, or the folder has none.
    """
    files = sorted(each for each in path.iterdir() if each.suffix == ".json") if path.is_dir() else [path]
    if not files:
        raise SyntaxFault(f"{path.name}: there is no .json file in this folder; give the folder that holds the records")
    digest = sha256()
    texts: list[str] = []
    parts: list[tuple[int, str]] = []
    length = 0
    for file in files:
        content = file.read_bytes()
        digest.update(content)
        try:
            text = content.decode()
        except UnicodeDecodeError as fault:
            raise SyntaxFault(f"{file.name}: records of the registry are in UTF-8, but {fault}") from fault
        parts.append((length, file.name))
        texts.append(text)
        length += len(text)
    return RorText("".join(texts), digest.hexdigest(), tuple(parts))


def _values(text: str, name: str) -> Iterator[tuple[object, int, int]]:
    """The records in one file, each with its start and end; where it is no JSON, the reason for the rest of it."""
    at = _after_space(text, 1 if text.startswith("\ufeff") else 0)
    listed = text[at : at + 1] == "["
    if listed:
        at = _after_space(text, at + 1)
    while text[at : at + 1] not in {"", "]"}:
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as fault:
            yield Remark("not-json", f"{name} is no JSON from here on: {fault}"), at, len(text)
            return
        yield value, at, end
        at = _after_space(text, end)
        if listed and text[at : at + 1] == ",":
            at = _after_space(text, at + 1)


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    assert space is not None
    return space.end()
