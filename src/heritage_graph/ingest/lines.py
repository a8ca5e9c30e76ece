"""Find the line of a document that speaks of a node, so that a report can point at it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX: Final = re.compile(r"^\s*(?:@prefix|PREFIX)\s+([^\s:]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)


def lines_of(document: str, iris: Iterable[str]) -> dict[str, int]:
    """The line (from 1) at which each of *iris* stands first as a subject, else first at all; absent when nowhere.

    A subject is recognised by standing at the beginning of a line, as Turtle, TriG and N-Triples are written.
    """
    prefixes = _PREFIX.findall(document)
    found = {}
    for iri in iris:
        spellings = [re.escape(f"<{iri}>"), re.escape(f'"{iri}"')]
        spellings += [
            re.escape(f"{prefix}:{iri.removeprefix(namespace)}") + r"(?![\w-])"
            for prefix, namespace in prefixes
            if namespace and iri.startswith(namespace)
        ]
        name = "|".join(spellings)
        match = re.search(rf"^\s*(?:{name})", document, re.MULTILINE) or re.search(name, document)
        if match:
            found[iri] = document.count("\n", 0, match.end()) + 1
    return found
