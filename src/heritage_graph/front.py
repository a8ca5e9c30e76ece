"""What the front process does: the web application under uvicorn, on a socket that its supervisor holds."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
from typing import TYPE_CHECKING, Final

import uvicorn

from heritage_graph.web.app import create_app
from heritage_graph.web.http_protocol import BoundedHttp

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from heritage_graph.settings import Settings

_SWEEP_EACH_TICKS: Final = 10  # uvicorn ticks ten times a second
_COLLECT_AFTER: Final = 10_000
_KEEP_ALIVE_S: Final = 5


class _Server(uvicorn.Server):
    """A server that tells its supervisor when it answers, and ends connections whose client is too slow."""

    def __init__(self, config: uvicorn.Config, ready: int, *, header_s: float) -> None:
        super().__init__(config)
        self._ready = ready
        self._header_s = header_s

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            os.write(self._ready, b"!")
            os.close(self._ready)

    async def on_tick(self, counter: int) -> bool:
        """Look at every connection once a second."""
        if counter % _SWEEP_EACH_TICKS == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                assert isinstance(connection, BoundedHttp)
                connection.cut_when_late(now, header_s=self._header_s)
        return await super().on_tick(counter)


def load(settings: Settings) -> Callable[[socket.socket, int], None]:
    """Load everything that requests need, and return what serves them on a listening socket in a process of its own.

    What is returned writes a byte to the pipe that is its second argument once requests are answered, and returns when
    SIGTERM has come and running requests have ended.

    Raises:
        SettingError: a query file, a shape or a setting is wrong; the message names it.
    """
    app = create_app(settings)

    def serve(listening: socket.socket, ready: int) -> None:
        # What is there now stays: the collector need not look through it a hundred times a second.
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER, 20, 20)
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http=BoundedHttp,
            ws="none",
            proxy_headers=False,  # `web.limits` reads them, from the proxies that are named
            timeout_keep_alive=_KEEP_ALIVE_S,
            lifespan="on",
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=settings.stop_grace,
        )
        _, most_descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most_descriptors, most_descriptors))  # one a connection
        _Server(config, ready, header_s=settings.header_timeout).run(sockets=[listening])

    return serve
