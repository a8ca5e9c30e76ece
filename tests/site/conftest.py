"""A mirror of a store with a history, the service that it mirrors, and real web servers that serve it."""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from mirror_fixtures import BASE, PREFIXES, STATES, free_port, nginx
from service_fixtures import key_for, serving


@pytest.fixture(scope="session")
def history(tmp_path_factory):
    """A running service over a store in which a museum was merged and one withdrawn: its client, and its folder."""
    data = tmp_path_factory.mktemp("mirrored") / "data"
    with (
        serving(data, "--query-timeout", "30") as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        headers = {"Authorization": f"Bearer {key_for(data)}", "Content-Type": "text/turtle"}
        for state in STATES:
            client.put(
                "/rdf-graph-store",
                params={"graph": f"{BASE}graph/source/fictional-museums"},
                content=PREFIXES + state,
                headers=headers,
            ).raise_for_status()
        yield client, data


@pytest.fixture(scope="session")
def service(history):
    """A client of the service that is mirrored."""
    return history[0]


@pytest.fixture(scope="session")
def data(history):
    """The folder of the store that is mirrored."""
    return history[1]


@pytest.fixture(scope="session")
def address():
    """The address that the mirror is made for."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="session")
def mirror(data, address, tmp_path_factory):
    """The folder of the mirror, made while the service runs."""
    out = tmp_path_factory.mktemp("mirror") / "site"
    command = [Path(sys.executable).with_name("heritage-graph"), "export", "--site", "--data", data, "--out", out]
    subprocess.run([*command, "--base-url", address], check=True, timeout=580)
    return out


@pytest.fixture(scope="session")
def web(mirror, address, tmp_path_factory):
    """A client of nginx that serves the mirror."""
    with (
        nginx(mirror, mirror, int(address.rpartition(":")[2]), tmp_path_factory.mktemp("nginx")),
        httpx.Client(base_url=address, timeout=20, headers={"Accept-Encoding": "identity"}) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def plain(mirror):
    """A client of a web server that knows nothing of us."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=mirror)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", timeout=20) as client:
            yield client
        server.shutdown()
