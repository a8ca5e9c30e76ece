"""Compare single values that two sides give of a thing: texts, web addresses, years, positions on the globe.

`GAINS` says what it adds to the likeness of the names when a value agrees, and what it takes when it does not.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from heritage_graph.model.names import loose_name_key

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["identifier", "thing", "link", "date", "text"]

GAINS: Final[Mapping[Kind, tuple[float, float]]] = {
    "identifier": (0.0, -30.0),
    "thing": (6.0, -15.0),
    "link": (10.0, -2.0),
    "date": (4.0, -8.0),
    "text": (4.0, -4.0),
}
"""By the kind of a property: what a value that agrees adds, and what one that disagrees takes. Unknown is neither."""

_YEAR: Final = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_LIKE_ENOUGH: Final = 90.0
_NEXT_YEAR: Final = 0.5
_EARTH_KM: Final = 6371.0


def gain(kind: Kind, value: float) -> float:
    """What a property of *kind* adds, from 0, it disagrees, to 1, it agrees; negative when it takes."""
    most, least = GAINS[kind]
    return least + (most - least) * value


def alike(given: str, stated: str) -> bool:
    """Whether two texts differ by little, once folded: cheap, since every value is compared with every other."""
    ours, theirs = _folded(given), _folded(stated)
    return bool(ours) and (ours == theirs or fuzz.ratio(ours, theirs, score_cutoff=_LIKE_ENOUGH) > 0)


def host(address: str) -> str:
    """The host in *address*, with or without a scheme, without `www.`; empty when there is none."""
    try:
        name = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return name.removeprefix("www.")


def same_year(given: str, stated: str) -> float:
    """How far two texts name the same year: 1, half for the next or the one before, 0 also when one names none."""
    ours, theirs = (_YEAR.search(text) for text in (given, stated))
    if ours is None or theirs is None:
        return 0.0
    apart = abs(int(ours.group()) - int(theirs.group()))
    return {0: 1.0, 1: _NEXT_YEAR}.get(apart, 0.0)


def kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The distance of two positions, each latitude and longitude in degrees, along the surface of a round earth."""
    (north, east), (other_north, other_east) = (tuple(map(math.radians, each)) for each in (here, there))
    chord = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    return loose_name_key(text)
