"""The slugs by which states and countries go, from the registry where it knows them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class StateSlugs:
    """The registered slugs of states and countries, by two-letter code in capitals."""

    by_code: Mapping[str, str] = field(default_factory=dict)

    def slug(self, alpha_2: str) -> str:
        """The slug of the state with this code, and of its country: the registry's, else `iso-{code}`.

        A slug never comes from a name: names differ between editions of one list.
        """
        return self.by_code.get(alpha_2, f"iso-{alpha_2.lower()}")


def read_state_slugs(registry: Path) -> StateSlugs:
    """The slugs of states and countries in the registry file: CSV with the columns `kind`, `slug` and `iso_alpha2`.

    Rows without a code are passed over; no file, and a file without these columns, give no slugs.
    """
    if not registry.is_file():
        return StateSlugs()
    with registry.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("kind") in ("state", "country")]
    by_code = {(row.get("iso_alpha2") or "").strip().upper(): row["slug"] for row in rows if row.get("slug")}
    by_code.pop("", None)
    return StateSlugs(by_code)
