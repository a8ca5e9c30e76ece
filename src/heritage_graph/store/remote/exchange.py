"""One exchange with an engine by SPARQLWrapper: a request by POST, and an answer that is what it says, or a fault."""

from __future__ import annotations

import http.client
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from SPARQLWrapper import POST, POSTDIRECTLY, SPARQLWrapper

from heritage_graph.errors import (
    ResultTooLarge,
    UpstreamGaveUp,
    UpstreamInvalid,
    UpstreamPartial,
    UpstreamRedirect,
    UpstreamRefused,
)
from heritage_graph.store.remote.client import BINDINGS, GRAPH
from heritage_graph.store.remote.connections import Connections, authorization, opener
from heritage_graph.store.remote.dialect import asked, own_timeout
from heritage_graph.store.remote.faults import down

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.store.remote.engine import Engine

_TAKEN: Final = {
    BINDINGS: frozenset({BINDINGS, "application/json"}),
    GRAPH: frozenset({GRAPH, "text/plain"}),
}
_SAID: Final = 2_000
_GAVE_UP: Final = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_PARTIAL: Final = ("X-SQL-State", "X-SPARQL-MaxRows")


@dataclass(frozen=True)
class Asked:
    """A query and how its answer is wanted: `accept` is `BINDINGS` or `GRAPH`; `max_bytes` None has no bound."""

    text: str
    accept: str
    timeout_s: float
    max_bytes: int | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


class Exchange:
    """Our end of the line to one engine; the only one in its process, since SPARQLWrapper opens by what urllib has."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._connections = Connections(engine)
        urllib.request.install_opener(opener(engine, self._connections))

    def ask(self, question: Asked) -> Body:
        """Send a query; the answer is returned once its head is there and is what was asked for.

        Raises:
            UpstreamTrouble: see `docs/adr/0037`.
        """
        text, dataset = asked(self.engine, question.text, question.default_graphs, question.named_graphs)
        parameters = [*dataset, *own_timeout(self.engine, question.timeout_s)]
        wrapper = self._wrapper(text, "SELECT", parameters, question.timeout_s)
        wrapper.addCustomHttpHeader("Accept", question.accept)
        response = _opened(wrapper)
        _require_whole(response)
        kind = response.headers.get_content_type() if "Content-Type" in response.headers else ""
        if kind not in _TAKEN[question.accept] or response.headers.get("Content-Encoding", "identity") != "identity":
            raise _invalid(f"its answer is {kind[:60] or 'of no type'}", _said(response))
        return Body(response, question.max_bytes)

    def update(self, text: str, timeout_s: float) -> None:
        """Send an update; returns when the engine says that it is done.

        Raises:
            UpstreamTrouble: see `docs/adr/0037`. Unless it is `UpstreamRefused`, the update may have been done.
        """
        wrapper = self._wrapper(text, "INSERT", [], timeout_s)
        wrapper.setRequestMethod(POSTDIRECTLY)
        response = _opened(wrapper)
        _require_whole(response)
        body = Body(response, _SAID << 10)
        while body.read(_SAID):
            pass  # read to the end, so that the connection can be used again

    def drop_unread(self) -> None:
        """Let the engine know that nobody reads what it still sends."""
        self._connections.drop_unread()

    def _wrapper(self, text: str, kind: str, parameters: Sequence[tuple[str, str]], timeout_s: float) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(self.engine.query, self.engine.update, agent="heritage-graph")
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(onlyConneg=True)
        # Not by setQuery: it guesses the kind from the text, and would send a query that it takes for an update to the
        # address of updates.
        wrapper.queryString = text
        wrapper.queryType = kind
        wrapper.timeout = timeout_s  # type: ignore[assignment]  # setTimeout cuts off parts of a second
        for name, value in parameters:
            wrapper.addParameter(name, value)
        who = authorization(self.engine)
        if who is not None:
            wrapper.addCustomHttpHeader("Authorization", who)
        return wrapper


class Body:
    """The body of an answer, as a binary file that is read once."""

    def __init__(self, response: http.client.HTTPResponse, max_bytes: int | None) -> None:
        self._response = response
        self._max_bytes = max_bytes
        self._left = max_bytes
        self.beginning = b""

    def read(self, size: int) -> bytes:
        """Up to *size* bytes; empty at the end.

        Raises:
            ResultTooLarge: more than `max_bytes` have come.
            UpstreamInvalid: it was broken off.
            TimeoutError: nothing came.
        """
        try:
            part = self._response.read(size)
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException) as fault:
            raise _invalid("its answer was broken off", self.beginning) from fault
        if not part and self._response.length:
            raise _invalid("its answer was broken off", self.beginning)
        if len(self.beginning) < _SAID:
            self.beginning += part[: _SAID - len(self.beginning)]
        if self._left is not None:
            self._left -= len(part)
            if self._left < 0:
                self._response.close()
                assert self._max_bytes is not None
                raise ResultTooLarge(
                    f"the engine behind this service sent more than {self._max_bytes:,} bytes; ask for less",
                    limit_bytes=self._max_bytes,
                )
        return part

    def finish(self) -> None:
        """Read what is left of it.

        Raises:
            UpstreamInvalid: there is more than white space, or it was broken off.
        """
        while part := self.read(_SAID):
            if part.strip():
                raise bad_content(self)


def _opened(wrapper: SPARQLWrapper) -> http.client.HTTPResponse:
    """The answer to what *wrapper* asks, once its head is there, whatever its status."""
    try:
        response: http.client.HTTPResponse = wrapper.query().response
    except ConnectionError as fault:
        raise down() from fault
    except TimeoutError as fault:
        raise UpstreamGaveUp("the engine behind this service did not answer in time", retryable=False) from fault
    except (http.client.HTTPException, ValueError) as fault:  # ValueError: a challenge that nobody understands
        raise _invalid("its answer is not HTTP") from fault
    except OSError as fault:  # no such host, no route, no trust in its certificate
        raise down() from fault
    return response


def _require_whole(response: http.client.HTTPResponse) -> None:
    """Make sure that *response* promises a whole answer.

    Raises:
        UpstreamTrouble: it does not.
    """
    status = response.status
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise UpstreamRedirect(
            "the engine behind this service points to another address, where this service does not go; its operator "
            "has to set the address at which the engine answers",
            said=_text(_said(response)),
        )
    if status in _GAVE_UP:
        raise UpstreamGaveUp(
            f"the engine behind this service gave the request up (it answered {status}); make it more selective, or "
            "try again later",
            said=_text(_said(response)),
        )
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise UpstreamRefused(
            f"the engine behind this service refused the request (it answered {status}), which is right by the "
            "standard; ask in another way, or tell its operator",
            said=_text(_said(response)),
            upstream_status=status,
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _invalid(f"it answered {status}", _said(response))
    if status == HTTPStatus.PARTIAL_CONTENT or any(name in response.headers for name in _PARTIAL):
        raise UpstreamPartial(
            "the engine behind this service stopped before its answer was whole; make the query more selective",
            said=_text(_said(response)),
        )


def _said(response: http.client.HTTPResponse) -> bytes:
    """The beginning of the body of an answer that is given up."""
    try:
        return response.read(_SAID)
    except (OSError, http.client.HTTPException):
        return b""
    finally:
        response.close()


def _invalid(what: str, said: bytes = b"") -> UpstreamInvalid:
    return UpstreamInvalid(f"the engine behind this service did not answer as SPARQL has it: {what}", said=_text(said))


def bad_content(body: Body) -> UpstreamInvalid:
    """What is wrong with an answer whose *body* could not be parsed."""
    return _invalid("its answer does not parse", body.beginning)


def _text(said: bytes) -> str:
    return said.decode(errors="replace")
