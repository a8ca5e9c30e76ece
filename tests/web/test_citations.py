"""A query that is cited is found again with its generation, and what it gave can be compared."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import httpx
import orjson
import pytest

from heritage_graph.errors import EngineTrouble, StorageFull, UnknownName
from heritage_graph.store.releases import make_release
from heritage_graph.web import cited_queries
from heritage_graph.web.cited_queries import CitedQueries, CitedQuery
from heritage_graph.web.security import create_key

GRAPH = "https://w3id.org/heritage-graph/graph/source/cited-trial"
COUNT = f"SELECT ?n WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?n }} }}"
NAMES = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?s ?n WHERE { ?s skos:prefLabel ?n } ORDER BY ?s ?n"
TYPES = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }"
LONG = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def desk(shipped, tmp_path_factory, start_server):
    """A client of a service of its own, what commits a number there, and its data folder."""
    data = tmp_path_factory.mktemp("cited") / "data"
    shutil.copytree(shipped, data)
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    with (
        start_server(data) as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):

        def commit(number):
            client.put(
                "/rdf-graph-store",
                params={"graph": GRAPH},
                content=f"<https://example.org/t> <https://example.org/n> {number} .",
                headers={"Authorization": f"Bearer {key}", "Content-Type": "text/turtle"},
            ).raise_for_status()

        yield client, commit, data


@pytest.fixture(scope="module")
def client(desk):
    return desk[0]


@pytest.fixture(scope="module")
def keep(client):
    """Keep a query and return the answer."""
    return lambda query, **fields: client.post("/q", data={"query": query, **fields})


@pytest.fixture(scope="module")
def kept(keep):
    """What is told of a query that is kept."""
    return keep(NAMES).json()


def test_a_query_is_kept_with_the_state_of_the_graph(keep):
    answer = keep("ASK { ?s ?p ?o }")

    assert (answer.status_code, answer.headers["location"], answer.json()["generation"], answer.json()["form"]) == (
        201,
        answer.json()["href"],
        1,
        "boolean",
    )


def test_the_same_query_is_kept_once(keep):
    answers = [keep("ASK { ?s a ?o }") for _ in range(2)]

    assert ([answer.status_code for answer in answers], answers[0].headers["location"]) == (
        [201, 200],
        answers[1].headers["location"],
    )


def test_another_dataset_makes_another_citation(keep):
    answers = [keep("ASK { ?s a ?o }"), keep("ASK { ?s a ?o }", **{"default-graph-uri": GRAPH})]

    assert answers[0].headers["location"] != answers[1].headers["location"]


@pytest.mark.parametrize(("query", "extension"), [(NAMES, "tsv"), (TYPES, "nt")])
def test_the_digest_is_that_of_the_sorted_lines_of_the_answer(client, keep, query, extension):
    told = keep(query).json()
    lines = client.get(f"{told['href']}/results.{extension}").content.splitlines(keepends=True)

    assert told["digest"] == "sha256:" + hashlib.sha256(b"".join(sorted(lines))).hexdigest()


@pytest.mark.parametrize("extension", ["json", "csv", "tsv", "xml"])
def test_a_kept_query_is_run_in_every_format(client, kept, extension):
    direct = client.get("/sparql", params={"query": NAMES, "format": extension})
    answer = client.get(f"{kept['href']}/results.{extension}")

    assert (answer.content, answer.headers["content-type"]) == (direct.content, direct.headers["content-type"])


def test_a_results_type_at_the_address_itself_runs_the_query(client, kept):
    answer = client.get(kept["href"], headers={"Accept": "text/csv"})

    assert answer.text.splitlines()[0] == "s,n"


def test_an_answer_that_is_known_costs_nothing(client, kept):
    answer = client.get(f"{kept['href']}/results.csv")
    again = client.get(f"{kept['href']}/results.csv", headers={"If-None-Match": answer.headers["etag"]})

    assert again.status_code == 304


def test_the_query_itself_is_given(client, kept):
    answer = client.get(kept["href"], headers={"Accept": "application/sparql-query"})

    assert (answer.text, answer.headers["content-type"]) == (NAMES, "application/sparql-query")


def test_bibtex_names_the_generation_and_the_address(client, kept):
    entry = client.get(f"{kept['href']}?format=bibtex").text

    assert (entry.startswith("@misc{heritage-graph-"), "generation 1" in entry, kept["href"] in entry) == (
        True,
        True,
        True,
    )


def test_csl_json_is_an_item_of_a_dataset(client, kept):
    (item,) = client.get(f"{kept['href']}?format=csl").json()

    assert (item["type"], item["author"], item["URL"].endswith(kept["href"])) == (
        "dataset",
        [{"literal": "The heritage-graph contributors"}],
        True,
    )


def test_the_citation_has_the_title_and_the_authors_of_the_citation_file(kept):
    told = (Path(__file__).resolve().parents[2] / "CITATION.cff").read_text(encoding="utf-8")
    names = [line.split('"')[1] for line in told.splitlines() if line.startswith(("title:", "  - name:"))]

    assert [name for name in names if name not in kept["cite"]["text"]] == []


def test_the_page_shows_the_citation_and_escapes_the_query(client, keep):
    told = keep('SELECT ("<b>bold</b>" AS ?x) WHERE {}').json()
    page = client.get(told["href"], headers={"Accept": "text/html"}).text

    assert ("@misc{" in page, "&lt;b&gt;bold" in page, "<b>bold" in page) == (True, True, False)


def test_a_browser_that_keeps_a_query_is_shown_its_page(client):
    answer = client.post("/q", data={"query": "ASK { ?s ?p 1 }"}, headers={"Accept": "text/html"})

    assert (answer.status_code, "Cite it" in answer.text) == (201, True)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("SELECT ?s WHERE { ?s ?p }", "sparql-syntax"),
        ("ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "service-forbidden"),
        ("DROP ALL", "not-a-query"),
    ],
)
def test_what_is_no_query_is_not_kept(keep, query, problem):
    assert keep(query).json()["type"] == f"/problems/{problem}"


def test_labels_and_formats_are_not_kept(keep):
    assert [keep("ASK {}", **field).status_code for field in ({"labels": "en"}, {"format": "csv"})] == [400, 400]


def test_an_answer_that_passes_a_limit_is_not_compared(keep):
    told = keep(LONG, timeout="1").json()

    assert (told["digest"], told["undigested"], told["form"]) == (
        None,
        "its answer passes a limit of this service: the query took too long",
        "bindings",
    )


@pytest.mark.parametrize(
    ("query", "why"),
    [("SELECT (RAND() AS ?x) {}", "differs each time"), ("CONSTRUCT { [] a ?t } WHERE { ?s a ?t }", "blank")],
)
def test_an_answer_that_is_never_the_same_is_not_compared(client, keep, query, why):
    told = keep(query).json()
    check = client.get(told["check"]).json()

    assert (told["digest"], check["same"], why in check["why_not"]) == (None, None, True)


def test_a_kept_query_is_found_on_its_generation_after_others(desk, keep):
    client, commit, data = desk
    commit(1)
    make_release(data, "one", now=datetime.now(UTC))
    told = keep(COUNT).json()
    for number in (2, 3, 4, 5):
        commit(number)
    check = [client.get(told["check"], params=of).json()["same"] for of in ({}, {"asOf": "last"}, {"asOf": "one"})]
    answers = [client.get(f"{told['href']}/results.csv{of}").text.split() for of in ("", "?asOf=last", "?asOf=one")]

    assert (check, answers) == ([True, False, True], [["n", "1"], ["n", "5"], ["n", "1"]])


def test_a_query_whose_generation_has_gone_leads_to_the_last_one(desk, keep, until_retired):
    client, commit, _ = desk
    told = keep(COUNT).json()
    for number in (12, 13, 14, 15):
        commit(number)
    until_retired(client, told["generation"])
    problem = client.get(f"{told['href']}/results.csv").json()
    page = client.get(told["href"], headers={"Accept": "text/html"}).text

    assert (
        problem["status"],
        problem["type"],
        client.get(problem["run_on_last"], headers={"Accept": "text/csv"}).text.split(),
        "is not kept any more" in page,
    ) == (410, "/problems/generation-not-kept", ["n", "15"], True)


def test_the_page_of_a_problem_leads_there_too(desk, keep, until_retired):
    client, commit, _ = desk
    told = keep(COUNT).json()
    for number in (22, 23, 24, 25):
        commit(number)
    until_retired(client, told["generation"])
    page = client.get(f"{told['href']}/results", headers={"Accept": "text/html, */*;q=0.8"})

    assert (page.status_code, f'href="{told["href"]}/results?asOf=last"' in page.text) == (410, True)


@pytest.mark.parametrize("name", ["0" * 32, "x", "..%2fkeys"])
def test_a_query_that_is_not_kept_is_not_found(client, name):
    assert client.get(f"/q/{name}").status_code == 404


def test_rows_are_bounded_as_at_the_endpoint(client, keep):
    told = keep("SELECT (1 AS ?x) WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 100001").json()

    assert (told["digest"], client.get(f"{told['href']}/results.csv").json()["type"]) == (
        None,
        "/problems/result-too-large",
    )


def a_query(text="ASK {}"):
    return CitedQuery(text, (), (), "http://localhost/sparql", 1, "key", "2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z",
                      "boolean", None, None)  # fmt: skip


def test_so_many_queries_are_kept_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(cited_queries, "_MOST_KEPT", 1)
    CitedQueries(tmp_path).keep(a_query())
    with pytest.raises(StorageFull) as refusal:
        CitedQueries(tmp_path).keep(a_query("ASK { }"))

    assert "no further query" in str(refusal.value)


def test_a_damaged_file_is_trouble_and_no_missing_query(tmp_path):
    CitedQueries(tmp_path).keep(a_query())
    (tmp_path / "cited" / f"{a_query().hash}.json").write_bytes(orjson.dumps({"text": "ASK {}"}))
    with pytest.raises(EngineTrouble) as trouble:
        CitedQueries(tmp_path).get(a_query().hash)

    assert a_query().hash in str(trouble.value)


def test_nothing_unfinished_is_left(tmp_path):
    CitedQueries(tmp_path).keep(a_query())

    assert [path.name for path in (tmp_path / "cited").iterdir()] == [f"{a_query().hash}.json"]


def test_what_is_kept_is_read_again(tmp_path):
    CitedQueries(tmp_path).keep(a_query())

    assert CitedQueries(tmp_path).get(a_query().hash) == a_query()


def test_a_name_that_is_none_is_unknown(tmp_path):
    with pytest.raises(UnknownName) as refusal:
        CitedQueries(tmp_path).get("../keys")

    assert "../keys" in str(refusal.value)
