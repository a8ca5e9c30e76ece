"""Whichever process is killed at whatever moment of a load: nothing acknowledged is lost, nothing is torn.

`KILL_TRIALS=100` kills more often.
"""

import os
import random
import signal
import time
from pathlib import Path

import httpx
import pytest
from service_fixtures import BASE, children_of, document, key_for, name_of, serving

TRIALS = int(os.environ.get("KILL_TRIALS", "12"))
BACK_WITHIN_S = 2.0
TRIPLES = 60
ROLES = ("nursery_process", "gate_process", "writer_process", "front")


def pids_of(role, supervisor):
    """The processes of a role: named after their module, the front, which is forked, by its name alone."""
    return [pid for pid, command in children_of(supervisor) if f".{role}" in command or name_of(pid) == role]


def put(client, graph, number):
    return client.put("/rdf-graph-store", params={"graph": graph}, content=document(number, TRIPLES))


def size_of(client, graph):
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return int(rows[0]["n"]["value"])


def seconds_until_ready(client):
    start = time.monotonic()
    while time.monotonic() - start < 10 * BACK_WITHIN_S:
        try:
            if client.get("/health/ready").status_code == httpx.codes.OK:
                return time.monotonic() - start
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    return float("inf")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killing_any_process_during_a_load_loses_and_tears_nothing(tmp_path):
    chance = random.Random(20261121)
    sizes = []
    waits = []
    with serving(tmp_path) as (url, supervisor):
        headers = {"Authorization": f"Bearer {key_for(tmp_path)}", "Content-Type": "text/turtle"}
        with httpx.Client(base_url=url, headers=headers, timeout=10) as client:
            for trial in range(TRIALS):
                graph = f"{BASE}graph/source/trial-{trial}"
                victims = pids_of(ROLES[trial % len(ROLES)], supervisor)
                acknowledged = put_while_killing(client, graph, trial, chance.choice(victims), chance.uniform(0, 0.25))
                waits.append(seconds_until_ready(client))
                sizes.append((acknowledged, size_of(client, graph)))
            whole = {size for _, size in sizes} <= {0, TRIPLES}
            lost = [trial for trial, (acknowledged, size) in enumerate(sizes) if acknowledged and size == 0]

    assert (whole, lost, max(waits) < BACK_WITHIN_S) == (True, [], True), (sizes, waits)


def put_while_killing(client, graph, number, victim, delay):
    """Tell whether the service acknowledged the document while *victim* was killed after *delay* seconds."""
    assassin = os.fork()
    if assassin == 0:
        time.sleep(delay)
        try:
            os.kill(victim, signal.SIGKILL)
        finally:
            os._exit(0)
    try:
        return put(client, graph, number).is_success
    except httpx.TransportError:
        return False
    finally:
        os.waitpid(assassin, 0)


def test_the_service_stands_when_one_front_after_the_other_is_killed(tmp_path):
    with serving(tmp_path) as (url, supervisor), httpx.Client(base_url=url, timeout=10) as client:
        waits = []
        for _ in range(3):
            (front,) = pids_of("front", supervisor)
            os.kill(front, signal.SIGKILL)
            waits.append(seconds_until_ready(client))

    assert max(waits) < BACK_WITHIN_S


def test_no_process_stays_behind_when_the_supervisor_is_killed(tmp_path):
    with serving(tmp_path) as (_, supervisor):
        family = [pid for pid, _ in children_of(supervisor)]
        os.kill(supervisor, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and any(Path(f"/proc/{pid}/cmdline").exists() for pid in family):
            time.sleep(0.05)
        left = [pid for pid in family if Path(f"/proc/{pid}/cmdline").exists()]

    assert (len(family) >= len(ROLES), left) == (True, [])
