"""Tell how many requests a second `load.py` can make: load a server that answers every one with the same bytes.

python bench/capacity.py --connections 4 --seconds 2
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final, cast

import uvloop

_BODY: Final = b'{"head":{"vars":[]},"results":{"bindings":[]}}' + b" " * 2_000
_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(_BODY),
    _BODY,
)


class _Same(asyncio.Protocol):
    """Answer each request alike."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; uvloop's is not of the class that asyncio names."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer; a request comes in one piece here."""
        self._transport.write(_ANSWER * data.count(b"\r\n\r\n"))


async def _serve(listening: socket.socket) -> None:
    server = await asyncio.get_running_loop().create_server(_Same, sock=listening)
    await server.serve_forever()


def main() -> None:
    """Load the server from another process, and print the rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve is not None:
        uvloop.run(_serve(socket.socket(fileno=arguments.serve)))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serve = [sys.executable, __file__, "--serve", str(listening.fileno())]
        with subprocess.Popen(serve, pass_fds=[listening.fileno()]) as server:
            job = {
                "port": listening.getsockname()[1],
                "source": "127.0.0.1",
                "paths": [f"/sparql?query={'x' * 400}{number}" for number in range(1000)],
                "accept": "*/*",
                "connections": arguments.connections,
                "seconds": arguments.seconds,
                "fresh": True,
                "first": 0,
                "warm": 100,
            }
            loader = [sys.executable, str(Path(__file__).with_name("load.py"))]
            try:
                done = subprocess.run(loader, input=json.dumps(job), capture_output=True, text=True, check=True)
            finally:
                server.terminate()
    found = json.loads(done.stdout)
    print(f"{len(found['latencies']) / found['seconds']:,.0f} requests/s over {arguments.connections} connections")


if __name__ == "__main__":
    main()
