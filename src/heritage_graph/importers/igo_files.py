"""Find the files of the data set of intergovernmental organizations, and read their rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.csv_rows import csv_header
from heritage_graph.importers.source_text import look_through

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from heritage_graph.importers.source_text import SourceFile, SourceText

_ORGANIZATIONS: Final = frozenset({"ioname", "orgname", "year", "longorgname", "ionum", "sdate", "dead", "imputed"})
_STATES: Final = frozenset({"ccode", "statenme", "state", "styear"})
_STATE_YEARS: Final = frozenset({"ccode", "year", "state"})
_ACCURACY: Final = "accuracyofpre1965membershipdates"
_YEAR: Final = re.compile(r"([0-9]{4})(?:\.0+)?")
_NUMBER: Final = re.compile(r"([0-9]{1,6})(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class IgoFiles:
    """The files, each a document of its own: organizations by year, the states, and perhaps states by year."""

    organizations: SourceText
    states: SourceText
    state_years: SourceText | None


def find_files(path: Path, encoding: str | None) -> IgoFiles:
    """The files at *path*: a folder, or the file of organizations by year in a folder with the table of states.

    Each is known by the names of its columns.

    Raises:
        SyntaxFault: one is not there, or there is more than one of a kind, or a file is in another encoding.
    """
    folder = path if path.is_dir() else path.parent
    tables = sorted(each for each in folder.iterdir() if each.name.endswith((".csv", ".csv.gz")))
    if not path.is_dir():
        tables = [path, *(each for each in tables if each != path)]
    found: dict[str, SourceText] = {}
    for table in tables:
        text = look_through([table], encoding)
        kind = _kind(text.files[0])
        if not path.is_dir() and ((table == path) != (kind == "organizations") or kind == "state_years"):
            continue
        if kind and kind in found:
            names = f"{found[kind].files[0].name} and {table.name}"
            raise SyntaxFault(f"{names} are both tables of {kind.replace('_', ' ')}; leave one of them in the folder")
        if kind:
            found[kind] = text
    for kind, columns in (("organizations", _ORGANIZATIONS), ("states", _STATES)):
        if kind not in found:
            wanted = ", ".join(sorted(columns))
            raise SyntaxFault(f"{path.name}: there is no CSV file of {kind} here, which has the columns {wanted}")
    return IgoFiles(found["organizations"], found["states"], found.get("state_years"))


def year_of(text: str) -> int | None:
    """A year, which the files also write with a decimal place; None when *text* is none."""
    found = _YEAR.fullmatch(text.strip())
    return int(found[1]) if found and int(found[1]) else None


def number_of(text: str) -> str | None:
    """The number of an organization or a state, in digits; None when *text* is none."""
    found = _NUMBER.fullmatch(text.strip())
    return str(int(found[1])) if found else None


def accuracy_of(cells: Mapping[str, str]) -> str:
    """How exact the dates before 1965 are, in the words of the file; empty when they are, or it does not say."""
    words = cells.get(_ACCURACY, "").strip()
    return "" if words == "Completely accurate" or words.startswith("Not applicable") else words


def _kind(file: SourceFile) -> str | None:
    columns = frozenset(csv_header(file))
    if columns >= _ORGANIZATIONS:
        return "organizations"
    if columns >= _STATES:
        return "states"
    return "state_years" if columns >= _STATE_YEARS else None
