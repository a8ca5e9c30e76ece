"""What one client may take: running queries, seconds of query time a minute, bytes of a body."""

from __future__ import annotations

import asyncio
import ipaddress
import math
import re
import time
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import TooManyRequests
from heritage_graph.web.faults import BodyTooLarge, BodyTooSlow

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
    from typing import Any

    Network = ipaddress.IPv4Network | ipaddress.IPv6Network
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]  # the ASGI specification leaves the values open

_MINUTE_S: Final = 60.0
_BODY_WAIT_S: Final = 30.0
_SLOWEST_BYTES_A_SECOND: Final = 16 << 10
_MOST_CLIENTS: Final = 10_000
_HOP: Final = re.compile(r"\[(?P<bracketed>[0-9A-Fa-f:.]+)\](?::\d+)?|(?P<v4>[\d.]+)(?::\d+)?|(?P<bare>[0-9A-Fa-f:.]+)")
FAULT_COST_S: Final = 0.05
"""What a refused request costs, so that a client who sends nothing but faults is slowed down."""


@dataclass
class _Account:
    left_s: float
    seen: float
    running: int = field(default=0)


class ClientBudgets:
    """One account a client: at most *queries* at once, and *seconds* of query time in any minute on average."""

    def __init__(self, *, queries: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._queries = queries
        self._seconds = seconds
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    @contextmanager
    def spending(self, client: str) -> Iterator[None]:
        """Run a query of *client* within; the time until the end is charged.

        Raises:
            TooManyRequests: the client runs as many as it may, or has used up its time.
        """
        account = self._account(client)
        if account.running >= self._queries:
            raise TooManyRequests(
                f"{self._queries} of your queries run already; wait for one to end", limit=self._queries, retry_after=1
            )
        self._refuse_spent(account)
        account.running += 1
        began = self._clock()
        try:
            yield
        finally:
            account.running -= 1
            account.left_s -= self._clock() - began

    def admit(self, client: str) -> None:
        """Let *client* begin what is charged afterwards and does not count among the queries that it runs at once.

        Raises:
            TooManyRequests: the client has used up its time.
        """
        self._refuse_spent(self._account(client))

    def charge(self, client: str, seconds: float) -> None:
        """Take *seconds* from what *client* has left."""
        self._account(client).left_s -= seconds

    def _refuse_spent(self, account: _Account) -> None:
        if account.left_s <= 0:
            wait = max(1, math.ceil((FAULT_COST_S - account.left_s) * _MINUTE_S / self._seconds))
            raise TooManyRequests(
                f"you have used {self._seconds:g} seconds of query time within a minute; go on in {wait} s",
                limit_s=self._seconds,
                retry_after=wait,
            )

    def _account(self, client: str) -> _Account:
        now = self._clock()
        account = self._accounts.get(client)
        if account is None:
            account = self._accounts[client] = _Account(self._seconds, now)
            if len(self._accounts) > _MOST_CLIENTS:
                self._forget_one()
        self._accounts.move_to_end(client)
        account.left_s = min(self._seconds, account.left_s + (now - account.seen) * self._seconds / _MINUTE_S)
        account.seen = now
        return account

    def _forget_one(self) -> None:
        """Forget the client that was seen longest ago and runs nothing."""
        for client, account in self._accounts.items():
            if not account.running:
                del self._accounts[client]
                return


def client_of(scope: MutableMapping[str, Any]) -> str:
    """Who asks: the address of the connection, an IPv6 one by its /64 network.

    `X-Forwarded-For` is not read here: whoever sends a request can write it. See `Proxies`.
    """
    return _client_at((scope.get("client") or ("unknown", 0))[0])


class Proxies:
    """The proxies that are believed when they say for whom they ask."""

    def __init__(self, trusted: Iterable[Network]) -> None:
        self._trusted = tuple(trusted)

    def set_client(self, scope: MutableMapping[str, Any]) -> None:
        """Put the last address that no trusted proxy has in the place of the connection's.

        `X-Forwarded-For` is read from its end, each address on the word of the proxy behind it.
        """
        if not self._trusted:
            return
        host = (scope.get("client") or ("unknown", 0))[0]
        forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
        hops = forwarded.decode("latin-1").split(",")
        while hops and self._trusts(host):
            hop = _address(hops.pop())
            if hop is None:
                break
            host = hop
        scope["client"] = (host, 0)

    def _trusts(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._trusted)


def _address(text: str) -> str | None:
    """The address in one entry of `X-Forwarded-For`, which may bear a port; None when there is none."""
    found = _HOP.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return str(ipaddress.ip_address(found["bracketed"] or found["v4"] or found["bare"]))
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _client_at(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:  # noqa: PLR2004 - the version of the protocol
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body of a request, refused as soon as it is larger than *limit* bytes.

    Raises:
        BodyTooLarge: it is.
        BodyTooSlow: nothing came for a while, or the client has gone.
    """
    parts = []
    size = 0
    deadline = asyncio.get_running_loop().time() + _BODY_WAIT_S
    while True:
        try:
            async with asyncio.timeout_at(deadline + size / _SLOWEST_BYTES_A_SECOND):
                message = await receive()
        except TimeoutError:
            raise BodyTooSlow(
                f"the body came slower than {_SLOWEST_BYTES_A_SECOND} bytes a second", limit_s=_BODY_WAIT_S
            ) from None
        if message["type"] == "http.disconnect":
            raise BodyTooSlow("the body ended before its end")
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BodyTooLarge(f"the body is larger than {limit} bytes; send less at a time", limit_bytes=limit)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
