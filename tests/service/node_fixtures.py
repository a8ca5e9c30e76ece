"""Two nodes before one engine, and nginx before both."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from engines import EngineServer, free_port

from heritage_graph.web.security import create_key

PUBLIC = "https://graph.example.org"
PATIENCE_S = 90.0
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
_ADDRESS = re.compile(rb"http://\S+")
_SERVER = """
master_process off;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream nodes {{
        server {first} max_fails=1 fail_timeout=5s;
        server {second} max_fails=1 fail_timeout=5s;
    }}
    server {{
        listen 127.0.0.1:{port};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_connect_timeout 2s;
        proxy_next_upstream error timeout;
        location / {{
            add_header X-Node $upstream_addr always;
            proxy_pass http://nodes;
        }}
    }}
}}
"""


@dataclass
class Node:
    """A `heritage-graph serve` over an engine: its client, and its supervisor's process id."""

    client: httpx.Client
    pid: int

    def get(self, path: str, **more) -> httpx.Response:
        """What it answers once it is not busy any more: it makes its index and its log anew after each commit."""

        def answer():
            given = self.client.get(path, **more)
            return None if given.status_code == 503 else given

        found, _ = until(answer)
        return found

    def is_ready(self) -> bool:
        """Whether it says that it is ready."""
        return self.client.get("/health/ready").status_code == 200


@dataclass
class Cluster:
    """The engine, its nodes, nginx before them, and a key that may write everything."""

    engine: EngineServer
    nodes: tuple[Node, Node]
    proxy: httpx.Client
    key: str

    def write(self, number: int, node: Node, **headers: str) -> httpx.Response:
        """Bring in a document about a thing of its own, through *node*."""
        document = f'<https://example.org/thing/{number}> <https://example.org/note> "note of {number}" .'
        return node.client.put(
            "/rdf-graph-store",
            params={"graph": f"https://w3id.org/heritage-graph/graph/source/thing-{number}"},
            content=document,
            headers={"Content-Type": "text/turtle", "Authorization": f"Bearer {self.key}", **headers},
        )


def knows(client: httpx.Client, number: int) -> bool:
    """Whether the client is told that the thing of that number is in the published view."""
    answer = client.get(
        "/sparql",
        params={"query": f"ASK {{ <https://example.org/thing/{number}> ?p ?o }}"},
        headers={"Accept": "application/sparql-results+json"},
    )
    assert answer.is_success, answer.text
    return answer.json()["boolean"]


def until(condition, *, seconds=PATIENCE_S):
    """What *condition* gives once it gives something, and after how many seconds that was."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        if found := condition():
            return found, time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


@contextmanager
def nodes_running(engine: EngineServer, *folders):
    """Nodes over *engine*, started at once, each with a folder of its own and one that they share."""
    shared = folders[0].parent / "shared"
    starting = [_begin(engine, folder, shared) for folder in folders]
    nodes = []
    try:
        for process in starting:
            address = next(filter(None, map(_ADDRESS.search, process.stdout)))  # behind what was brought in
            nodes.append(Node(httpx.Client(base_url=address.group().decode(), timeout=60), process.pid))
        yield nodes
    finally:
        for node in nodes:
            node.client.close()
        for process in starting:
            process.send_signal(signal.SIGTERM)
        for process in starting:
            process.wait(timeout=40)
            process.stdout.close()


def _begin(engine, folder, shared):
    command = [sys.executable, "-c", "from heritage_graph.cli import main; main()", "serve", "--port", "0"]
    addresses = ["--engine", engine.query, "--engine-update", engine.update, "--engine-dialect", engine.dialect]
    limits = {"READERS": "2", "CLIENT_QUERIES": "50", "CLIENT_SECONDS": "3600"}
    given = {"SHARED": str(shared), "PUBLIC_URL": PUBLIC, **limits}
    return subprocess.Popen(
        [*command, "--data", str(folder), *addresses],
        stdout=subprocess.PIPE,
        env={**os.environ, **{f"HERITAGE_GRAPH_{name}": value for name, value in given.items()}},
    )


@contextmanager
def nginx_before(nodes, folder):
    """A client of an nginx that passes requests on to *nodes* in turn."""
    folder.mkdir()
    port = free_port()
    first, second = (node.client.base_url.netloc.decode() for node in nodes)
    configuration = folder / "nginx.conf"
    configuration.write_text(_SERVER.format(folder=folder, port=port, first=first, second=second), encoding="utf-8")
    process = subprocess.Popen([NGINX, "-c", str(configuration), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            until(lambda: _answers(client))
            yield client
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(client):
    try:
        return client.get("/health/live").is_success
    except httpx.TransportError:
        return False


def shared_key(folder):
    """A key that may write everything, in the folder that the nodes share."""
    text, _ = create_key(folder, scopes=["*"], now=datetime.now(UTC))
    return text
