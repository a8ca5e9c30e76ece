"""What every answer of the JSON API bears: the generation, where it comes from, and under which licence."""

from __future__ import annotations

from typing import Final

from heritage_graph.namespaces import BASE

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"


def envelope(generation: int, **members: object) -> dict[str, object]:
    """The JSON of an answer made of *generation*, *members* last."""
    return {"generation": generation, "source": BASE, "license": LICENCE, **members}


def at_least(count: int, *, complete: bool) -> dict[str, object]:
    """A count that is a lower bound unless *complete*."""
    return {"atLeast": count, "complete": complete}
