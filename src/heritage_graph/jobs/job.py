"""What is known of one job, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from heritage_graph import errors
from heritage_graph.errors import EngineTrouble, HeritageGraphError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Question:
    """What a job asks; a non-empty `default_graphs` or `named_graphs` replaces the dataset of the query.

    `labels` are the languages of the names that come behind each column of IRIs; none when there are to be none.
    """

    text: str
    generation: int
    limit_s: float
    base_iri: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """One job. Times are in UTC; `key` is the id of the key that made it.

    `form` and `size` (bytes as stored) are those of the result once there is one. `fault` tells why it failed: the
    class of the error, its message and its details.
    """

    id: str
    key: str
    question: Question
    state: State
    submitted: datetime
    started: datetime | None = None
    finished: datetime | None = None
    expires: datetime | None = None
    form: str | None = None
    size: int = 0
    fault: Mapping[str, object] | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it but its expiry."""
        return self.state not in {State.QUEUED, State.RUNNING}

    def elapsed_s(self, now: datetime) -> float:
        """Seconds that it has run until *now*, or did run."""
        if self.started is None:
            return 0.0
        return max(0.0, ((self.finished or now) - self.started).total_seconds())

    def progress(self, now: datetime) -> float:
        """How much of its time has passed, from 0 to 1; 1 once it is done. How much is left to find nobody knows."""
        if self.state in {State.DONE, State.EXPIRED}:
            return 1.0
        return min(1.0, self.elapsed_s(now) / self.question.limit_s)


def told(error: HeritageGraphError) -> dict[str, object]:
    """*error* as values that can be stored."""
    return {"kind": type(error).__name__, "message": str(error), "details": dict(error.details)}


def error_of(fault: Mapping[str, object]) -> HeritageGraphError:
    """The error that `told` stored."""
    kind = getattr(errors, str(fault["kind"]), EngineTrouble)
    details = fault["details"]
    assert isinstance(details, dict)
    error: HeritageGraphError = kind(str(fault["message"]), **details)
    return error
