"""The documentation at /docs shows every operation, an example of it, and a form that leads to its answer."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import httpx
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from heritage_graph.web.openapi_operations import kept_examples

DOCS = Path(__file__).parents[2] / "docs"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def described(client):
    paths = client.get("/openapi.json").json()["paths"]
    return {operation["operationId"]: operation for methods in paths.values() for operation in methods.values()}


@pytest.fixture(scope="module")
def todays_examples(shipped, tmp_path_factory, start_server):
    """What the operations answer over the shipped data today, as examples are kept."""
    data = tmp_path_factory.mktemp("examples") / "data"
    shutil.copytree(shipped, data)
    sys.path.insert(0, str(DOCS))
    from reference_pages.examples import examples  # noqa: PLC0415 - no package of ours

    with (
        start_server(data, HERITAGE_GRAPH_DUMPS="true") as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield examples(client)
    sys.path.remove(str(DOCS))


def page(client, name):
    return client.get(f"/docs/{name}", headers=HTML).text


def test_the_overview_leads_to_every_operation(client, described):
    linked = set(re.findall(r'href="/docs/([^"#]+)"', client.get("/docs", headers=HTML).text))

    assert linked == set(described)


def test_every_operation_has_a_page(client, described):
    statuses = {name: client.get(f"/docs/{name}", headers=HTML).status_code for name in described}

    assert {name: status for name, status in statuses.items() if status != 200} == {}


def test_a_page_needs_no_script_and_no_other_host(client):
    answer = client.get("/docs/agreementStatus", headers=HTML)
    policy = answer.headers["content-security-policy"].split("; ")

    assert ("<script" in answer.text, "script-src 'self'" in policy, "default-src 'none'" in policy) == (
        False,
        True,
        True,
    )


def test_a_page_tells_the_type_and_bounds_of_a_parameter(client):
    assert "integer, 1 to 1000, 50 when not given" in page(client, "organizations")


def test_a_page_shows_how_to_ask_on_a_command_line(client, address):
    shown = page(client, "agreementStatus")

    assert f"curl &#39;{address}/api/v1/agreements/status?on=2026-11-21&#39;" in shown


def test_a_page_shows_the_answer_of_the_example(client):
    assert "&#34;code&#34;: &#34;unknown&#34;" in page(client, "agreementStatus")


def test_a_page_leads_to_the_problems_and_to_the_schema(client):
    shown = page(client, "agreementStatus")

    assert ('href="/problems/busy"' in shown, 'href="/schemas/v1/agreement-status.json"' in shown) == (True, True)


def test_a_filled_form_leads_to_the_address_without_what_is_empty(client):
    answer = client.get("/docs/organization/try?slug=icesco&fields=label&asOf=", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/api/v1/organizations/icesco?fields=label")


def test_a_form_cannot_lead_out_of_its_path(client):
    answer = client.get("/docs/organization/try?slug=../../../evil.example//", follow_redirects=False)

    assert answer.headers["location"] == "/api/v1/organizations/..%2F..%2F..%2Fevil.example%2F%2F"


def test_a_form_without_what_the_path_needs_is_refused(client):
    assert client.get("/docs/organization/try?slug=").json()["detail"] == "/api/v1/organizations/{slug} needs slug"


def test_a_form_is_only_for_what_reads(client):
    assert client.get("/docs/replaceGraph/try?graph=a").status_code == 400


def test_an_operation_that_is_not_there_has_no_page(client):
    assert client.get("/docs/nothing").status_code == 404


def test_every_kept_example_is_what_is_answered_today(todays_examples):
    assert kept_examples() == todays_examples


def test_every_example_in_json_is_as_its_schema_says(client, described):
    whole = Resource(client.get("/openapi.json").json(), DRAFT202012)
    registry = Registry().with_resource("urn:description", whole)
    faults = [
        f"{name}: {fault.json_path}: {fault.message[:200]}"
        for name, operation in described.items()
        for content in [operation["responses"].get("200", {}).get("content", {}).get("application/json", {})]
        if "example" in content and "$ref" in content["schema"]
        for fault in Draft202012Validator(
            {"$ref": f"urn:description{content['schema']['$ref']}"}, registry=registry
        ).iter_errors(content["example"])
    ]

    assert faults == []
