"""The changes of records over HTTP: in order, from any moment on, by any part, and whoever polls misses nothing."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, Store, parse

from heritage_graph.changes.change_log import ChangeLog
from heritage_graph.namespaces import is_published
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.web.security import create_key

PATH = "/api/v1/changes"
GRAPH = "https://w3id.org/heritage-graph/graph/source/"
ID = "https://w3id.org/heritage-graph/id/"
TURTLE = {"Content-Type": "text/turtle"}
PREFIXES = """
@prefix hg:   <https://w3id.org/heritage-graph/ns#> .
@prefix id:   <https://w3id.org/heritage-graph/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
PLACES = """
id:place\\/{name} a hg:Place ; skos:prefLabel "{name}"@en ; hg:evidence id:evidence\\/{name}-1-9 .
id:evidence\\/{name}-1-9 a hg:EvidenceSpan ; hg:document id:document\\/icesco-2024-partnerships-report ;
  hg:line {line} ; hg:start 1 ; hg:end 9 ;
  hg:spanDigest "{digest}"^^<http://www.w3.org/2001/XMLSchema#hexBinary> .
"""


class Written:
    """A service of its own: what writes to it, and what follows it."""

    def __init__(self, client, data, key):
        self.client = client
        self.data = data
        self._fields = {"Authorization": f"Bearer {key}"}

    def put(self, source, *names, line=1):
        places = (PLACES.format(name=name, line=line, digest="ab" * 32) for name in names)
        answer = self.client.put(
            f"/api/v1/sources/{source}", content=PREFIXES + "".join(places), headers=self._fields | TURTLE
        )
        assert answer.is_success, answer.text
        return answer.json()["generation"]

    def delete(self, source):
        answer = self.client.delete(f"/api/v1/sources/{source}", headers=self._fields)
        assert answer.is_success, answer.text
        return answer.json()["generation"]

    def ask(self, **values):
        return answered(self.client, values)


def answered(client, values):
    """The answer, once the log is there."""
    while (answer := client.get(PATH, params=values)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
        pass
    return answer


def followed(client, address):
    """All items from an address on, and where to go on later."""
    items = []
    while address:
        page = client.get(address).json()
        items += page["items"]
        address = page["next"]
    return items, page["resume"]


def told(items):
    return [(item["id"].removeprefix(ID), item["change"]) for item in items]


@pytest.fixture(scope="module")
def written(shipped, tmp_path_factory, start_server):
    data = tmp_path_factory.mktemp("followed") / "data"
    shutil.copytree(shipped, data)
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    patient = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "20"}
    with start_server(data, **patient) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        yield Written(client, data, key)


@pytest.fixture(scope="module")
def begun(client):
    """The client of the server of most tests, once its log is there."""
    answered(client, {})
    return client


def test_a_page_is_as_its_schema_says(begun, faults_in):
    assert faults_in(begun.get(PATH, params={"limit": "1000"}).json(), "changes") == []


def test_without_since_the_log_is_told_from_its_beginning_in_pages(begun):
    first = begun.get(PATH, params={"limit": "100"}).json()
    items, _ = followed(begun, first["next"])

    assert [item["sequence"] for item in first["items"] + items] == list(range(1, 101 + len(items)))


def test_a_page_with_more_behind_it_links_there(begun):
    answer = begun.get(PATH, params={"limit": "3"})

    assert answer.links["next"]["url"] == answer.json()["next"] == answer.json()["resume"]


def test_an_item_names_the_thing_and_where_it_is_told(begun):
    items, _ = followed(begun, f"{PATH}?limit=1000")
    item = next(each for each in items if each["id"] == f"{ID}agreement/icesco-ots-mou")

    assert (item["change"], item["kind"], "en" in item["label"], begun.get(item["links"]["self"]).status_code) == (
        "create",
        "agreement",
        True,
        200,
    )


def test_what_follows_a_write_is_what_it_changed(written):
    before = written.ask().json()["generation"]
    generation = written.put("first-places", "alpha", "beta")
    answer = written.ask(**{"since": str(before), "min-generation": str(generation)}).json()

    assert (told(answer["items"]), answer["items"][0]["sources"], answer["next"]) == (
        [("place/alpha", "create"), ("place/beta", "create")],
        [f"{GRAPH}first-places"],
        None,
    )


def test_who_polls_at_the_end_hears_of_the_next_change(written):
    generation = written.put("polled", "gamma")
    resume = written.ask(**{"min-generation": str(generation), "since": str(generation)}).json()["resume"]
    generation = written.put("polled", "gamma", line=2)
    answer = written.client.get(resume, params=httpx.URL(resume).params.set("min-generation", generation)).json()

    assert told(answer["items"]) == [("place/gamma", "update")]


def test_a_deletion_is_told_and_leads_to_the_page_that_says_so(written):
    written.put("passing", "delta")
    generation = written.delete("passing")
    answer = written.ask(**{"since": str(generation - 1), "min-generation": str(generation)}).json()
    (item,) = answer["items"]

    assert (item["change"], item["label"], written.client.get(item["links"]["html"]).status_code) == ("delete", {}, 410)


def test_a_source_that_says_the_same_changes_the_record_too(written):
    written.put("one-voice", "epsilon")
    generation = written.put("another-voice", "epsilon")
    answer = written.ask(**{"since": str(generation - 1), "min-generation": str(generation)}).json()

    assert [(item["change"], item["sources"]) for item in answer["items"]] == [("update", [f"{GRAPH}another-voice"])]


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({"kind": "agreement"}, lambda item: item["kind"] == "agreement"),
        ({"kind": "agreement,concept"}, lambda item: item["kind"] in {"agreement", "concept"}),
        ({"change": "delete"}, lambda item: item["change"] == "delete"),
        ({"source": f"{GRAPH}turkicstates-icesco"}, lambda item: f"{GRAPH}turkicstates-icesco" in item["sources"]),
        (
            {"kind": "agreement", "change": "create"},
            lambda item: (item["kind"], item["change"]) == ("agreement", "create"),
        ),
    ],
)
def test_a_choice_takes_what_fits_and_all_of_it(begun, values, fits):
    whole, _ = followed(begun, f"{PATH}?limit=1000")
    chosen, _ = followed(begun, str(httpx.URL(PATH, params={"limit": "7", **values})))

    assert chosen == [item for item in whole if fits(item)]


def test_since_a_moment_includes_that_second_and_nothing_earlier(written):
    generation = written.put("timed", "zeta")
    item = written.ask(**{"since": str(generation - 1), "min-generation": str(generation)}).json()["items"][0]
    next_second = datetime.fromisoformat(item["at"]) + timedelta(seconds=1)
    at, later = (
        [each["sequence"] for each in written.ask(since=moment, limit="1000").json()["items"]]
        for moment in (item["at"], f"{next_second:%Y-%m-%dT%H:%M:%SZ}")
    )

    assert (item["sequence"] in at, item["sequence"] in later) == (True, False)


def test_since_a_day_is_since_its_midnight(begun):
    items, _ = followed(begun, f"{PATH}?limit=1000")
    day = items[0]["at"][:10]

    assert begun.get(PATH, params={"since": day, "limit": "1"}).json()["items"] == items[:1]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"since": "99999"}, "the last one is"),
        ({"since": "2026-02-30"}, "a day like"),
        ({"since": "yesterday"}, "a generation like"),
        ({"since": "2026-01-01T25:00:00Z"}, "a moment like"),
        ({"kind": "ship"}, "'kind' takes"),
        ({"change": "rename"}, "'change' takes"),
        ({"source": "no iri"}, "'source' takes"),
        ({"cursor": "12"}, "begin again with since"),
        ({"cursor": "7-abcdefgh"}, "begin again with since"),
        ({"limit": "0"}, "from 1 to 1000"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(begun, values, said):
    answer = begun.get(PATH, params=values)

    assert (answer.status_code, said in answer.json()["detail"]) == (400, True)


def test_an_unknown_kind_is_answered_with_those_there_are(begun):
    assert "agreement" in begun.get(PATH, params={"kind": "ship"}).json()["allowed"]


def test_an_answer_that_the_client_holds_is_not_sent_again(begun):
    tag = begun.get(PATH).headers["etag"]

    assert begun.get(PATH, headers={"If-None-Match": tag}).status_code == 304


def test_a_mirror_that_keeps_the_last_content_of_each_thing_has_the_published_view(written):
    written.put("mirrored", "eta", "theta", "iota")
    written.put("mirrored", "eta", "theta", line=3)
    written.put("mirrored-too", "theta", "kappa", line=3)
    written.delete("mirrored")
    generation = written.put("mirrored-last", "kappa", "lambda", line=3)
    written.ask(**{"min-generation": str(generation)})
    mirror = {}
    log = ChangeLog(written.data / "changes.sqlite")
    for change in log.changes(limit=100_000):
        mirror[change.iri] = log.contents([change.sequence]).get(change.sequence, b"")
    log.close()
    copied = Dataset(quad for content in mirror.values() for quad in parse(content, RdfFormat.N_QUADS))
    last = published_generations(written.data)[-1]
    there = Dataset(quad for quad in Store.read_only(str(generation_folder(written.data, last))) if named(quad))
    copied.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    there.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)

    assert copied == there


def named(quad):
    """Whether a quad stands in a published named graph."""
    return hasattr(quad.graph_name, "value") and is_published(quad.graph_name)
