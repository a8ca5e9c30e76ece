"""Ask an application in this process, as a web server would, without sockets."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from heritage_graph.errors import EngineTrouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import IO

    from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Head:
    """The status and the header fields of an answer, by their names in small letters."""

    status: int
    fields: dict[str, str]


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[None]:
    """Run the lifespan of *app* around the block.

    Raises:
        EngineTrouble: the application does not start.
    """
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    outgoing: asyncio.Queue[Message] = asyncio.Queue()
    lifespan = asyncio.ensure_future(app({"type": "lifespan", "asgi": {"version": "3.0"}}, incoming.get, outgoing.put))
    incoming.put_nowait({"type": "lifespan.startup"})
    told = await outgoing.get()
    if told["type"] != "lifespan.startup.complete":
        raise EngineTrouble(f"the application does not start: {told.get('message', 'it does not say why')}")
    try:
        yield
    finally:
        incoming.put_nowait({"type": "lifespan.shutdown"})
        await lifespan


async def ask(app: ASGIApp, address: str, accept: str, body: IO[bytes]) -> Head:
    """GET *address*, a path without a query, and write the body of the answer into *body* as it comes.

    Raises:
        EngineTrouble: the answer was broken off.
    """
    started: Message = {}
    ended = False
    asked = asyncio.Event()

    async def receive() -> Message:
        if not asked.is_set():
            asked.set()
            return {"type": "http.request", "body": b""}
        await asyncio.Event().wait()  # this client stays until it has its answer
        raise AssertionError

    async def send(message: Message) -> None:
        nonlocal ended
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            body.write(message.get("body", b""))
            ended = not message.get("more_body", False)

    await app(
        {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": unquote(address),
            "raw_path": address.encode("ascii"),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"accept", accept.encode("ascii"))],
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 80),
        },
        receive,
        send,
    )
    if not ended:
        raise EngineTrouble(f"the answer at {address} was broken off")
    fields: dict[str, str] = {}
    for name, value in started["headers"]:
        text = value.decode("latin-1")
        known = fields.get(name.decode("latin-1"))
        fields[name.decode("latin-1")] = text if known is None else f"{known}, {text}"
    return Head(started["status"], fields)
