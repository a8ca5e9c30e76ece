"""Why something is not known, in three languages, under the name that programs read."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from heritage_graph.web.api.references import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = Path(__file__).with_name("reasons.toml")


@cache
def reasons() -> Mapping[str, Mapping[str, str]]:
    """The words by name and language."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def unknown_because(reason: str) -> dict[str, object]:
    """What stands in the place of a value that is not known: one of `reasons`, by name and in words."""
    return unknown(reason, **reasons()[reason])
