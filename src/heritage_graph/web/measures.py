"""What the service counts about itself, and its request log: never a query, a key or an address."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, Protocol

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Log(Protocol):
    """A log that takes an event and its members."""

    def info(self, event: str, **members: object) -> object:
        """Note an event."""

    def warning(self, event: str, **members: object) -> object:
        """Note an event that someone should look at."""


class Measures:
    """Counters of one application, in a registry of their own."""

    def __init__(self, generation: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "heritage_graph_requests", "Requests answered.", ["operation", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "heritage_graph_request_seconds",
            "Time from a request to the end of its answer.",
            ["operation"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._problems = Counter(
            "heritage_graph_problems", "Problem documents sent.", ["problem"], registry=self._registry
        )
        self._counted: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        number = Gauge("heritage_graph_generation", "The last published generation.", registry=self._registry)
        number.set_function(generation)

    def request(self, operation: str, status: int, seconds: float) -> None:
        """Count one exchange."""
        counted = self._counted.get((operation, status))
        if counted is None:
            counted = self._requests.labels(operation, str(status)), self._seconds.labels(operation)
            self._counted[operation, status] = counted
        counted[0].inc()
        counted[1].observe(seconds)

    def problem(self, slug: str) -> None:
        """Count one problem document."""
        self._problems.labels(slug).inc()

    def exposition(self) -> bytes:
        """The measures in the text format of Prometheus."""
        return generate_latest(self._registry)


def request_log() -> Log:
    """A log of one JSON object a line, on standard error."""
    log: Log = structlog.wrap_logger(
        structlog.BytesLogger(sys.stderr.buffer),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        cache_logger_on_first_use=True,
    )
    return log
