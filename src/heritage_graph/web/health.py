"""Whether the service lives and is ready, and what it has counted."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.web.exchange import field
from heritage_graph.web.negotiation import JSON, TEXT, Format
from heritage_graph.web.replies import Reply, json_reply
from heritage_graph.web.routing import Operation

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

    from heritage_graph.web.context import Context

_EXPOSITION: Final = Format("txt", "text/plain; version=0.0.4")


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations for whoever runs the service."""
    return (
        Operation("live", "/health/live", "Whether the front answers at all.", _live, formats=(JSON,),
                  schema="health-live", example="/health/live", still=True, tag="operations"),
        Operation("ready", "/health/ready", "Whether queries are answered and documents taken.", _ready,
                  formats=(JSON,), problems=("engine-trouble",), schema="health-ready", example="/health/ready",
                  still=True, tag="operations"),
        Operation("metrics", "/metrics", "Counters in the format of Prometheus; only on this machine.", _metrics,
                  formats=(TEXT,), problems=("not-found",), still=True, tag="operations"),
    )  # fmt: skip


async def _live(_: Request, __: Context) -> Reply:
    return json_reply({"status": "live"})


async def _ready(_: Request, context: Context) -> Reply:
    context.service.check_ready()
    return json_reply({"status": "ready", "generation": context.service.generations.last})


async def _metrics(request: Request, context: Context) -> Reply:
    if not _is_local(request.scope):
        raise UnknownName(f"there is nothing at {request.url.path}")
    return Reply(context.measures.exposition(), _EXPOSITION)


def _is_local(scope: Scope) -> bool:
    """Tell whether a program on this machine asks, and no proxy on behalf of another."""
    if field(scope, b"x-forwarded-for") or field(scope, b"forwarded"):
        return False
    try:
        return ipaddress.ip_address((scope.get("client") or ("", 0))[0]).is_loopback
    except ValueError:
        return False
