"""The benchmark of the JSON API runs: real servers over the same small data, and every call is answered."""

import pytest


@pytest.fixture(scope="module")
def figures(figures_of):
    return figures_of("api", "--triples", "12000", "--seconds", "0.1")["figures"]


@pytest.mark.slow
def test_every_kind_of_call_is_measured_cold_and_warm(figures):
    measured = {
        (each["kind"], each["mode"], each["connections"]) for each in figures if each["server"] == "heritage-graph"
    }

    assert len(measured) == 6 * 2 * 2


@pytest.mark.slow
def test_no_call_of_the_benchmark_fails(figures):
    assert [each for each in figures if each["errors"]] == []
