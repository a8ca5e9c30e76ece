"""The JSON-LD context of the JSON API at its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.json_ld.context import context_bytes
from heritage_graph.web.negotiation import JSON_LD
from heritage_graph.web.replies import Reply
from heritage_graph.web.routing import Operation

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context

CONTEXT_PATH: Final = "/context/v1.jsonld"
"""Where the context is: relative to the service, so that it is found behind any address."""
_FOREVER: Final = "public, max-age=31536000, immutable"


def operations(_: Context) -> tuple[Operation, ...]:
    """The context."""
    return (
        Operation(
            "json-ld-context", CONTEXT_PATH, "The JSON-LD context of the JSON API; it never changes.", _context,
            formats=(JSON_LD,), tag="api",
        ),
    )  # fmt: skip


async def _context(_: Request, __: Context) -> Reply:
    return Reply(context_bytes(), JSON_LD, cache=_FOREVER)
