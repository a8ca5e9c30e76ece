"""Choose a format for an `Accept` header with regular expressions, as `web.negotiation` does with arithmetic.

A web server without a program tries one expression after the other. For each quality from 1 down in tenths there is
one for each format, in the order of preference, then one for each format under its other names. What this cannot tell
apart are qualities of the same tenth: of 0.85 and 0.8, the format preferred by us comes first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from heritage_graph.web.negotiation import Format

_BEGINS: Final = r"(?:^|,)\s*"
_OTHER: Final = r"\s*(?:;(?!\s*q\s*=)[^;,]*)*"
_AFTER: Final = r"\s*(?:;[^,]*)?"
_ENDS: Final = r"\s*(?:,|$)"
_VALID: Final = rf"{_OTHER}(?:\s*;\s*q\s*=\s*(?:0(?:\.\d{{0,3}})?|1(?:\.0{{0,3}})?){_AFTER})?{_ENDS}"
_QUALITIES: Final = (
    rf"{_OTHER}(?:\s*;\s*q\s*=\s*1(?:\.0{{0,3}})?{_AFTER})?{_ENDS}",
    *(rf"{_OTHER}\s*;\s*q\s*=\s*0\.{tenth}\d{{0,2}}{_AFTER}{_ENDS}" for tenth in range(9, 0, -1)),
    rf"{_OTHER}\s*;\s*q\s*=\s*0\.0(?:[1-9]\d?|0[1-9]){_AFTER}{_ENDS}",
)


def expressions(formats: Sequence[Format]) -> Iterator[tuple[str, Format]]:
    """Regular expressions, to be tried in this order without regard to case, and the format that each chooses.

    None matches when nothing is acceptable; an empty header chooses the first format.
    """
    yield r"^\s*$", formats[0]
    for quality in _QUALITIES:
        for each in formats:
            yield _of_quality(each.media_type, quality), each
        for each in formats:
            names = [name for name in each.aliases if "/" in name]
            if names:
                yield f"{_BEGINS}(?:{'|'.join(map(re.escape, names))}){quality}", each


def _of_quality(media_type: str, quality: str) -> str:
    """What matches a header in which the most specific range of *media_type* has *quality*."""
    main = re.escape(media_type.partition("/")[0]) + r"/\*"
    named, of_main = (f"{_BEGINS}{each}" for each in (re.escape(media_type), main))
    anything = rf"{_BEGINS}\*/\*"
    return (
        f"{named}{quality}|^(?!.*{named}{_VALID})(?:.*{of_main}{quality}|(?!.*{of_main}{_VALID}).*{anything}{quality})"
    )
