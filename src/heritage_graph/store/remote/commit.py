"""The store that is an engine: commits to it, each as a whole or not at all, from as many nodes as there are."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import EngineTrouble, LimitReached, WorkerLost
from heritage_graph.store.remote.claims import ClaimedCommits
from heritage_graph.store.remote.commits import Commits, stale
from heritage_graph.store.remote.engine import Dialect
from heritage_graph.store.remote.journal import JournaledCommits
from heritage_graph.store.remote.line import Line

if TYPE_CHECKING:
    from heritage_graph.store.base import Changeset
    from heritage_graph.store.remote.engine import Engine

PATIENCE_S: Final = 10
"""After how many seconds a commit that does not get on is taken for that of a dead writer, at the least."""


class RemoteStore:
    """The graph on *engine*, open for writing. Others may write too: of two changes of one base, one is stale.

    Opening finishes or undoes what a crash has left, of whichever node.

    Raises:
        UpstreamTrouble, QueryTimeout: the engine failed.
    """

    def __init__(self, engine: Engine, *, patience_s: int = PATIENCE_S) -> None:
        self._line = Line(engine)
        self._commits = _commits(self._line, patience_s)
        self._commits.recover()
        self.generation, self.key = self._line.last_commit()

    @property
    def engine(self) -> Engine:
        """Where it stands."""
        return self._line.engine

    def commit(self, changeset: Changeset) -> int:
        """Apply *changeset* as a whole, and return its generation.

        Raises:
            StaleBase: it rests on a generation that is not the last one; the engine has decided that.
            EngineTrouble: the engine failed; `committed` in the details tells whether it was stored, when it is known.
        """
        self.refresh()
        if changeset.base != self.generation:
            raise stale(changeset.base, self.generation)
        try:
            self._commits.apply(changeset)
        except (EngineTrouble, LimitReached) as fault:
            if not self._was_committed(changeset, fault):
                raise EngineTrouble(
                    f"{fault}; nothing was stored. Send it again.", committed=False, retry_after=5
                ) from fault
        found = self._line.generations_of(changeset.key)
        self.refresh()
        if found != [changeset.generation]:
            raise stale(changeset.base, self.generation)
        return changeset.generation

    def refresh(self) -> None:
        """Take note of what others have committed."""
        self.generation, self.key = self._line.last_commit()

    def outcome(self, key: str) -> int | None:
        """The generation of the commit called *key*; None when there is none, and will be none.

        It may take as long as a writer that has died is waited for.

        Raises:
            UpstreamTrouble, QueryTimeout: the engine failed.
        """
        self._commits.settle(key)
        return next(iter(self._line.generations_of(key)), None)

    def close(self) -> None:
        """End the worker that asks the engine."""
        self._line.close()

    def _was_committed(self, changeset: Changeset, fault: Exception) -> bool:
        try:
            return self.outcome(changeset.key) is not None
        except (EngineTrouble, LimitReached):
            raise WorkerLost(
                f"{fault}; whether the change was stored is known when the engine can be asked again", retry_after=5
            ) from fault


def _commits(line: Line, patience_s: int) -> Commits:
    if line.engine.dialect is Dialect.VIRTUOSO:
        return JournaledCommits(line, patience_s=patience_s)
    return ClaimedCommits(line, patience_s=patience_s)


def last_generation_on(engine: Engine) -> int:
    """The number of the last generation on *engine*, 0 when it is empty; what a crash has left is settled first.

    Raises:
        EngineTrouble, LimitReached: the engine failed.
    """
    with closing(RemoteStore(engine)) as store:
        return store.generation
