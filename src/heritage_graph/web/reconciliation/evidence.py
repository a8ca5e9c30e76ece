"""Compare what a query gives in evidence with what the graph states: from 0, it disagrees, to 1, it agrees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from heritage_graph.model.names import loose_name_key
from heritage_graph.web.reconciliation.identifiers import long_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.web.reconciliation.properties import Property

_YEAR: Final = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_LIKE_ENOUGH: Final = 90.0
_NEXT_YEAR: Final = 0.5
_NOT_OF_IDENTIFIERS: Final = re.compile(r"[\s-]")


@dataclass(frozen=True, slots=True)
class GivenValue:
    """A value in a query: its text, and the identifier of the thing that it is, when it was matched already."""

    text: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A value in the graph: an IRI or a text, and the names of what it is."""

    value: str
    names: tuple[str, ...] = ()


def agreement(property_: Property, given: Sequence[GivenValue], stated: Sequence[StatedValue]) -> float | None:
    """How far the values agree: the best of all pairs; None when the graph states none."""
    if property_.start:
        stated = [each for each in stated if each.value.startswith(property_.start)]
    if not stated:
        return None
    return max((_agree(property_, one, other) for one in given for other in stated), default=0.0)


def identifier_address(property_: Property, text: str) -> str:
    """The address of the record that *text* identifies, as the graph writes it, whether it is an address itself or not.

    An address ends where the one of the registry does; the name of its host does not matter.
    """
    bare = text.strip().rstrip("/").rsplit("/", 1)[-1]
    plain = _plain(bare).lower() if property_.id in {"ror", "grid"} else _plain(bare)
    return f"{property_.start}{plain}/" if property_.id == "geonames" else property_.start + plain


def _agree(property_: Property, given: GivenValue, stated: StatedValue) -> float:
    match property_.kind:
        case "identifier":
            return float(_same_identifier(property_, given.text, stated.value))
        case "thing":
            return float(_same_thing(given, stated))
        case "link":
            return float(bool(_host(given.text)) and _host(given.text) == _host(stated.value))
        case "date":
            return _same_year(given.text, stated.value)
        case _:
            return float(_alike(given.text, stated.value))


def _same_identifier(property_: Property, given: str, stated: str) -> bool:
    if property_.start:
        return identifier_address(property_, given) == stated
    return _plain(given) == _plain(stated)


def _plain(text: str) -> str:
    return _NOT_OF_IDENTIFIERS.sub("", text).upper()


def _same_thing(given: GivenValue, stated: StatedValue) -> bool:
    if given.id is not None and long_id(given.id) == stated.value:
        return True
    if long_id(given.text) == stated.value:
        return True
    return any(_alike(given.text, name) for name in stated.names or (stated.value,))


def _alike(given: str, stated: str) -> bool:
    """Whether two texts differ by little, once folded: cheap, since every value is compared with every other."""
    ours, theirs = _folded(given), _folded(stated)
    return bool(ours) and (ours == theirs or fuzz.ratio(ours, theirs, score_cutoff=_LIKE_ENOUGH) > 0)


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    return loose_name_key(text)


def _host(address: str) -> str:
    """The host in *address*, with or without a scheme, without `www.`; empty when there is none."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _same_year(given: str, stated: str) -> float:
    ours, theirs = (_YEAR.search(text) for text in (given, stated))
    if ours is None or theirs is None:
        return 0.0
    apart = abs(int(ours.group()) - int(theirs.group()))
    return {0: 1.0, 1: _NEXT_YEAR}.get(apart, 0.0)
