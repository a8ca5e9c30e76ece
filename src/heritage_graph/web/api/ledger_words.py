"""What the ledger says of each finding and criterion: the files that curators edit, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, TypedDict

from heritage_graph.assets import asset_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    class _Entry(TypedDict, total=False):
        """A table of one of the files; only findings have a severity."""

        severity: str
        label: dict[str, str]
        mend: dict[str, str]


SEVERITIES: Final = ("warning", "info")
"""Of the findings, the graver first."""


@dataclass(frozen=True)
class Finding:
    """A kind of finding: how grave it is, its name (anomalies have that of their concept), and how to mend it."""

    name: str
    severity: str
    label: Mapping[str, str]
    mend: Mapping[str, str]


@dataclass(frozen=True)
class Criterion:
    """Something that a record can say: by language its name, and how to add it."""

    name: str
    label: Mapping[str, str]
    mend: Mapping[str, str]


@cache
def findings(book: str) -> Mapping[str, Finding]:
    """The kinds of findings of `contradictions` or `anomalies`, by name."""
    return {
        name: Finding(name, entry["severity"], entry.get("label", {}), entry["mend"])
        for name, entry in _file("ledger.toml")[book].items()
    }


@cache
def criteria(kind: str) -> Mapping[str, Criterion]:
    """The criteria for things of *kind* (such as `agreements`), by name, in the order of the file."""
    return {
        name: Criterion(name, entry["label"], entry["mend"]) for name, entry in _file("completeness.toml")[kind].items()
    }


def in_language(words: Mapping[str, str], language: str) -> str:
    """The text in *language*, else in English; empty when there is none."""
    return words.get(language, words.get("en", ""))


@cache
def _file(name: str) -> dict[str, dict[str, _Entry]]:
    text = (asset_folder("queries") / "quality" / name).read_text(encoding="utf-8")
    return tomllib.loads(text)
