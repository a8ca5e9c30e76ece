"""Operations: what a path and a method do, told once for the router, for OPTIONS and for the description."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from heritage_graph.errors import MovedOn, ParameterError
from heritage_graph.web.exchange import exchange_of, field, send_options
from heritage_graph.web.faults import AmbiguousRequest, MethodNotAllowed
from heritage_graph.web.negotiation import HTML, Format, choose, named, not_acceptable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from heritage_graph.web.context import Context

    Handler = Callable[[Request, Context], Awaitable[ASGIApp]]

_MOST_FIELDS: Final = 200
_MORE_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class Value:
    """A parameter in the query of an address, as the description tells it.

    `type` is a type of `terms`; `least` and `most` are the bounds of an integer.
    """

    name: str
    doc: str
    required: bool = False
    repeated: bool = False
    example: str | None = None
    type: str = "string"
    default: str | None = None
    least: int | None = None
    most: int | None = None


LANG: Final = Value("lang", "The language of the page, which beats Accept-Language: en, fr or ar.", example="ar")
FORMAT: Final = Value("format", "The format of the answer, by suffix or media type; it beats Accept.", example="json")


@dataclass(frozen=True)
class Operation:
    """What one method does on one path.

    `values` are the parameters that are taken; None leaves checking them to the handler, and a `lenient` operation
    passes over those that are unknown or given again, for clients of a protocol that send some of their own. `formats`
    are what the answer comes in, `takes` the media types of the body, `problems` the slugs that it may answer with
    besides those of every operation. `schema` names the JSON Schema of the answer as JSON, and `body` that of a JSON
    body: files of `web/schemas`, without `.json`. `example` is an address that shows what it does. One that is `still`
    asks nothing of the store.
    A `raw` operation is an ASGI application of its own and is not handled through a request.
    """

    name: str
    path: str
    summary: str
    handle: Handler | None = None
    raw: ASGIApp | None = None
    method: str = "GET"
    values: Sequence[Value] | None = ()
    lenient: bool = False
    formats: Sequence[Format] = ()
    takes: Sequence[str] = ()
    statuses: Sequence[int] = (200,)
    problems: Sequence[str] = ()
    schema: str | None = None
    body: str | None = None
    example: str | None = None
    still: bool = False
    keyed: bool = False
    tag: str = "pages"

    @property
    def accepted(self) -> Sequence[Value] | None:
        """The parameters that are taken, the language of a page included; None leaves checking them to the handler."""
        if self.values is None or HTML not in self.formats or any(value.name == LANG.name for value in self.values):
            return self.values
        return (*self.values, LANG)


class Resource:
    """One path as an ASGI application: its operations by method."""

    def __init__(self, operations: Sequence[Operation], context: Context) -> None:
        self._operations = {operation.method: operation for operation in operations}
        self._context = context
        methods = set(self._operations) | {"OPTIONS"} | ({"HEAD"} if "GET" in self._operations else set())
        self.methods = tuple(sorted(methods))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        operation = self._operations.get(method)
        if operation is None:
            if method == "OPTIONS":
                exchange_of(scope).operation = "options"
                await send_options(send, self.methods)
                return
            raise MethodNotAllowed(
                f"{scope['method'][:20]} is not taken here; allowed: {', '.join(self.methods)}",
                allowed=list(self.methods),
            )
        exchange_of(scope).operation = operation.name
        if operation.raw is not None:
            await self._passed_on(operation.raw, operation, scope, receive, send)
            return
        assert operation.handle is not None
        if operation.accepted is not None and not operation.lenient:
            check_values(scope, operation.accepted)
        response = await self._handled(operation.handle, operation, scope, receive)
        await response(scope, receive, send)

    async def _passed_on(
        self, application: ASGIApp, operation: Operation, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Have *application* answer; begun again as by `_handled`, while nothing has been sent."""
        more = _MORE_ATTEMPTS if operation.method == "GET" else 0
        for _ in range(more):
            try:
                await application(scope, receive, send)
            except MovedOn:
                if exchange_of(scope).status:
                    raise
            else:
                return
        await application(scope, receive, send)

    async def _handled(self, handle: Handler, operation: Operation, scope: Scope, receive: Receive) -> ASGIApp:
        """What *handle* answers; a read during which the graph moved on is begun again, of the new generation."""
        more = _MORE_ATTEMPTS if operation.method == "GET" else 0
        for _ in range(more):
            with suppress(MovedOn):
                return await handle(Request(scope, receive), self._context)
        return await handle(Request(scope, receive), self._context)


def check_values(scope: Scope, values: Sequence[Value]) -> None:
    """Refuse parameters that are unknown or given twice.

    Raises:
        ParameterError: one is unknown; the error lists those there are.
        AmbiguousRequest: one is given twice and may not be.
    """
    known = {value.name: value for value in values}
    for name, count in Counter(name for name, _ in pairs(scope)).items():
        if name not in known:
            allowed = ", ".join(known) or "none"
            raise ParameterError(f"there is no parameter {name[:60]!r} here; allowed: {allowed}", allowed=list(known))
        if count > 1 and not known[name].repeated:
            raise AmbiguousRequest(f"the parameter {name!r} is given {count} times; give it once")


def pairs(scope: Scope) -> list[tuple[str, str]]:
    """The names and values in the query of the address, decoded once.

    Raises:
        ParameterError: it is not UTF-8 or has too many fields.
    """
    return fields_of_form(scope["query_string"])


def fields_of_form(encoded: bytes, *, most: int = _MOST_FIELDS) -> list[tuple[str, str]]:
    """The fields of a form or of a query in an address, decoded once, *most* at most.

    Raises:
        ParameterError: they are not UTF-8 or too many.
    """
    if not encoded:
        return []
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=most)
    except UnicodeDecodeError as fault:
        raise ParameterError("the parameters are not percent-encoded UTF-8") from fault
    except ValueError as fault:
        raise ParameterError(f"there are more than {most} parameters") from fault


def values_of(scope: Scope) -> Mapping[str, str]:
    """The parameters of the address as a mapping, after `check_values`."""
    return dict(pairs(scope))


def texts_of(scope: Scope) -> dict[str, list[str]]:
    """The parameters of the address, with all texts that each is given."""
    given: dict[str, list[str]] = {}
    for name, text in pairs(scope):
        given.setdefault(name, []).append(text)
    return given


def negotiated(scope: Scope, available: Sequence[Format], *, suffix: str = "") -> Format:
    """The format of the answer: that of the suffix, else of `format=`, else the best for `Accept`.

    Raises:
        NotAcceptable: none of *available* will do.
    """
    name = suffix or values_of(scope).get("format", "")
    if not name:
        return choose(field(scope, b"accept"), available)
    found = named(name, available)
    if found is None:
        raise not_acceptable(available, name)
    return found
