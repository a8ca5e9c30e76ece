"""A process that runs query texts with nothing before the engine, and tells which of them called a server."""

import json
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer

from pyoxigraph import Literal, NamedNode, Quad, Store

from heritage_graph.store import sandbox

CALLS = Counter()
NO_ROWS = b'{"head":{"vars":[]},"results":{"bindings":[]}}'


class Called(BaseHTTPRequestHandler):
    """An endpoint that counts its calls by their path, and answers each with no rows."""

    def do_POST(self):
        CALLS[self.path] += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(NO_ROWS)))
        self.end_headers()
        self.wfile.write(NO_ROWS)

    def log_message(self, *_):
        """Say nothing: standard error is for faults."""


def store():
    """A few statements, so that patterns have rows and calls behind them are made."""
    held = Store()
    for name in ("http://127.0.0.1:", "http://x/"):
        held.add(Quad(NamedNode("http://x/s"), NamedNode("http://x/p"), NamedNode(name)))
    held.add(Quad(NamedNode("http://x/s"), NamedNode("http://x/p"), Literal("")))
    return held


def calls_of(held, query):
    """The paths that *query* called; what the engine refuses calls none."""
    CALLS.clear()
    try:
        for number, _ in enumerate(held.query(query)):
            if number > 100:
                break
    except (SyntaxError, ValueError, RuntimeError, OSError):
        pass
    return sorted(CALLS)


def tell(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main():
    server = HTTPServer(("127.0.0.1", 0), Called)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tell(server.server_port)
    sandbox.die_with_parent()
    sandbox.limit_memory(1 << 30)
    held = store()

    def answer():
        for line in sys.stdin:
            tell([calls_of(held, query) for query in json.loads(line)])

    sandbox.run_on_deep_stack(answer)


if __name__ == "__main__":
    main()
