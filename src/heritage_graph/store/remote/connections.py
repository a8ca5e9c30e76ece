"""How urllib reaches an engine: over one connection that is kept, with our credentials, and to no other place."""

from __future__ import annotations

import urllib.request
from base64 import b64encode
from contextlib import suppress
from http import HTTPStatus
from http.client import BadStatusLine, HTTPConnection, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Final

from heritage_graph.store.remote.engine import Engine, Scheme, origin_of

if TYPE_CHECKING:
    from urllib.request import Request

UPDATE_TYPE: Final = "application/sparql-update"

_CONNECT_S: Final = 5.0
_DRAINED: Final = 64 << 10

_Origin = tuple[str, str, int]


def opener(engine: Engine, connections: Connections) -> urllib.request.OpenerDirector:
    """What opens requests to *engine*: no proxy, no redirect, no other scheme, and every status is an answer."""
    director = urllib.request.OpenerDirector()
    director.addheaders = []
    director.add_handler(connections)
    who = engine.authentication
    if who.scheme is Scheme.DIGEST:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, addresses(engine), who.user, who.password)
        director.add_handler(_Digest(passwords))
    return director


def addresses(engine: Engine) -> list[str]:
    """The addresses of *engine*, to which requests and credentials go."""
    return [engine.query, engine.update, *([] if engine.graph_store is None else [engine.graph_store])]


def authorization(engine: Engine) -> str | None:
    """The header that says who we are in every request; None when nobody asks, or it is said only when challenged."""
    who = engine.authentication
    if who.scheme is Scheme.BASIC:
        return f"Basic {b64encode(f'{who.user}:{who.password}'.encode()).decode()}"
    return f"Bearer {who.password}" if who.scheme is Scheme.BEARER else None


class Connections(urllib.request.AbstractHTTPHandler):
    """Send requests to the origins of the engine, over a connection to each that is kept while it lasts."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._origins = {origin_of(address) for address in addresses(engine)}
        self._kept: dict[_Origin, tuple[HTTPConnection, HTTPResponse]] = {}

    def http_open(self, request: Request) -> HTTPResponse:
        """Send *request*; what comes is returned once its head is there (urllib).

        A query that was sent on a connection which the engine had closed is sent again; an update never is.

        Raises:
            OSError, HTTPException: nothing that is HTTP came.
        """
        origin = origin_of(request.full_url)
        if origin not in self._origins:
            raise OSError("not an address of the engine")
        kept, last = self._kept.pop(origin, (None, None))
        if kept is not None and last is not None:
            if last.isclosed() and request.get_header("Content-type") != UPDATE_TYPE:
                with suppress(ConnectionError, BadStatusLine):
                    return self._sent(request, origin, kept)
            kept.close()
        return self._sent(request, origin, _connection(origin))

    https_open = http_open
    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_

    def drop_unread(self) -> None:
        """Close the connections on which an answer was not read to its end, so that the engine need not go on."""
        for origin, (connection, last) in list(self._kept.items()):
            if not last.isclosed():
                connection.close()
                del self._kept[origin]

    def _sent(self, request: Request, origin: _Origin, connection: HTTPConnection) -> HTTPResponse:
        timeout = request.timeout
        assert timeout is not None
        if connection.sock is None:
            connection.timeout = min(_CONNECT_S, timeout)
            connection.connect()
        connection.sock.settimeout(timeout)
        headers = {**request.unredirected_hdrs, **request.headers}
        connection.request(request.get_method(), request.selector, request.data, headers)
        response = connection.getresponse()
        response.url = request.full_url
        if not response.will_close:
            self._kept[origin] = connection, response
        return response


def _connection(origin: _Origin) -> HTTPConnection:
    scheme, host, port = origin
    kind = HTTPSConnection if scheme == "https" else HTTPConnection
    return kind(host, port)


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Answer the engine's challenge, and from then on say who we are before it asks."""

    def __init__(self, passwords: urllib.request.HTTPPasswordMgr) -> None:
        super().__init__(passwords)
        self._challenge: dict[str, str] | None = None
        self._challenged: Request | None = None

    def http_request(self, request: Request) -> Request:
        """Say who we are, once it is known how (urllib)."""
        if self._challenge is not None:
            said = self.get_authorization(request, self._challenge)
            if said is not None:
                request.add_unredirected_header("Authorization", f"Digest {said}")
        return request

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:
        """Send *request* again when it was challenged, but not twice (urllib)."""
        kind, _, challenge = response.headers.get("WWW-Authenticate", "").partition(" ")
        if response.status != HTTPStatus.UNAUTHORIZED or kind.lower() != "digest" or self._challenged is request:
            return response
        self._challenge = urllib.request.parse_keqv_list(list(filter(None, urllib.request.parse_http_list(challenge))))
        self._challenged = request
        if response.read(_DRAINED) and response.read(1):
            response.close()
        again: HTTPResponse = self.parent.open(request, timeout=request.timeout)
        return again

    https_request = http_request
    https_response = http_response
