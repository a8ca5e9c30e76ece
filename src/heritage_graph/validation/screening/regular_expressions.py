"""sh:pattern, where every dialect of regular expressions reads it alike."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import Literal

from heritage_graph.validation.screening.expressions import UNKNOWN, Judgement, every, no, some, surely

_ATOM: Final = r"(?:[A-Za-z0-9 _:/@#%&=,;<>~'\"!-]|\\[.\-/+*?()\[\]{}|^$]|\[\^?(?:[A-Za-z0-9 _:/.,+*?()-])+\])"
_COMMON: Final = re.compile(rf"\^?(?:{_ATOM}|\.|\((?:\?:)?|\)|\||[*+?]|\{{[0-9]{{1,3}}(?:,[0-9]{{0,3}})?\}})*\$?")
"""What a dialect need not know: classes of ASCII, groups, choices, greedy quantifiers, and the two ends."""

_LOOKAHEAD: Final = re.compile(
    r"(?P<before>\^[A-Za-z0-9-]*)\(\?(?P<sign>[=!])(?P<ahead>[^()|]*)\)(?P<rest>.*)", re.DOTALL
)
_APART: Final = re.compile(r"--|[*+?}][*+?{]")
"""What looks common and is not: a difference of classes, and quantifiers that give nothing back."""

_ASCII: Final = "^[ -~]*$"
_ONE_LINE: Final = "^[^\n\r\x85\u2028\u2029]*$"


def matches(variable: str, pattern: str, flags: str) -> Judgement:
    """The judgement on whether the text of *variable* matches; a blank node never does."""
    if not set(flags) <= {"i", "m"}:
        return UNKNOWN
    # Engines without lookahead (RE2, the one of Rust) get what lies ahead of a fixed beginning as a second pattern.
    ahead = _LOOKAHEAD.fullmatch(pattern)
    if ahead is not None and not _has_choice(ahead["rest"]):
        whole = _matched(variable, ahead["before"] + ahead["rest"], flags)
        inner = _matched(variable, ahead["before"] + ahead["ahead"], flags)
        if ahead["sign"] == "!":
            inner = inner.reversed()
        return Judgement(some([whole.fails, inner.fails]), every([whole.holds, inner.holds]))
    return _matched(variable, pattern, flags)


def _matched(variable: str, pattern: str, flags: str) -> Judgement:
    try:
        re.compile(pattern)
    except re.error:
        return UNKNOWN
    if not _COMMON.fullmatch(pattern) or _APART.search(pattern):
        return UNKNOWN
    regex = f"REGEX(STR({variable}), {Literal(pattern)}, {Literal(flags)})"
    # Case folding differs beyond ASCII; what . and $ take for the end of a line differs.
    plain = surely(f"REGEX(STR({variable}), {Literal(_ASCII if 'i' in flags else _ONE_LINE)})")
    return Judgement(
        fails=no(every([plain, surely(regex)])),
        holds=every([no(f"isBlank({variable})"), some([no(plain), f"COALESCE({regex}, true)"])]),
    )


def _has_choice(pattern: str) -> bool:
    """Whether *pattern* offers a choice outside of all groups and classes."""
    bare = re.sub(r"\\.|\[[^\]]*\]", "", pattern)
    previous = None
    while bare != previous:
        previous, bare = bare, re.sub(r"\([^()]*\)", "", bare)
    return "|" in bare
