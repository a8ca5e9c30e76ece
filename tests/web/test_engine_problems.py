"""What an engine does wrong has a status of its own, and nothing of its words reaches a client."""

from __future__ import annotations

import pytest

from heritage_graph import errors
from heritage_graph.web.problems import catalogue, problem_of

STATUSES = {
    errors.UpstreamDown: 503,
    errors.UpstreamGaveUp: 504,
    errors.UpstreamInvalid: 502,
    errors.UpstreamPartial: 504,
    errors.UpstreamRedirect: 502,
    errors.UpstreamRefused: 502,
}


@pytest.mark.parametrize(("kind", "status"), STATUSES.items(), ids=lambda value: getattr(value, "slug", value))
def test_each_fault_of_an_engine_has_its_status(kind, status):
    assert problem_of(kind("it failed")).status == status


@pytest.mark.parametrize("kind", STATUSES, ids=lambda kind: kind.slug)
def test_each_fault_of_an_engine_has_a_page(kind):
    assert kind.slug in catalogue()


def test_what_an_engine_said_is_not_in_the_problem():
    problem = problem_of(errors.UpstreamInvalid("it does not parse", said="a stack trace of the engine"))

    assert "stack trace" not in repr(problem.document("1"))
