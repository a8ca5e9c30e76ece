"""The faults of an engine on their way from the worker that met them to the front, as frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.errors import (
    Busy,
    EngineTrouble,
    HeritageGraphError,
    QueryTooComplex,
    ResultTooLarge,
    ServiceForbidden,
    UpstreamDown,
    UpstreamGaveUp,
    UpstreamInvalid,
    UpstreamPartial,
    UpstreamRedirect,
    UpstreamRefused,
    UpstreamTrouble,
)
from heritage_graph.store.frames import FAULT, Json, json_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

RETRY_AFTER_S: Final = 5
"""When to try an engine again that cannot be reached; it is probed as often."""

_UPSTREAM: Final[Mapping[str, type[UpstreamTrouble]]] = {
    kind.slug: kind
    for kind in (UpstreamDown, UpstreamGaveUp, UpstreamInvalid, UpstreamPartial, UpstreamRedirect, UpstreamRefused)
}
_OTHER: Final[Mapping[str, type[HeritageGraphError]]] = {
    kind.slug: kind for kind in (Busy, QueryTooComplex, ResultTooLarge, ServiceForbidden)
}


def fault_frame(error: HeritageGraphError) -> bytes:
    """The frame that tells of *error*."""
    said = error.said if isinstance(error, UpstreamTrouble) else ""
    return json_frame(FAULT, {"slug": error.slug, "message": str(error), "said": said, "details": dict(error.details)})


def error_of(fault: Json) -> HeritageGraphError:
    """The error that a frame of `fault_frame` tells of."""
    kind = _UPSTREAM.get(fault["slug"])
    if kind is not None:
        return kind(fault["message"], said=fault["said"], **fault["details"])
    other = _OTHER.get(fault["slug"], EngineTrouble)
    return other(fault["message"], **fault["details"])


def down() -> UpstreamDown:
    """The engine does not answer."""
    return UpstreamDown(
        f"the engine behind this service cannot be reached; try again in {RETRY_AFTER_S} s", retry_after=RETRY_AFTER_S
    )


def unsteady(tries: int) -> Busy:
    """The graph has changed during each of *tries* runs of a query, so that none gave the answer of one generation."""
    return Busy(
        f"the graph changed while the query ran, {tries} times in a row; try again when less is written to it",
        retry_after=RETRY_AFTER_S,
    )
