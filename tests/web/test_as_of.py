"""A question can be asked of a state of the graph that is kept, however it is named."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import httpx
import pytest

from heritage_graph.store.releases import make_release
from heritage_graph.web.security import create_key

QUESTION = "/queries/commits?format=csv&asOf="
GRAPH = "https://w3id.org/heritage-graph/graph/source/as-of-trial"


@pytest.fixture(scope="module")
def history(shipped, tmp_path_factory, start_server, until_retired):
    """A client of a service with five commits: the first is a release, the second is gone."""
    data = tmp_path_factory.mktemp("as-of") / "data"
    shutil.copytree(shipped, data)
    now = datetime.now(UTC)
    key, _ = create_key(data, scopes=["*"], now=now)
    with (
        start_server(data) as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        make_release(data, "first", now=now)
        for number in range(2, 6):
            client.put(
                "/rdf-graph-store",
                params={"graph": GRAPH},
                content=f"<https://example.org/t> <https://example.org/n> {number} .",
                headers={"Authorization": f"Bearer {key}", "Content-Type": "text/turtle"},
            ).raise_for_status()
        until_retired(client, 2)
        yield client


@pytest.fixture(scope="module")
def committed(history):
    """When each generation was committed."""
    rows = history.get("/queries/commits?format=json").json()["rows"]
    return {row["generation"]: row["when"] for row in rows}


@pytest.mark.parametrize(("as_of", "expected"), [("1", "1"), ("first", "1"), ("4", "4"), ("last", "5")])
def test_a_question_is_answered_of_the_generation_that_is_named(history, as_of, expected):
    answer = history.get(QUESTION + as_of)

    assert (answer.headers["x-generation"], answer.text.splitlines()[1].split(",")[0]) == (expected, expected)


def test_a_moment_means_the_last_generation_committed_by_then(history, committed):
    answer = history.get("/queries/commits", params={"asOf": committed[4], "format": "csv"})

    assert answer.headers["x-generation"] == "4"


def test_a_moment_with_an_offset_is_the_same_moment(history, committed):
    moment = datetime.fromisoformat(committed[4]).isoformat().replace("Z", "+00:00")
    answer = history.get("/queries/commits", params={"asOf": moment, "format": "csv"})

    assert answer.headers["x-generation"] == "4"


def test_a_day_means_its_end(history, committed):
    answer = history.get(QUESTION + committed[5][:10])

    assert answer.headers["x-generation"] == "5"


def test_what_is_not_kept_any_more_is_told_with_what_is(history):
    problem = history.get(QUESTION + "2").json()

    assert (problem["status"], problem["type"], problem["generations"], problem["releases"]) == (
        410,
        "/problems/generation-not-kept",
        [1, 3, 4, 5],
        {"first": 1},
    )


def test_how_a_generation_stays_is_told(history):
    assert "heritage-graph release NAME" in history.get(QUESTION + "2").json()["detail"]


def test_before_the_first_commit_there_is_nothing(history):
    answer = history.get(QUESTION + "1999-12-31")

    assert (answer.status_code, "nothing had been committed by 1999-12-31" in answer.text) == (410, True)


@pytest.mark.parametrize(
    "text",
    [
        "6",
        "-1",
        "tomorrow",
        "2026-13-01",
        "2026-02-30",
        "2026-11-21T25:00:00Z",
        "2026-11",
        "0001-01-01T00:00:00+14:00",
        "x" * 500,
    ],
)
def test_what_names_no_state_is_refused(history, text):
    problem = history.get("/queries/commits", params={"asOf": text}).json()

    assert (problem["status"], problem["type"]) == (400, "/problems/bad-parameter")


def test_an_answer_of_an_earlier_state_has_a_tag_of_its_own(history):
    first = history.get(QUESTION + "first")
    again = history.get(QUESTION + "1", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, first.headers["etag"] == history.get(QUESTION + "5").headers["etag"]) == (304, False)


def test_the_page_of_an_earlier_state_says_so_and_stays_on_it(history):
    page = history.get("/queries/commits?asOf=first", headers={"Accept": "text/html"}).text

    assert ("Asked of the state first" in page, 'name="asOf" value="first"' in page, "asOf=first" in page) == (
        True,
        True,
        True,
    )
