"""Compare what a query gives in evidence with what the graph states: from 0, it disagrees, to 1, it agrees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.matching.comparison import alike, host, same_year
from heritage_graph.web.reconciliation.identifiers import long_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.web.reconciliation.properties import Property

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
            return float(bool(host(given.text)) and host(given.text) == host(stated.value))
        case "date":
            return same_year(given.text, stated.value)
        case _:
            return float(alike(given.text, stated.value))


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
    return any(alike(given.text, name) for name in stated.names or (stated.value,))
