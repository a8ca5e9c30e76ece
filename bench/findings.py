"""What was measured, held against its bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Finding:
    """One thing that was measured, what it should be, and whether it is."""

    what: str
    found: str
    bound: str
    holds: bool


def lines_of(findings: Sequence[Finding]) -> list[str]:
    """The findings as the lines of a Markdown table."""
    return [
        "| measured | found | bound | holds |",
        "|---|---|---|---|",
        *(f"| {one.what} | {one.found} | {one.bound} | {'yes' if one.holds else 'NO'} |" for one in findings),
    ]
