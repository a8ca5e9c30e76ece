"""Changes of a small graph, what an engine holds after them, and a line to it that can be cut."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from heritage_graph.namespaces import HG, JOURNAL, LOG, VIEW, source_graph
from heritage_graph.store.base import Changeset
from heritage_graph.store.remote.engine import Authentication, Dialect, Engine, Scheme
from heritage_graph.store.remote.state import EngineState

REPORT = source_graph("a-report")
LETTERS = source_graph("some-letters")
NAME = NamedNode("https://example.org/name")
KNOWS = NamedNode("https://example.org/knows")

_QUADS = "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_VIEW = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"


def engine_of(server, *, port=None):
    """The *server* as the adapter knows it; through *port* of loopback, where something stands before it."""
    addresses = [server.query, server.update, server.graph_store]
    if port is not None:
        addresses = [f"http://127.0.0.1:{port}{urlsplit(address).path}" for address in addresses]
    who = Authentication()
    if server.user is not None:
        who = Authentication(Scheme.DIGEST, server.user, server.password)
    return Engine(*addresses, dialect=Dialect(server.dialect), authentication=who, timeout_s=60)


def thing(number):
    return NamedNode(f"https://example.org/thing/{number}")


def stated(numbers, *, graph=REPORT, word="thing"):
    """Quads about the things of these *numbers*, in *graph* and in the view."""
    for number in numbers:
        for predicate, object_ in ((NAME, Literal(f"{word} {number}", language="en")), (KNOWS, thing(number + 1))):
            yield Quad(thing(number), predicate, object_, graph)
            yield Quad(thing(number), predicate, object_, DefaultGraph())


def changeset(base, added=(), *, removed=(), key=None):
    """A change with its entry in the log."""
    key = key or f"key-{base + 1}"
    commit = NamedNode(f"https://example.org/commit/{key}")
    log = [
        Quad(commit, HG.generation, Literal(base + 1), LOG),
        Quad(commit, HG.commitKey, Literal(key), LOG),
    ]
    return Changeset(base, base + 1, key, (*added, *log), tuple(removed))


def held(engine):
    """All quads of *engine* as the embedded store would have them, without what the engine needs for itself."""
    with closing(EngineState(engine)) as state:
        named = [Quad(*row) for row in state.rows(_QUADS)]
        return {quad for quad in named if quad.graph_name not in {JOURNAL, VIEW}} | {
            Quad(*row, DefaultGraph()) for row in state.rows(_VIEW)
        }


def left_over(server):
    """What stands in graph/journal: for one of Virtuoso, the lock and that nobody has it."""
    rows = server.sparql(f"SELECT ?o WHERE {{ GRAPH <{JOURNAL.value}> {{ ?s ?p ?o }} }}")
    return sorted(row["o"]["value"] for row in rows)


AT_REST = {"sparql11": [], "virtuoso": ["lock", "nobody"]}


class Line(ThreadingHTTPServer):
    """What stands before an engine and passes everything on, but cuts the line at one update, before or after it."""

    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), _PassOn)
        self.engine_port = port
        self.updates = 0
        self.cut = None
        self.lock = threading.Lock()

    def cut_at(self, number, *, done):
        """Cut the line at the update *number* from now, after the engine has *done* it or before it sees it."""
        self.updates = 0
        self.cut = (number, done)

    def cuts_now(self, *, done):
        return self.cut == (self.updates, done)


class _PassOn(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_update = self.headers["Content-Type"] == "application/sparql-update"
        with self.server.lock:
            self.server.updates += is_update
            if is_update and self.server.cuts_now(done=False):
                self.close_connection = True
                return
            connection = HTTPConnection("127.0.0.1", self.server.engine_port)
            connection.request("POST", self.path, body, dict(self.headers))
            response = connection.getresponse()
            content = response.read()
            connection.close()
            if response.status == 401:
                self.server.updates -= is_update  # it is sent again, with credentials
            elif is_update and self.server.cuts_now(done=True):
                self.close_connection = True
                return
        self.send_response(response.status)
        for name in ("Content-Type", "WWW-Authenticate"):
            if name in response.headers:
                self.send_header(name, response.headers[name])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Nothing."""


@contextmanager
def line_to(server):
    """A `Line` to *server*, and the engine at its near end."""
    line = Line(server.port)
    thread = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield line, engine_of(server, port=line.server_address[1])
    finally:
        line.shutdown()
        thread.join()
        line.server_close()
