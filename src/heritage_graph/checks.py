"""Promises about a whole generation: every `queries/checks` file stays empty, and evidence says what documents say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import QuerySolutions, Store

from heritage_graph.query_files import bind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heritage_graph.query_files import Catalogue, Query

TOPIC: Final = "checks"
_SHOWN: Final = 20


@dataclass(frozen=True)
class CheckOutcome:
    """What one check found: nothing when the promise holds; `examples` are its first rows, as text."""

    name: str
    promise: str
    faults: int
    examples: tuple[str, ...]


def run_checks(generation: Path, *, catalogue: Catalogue) -> Iterator[CheckOutcome]:
    """The outcome of each check on the generation in the folder *generation*, in the order of the catalogue."""
    store = Store.read_only(str(generation))
    for query in catalogue.on_topic(TOPIC):
        yield _outcome(store, query)


def _outcome(store: Store, query: Query) -> CheckOutcome:
    rows = store.query(bind(query, {}))
    assert isinstance(rows, QuerySolutions)
    examples = []
    faults = 0
    for row in rows:
        faults += 1
        if faults <= _SHOWN:
            examples.append("  ".join(str(value) for value in row if value is not None))
    return CheckOutcome(query.name, str(query.title), faults, tuple(examples))
