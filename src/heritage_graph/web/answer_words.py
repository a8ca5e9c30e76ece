"""What the columns and the coded values of answers are called, in the languages of the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.web.words import read_words

if TYPE_CHECKING:
    from heritage_graph.web.names import Names

_FILE: Final = "columns."
_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def heading(column: str, names: Names) -> str:
    """What *column* is called: by `words/columns.toml`, else as the term of its name, else by its own name."""
    own = read_words().get(_FILE + column)
    if own is not None:
        return own[names.language]
    for iri in (HG + column, HG + column[:1].upper() + column[1:]):
        known = names.all_of(iri)
        if names.language in known:
            return known[names.language]
    return _CAPITAL.sub(" ", column).lower()


def coded(column: str, value: str, language: str) -> str | None:
    """What the code *value* of *column* means; None where it is no code that is known."""
    meaning = read_words().get(f"{_FILE}{column}-{value}") or read_words().get(f"{_FILE}is-{value}")
    return None if meaning is None else meaning[language]
