"""A service over the shipped dataset and two made-up sources that contradict each other."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from shipped_stores import once

DOCUMENTS = Path(__file__).parents[1] / "documents"


@pytest.fixture(scope="session")
def disputed(shipped, tmp_path_factory, start_server):
    """A client of that service; the two accounts are its second and third generation."""

    def with_two_accounts(data):
        shutil.copytree(shipped, data)
        program = Path(sys.executable).with_name("heritage-graph")
        for name in ("first-account", "second-account"):
            load = [program, "load", DOCUMENTS / f"{name}.trig", "--source", name, "--data", data]
            subprocess.run(load, check=True, capture_output=True)

    data = tmp_path_factory.mktemp("disputed") / "data"
    shutil.copytree(once("disputed", with_two_accounts), data)
    with (
        start_server(data, HERITAGE_GRAPH_QUERY_TIMEOUT="30") as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def indexed(client):
    """The client, once the service has its first index; lists and search are told from one."""
    while client.get("/api/v1/people", params={"min-generation": "1"}).status_code == httpx.codes.SERVICE_UNAVAILABLE:
        pass
    return client
