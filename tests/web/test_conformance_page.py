"""The page that tells what the test suites said of the endpoint."""

from __future__ import annotations


def test_programs_read_every_suite_and_its_exceptions(client):
    suites = client.get("/conformance").json()["suites"]

    assert [suite["name"] for suite in suites if suite["tests"] != suite["passed"] + len(suite["exceptions"])] == []


def test_people_read_every_exception_with_its_reason(client):
    page = client.get("/conformance", headers={"Accept": "text/html"}).text
    suites = client.get("/conformance").json()["suites"]
    exceptions = [each for suite in suites for each in suite["exceptions"]]

    assert [each["test"] for each in exceptions if f"<code>{each['test']}</code>" not in page] == []
