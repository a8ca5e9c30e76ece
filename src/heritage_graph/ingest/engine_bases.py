"""What a change may rest on when the graph is on an engine: its last state, asked through one worker."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from heritage_graph.errors import MovedOn
from heritage_graph.ingest.bases import StateBase
from heritage_graph.store.remote.engine import Engine
from heritage_graph.store.remote.state import EngineState
from heritage_graph.store.view import LAST_COMMIT, commit_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.store.frames import Json
    from heritage_graph.store.state import State


class EngineBases:
    """The last state of the engine that *told* names: a `bases.Bases`.

    The worker that asks it is started here, before the process that uses it may start nothing any more.

    Raises:
        EngineTrouble, LimitReached: the engine cannot be asked.
    """

    def __init__(self, told: Json) -> None:
        self._state = EngineState(Engine.from_json(told["engine"]), confined=told["confined"])
        _standing(self._state)

    def look_ahead(self, told: Json) -> None:
        """Nothing: there is nothing to open."""

    @contextmanager
    def __call__(self, told: Json) -> Iterator[StateBase]:
        """The state as a base.

        Raises:
            MovedOn: the engine stands, or came to stand, on another generation.
            EngineTrouble, LimitReached: it cannot be asked.
        """
        with resting_on(self._state, generation=told["generation"], key=told["key"]) as base:
            yield base


@contextmanager
def resting_on(state: State, *, generation: int, key: str) -> Iterator[StateBase]:
    """The *state* of an engine as a base, which is that of *generation*, by the commit called *key*, to the end.

    Raises:
        MovedOn: it is not.
    """
    _require(state, generation, key)
    yield StateBase(state, generation=generation)
    _require(state, generation, key)


def _require(state: State, generation: int, key: str) -> None:
    stands = _standing(state)
    if stands != (generation, key):
        raise MovedOn(
            f"the engine stands on generation {stands[0]}, not on {generation} any more; read again and repeat the "
            "change",
            generation=stands[0],
            retry_after=1,
        )


def _standing(state: State) -> tuple[int, str]:
    return commit_in(state.rows(LAST_COMMIT))
