"""An engine that misbehaves as it is told, and a canary that counts what reaches another host.

It answers our own questions (the generation, the probe) as it should, unless it is told to misbehave in all.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from heritage_graph.store.remote.questions import ALIVE

SECRET = "SECRET-TRACE at /srv/engine/internal.c:42"
"""What the engine says in the body of every failure."""
BINDINGS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
MEGABYTES = 300

_ROW = b'{"o":{"type":"literal","value":"' + b"x" * 4000 + b'"}}'
_BOOLEAN = b'{"head":{},"boolean":true}'
_ROWS = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"x"}}]}}'
_CUT = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","val'
_NUMBER = b'{"type":"literal","datatype":"http://www.w3.org/2001/XMLSchema#integer","value":"%d"}'
_GENERATION = b'{"head":{"vars":["generation","to"]},"results":{"bindings":[{"generation":' + _NUMBER + b"}]}}"
_UNDER_WAY = b'{"head":{"vars":["generation","to"]},"results":{"bindings":[{"to":' + _NUMBER + b"}]}}"
_CANCELLED = b'{"head":{"vars":["o"]},"results":{"bindings":[The SPARQL operation has been cancelled'
_GRAPH = b"<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"
_LOGIN = b"<!DOCTYPE html><title>Log in</title>" + SECRET.encode()
_FAILURE = SECRET.encode()
_BEHAVIOUR = {
    "two megabytes": (BINDINGS, _ROWS.replace(b'{"o"', b",".join([_ROW] * 540) + b',{"o"')),
    "html": ("text/html", _LOGIN),
    "html that says JSON": (BINDINGS, _LOGIN),
    "cancelled": (BINDINGS, _CANCELLED),
    "broken JSON": (BINDINGS, _CUT),
    "boolean for rows": (BINDINGS, _BOOLEAN),
    "rows for a boolean": (BINDINGS, _ROWS),
    "more behind the end": (BINDINGS, _ROWS + b" and more"),
    "broken N-Triples": (TRIPLES, _GRAPH + b"<https://example.org/a> <https"),
    "Turtle": ("text/turtle", _GRAPH),
    "no type": (None, _ROWS),
    "an IRI with a space": (BINDINGS, _ROWS.replace(b'"literal","value":"x"', b'"uri","value":"a b"')),
}
_HEADERS = {"cut by time": ("X-SQL-State", "S1TAT"), "cut by rows": ("X-SPARQL-MaxRows", "10000")}


@dataclass
class Request:
    """What came: the address, the fields and the form of the body."""

    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, list[str]]


@dataclass
class Misbehaving:
    """The engine: what it does to a query, what came, and how many bytes went."""

    port: int = 0
    behaviour: str = "well"
    generations: list[int] = field(default_factory=lambda: [7])
    """What is told as the last generation, in turn; the last of them again and again."""
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    sent: int = 0
    elsewhere: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def query(self):
        return f"http://127.0.0.1:{self.port}/query"

    @property
    def update(self):
        return f"http://127.0.0.1:{self.port}/update"

    def behave(self, how, *, generations=(7,), elsewhere=""):
        """Behave so from now on, and forget what came."""
        self.behaviour, self.generations, self.elsewhere = how, list(generations), elsewhere
        self.requests.clear()
        self.connections = self.sent = 0
        self.released.set()
        self.released = threading.Event()

    def queries(self):
        """The texts of the queries of clients that came."""
        return [
            text
            for request in self.requests
            for text in request.form.get("query", [])
            if "hg:generation" not in text and text != ALIVE
        ]


@contextmanager
def misbehaving():
    """The engine, on a port of loopback."""
    engine = Misbehaving()
    with _served(type("Bound", (_Handler,), {"engine": engine})) as port:
        engine.port = port
        yield engine
        engine.released.set()


@contextmanager
def canary():
    """Another host: the fields of the requests that reached it."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(dict(self.headers))
            self.send_error(404)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_said):
            pass

    with _served(Handler) as port:
        yield f"http://localhost:{port}/query", seen


@contextmanager
def _served(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    engine: Misbehaving
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.engine.connections += 1

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_said):
        pass

    def do_GET(self):
        self.do_POST()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = parse_qs(body)
        self.engine.requests.append(Request(self.command, self.path, dict(self.headers), form))
        text = form.get("query", [body])[0]
        accept = self.headers.get("Accept", "")
        if "hg:generation" in text and not self.engine.behaviour.startswith("all "):
            number = self.engine.generations.pop(0) if len(self.engine.generations) > 1 else self.engine.generations[0]
            # A negative number stands for a commit that is under way to that generation.
            self.answer(200, BINDINGS, _GENERATION % number if number >= 0 else _UNDER_WAY % -number)
        elif self.engine.behaviour in {"well", "asks who"} or (
            text == ALIVE and not self.engine.behaviour.startswith("all ")
        ):
            kind, content = (TRIPLES, _GRAPH) if TRIPLES in accept else (BINDINGS, _ROWS)
            self.well(kind, _BOOLEAN if "ASK" in text else content)
        else:
            self.misbehave(self.engine.behaviour.removeprefix("all "))

    def well(self, kind, content):
        if self.engine.behaviour == "asks who" and "Authorization" not in self.headers:
            challenge = 'Digest realm="SPARQL", nonce="n0nce", qop="auth", algorithm=MD5'
            self.answer(401, "text/plain", _FAILURE, {"WWW-Authenticate": challenge})
        else:
            self.answer(200, kind, content)

    def misbehave(self, how):
        if how in _BEHAVIOUR:
            self.answer(200, *_BEHAVIOUR[how])
        elif how in _HEADERS:
            self.answer(200, BINDINGS, _ROWS, dict([_HEADERS[how]]))
        elif how.isdigit():
            self.answer(int(how), BINDINGS if how == "206" else "text/plain", _ROWS if how == "206" else _FAILURE)
        elif how.startswith("redirect"):
            self.answer(int(how.split()[1]), "text/plain", _FAILURE, {"Location": self.engine.elsewhere})
        else:
            getattr(self, how)()
            self.close_connection = True

    def answer(self, status, kind, content, fields=()):
        self.send_response(status)
        if kind is not None:
            self.send_header("Content-Type", kind)
        for name, value in dict(fields).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def begin(self, *fields):
        self.send_response(200)
        self.send_header("Content-Type", BINDINGS)
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()

    def silence(self):
        self.engine.released.wait(60)

    def hang(self):
        self.begin()
        self.wfile.flush()
        self.engine.released.wait(60)

    def drip(self):
        self.begin()
        released = self.engine.released
        for byte in b" " * 2000:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if released.wait(0.03):
                return

    def large(self):
        self.begin()
        self.wfile.write(b'{"head":{"vars":["o"]},"results":{"bindings":[' + _ROW)
        for _ in range(MEGABYTES * (1 << 20) // len(_ROW)):
            self.wfile.write(b"," + _ROW)
            self.engine.sent += len(_ROW)

    def shorter(self):
        self.begin(("Content-Length", "100000"))
        self.wfile.write(_ROWS)

    def shorter_graph(self):
        self.send_response(200)
        self.send_header("Content-Type", TRIPLES)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(_GRAPH)

    def broken_chunks(self):
        self.begin(("Transfer-Encoding", "chunked"))
        self.wfile.write(b"%x\r\n%b\r\n" % (len(_ROWS), _ROWS) + b"40\r\nbroken")

    def compressed(self):
        self.begin(("Content-Encoding", "gzip"))
        self.wfile.write(b"\x1f\x8b\x08")

    def babble(self):
        self.wfile.write(b"this is no HTTP\r\n\r\n" + _FAILURE)

    def slow(self):
        time.sleep(0.4)
        self.answer(200, BINDINGS, _ROWS)
