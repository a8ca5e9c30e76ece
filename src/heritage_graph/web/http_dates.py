"""Moments as HTTP writes them: whole seconds, in GMT (RFC 9110, 5.6.7)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from heritage_graph.web.exchange import field

if TYPE_CHECKING:
    from starlette.types import Scope

    from heritage_graph.web.replies import Fields

_FORM: Final = "%a, %d %b %Y %H:%M:%S GMT"


def http_date(moment: datetime) -> str:
    """*moment* as `Last-Modified` and `Memento-Datetime` have it."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def read_http_date(text: str) -> datetime | None:
    """The moment that *text* writes in the form of today; None when it writes none."""
    try:
        moment = datetime.strptime(text.strip(), _FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if http_date(moment) == text.strip() else None


def last_modified(moment: datetime | None) -> Fields:
    """The field `Last-Modified`, when it is known."""
    return () if moment is None else ((b"last-modified", http_date(moment).encode()),)


def holds_since(scope: Scope, fields: Fields) -> bool:
    """Tell whether the client has what bears *fields*, as far as `If-Modified-Since` tells.

    It counts for nothing beside `If-None-Match` (RFC 9110, 13.1.3), nor where `Last-Modified` is not known.
    """
    if field(scope, b"if-none-match"):
        return False
    since = read_http_date(field(scope, b"if-modified-since"))
    modified = next((value.decode() for name, value in fields if name == b"last-modified"), "")
    changed = read_http_date(modified)
    return since is not None and changed is not None and changed <= since
