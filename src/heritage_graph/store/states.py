"""Open the state that another process was told to read: a checkpoint in a folder, or what stands on an engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from heritage_graph.errors import MovedOn
from heritage_graph.store.state import FolderState, State
from heritage_graph.store.view import LAST_COMMIT, commit_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from heritage_graph.store.frames import Json


class Opened(NamedTuple):
    """A state, and what raises `MovedOn` when it was not that of the generation told all the time until now."""

    state: State
    check: Callable[[], None]


def state_told(told: Json) -> Opened:
    """The state that *told*, of `Published.told`, names.

    Raises:
        MovedOn: the engine stands on another generation.
        EngineTrouble: it cannot be asked.
    """
    if "folder" in told:
        return Opened(FolderState(Path(told["folder"])), lambda: None)
    # What asks engines takes a third of a second to load, and folders are read without it.
    from heritage_graph.store.remote.engine import Engine  # noqa: PLC0415
    from heritage_graph.store.remote.questions import later_generations  # noqa: PLC0415
    from heritage_graph.store.remote.state import EngineState  # noqa: PLC0415

    state = EngineState(Engine.from_json(told["engine"]), confined=told["confined"])

    def check() -> None:
        stands = commit_in(state.rows(LAST_COMMIT))
        if stands != (told["generation"], told["key"]):
            raise MovedOn(
                f"the engine stands on generation {stands[0]}, not on {told['generation']} any more; ask again",
                generation=stands[0],
                retry_after=1,
            )
        if any(to is not None for _, to in list(state.rows(later_generations(told["generation"])))):
            raise MovedOn("the engine is in the middle of a commit; ask again", retry_after=1)

    check()
    return Opened(state, check)
