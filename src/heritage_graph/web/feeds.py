"""Pages of the change log: windows of sequence numbers that never move, and how their answers may be kept."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from typing import TYPE_CHECKING, Final, TypeVar

from heritage_graph.errors import UnknownName
from heritage_graph.web.editions import is_unchanged
from heritage_graph.web.exchange import field
from heritage_graph.web.limits import client_of
from heritage_graph.web.replies import Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.requests import Request

    from heritage_graph.changes.entries import LogState
    from heritage_graph.web.context import Context
    from heritage_graph.web.negotiation import Format

Result = TypeVar("Result")

PAGE_SIZE: Final = 100
"""How many changes a page holds. To change it would move every page that is promised never to change."""
CLOSED: Final = "public, max-age=31536000, immutable"
"""`Cache-Control` of what can never change."""
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,11}")


def pages(state: LogState) -> int:
    """How many pages there are; page n holds the changes from (n - 1) * PAGE_SIZE + 1 to n * PAGE_SIZE."""
    return -(-state.sequence // PAGE_SIZE)


def is_closed(page: int, state: LogState) -> bool:
    """Tell whether *page* is full and has a next one, so that nothing about it can change."""
    return state.sequence > page * PAGE_SIZE


def before_page(page: int) -> int:
    """The sequence number before the first change of *page*."""
    return (page - 1) * PAGE_SIZE


def page_named(text: str, state: LogState, *, feed: str) -> int:
    """The page of *feed* that *text* names.

    Raises:
        UnknownName: there is none; the message names the last one.
    """
    if _NUMBER.fullmatch(text) and int(text) <= pages(state):
        return int(text)
    raise no_page(text, state, feed=feed)


def no_page(text: str, state: LogState, *, feed: str) -> UnknownName:
    """The error that there is no page *text*."""
    last = pages(state)
    told = f"the last one is {feed}/{last}" if last else "there is none yet, since nothing has been stored"
    return UnknownName(f"{feed} has no page {text[:40]!r}; {told}", **({"last": f"{feed}/{last}"} if last else {}))


def moment(at: datetime) -> str:
    """The moment *at* as feeds write it: in UTC, to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


async def worked(request: Request, context: Context, work: Callable[[], Result]) -> Result:
    """What *work* gives in a thread of its own, charged to the client by the time that it computes.

    Harvesters read several pages at once, which is no fault: none of them waits for a query, and all are soon made.

    Raises:
        TooManyRequests: the client has used up its time.
    """
    client = client_of(request.scope)
    context.budgets.admit(client)

    def measured() -> tuple[Result, float]:
        began = time.thread_time()
        return work(), time.thread_time() - began

    result, seconds = await asyncio.to_thread(measured)
    context.budgets.charge(client, seconds)
    return result


def kept_reply(request: Request, body: bytes, chosen: Format, *, cache: str) -> Reply:
    """*body* under a tag made of nothing but its bytes, or 304 for a client that holds it."""
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    if is_unchanged(field(request.scope, b"if-none-match"), tag):
        return Reply(status=304, tag=tag, cache=cache)
    return Reply(body, chosen, tag=tag, cache=cache)
