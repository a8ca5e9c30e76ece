"""Open the state that another process was told to read: a checkpoint in a folder, or an engine."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from heritage_graph.store.state import FolderState, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.store.frames import Json


@contextmanager
def state_told(told: Json) -> Iterator[State]:
    """The state that *told*, of `Published.told`, names.

    Raises:
        EngineTrouble, OSError, ValueError, RuntimeError: it cannot be read.
    """
    yield FolderState(Path(told["folder"]))
