"""Where the service stands, as its clients see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

    from heritage_graph.web.context import Context


def base_of(scope: Scope, context: Context) -> str:
    """The address of the service without a slash at its end: the public one, else that of the socket.

    The header `Host` is not read: whoever sends a request can write it.
    """
    if context.settings.public_url:
        return context.settings.public_url.rstrip("/")
    host, port = scope.get("server") or ("localhost", None)
    return f"http://{host}:{port}" if port else f"http://{host}"
