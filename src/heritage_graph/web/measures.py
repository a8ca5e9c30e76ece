"""What the service counts about itself, for Prometheus to fetch, and the log of faults that nobody foresaw."""

from __future__ import annotations

import sys
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Protocol

import orjson
import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.metrics_core import Metric

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_BOUNDS: Final = (*map(str, _SECONDS), "+Inf")


class Log(Protocol):
    """A log that takes an event and its members."""

    def warning(self, event: str, **members: object) -> object:
        """Note an event that someone should look at."""


class Measures(Collector):
    """Counters of one application, in plain dictionaries: a small request should not spend its time on them."""

    def __init__(self, generation: Callable[[], int]) -> None:
        self._generation = generation
        self._answered: dict[tuple[str, int], int] = {}
        self._times: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}
        self._problems: dict[str, int] = {}
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def request(self, operation: str, status: int, seconds: float) -> None:
        """Count one exchange."""
        place = operation, status
        self._answered[place] = self._answered.get(place, 0) + 1
        times = self._times.get(operation)
        if times is None:
            times = self._times[operation] = [0] * len(_BOUNDS)
            self._sums[operation] = 0.0
        times[bisect_left(_SECONDS, seconds)] += 1
        self._sums[operation] += seconds

    def problem(self, slug: str) -> None:
        """Count one problem document."""
        self._problems[slug] = self._problems.get(slug, 0) + 1

    def exposition(self) -> bytes:
        """The measures in the text format of Prometheus."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The measures, as the client library of Prometheus asks for them."""
        requests = CounterMetricFamily("heritage_graph_requests", "Requests answered.", labels=("operation", "status"))
        for (operation, status), number in sorted(self._answered.items()):
            requests.add_metric((operation, str(status)), number)
        yield requests
        seconds = HistogramMetricFamily(
            "heritage_graph_request_seconds", "Time from a request to the end of its answer.", labels=("operation",)
        )
        for operation, times in sorted(self._times.items()):
            buckets = list(zip(_BOUNDS, map(float, accumulate(times)), strict=True))
            seconds.add_metric((operation,), buckets, self._sums[operation])
        yield seconds
        problems = CounterMetricFamily("heritage_graph_problems", "Problem documents sent.", labels=("problem",))
        for slug, number in sorted(self._problems.items()):
            problems.add_metric((slug,), number)
        yield problems
        yield GaugeMetricFamily("heritage_graph_generation", "The last published generation.", value=self._generation())


def fault_log() -> Log:
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
