"""Who bears a key: look at it, and slow down whoever tries keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from heritage_graph.web.exchange import field
from heritage_graph.web.faults import Unauthorized
from heritage_graph.web.limits import client_of

if TYPE_CHECKING:
    from starlette.types import Scope

    from heritage_graph.web.context import Context
    from heritage_graph.web.security import Key

_FAILED_KEY_S: Final = 1.0  # of query time: who tries keys is soon told to wait


def key_of(scope: Scope, context: Context) -> Key:
    """The valid key that the request bears.

    Raises:
        Unauthorized: it bears none.
        TooManyRequests: too many wrong keys came from this client.
    """
    return _valid(scope, context, field(scope, b"authorization"))


def key_given(scope: Scope, context: Context, text: str) -> Key:
    """The valid key that *text* is, as somebody typed it into a form.

    Raises:
        Unauthorized, TooManyRequests: as `key_of`.
    """
    return _valid(scope, context, f"Bearer {text}")


def _valid(scope: Scope, context: Context, authorization: str) -> Key:
    client = client_of(scope)
    with context.budgets.spending(client):
        try:
            return context.keys.authenticate(authorization, now=datetime.now(UTC))
        except Unauthorized:
            context.budgets.charge(client, _FAILED_KEY_S)
            raise
