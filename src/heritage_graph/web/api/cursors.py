"""Cursors: where the next page of a list begins, on which generation, and of which list."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import orjson

from heritage_graph.errors import ParameterError
from heritage_graph.web.routing import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT: Final = Value("limit", "How many items a page has at most: 1 to 1000, 50 when not given.", example="50",
                     type="integer", default="50", least=1, most=1000)  # fmt: skip
CURSOR: Final = Value("cursor", "The `next` of the page before, as it came; it belongs to the same parameters.")

DEFAULT_LIMIT: Final = 50
MOST: Final = 1000
_LONGEST: Final = 2000


@dataclass(frozen=True)
class Cursor:
    """The generation of the pages, and the key of the last item that came before."""

    generation: int
    after: str


def limit_in(values: Mapping[str, str]) -> int:
    """How many items the page is to have.

    Raises:
        ParameterError: it is no number from 1 to 1000.
    """
    text = values.get(LIMIT.name, str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST):
        raise ParameterError(f"limit takes a number from 1 to {MOST}, not {text[:40]!r}", parameter=LIMIT.name)
    return int(text)


def cursor_in(values: Mapping[str, str], list_name: str) -> Cursor | None:
    """Where the page begins; None for the first.

    Raises:
        ParameterError: it is no cursor of ours, or one of another list or of other parameters.
    """
    text = values.get(CURSOR.name)
    if text is None:
        return None
    try:
        generation, digest, after = orjson.loads(base64.urlsafe_b64decode(text[:_LONGEST].encode("ascii")))
        cursor = Cursor(int(generation), str(after))
    except (ValueError, TypeError, binascii.Error) as fault:
        raise ParameterError(
            "this is no cursor; take the `next` of a page as it came", parameter=CURSOR.name
        ) from fault
    if digest != _digest(values, list_name):
        raise ParameterError(
            "the cursor belongs to a list with other parameters; begin that list anew, without cursor",
            parameter=CURSOR.name,
        )
    return cursor


def next_address(path: str, values: Mapping[str, str], list_name: str, cursor: Cursor) -> str:
    """The address of the page that begins behind *cursor*, with the parameters *values* of this one."""
    packed = orjson.dumps([cursor.generation, _digest(values, list_name), cursor.after])
    text = base64.urlsafe_b64encode(packed).decode("ascii")
    return f"{path}?{urlencode({**_others(values), CURSOR.name: text})}"


def _others(values: Mapping[str, str]) -> dict[str, str]:
    """The parameters that a cursor goes with; the page before has waited, and the size of a page may change."""
    return {name: value for name, value in values.items() if name not in {CURSOR.name, "min-generation"}}


def _digest(values: Mapping[str, str], list_name: str) -> str:
    told = sorted((name, value) for name, value in _others(values).items() if name not in {LIMIT.name, "format"})
    return hashlib.blake2b(orjson.dumps([list_name, told]), digest_size=6).hexdigest()
