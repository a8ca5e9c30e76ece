"""Fold names so that two spellings of one name can be found equal."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ARABIC: Final = {
    **dict.fromkeys((0x0622, 0x0623, 0x0625, 0x0671), "\u0627"),  # alef with madda, hamza or wasla: alef
    0x0649: "\u064a",  # alef maqsura: yeh
    0x0640: None,  # tatweel
    0x0670: None,  # superscript alef
    **dict.fromkeys(range(0x064B, 0x0660)),  # vowel signs, shadda, sukun, combining madda and hamza
}
# Latin letters that Unicode does not decompose into a letter and a mark.
_LATIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_LATIN_MARKS: Final = re.compile("[\u0300-\u036f]")
_TEH_MARBUTA: Final = {0x0629: "\u0647"}  # to heh


def name_key(text: str) -> str:
    """The form of a name that is equal for spellings which differ only in how they are written.

    Insensitive to the seat of hamza on alef, alef maqsura, tatweel, Arabic vowel signs, case, Latin diacritics and
    the amount of white space; a letter that stays is in NFC. Idempotent; empty for what holds none but such signs.
    """
    folded = unicodedata.normalize("NFC", text).translate(_ARABIC)
    folded = _without_marks(_without_marks(folded).casefold()).translate(_LATIN)
    return " ".join(unicodedata.normalize("NFC", folded).split())


def loose_name_key(text: str) -> str:
    """The key of a name in which teh marbuta and heh are one letter; a match on this alone scores lower."""
    return name_key(text).translate(_TEH_MARBUTA)


def _without_marks(text: str) -> str:
    return _LATIN_MARKS.sub("", unicodedata.normalize("NFD", text))
