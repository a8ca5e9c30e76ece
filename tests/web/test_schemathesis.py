"""The service does what its description says: requests made of the description are answered as it promises."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import checks as of_schemathesis
from schemathesis.core.failures import FailureGroup

from heritage_graph.web.security import create_key

TEXTS = (
    "application/sparql-query", "text/turtle", "application/n-triples", "application/n-quads", "application/trig",
    "application/rdf+xml", "application/ld+json",
)  # fmt: skip
OF_THE_LIMITS = {503, 504, 507}
"""What the description promises of a service that is busy, stops a query at its limit, or has no room."""


def no_fault_of_the_server(_, response, __):
    assert response.status_code < 500 or response.status_code in OF_THE_LIMITS, response.text


CHECKS = (
    no_fault_of_the_server,
    of_schemathesis.status_code_conformance,
    of_schemathesis.content_type_conformance,
    of_schemathesis.response_schema_conformance,
    of_schemathesis.response_headers_conformance,
)
EXAMPLES = 5
GENEROUS = {"HERITAGE_GRAPH_CLIENT_QUERIES": "64", "HERITAGE_GRAPH_CLIENT_SECONDS": "100000"}


@schemathesis.serializer(*TEXTS)
def as_it_is(_, value):
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@pytest.fixture(scope="module")
def writable(shipped, tmp_path_factory, start_server):
    """The address of a server of its own, and a key that may write everything there."""
    data = tmp_path_factory.mktemp("described") / "data"
    shutil.copytree(shipped, data)
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    with start_server(data, **GENEROUS) as (address, _):
        yield address, key


@pytest.fixture(scope="module")
def described(writable):
    """The operations of the description."""
    schema = schemathesis.openapi.from_url(f"{writable[0]}/openapi.json")
    return [found.ok() for found in schema.get_all_operations()]


def faults_of(operation, key):
    """What answers to requests made of *operation* do that it does not say.

    Faults are collected, not raised: a fault that is raised is asked for again, and the second answer to a change is
    another than the first.
    """
    faults = []

    @seed(20261121)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case):
        # A generation that is not there yet is waited for: 5 seconds with each request.
        case.query = {name: value for name, value in (case.query or {}).items() if name != "min-generation"}
        response = case.call(headers={"Authorization": f"Bearer {key}"})
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as found:
            faults.extend(f"{operation.label}: {each}" for each in found.exceptions)

    ask()
    return faults


@pytest.mark.timeout(400)
def test_every_answer_is_as_described(described, writable):
    faults = [fault for operation in described for fault in faults_of(operation, writable[1])]

    assert faults == []
