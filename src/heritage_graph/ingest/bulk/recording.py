"""Have the entities that a load changes noted beside its check: by a process of its own, when there are many."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from heritage_graph.ingest.bulk.entities import note_changes
from heritage_graph.store.errand import errand_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from heritage_graph.ingest.bulk.entities import Both
    from heritage_graph.ingest.bulk.merging import Difference

WORTH_A_PROCESS: Final = 50_000
"""With fewer triples that come and go, the process would take longer to start than to work."""

_MEMORY_BYTES: Final = 4 << 30


@contextmanager
def noting_changes(
    differences: Sequence[Difference],
    *,
    states: Both,
    folder: Path,
    notes: sqlite3.Connection,
    told: Callable[[int], None],
) -> Iterator[Callable[[], None]]:
    """Do what `note_changes` does by the end of the function that the block is given; a process begins at once.

    *folder* is for files that are of no use afterwards. The states must not change within the block.

    Raises:
        EngineTrouble: the function does when the process failed.
    """
    if sum(each.added + each.removed for each in differences) < WORTH_A_PROCESS:
        yield lambda: note_changes(differences, states=states, notes=notes, told=told)
        return
    before, after, noted = folder / "recorded-before", folder / "recorded-after", folder / "recorded"
    states.before.backup(str(before))
    states.after.backup(str(after))
    settings = {
        "before": str(before),
        "after": str(after),
        "differences": [
            (each.graph.value, each.added, each.removed, str(each.added_in), str(each.removed_in))
            for each in differences
        ],
        "notes": str(noted),
        "memory_bytes": _MEMORY_BYTES,
        "confined": False,
    }
    module = "heritage_graph.ingest.bulk.recorder_process"
    with errand_beside(module, settings, trouble="what a load changes cannot be noted") as wait:

        def take_over() -> None:
            wait()
            with closing(sqlite3.connect(noted)) as theirs:
                rows = theirs.execute("SELECT iri, graph FROM changed")
                notes.executemany("INSERT INTO changed VALUES (?, ?)", rows)

        yield take_over
