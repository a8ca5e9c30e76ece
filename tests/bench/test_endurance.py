"""The two programs that put a service under strain run, and find nothing broken that does not depend on the machine."""

import pytest

SMALL = ("--triples", "12000")


@pytest.fixture(scope="module")
def hostile(figures_of):
    return figures_of("hostile", *SMALL, "--seconds", "1", "--setting", "query_timeout=1")


@pytest.fixture(scope="module")
def soak(figures_of):
    return figures_of("soak", *SMALL, "--minutes", "0.1")


def holding(figures):
    return {finding["what"]: finding["found"] for finding in figures["findings"] if finding["holds"]}


@pytest.mark.slow
def test_hostile_clients_end_no_process_but_readers(hostile):
    assert holding(hostile)["ended: supervisor, front, gate or writer"] == "none"


@pytest.mark.slow
def test_hostile_clients_get_refusals_and_no_faults(hostile):
    assert set(hostile["hostile_answers"]) <= {"0", "200", "400", "422", "429", "503", "504"}


@pytest.mark.slow
def test_a_mixed_load_gets_the_answers_that_are_planned(soak):
    assert holding(soak)["answers not planned"] == "none"


@pytest.mark.slow
def test_a_mixed_load_ends_no_process_but_readers(soak):
    assert holding(soak)["ended: supervisor, front, gate or writer"] == "none"


@pytest.mark.slow
def test_a_mixed_load_reaches_every_kind_of_answer(soak):
    statuses = {status for seen in soak["answers"].values() for status in seen}

    assert statuses >= {"200", "201", "400", "403", "404", "422", "504"}
