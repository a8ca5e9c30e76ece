"""What two sources say, made ready to be compared: which words differ, and how many days lie between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Json = Mapping[str, object]

_WHY: str = "/api/v1/why"


@dataclass(frozen=True)
class Piece:
    """Words of a text, and whether the other text lacks them."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Side:
    """What one source says: the value, the document that says so, and where all who say so are told.

    `pieces` are the words of a text; empty for other values. `sum` is a sum with its currency; None for other values.
    """

    value: Json
    sum: str | None
    assertion: Json
    why: str
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Compared:
    """An entry of the contradictions with its two sides; `days` lie between two dates, None where there are none."""

    item: Json
    label: str
    mend: str
    sides: Sequence[Side]
    days: int | None


def compared(item: Json, language: str) -> Compared:
    """*item* of `/api/v1/contradictions`, its words in *language*."""
    one, other = cast("Sequence[Json]", item["sides"])
    texts = [cast("Json", side["value"]) for side in (one, other)]
    return Compared(
        item,
        cast("Mapping[str, str]", item["label"])[language],
        cast("Mapping[str, str]", item["mend"])[language],
        [_side(one, texts[1]), _side(other, texts[0])],
        _days_between(*texts),
    )


def _side(side: Json, other: Json) -> Side:
    value = cast("Json", side["value"])
    halves = cast("Mapping[str, str] | None", side.get("sum"))
    return Side(
        value,
        None if halves is None else f"{halves['amountValue']} {halves['currency']}",
        cast("Json", side["assertion"]),
        str(side["why"]).replace(_WHY, "/why", 1),
        list(_pieces(value, other)),
    )


def _pieces(value: Json, other: Json) -> Sequence[Piece]:
    """The words of the text *value* by whether *other*, a text too, has them in the same order."""
    if "language" not in value or "language" not in other:
        return ()
    words, others = str(value["value"]).split(), str(other["value"]).split()
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    return [
        Piece(" ".join(words[begin:end]), operation != "equal")
        for operation, begin, end, _, _ in matcher.get_opcodes()
        if end > begin
    ]


def _days_between(one: Json, other: Json) -> int | None:
    """The days from one date to the other; None unless both are dates that lie apart."""
    if "earliest" not in one or "earliest" not in other:
        return None
    first, second = sorted(
        (date.fromisoformat(str(each["earliest"])), date.fromisoformat(str(each["latest"]))) for each in (one, other)
    )
    return max(0, (second[0] - first[1]).days) or None
