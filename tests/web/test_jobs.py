"""Long queries as jobs, from a real service and real readers."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime

import httpx
import pytest

from heritage_graph.web.security import create_key

NAMES = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?s ?n WHERE { ?s skos:prefLabel ?n } ORDER BY ?s ?n"
GRAPH = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }"
LONG = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ENDLESS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def folder(shipped, tmp_path_factory):
    data = tmp_path_factory.mktemp("jobs") / "data"
    shutil.copytree(shipped, data)
    return data


@pytest.fixture(scope="module")
def bearers(folder):
    """Header fields by what their key may."""
    now = datetime.now(UTC)
    scopes = {"jobs": ["jobs"], "everything": ["*"], "graphs": ["https://w3id.org/heritage-graph/graph/source/*"]}
    return {
        name: {"Authorization": f"Bearer {create_key(folder, scopes=which, now=now)[0]}"}
        for name, which in scopes.items()
    }


@pytest.fixture(scope="module")
def desk(folder, start_server):
    """A client of a service that runs jobs for at most four seconds."""
    settings = {"HERITAGE_GRAPH_JOB_TIMEOUT": "4", "HERITAGE_GRAPH_JOB_MB": "8", "HERITAGE_GRAPH_JOB_READERS": "2"}
    with start_server(folder, **settings) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def submit(desk, bearers):
    """Submit a query and return the answer."""

    def submitted(query, key="jobs", **fields):
        return desk.post("/sparql/jobs", data={"query": query, **fields}, headers=bearers[key])

    return submitted


@pytest.fixture(scope="module")
def until_over(desk):
    """Look at a job until it is over, and return its state."""

    def watched(answer):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            job = desk.get(answer.headers["location"]).json()
            if job["state"] not in {"queued", "running"}:
                return job
        raise AssertionError(job)

    return watched


@pytest.fixture(scope="module")
def done(submit, until_over):
    return until_over(submit(NAMES))


def test_a_job_is_accepted_with_its_address(submit):
    answer = submit(NAMES)

    assert (answer.status_code, answer.headers["location"], answer.json()["query"]) == (
        202,
        answer.json()["href"],
        NAMES,
    )


def test_a_job_ends_with_its_times_its_size_and_its_expiry(done):
    assert {name: bool(done[name]) for name in ("started", "finished", "expires", "bytes")} == dict.fromkeys(
        ("started", "finished", "expires", "bytes"), True
    )


@pytest.mark.parametrize("extension", ["json", "csv", "tsv", "xml"])
def test_the_rows_of_a_job_are_those_of_the_query_in_every_format(desk, done, extension):
    direct = desk.get("/sparql", params={"query": NAMES, "format": extension})

    assert desk.get(f"{done['href']}/results.{extension}").content == direct.content


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld", "nq", "trig"])
def test_the_graph_of_a_job_comes_in_every_format(desk, submit, until_over, extension):
    job = until_over(submit(GRAPH))
    answer = desk.get(f"{job['href']}/results", params={"format": extension})

    assert (answer.status_code, b"w3id.org/heritage-graph" in answer.content) == (200, True)


def test_a_conversion_streams_and_bears_a_tag_of_its_own(desk, done):
    answer = desk.get(f"{done['href']}/results.csv", headers={"Accept-Encoding": "identity"})
    again = desk.get(f"{done['href']}/results.csv", headers={"If-None-Match": answer.headers["etag"]})

    assert (again.status_code, answer.headers["content-type"]) == (304, "text/csv; charset=utf-8")


def test_the_head_of_a_result_has_no_body(desk, done):
    answer = desk.head(f"{done['href']}/results.tsv")

    assert (answer.status_code, answer.content, answer.headers["content-type"][:25]) == (
        200,
        b"",
        "text/tab-separated-values",
    )


def test_a_format_that_the_form_does_not_have_is_refused(desk, done):
    answers = [desk.get(f"{done['href']}/results.ttl"), desk.get(f"{done['href']}/results?format=ttl")]

    assert [answer.status_code for answer in answers] == [404, 406]


def test_an_ask_has_its_answer_in_text(desk, submit, until_over):
    job = until_over(submit("ASK { ?s ?p ?o }"))

    assert (job["form"], desk.get(f"{job['href']}/results.csv").text) == ("boolean", "true")


@pytest.mark.parametrize("media_type", ["application/sparql-query", "application/x-www-form-urlencoded"])
def test_a_job_takes_the_forms_of_the_protocol(desk, bearers, media_type):
    body = "ASK {}" if media_type.endswith("query") else "query=ASK+%7B%7D"
    answer = desk.post("/sparql/jobs", content=body, headers={**bearers["everything"], "Content-Type": media_type})

    assert (answer.status_code, answer.json()["query"]) == (202, "ASK {}")


def test_a_job_runs_over_the_dataset_that_the_request_names(submit, until_over, desk):
    job = until_over(submit("ASK { ?s ?p ?o }", **{"default-graph-uri": "https://example.org/none"}))

    assert desk.get(f"{job['href']}/results.json").json()["boolean"] is False


def test_a_job_runs_on_the_state_that_it_asks(submit):
    answers = [submit("ASK {}", asOf=as_of) for as_of in ("1", "last", "2000-01-01")]

    assert [(answer.status_code, answer.json().get("generation", 0)) for answer in answers[:2]] + [
        answers[2].status_code
    ] == [(202, 1), (202, 1), 410]


@pytest.mark.parametrize(
    ("key", "query", "status", "problem"),
    [
        ("graphs", "ASK {}", 403, "not-for-this-key"),
        ("jobs", "SELECT", 202, None),
        ("jobs", "INSERT DATA { <a:b> <c:d> <e:f> }", 400, "not-a-query"),
        ("jobs", "ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403, "service-forbidden"),
    ],
)
def test_who_may_ask_what(submit, key, query, status, problem):
    answer = submit(query, key)

    assert (answer.status_code, answer.json().get("type")) == (status, problem and f"/problems/{problem}")


def test_without_a_key_nothing_is_taken(desk):
    answer = desk.post("/sparql/jobs", data={"query": "ASK {}"})

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="heritage-graph"')


def test_a_query_that_does_not_parse_fails_with_its_place(submit, until_over):
    job = until_over(submit("SELECT ?s WHERE { ?s ?p }"))

    assert (job["state"], job["problem"]["type"], job["problem"]["line"]) == ("failed", "/problems/sparql-syntax", 1)


def test_a_job_that_takes_too_long_fails_and_says_so(submit, until_over):
    job = until_over(submit(LONG))

    assert (job["state"], job["problem"]["type"], job["problem"]["limit_s"]) == ("failed", "/problems/query-timeout", 4)


def test_the_time_of_a_job_can_be_lowered(submit, until_over):
    job = until_over(submit(LONG, timeout="1"))

    assert (job["limit_s"], job["problem"]["limit_s"], job["elapsed_s"] < 3) == (1, 1, True)


def test_a_result_that_is_too_large_is_not_kept_in_part(submit, until_over, desk):
    job = until_over(submit(ENDLESS))
    answer = desk.get(f"{job['href']}/results.json")

    assert (job["problem"]["type"], job["bytes"], answer.status_code) == ("/problems/result-too-large", 0, 409)


def test_the_page_of_a_running_job_refreshes_itself(submit, desk, bearers):
    answer = submit(LONG)
    page = desk.get(answer.headers["location"], headers={"Accept": "text/html"}).text
    desk.delete(answer.headers["location"], headers=bearers["jobs"])

    assert ('http-equiv="refresh"' in page, "<progress" in page or "Waiting" in page) == (True, True)


def test_the_page_of_a_finished_job_leads_to_its_results(desk, done):
    page = desk.get(done["href"], headers={"Accept": "text/html"}).text

    assert ("refresh" in page, f'href="{done["href"]}/results.csv"' in page) == (False, True)


def test_a_running_job_has_no_result_yet(submit, desk, bearers):
    answer = submit(LONG)
    refused = desk.get(f"{answer.headers['location']}/results")
    desk.delete(answer.headers["location"], headers=bearers["jobs"])

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/job-not-done")


def test_a_cancelled_job_ends_within_a_second(submit, desk, bearers):
    answer = submit(LONG)
    began = time.monotonic()
    job = desk.delete(answer.headers["location"], headers=bearers["jobs"]).json()

    assert (job["state"], time.monotonic() - began < 1) == ("cancelled", True)


def test_a_job_that_is_over_is_removed(submit, until_over, desk, bearers):
    job = until_over(submit("ASK {}"))
    removed = desk.delete(job["href"], headers=bearers["jobs"])

    assert (removed.status_code, desk.get(job["href"]).status_code) == (204, 404)


def test_only_the_key_that_made_a_job_ends_it(done, desk, bearers):
    answers = [desk.delete(done["href"], headers=headers) for headers in ({}, bearers["everything"])]

    assert [answer.status_code for answer in answers] == [401, 403]


@pytest.mark.parametrize("name", ["0" * 32, "x", "..%2f..%2fkeys.json"])
def test_a_job_that_is_not_there_is_not_found(desk, name):
    assert desk.get(f"/sparql/jobs/{name}").status_code == 404


def test_jobs_leave_the_readers_of_the_endpoint_alone(submit, desk, bearers):
    jobs = [submit(LONG) for _ in range(3)]
    began = time.monotonic()
    desk.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).raise_for_status()
    waited = time.monotonic() - began
    for job in jobs:
        desk.delete(job.headers["location"], headers=bearers["jobs"])

    assert waited < 1


def test_a_job_has_labels_when_it_asks_for_them(submit, until_over, desk):
    query = "SELECT ?s WHERE { VALUES ?s { <https://w3id.org/heritage-graph/id/organization/icesco> } }"
    job = until_over(submit(query, labels="en"))

    assert desk.get(f"{job['href']}/results.csv").text.splitlines()[0] == "s,sLabel"


def test_an_expired_result_is_gone_and_told_as_such(submit, until_over, desk, folder):
    job = until_over(submit("ASK { ?s ?p ?o }"))
    file = folder / "jobs" / job["id"] / "job.json"
    file.write_text(file.read_text().replace(job["expires"][:10], "2020-01-01"))
    answer = desk.get(f"{job['href']}/results.csv")

    assert (answer.status_code, answer.json()["type"], desk.get(job["href"]).json()["state"]) == (
        410,
        "/problems/job-expired",
        "expired",
    )


def test_a_result_with_what_xml_cannot_hold_is_refused_as_xml_and_given_otherwise(desk, submit, until_over):
    job = until_over(submit(r'SELECT ("a\u0001b" AS ?x) {}'))
    refused = desk.get(f"{job['href']}/results.xml")

    assert (refused.status_code, refused.json()["type"]) == (406, "/problems/not-in-xml")
    assert desk.get(f"{job['href']}/results.csv").status_code == 200
