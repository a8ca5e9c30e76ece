"""Names that a page withholds to keep somebody safe: nobody is told here whose, and no record brings them in."""

from __future__ import annotations

import csv
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from heritage_graph.importers.records.vocabulary import folded
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from heritage_graph.importers.records.record import Party, Record

Withheld = dict[str, str]
"""Why a name is withheld, by the SHA-256 of the name as `digest_of` folds it."""

_MOST_WORDS: Final = 16


def read_withheld(folder: Path) -> Withheld:
    """What `withheld.csv` in *folder* says, by its columns `digest` and `because`; a missing file says nothing."""
    file = folder / "withheld.csv"
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["digest"]: row["because"] for row in csv.DictReader(lines)}


def digest_of(name: str) -> str:
    """The SHA-256, in hexadecimal, of *name* but for case, hyphens and how many spaces there are, in UTF-8."""
    return sha256(folded(name).encode()).hexdigest()


def withhold(record: Record, withheld: Mapping[str, str]) -> Record | RefusedRow:
    """*record* with nobody named whose name is withheld; refused where its words tell the name in another place."""
    if not withheld:
        return record
    parties = tuple(_without_name(party, withheld) for party in record.parties)
    safe = replace(record, parties=parties)
    funders = (money.as_named for money in record.funding if money.as_named)
    if any(_tells(text, withheld) for text in (*safe.words(), *funders)):
        text = "it tells, in other words than the name of a party, a name that is withheld to keep somebody safe"
        return RefusedRow(record.place, record.slug, Remark("name-withheld", text))
    if parties == record.parties:
        return record
    remark = Remark("name-withheld", "a party is not named: its name is withheld to keep somebody safe")
    return replace(safe, remarks=(*record.remarks, remark))


def _without_name(party: Party, withheld: Mapping[str, str]) -> Party:
    because = withheld.get(digest_of(party.as_named)) if party.as_named else None
    if because is None:
        return party
    return replace(party, as_named=None, texts={"withheld": because}, note=None)


def _tells(text: str, withheld: Mapping[str, str]) -> bool:
    """Tell whether any run of words of *text* is a name that is withheld."""
    words = "".join(each if each.isalnum() else " " for each in folded(text)).split()
    runs = (words[at : at + length] for at in range(len(words)) for length in range(1, _MOST_WORDS + 1))
    return any(digest_of(" ".join(run)) in withheld for run in runs)
