"""The slugs by which states and countries go, from the registry where it knows them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from heritage_graph.model.names import name_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class StateSlugs:
    """Registered slugs of states: by two-letter code in capitals, and the set of all of them."""

    by_code: Mapping[str, str] = field(default_factory=dict)
    registered: frozenset[str] = frozenset()

    def slug(self, alpha_2: str, english_name: str) -> str:
        """The slug of the state with this code.

        The registry's, by code or, where that is not given, by the name written as a slug; `iso-{code}` for a state
        that the registry does not have.
        """
        by_name = "-".join(re.findall("[a-z0-9]+", name_key(english_name)))
        fallback = by_name if by_name in self.registered else f"iso-{alpha_2.lower()}"
        return self.by_code.get(alpha_2, fallback)


def read_state_slugs(registry: Path) -> StateSlugs:
    """The slugs of states in the registry file: CSV with the columns `kind`, `slug` and perhaps `iso_alpha2`.

    Rows of other kinds than state and country are passed over; no file, and no such rows, give no slugs.
    """
    if not registry.is_file():
        return StateSlugs()
    with registry.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("kind") in ("state", "country") and row.get("slug")]
    by_code = {(row.get("iso_alpha2") or "").strip().upper(): row["slug"] for row in rows}
    by_code.pop("", None)
    return StateSlugs(by_code, frozenset(row["slug"] for row in rows))
