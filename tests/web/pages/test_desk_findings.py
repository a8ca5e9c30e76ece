"""What the ledger finds is judged at the desk: with a key, told in the queue and as a table, and taken back."""

from __future__ import annotations

import csv
import io
import re
import shutil
from datetime import UTC, datetime

import httpx
import pytest

from heritage_graph.web.security import create_key

BROWSER = {"Accept": "text/html"}
PATIENT = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "30", "HERITAGE_GRAPH_CLIENT_SECONDS": "3600"}
GRAPH = "https://w3id.org/heritage-graph/graph"
SAID = {"by": "A. Curator", "because": "one text names the act, “so to say”"}
BOOKS = {"contradictions": "precision", "anomalies": "stands"}
COLUMNS = ["thing", "property", "record_a", "value_a", "record_b", "value_b", "verdict", "note"]


@pytest.fixture(scope="module")
def desk(shipped, tmp_path_factory, start_server):
    """A client of a service over the shipped documents, and keys by what they may."""
    data = tmp_path_factory.mktemp("desk-findings") / "data"
    shutil.copytree(shipped, data)
    now = datetime.now(UTC)
    keys = {
        "curation": create_key(data, scopes=[f"{GRAPH}/curation"], now=now)[0],
        "other": create_key(data, scopes=[f"{GRAPH}/source/*"], now=now)[0],
    }
    with start_server(data, **PATIENT) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        yield client, keys


def page(desk, address):
    return desk[0].get(address, headers=BROWSER)


def listed(desk, book, state="open"):
    """The addresses of the findings of a book that wait, or that were judged."""
    return re.findall(rf'href="(/desk/{book}/[^"]+)"', page(desk, f"/desk/{book}?limit=500&state={state}").text)


def sent(desk, address, verdict, /, key="curation", **fields):
    """The answer to the form of a finding."""
    data = {**SAID, "verdict": verdict, "do": "decide", "key": desk[1].get(key, key), **fields}
    return desk[0].post(address, params={"lang": "en"}, data=data, headers=BROWSER)


def table(desk, book, state="decided"):
    text = desk[0].get(f"/desk/{book}?state={state}&format=csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def curation(desk):
    """All that graph/curation states, in order."""
    return sorted(desk[0].get("/graph/curation", headers={"Accept": "application/n-triples"}).text.splitlines())


def last_generation(desk):
    return desk[0].get("/api/v1/sources").json()["generation"]


def waiting(desk, book):
    """How many findings of a book wait, as the desk tells it."""
    return int(re.search(rf'"/desk/{book}">[^<]+</a><p class="figure">([0-9]+)<', page(desk, "/desk").text)[1])


@pytest.fixture(params=BOOKS)
def book(request):
    return request.param


@pytest.fixture
def finding(desk, book):
    """The address of a finding that waits; it waits again afterwards."""
    address = listed(desk, book)[0]
    yield address
    sent(desk, address, "undo")


def test_a_verdict_leads_back_to_the_finding_and_is_told_there_with_who_when_and_why(desk, book, finding):
    answer = sent(desk, finding, BOOKS[book])
    told = page(desk, finding).text

    assert (answer.status_code, answer.headers["location"]) == (303, f"{finding}?lang=en")
    assert [text in told for text in (*SAID.values(), datetime.now(UTC).date().isoformat())] == [True] * 3


def test_a_verdict_is_a_commit_to_the_curators_graph_and_changes_nothing_that_is_there(desk, book, finding):
    before = set(curation(desk))
    sent(desk, finding, BOOKS[book])
    after = set(curation(desk))

    assert before - after == set()
    assert {line.split(" ", 1)[0] for line in after - before} == {
        f"<https://w3id.org/heritage-graph/id/verdict/{finding.rpartition('/')[2]}>"
    }


def test_a_verdict_that_is_taken_back_leaves_the_curators_graph_as_it_was(desk, book, finding):
    before = curation(desk)
    sent(desk, finding, BOOKS[book])
    between = curation(desk)
    sent(desk, finding, "undo")

    assert (between == before, curation(desk) == before) == (False, True)


def test_what_was_judged_leaves_those_that_wait_and_stands_among_what_can_be_taken_back(desk, book, finding):
    sent(desk, finding, BOOKS[book])

    assert (finding in listed(desk, book), listed(desk, book, "decided")) == (False, [finding])


def test_the_desk_counts_the_findings_without_a_verdict(desk, book, finding):
    before = waiting(desk, book)
    sent(desk, finding, BOOKS[book])

    assert waiting(desk, book) == before - 1


@pytest.mark.parametrize("book", ["contradictions"], indirect=True)
def test_judged_contradictions_are_rows_of_the_file_of_differences(desk, finding):
    sent(desk, finding, "precision")
    (row,) = table(desk, "contradictions")

    assert list(row) == COLUMNS
    assert (row["verdict"], row["note"]) == ("precision", SAID["because"])
    assert all(row[name] for name in ("thing", "property", "record_a", "record_b"))
    assert "https://" not in row["thing"] + row["record_a"] + row["record_b"]


@pytest.mark.parametrize("book", ["contradictions"], indirect=True)
def test_a_mistake_of_identity_leads_to_where_it_is_mended_and_is_no_row_of_the_file(desk, finding):
    sent(desk, finding, "identity")

    assert ('href="/desk/identities"' in page(desk, finding).text, table(desk, "contradictions")) == (True, [])


@pytest.mark.parametrize("book", ["anomalies"], indirect=True)
def test_judged_anomalies_are_had_as_a_table(desk, finding):
    sent(desk, finding, "to-mend")
    (row,) = table(desk, "anomalies")

    assert (row["verdict"], row["by"], row["note"]) == ("to-mend", SAID["by"], SAID["because"])
    assert row["thing"]


@pytest.mark.parametrize(("key", "status"), [("", 401), ("hgk_0.wrong", 401), ("other", 403)])
def test_without_a_key_for_the_curators_graph_nothing_is_stored_and_what_was_typed_is_kept(desk, key, status):
    before = last_generation(desk)
    answer = sent(desk, listed(desk, "contradictions")[0], "wording", key=key)

    assert (answer.status_code, last_generation(desk)) == (status, before)
    assert (f'value="{SAID["by"]}"' in answer.text, "hgk_" in answer.text) == (True, False)


def test_what_others_have_judged_meanwhile_is_told_and_stays(desk, book, finding):
    sent(desk, finding, BOOKS[book])
    before = last_generation(desk)
    answer = sent(desk, finding, BOOKS[book])

    assert (answer.status_code, last_generation(desk)) == (412, before)
    assert "Others have changed the graph meanwhile" in answer.text


@pytest.mark.parametrize("fields", [{"because": " "}, {"by": "x" * 501}, {"because": "a\nb"}])
def test_a_verdict_says_in_one_line_who_and_why(desk, fields):
    assert sent(desk, listed(desk, "contradictions")[0], "wording", **fields).status_code == 400


def test_a_verdict_is_one_of_those_for_its_book(desk):
    assert sent(desk, listed(desk, "contradictions")[0], "stands").status_code == 400


def test_what_the_ledger_does_not_find_has_no_page(desk, book):
    assert page(desk, f"/desk/{book}/0123456789").status_code == 404


def test_a_body_of_another_type_is_refused(desk, book):
    assert desk[0].post(listed(desk, book)[0], json={}, headers=BROWSER).status_code == 415


@pytest.mark.parametrize(("language", "words"), [("en", "Verdict"), ("fr", "Ce qui sera écrit"), ("ar", "ما سيُكتب")])
def test_the_pages_speak_the_language_of_their_address(desk, book, language, words):
    answers = [page(desk, f"{address}?lang={language}") for address in (f"/desk/{book}", listed(desk, book)[0])]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert words in answers[1].text
