"""What is made beside a service leaves the processors to those that answer."""

import os
from pathlib import Path

import pytest

from heritage_graph.store.errand import errand_beside
from heritage_graph.store.priority import BESIDE, LAST, give_way


@pytest.mark.parametrize("confined", [True, False])
def test_an_errand_leaves_the_processors_to_those_that_answer(tmp_path, monkeypatch, confined):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    settings = {"path": str(tmp_path / "niceness"), "memory_bytes": 1 << 30, "confined": confined}

    with errand_beside("niceness_process", settings, trouble="it did not tell") as wait:
        wait()

    assert int((tmp_path / "niceness").read_text()) == max(BESIDE, os.nice(0))


@pytest.mark.parametrize(("before", "after"), [(0, BESIDE), (BESIDE - 3, BESIDE), (LAST, LAST)])
def test_who_gives_way_does_so_once(before, after):
    before = max(before, os.nice(0))
    child = os.fork()
    if child == 0:
        os.nice(before - os.nice(0))
        give_way()
        give_way()
        os._exit(os.nice(0))

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == max(before, after)
