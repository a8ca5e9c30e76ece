"""A service of the tests' own, of which the feeds are read while sources come, change and go."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from heritage_graph.web.security import create_key

BASE = "https://w3id.org/heritage-graph/"
MEMORANDUM = Path(__file__).parents[1].joinpath("documents/memorandum.ttl").read_text(encoding="utf-8")
LIMITS = {"HERITAGE_GRAPH_CLIENT_QUERIES": "2", "HERITAGE_GRAPH_CLIENT_SECONDS": "100000"}


@dataclass(frozen=True)
class House:
    """A running service and a key to write there."""

    client: httpx.Client
    key: str

    def bring(self, name, signed="2025-03-02"):
        """Store a memorandum called *name*, signed on a day, as a source of that name; the feeds tell of it then."""
        text = MEMORANDUM.replace("test-memorandum", name).replace("test-page", f"{name}-page")
        self._write("PUT", name, text.replace("2025-03-02", signed))

    def withdraw(self, name):
        """Remove the source called *name*; the feeds tell of it then."""
        self._write("DELETE", name, None)

    def published(self):
        """The triples of the published view."""
        answer = self.client.get("/rdf-graph-store?default", headers={"Accept": "application/n-triples"})
        return {quad.triple for quad in parse(answer.raise_for_status().content, RdfFormat.N_TRIPLES)}

    def _write(self, method, name, text):
        graph = {"graph": f"{BASE}graph/source/{name}"}
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "text/turtle"}
        self.client.request(method, "/rdf-graph-store", params=graph, content=text, headers=headers).raise_for_status()
        generation = str(self.client.get("/health/ready").json()["generation"])
        while self.client.get("/changes").headers.get("x-generation") != generation:
            pass  # the log is being brought up to date


@pytest.fixture(scope="module")
def house(shipped, tmp_path_factory, start_server):
    """The service, with the shipped dataset and a history of some sources."""
    data = tmp_path_factory.mktemp("house") / "data"
    shutil.copytree(shipped, data)
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    with (
        start_server(data, **LIMITS) as (address, _),
        httpx.Client(base_url=address, timeout=60, headers={"Accept-Encoding": "identity"}) as client,
    ):
        house = House(client, key)
        house.bring("kept", signed="2025-01-01")
        house.bring("passing")
        house.bring("kept", signed="2025-02-02")
        house.withdraw("passing")
        yield house
