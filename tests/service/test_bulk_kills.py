"""A service goes on while a bulk load is built, and takes it in; whoever is killed, the last generation stays whole."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress

import httpx
import pytest
from service_fixtures import BASE, children_of, document, key_for, serving
from shipped_stores import shipped_store

from heritage_graph.ingest.bulk.merging import size_of
from heritage_graph.namespaces import source_graph
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.priority import BESIDE

STATEMENTS = 10_000
BULK = source_graph("in-bulk")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("documents") / "many.nt"
    path.write_bytes(document("in-bulk", STATEMENTS))
    return path


def load(data, file):
    """A bulk load that runs."""
    command = [sys.executable, "-c", "from heritage_graph.cli import main; main()", "load", "--bulk", str(file)]
    return subprocess.Popen([*command, "--source", "in-bulk", "--data", str(data)], stdout=subprocess.PIPE)


def put(client, number):
    graph = f"{BASE}graph/source/trial-{number}"
    return client.put("/rdf-graph-store", params={"graph": graph}, content=document(number, 10))


def size_at(client, graph):
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return int(rows[0]["n"]["value"])


def seen_at_last(client, graph):
    """The size of *graph* once readers have moved to a generation that has it; the test's own time limit ends it."""
    while not (size := size_at(client, graph)):
        time.sleep(0.1)
    return size


def client_of(url, data):
    headers = {"Authorization": f"Bearer {key_for(data)}", "Content-Type": "text/turtle"}
    return httpx.Client(base_url=url, headers=headers, timeout=30)


def test_a_service_takes_a_load_in_and_keeps_what_was_written_meanwhile(tmp_path, file):
    acknowledged = 0
    with serving(tmp_path) as (url, _), client_of(url, tmp_path) as client, load(tmp_path, file) as loading:
        while loading.poll() is None:
            acknowledged += put(client, acknowledged).is_success
        sizes = [size_at(client, BULK.value)]
        sizes += [size_at(client, f"{BASE}graph/source/trial-{number}") for number in range(acknowledged)]

    assert (loading.returncode, sizes, acknowledged > 1) == (0, [STATEMENTS, *[10] * acknowledged], True)


def test_a_service_whose_writer_is_killed_has_all_of_the_load_or_nothing(tmp_path, file):
    chance = random.Random(20261121)
    with serving(tmp_path) as (url, supervisor), client_of(url, tmp_path) as client, load(tmp_path, file) as loading:
        while loading.poll() is None:
            kill_one(supervisor, "writer_process", chance)
        size = seen_at_last(client, BULK.value)

    assert (loading.returncode, size) == (0, STATEMENTS)


def kill_one(supervisor, role, chance):
    """Kill a process of *role* after a moment, if there is one."""
    time.sleep(chance.uniform(0.1, 0.4))
    for pid in [pid for pid, command in children_of(supervisor) if f".{role}" in command]:
        os.kill(pid, signal.SIGKILL)


def test_a_load_leaves_the_processors_to_those_that_answer(tmp_path, file):
    with load(tmp_path, file) as loading:
        while not (tmp_path / "bulk.tmp").exists():
            time.sleep(0.01)
        niceness, policy = os.getpriority(os.PRIO_PROCESS, loading.pid), os.sched_getscheduler(loading.pid)
        loading.kill()

    assert (niceness >= BESIDE, policy) == (True, os.SCHED_BATCH)


@pytest.mark.parametrize("after_s", [0.0, 0.5, 1.5])
def test_a_load_that_is_killed_leaves_the_store_as_it_was_or_is_there_whole(after_s, tmp_path, file):
    data = tmp_path / "data"
    shutil.copytree(shipped_store(), data)
    with load(data, file) as loading:
        while not (data / "bulk.tmp" / "stated-0.nt").exists():
            time.sleep(0.01)
        with suppress(subprocess.TimeoutExpired):
            loading.wait(after_s)
        loading.kill()
    store = EmbeddedStore(data)
    left = {path.name for path in data.iterdir()} - {"store", "store.lock", "bulk.lock", "generations"}

    assert (size_of(store.store, BULK) in {0, STATEMENTS}, left) == (True, set())
