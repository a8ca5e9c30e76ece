"""Names as they stand in other people's tables, made from records of a registry: with slips, shortened, turned."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from heritage_graph.importers.ror_record import RorRecord

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_FEWEST_LETTERS: Final = 8
_FEWEST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A name to be matched, the identifier of the record that is meant, its country, and what was done to the name."""

    text: str
    identifier: str
    country: str
    noise: str


def noisy_names(records: Sequence[RorRecord], *, count: int, seed: int) -> list[Asked]:
    """*count* names, as many of each kind of noise, each of another record; the same for the same *seed*."""
    chance = random.Random(seed)
    left = [record for record in records if record.status == "active"]
    chance.shuffle(left)
    found: list[Asked] = []
    for number, (noise, make) in enumerate(_NOISES.items()):
        wanted = count * (number + 1) // len(_NOISES) - len(found)
        for record in [*left]:
            text = make(record, chance) if wanted else None
            if text is not None:
                country = next((place.alpha_2 for place in record.places if place.alpha_2), "")
                found.append(Asked(text, record.identifier, country, noise))
                left.remove(record)
                wanted -= 1
    return found


def _displayed(record: RorRecord) -> str:
    return record.names[0].text


def _slip(text: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(text) - 1)
    match chance.randrange(4):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + chance.choice(_LETTERS) + text[at:]
        case 2:
            return text[:at] + chance.choice(_LETTERS) + text[at + 1 :]
        case _:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _with_slips(record: RorRecord, chance: random.Random) -> str | None:
    name = _displayed(record)
    if len(name) < _FEWEST_LETTERS:
        return None
    once = _slip(name, chance)
    return _slip(once, chance) if chance.random() < 0.5 else once


def _without_diacritics(record: RorRecord, _: random.Random) -> str | None:
    for name in record.names:
        bare = "".join(sign for sign in unicodedata.normalize("NFD", name.text) if not unicodedata.combining(sign))
        if name.is_displayed and bare != name.text and bare.isascii():
            return bare.lower()
    return None


def _turned_round(record: RorRecord, chance: random.Random) -> str | None:
    words = _displayed(record).split()
    if len(words) < _FEWEST_WORDS:
        return None
    at = chance.randrange(1, len(words))
    return (
        " ".join([*words[at:], *words[:at]])
        if chance.random() < 0.5
        else f"{' '.join(words[at:])}, {' '.join(words[:at])}"
    )


def _acronym(record: RorRecord, _: random.Random) -> str | None:
    return next((name.text for name in record.names if "acronym" in name.kinds), None)


def _in_another_language(record: RorRecord, _: random.Random) -> str | None:
    shown = record.names[0].language
    others = [name.text for name in record.names if name.is_displayed and name.language not in {shown, "und"}]
    return others[-1] if others else None


_NOISES: Final[dict[str, Callable[[RorRecord, random.Random], str | None]]] = {
    "slips of the pen": _with_slips,
    "without diacritics": _without_diacritics,
    "words turned round": _turned_round,
    "acronym": _acronym,
    "another language": _in_another_language,
}
