"""What the pages say in each of their languages: the texts of `words/*.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    Words = Mapping[str, Mapping[str, str]]

_FOLDER: Final = Path(__file__).parent / "words"
_BESIDE_A_SIGN: Final = re.compile(r" (?=[:;?!»])|(?<=«) ")


@cache
def read_words() -> Words:
    """The texts by name and language; `board.title` is the table `[title]` of `words/board.toml`.

    No line breaks before the signs that French sets apart from their words.
    """
    return {
        f"{path.stem}.{name}": {**texts, "fr": _BESIDE_A_SIGN.sub("\N{NO-BREAK SPACE}", texts["fr"])}
        for path in sorted(_FOLDER.glob("*.toml"))
        for name, texts in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }


def spoken(words: Words, name: str, language: str, /, **values: object) -> str:
    """The text called *name* in *language*, each `{value}` in it replaced.

    Raises:
        KeyError: there is no such text, or a value of it is missing.
    """
    text = words[name][language]
    return text.format(**values) if values else text


def words_that_begin(words: Words, begin: str, *, language: str) -> dict[str, str]:
    """The texts in *language* whose names begin with *begin*, by the rest of their names."""
    return {name.removeprefix(begin): texts[language] for name, texts in words.items() if name.startswith(begin)}
