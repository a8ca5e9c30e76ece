"""Every type of pages, opened in Chromium on a service over the shipped dataset."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import httpx
import pytest
from made_pages import JOB_TIMEOUT, make_pages
from visits import Visitor

from heritage_graph.web.security import create_key


@pytest.fixture(scope="package")
def site(shipped, tmp_path_factory, start_server):
    """The address of a service in which every type of pages is there, what was made for that, and a key."""
    data = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(shipped, data)
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    patient = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "30", "HERITAGE_GRAPH_CLIENT_QUERIES": "64"}
    with start_server(data, **patient, **JOB_TIMEOUT) as (address, _), httpx.Client(base_url=address) as client:
        client.timeout = 60
        yield address, make_pages(client, {"Authorization": f"Bearer {key}"}), key


@pytest.fixture(scope="module")
def visitor(chromium, site):
    """One who looks at pages of that service, all in one page of the browser."""
    address, made, key = site
    context = chromium.new_context()
    yield Visitor(context, address, made, key)
    context.close()


@pytest.fixture(scope="module")
def visitor_without_scripts(chromium, site):
    """As `visitor`, in a browser in which no script runs."""
    address, made, key = site
    context = chromium.new_context(java_script_enabled=False)
    yield Visitor(context, address, made, key)
    context.close()
