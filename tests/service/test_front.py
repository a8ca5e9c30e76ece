"""What the processes of a service are spared: each starts often, and pays for what it loads."""

import subprocess
import sys

import pytest

WORKERS = ["store.nursery_process", "store.writer_process", "index.builder_process", "changes.appender_process"]


def loaded_by(module, names):
    """Those of *names* that a process has loaded once it has loaded *module*."""
    program = f"import sys, heritage_graph.{module}; print(*sorted({names!r} & sys.modules.keys()))"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()


def test_the_front_loads_neither_the_validator_nor_an_rdf_library_of_python():
    assert loaded_by("front", {"rdflib", "pyshacl"}) == []


def test_the_front_loads_what_a_single_answer_needs_with_that_answer():
    assert loaded_by("front", {"networkx", "icalendar"}) == []


@pytest.mark.parametrize("worker", WORKERS)
def test_a_worker_waits_for_its_one_socket_without_an_event_loop(worker):
    assert loaded_by(worker, {"asyncio"}) == []
