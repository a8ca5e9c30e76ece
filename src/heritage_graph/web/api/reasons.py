"""Why something is not known: under the name that programs read, and in words."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HGV

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.web.api.references import Labels

_FILE: Final = Path(__file__).with_name("reasons.toml")


@cache
def reasons() -> Mapping[str, Mapping[str, str]]:
    """The words by name and language."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def unknown_because(reason: str) -> dict[str, object]:
    """What stands in the place of a value that is not known: one of `reasons`, by name and in words."""
    return unknown(reason, **reasons()[reason])


def unknown(reason: str, **label: str) -> dict[str, object]:
    """What stands in the place of a value that is not known: a reason by name, and in words by language."""
    return {"unknown": {"reason": reason, "label": {language: [text] for language, text in label.items()}}}


def reason_iri(slug: str) -> str:
    """The concept that says why something is not known, by its short name."""
    return f"{HGV}status-reason/{slug}"


def not_known(reason: str, labels: Labels) -> dict[str, object]:
    """What stands for a value that is not known because of the concept *reason*."""
    return {"unknown": {"reason": reason, "label": labels.words(reason)}}
