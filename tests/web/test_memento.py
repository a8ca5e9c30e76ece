"""The versions of a document by Memento (RFC 7089), those of generations that are gone included."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from heritage_graph.web.security import create_key

BASE = "https://w3id.org/heritage-graph/"
GRAPH = f"{BASE}graph/source/memento-trial"
THING = "organization/fictional-archive"
NAMES = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth"]
LINK = re.compile(r'<([^>]*)>((?:; [a-z]+="[^"]*")*)')
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def turtle(name):
    return (
        "@prefix hg: <https://w3id.org/heritage-graph/ns#> . @prefix id: <https://w3id.org/heritage-graph/id/> ."
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix prov: <http://www.w3.org/ns/prov#> ."
        f'<{BASE}id/{THING}> a hg:Organization ; skos:prefLabel "{name}"@en ; '
        "prov:wasAttributedTo id:organization\\/heritage-graph-curators ."
    )


@pytest.fixture(scope="module")
def archive(shipped, tmp_path_factory, start_server, until_retired):
    """A client of a service in which a thing had six names, of which three generations are kept, and was withdrawn."""
    data = tmp_path_factory.mktemp("archive") / "data"
    shutil.copytree(shipped, data)
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    writer = {"Authorization": f"Bearer {key}"}
    settings = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "30"}
    with start_server(data, **settings) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        for name in NAMES:
            client.put(
                "/rdf-graph-store",
                params={"graph": GRAPH},
                content=turtle(name),
                headers={**writer, "Content-Type": "text/turtle"},
            ).raise_for_status()
        client.delete("/rdf-graph-store", params={"graph": GRAPH}, headers=writer).raise_for_status()
        until_retired(client, 5)
        yield client


@pytest.fixture(scope="module")
def timemap(archive):
    """The links of the TimeMap: address, relations, and the other attributes."""
    return links(archive.get(f"/timemap/doc/{THING}").text)


@pytest.fixture(scope="module")
def mementos(timemap):
    """The addresses of the mementos with their moments, oldest first."""
    return [
        (target, parsedate_to_datetime(attributes["datetime"]))
        for target, attributes in timemap
        if "memento" in attributes["rel"].split()
    ]


def links(text):
    return [(target, dict(re.findall(r'([a-z]+)="([^"]*)"', rest))) for target, rest in LINK.findall(text)]


def by_relation(answer):
    return {relation: target for target, told in links(answer.headers["link"]) for relation in told["rel"].split()}


def ask_for(archive, moment):
    return archive.get(f"/timegate/doc/{THING}", headers={"Accept-Datetime": format_datetime(moment, usegmt=True)})


def name_in(answer):
    (name,) = {
        quad.object.value
        for quad in parse(answer.content, RdfFormat.TURTLE)
        if quad.predicate.value.endswith("prefLabel") and quad.subject.value.endswith(THING)
    }
    return name


def test_the_timemap_lists_every_version_that_was_ever_kept(mementos):
    assert [target.partition("?")[2] for target, _ in mementos] == [f"asOf={number}" for number in range(2, 8)]


def test_each_memento_gives_what_was_said_then(archive, mementos):
    answers = [archive.get(target, headers={"Accept": "text/turtle"}) for target, _ in mementos]

    assert [name_in(answer) for answer in answers] == NAMES


def test_each_memento_says_since_when_it_was_so(archive, mementos):
    told = [parsedate_to_datetime(archive.head(target).headers["memento-datetime"]) for target, _ in mementos]

    assert told == [moment for _, moment in mementos]


def test_each_memento_leads_to_the_original_the_timegate_and_the_timemap(archive, mementos):
    base = str(archive.base_url).rstrip("/")
    told = [by_relation(archive.head(target)) for target, _ in mementos]

    assert {(each["original"], each["timegate"], each["timemap"]) for each in told} == {
        (f"{base}/doc/{THING}", f"{base}/timegate/doc/{THING}", f"{base}/timemap/doc/{THING}")
    }


def test_the_timemap_tells_its_bounds_and_names_first_and_last(timemap, mementos):
    own = next(attributes for _, attributes in timemap if attributes["rel"] == "self")
    relations = [attributes["rel"] for _, attributes in timemap if "memento" in attributes["rel"].split()]

    assert (parsedate_to_datetime(own["from"]), parsedate_to_datetime(own["until"]), relations[0], relations[-1]) == (
        mementos[0][1],
        mementos[-1][1],
        "first memento",
        "last memento",
    )


def test_the_timemap_is_link_format(archive):
    assert archive.get(f"/timemap/doc/{THING}").headers["content-type"] == "application/link-format"


def test_the_timemap_as_json_tells_the_same(archive, mementos, faults_in):
    told = archive.get(f"/timemap/doc/{THING}.json").json()

    assert ([each["uri"] for each in told["mementos"]["list"]], faults_in(told, "timemap")) == (
        [target for target, _ in mementos],
        [],
    )


def test_the_timegate_leads_to_the_version_of_the_moment(archive, mementos):
    target, moment = mementos[-1]
    answer = ask_for(archive, moment)

    assert (answer.status_code, answer.headers["location"]) == (302, target)


def test_the_timegate_leads_to_the_first_version_from_before_all(archive, mementos):
    assert ask_for(archive, mementos[0][1] - timedelta(days=400)).headers["location"] == mementos[0][0]


def test_the_timegate_leads_to_the_last_version_from_after_all(archive, mementos):
    assert ask_for(archive, datetime(2099, 1, 1, tzinfo=UTC)).headers["location"] == mementos[-1][0]


def test_without_a_moment_the_timegate_leads_to_the_last_version(archive, mementos):
    assert archive.get(f"/timegate/doc/{THING}").headers["location"] == mementos[-1][0]


def test_the_timegate_tells_on_what_its_answer_depends(archive):
    answer = archive.get(f"/timegate/doc/{THING}")
    vary = {each.strip().lower() for each in answer.headers["vary"].split(",")}

    assert ("accept-datetime" in vary, "memento-datetime" in answer.headers) == (True, False)


def test_the_timegate_leads_to_everything_around(archive, mementos):
    told = by_relation(archive.get(f"/timegate/doc/{THING}"))

    assert (told["first"], told["last"], set(told)) == (
        mementos[0][0],
        mementos[-1][0],
        {"original", "timemap", "timegate", "first", "last", "memento"},
    )


@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2026-11-21T12:00:00Z",
        "Sat, 31 Feb 2026 12:00:00 GMT",
        "Mon, 21 Nov 2026 12:00:00 GMT",
        "Sat, 21 Nov 2026 12:00:00 +0100",
        "x" * 900,
    ],
)
def test_what_is_no_moment_is_refused(archive, moment):
    answer = archive.get(f"/timegate/doc/{THING}", headers={"Accept-Datetime": moment})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-parameter")


@pytest.mark.parametrize("protocol", ["timegate", "timemap"])
@pytest.mark.parametrize("thing", ["organization/never-was", "commit/1", "claim/essay-art-legacy-accords"])
def test_what_has_no_versions_is_not_found(archive, protocol, thing):
    assert archive.get(f"/{protocol}/doc/{thing}").status_code == 404


def test_head_is_answered_as_get(archive):
    got, head = archive.get(f"/timegate/doc/{THING}"), archive.head(f"/timegate/doc/{THING}")

    assert (head.status_code, head.headers["location"]) == (302, got.headers["location"])


def test_a_browser_of_another_origin_may_ask_for_a_moment(archive):
    answer = archive.options(f"/timegate/doc/{THING}")

    assert "Accept-Datetime" in answer.headers["access-control-allow-headers"]


def test_the_document_of_the_last_state_is_no_memento(archive):
    answer = archive.get("/doc/organization/icesco")

    assert ("memento-datetime" in answer.headers, set(by_relation(answer)) >= {"timegate", "timemap"}) == (False, True)


def test_a_name_that_moves_on_is_no_memento(archive):
    assert "memento-datetime" not in archive.get("/doc/organization/icesco?asOf=last").headers


def test_a_moment_that_has_passed_is_a_memento(archive, mementos):
    last = archive.get(f"/timemap/doc/{THING}.json").json()["mementos"]["last"]
    answer = archive.get(f"/doc/{THING}", params={"asOf": last["datetime"]})

    assert parsedate_to_datetime(answer.headers["memento-datetime"]) == mementos[-1][1]


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_what_only_the_change_log_remembers_comes_in_every_format(archive, extension):
    answer = archive.get(f"/doc/{THING}.{extension}?asOf=3")

    assert (answer.status_code, b"Second" in answer.content, answer.headers["x-generation"]) == (200, True, "3")


def test_what_only_the_change_log_remembers_keeps_its_graphs(archive):
    quads = parse(archive.get(f"/doc/{THING}.nq?asOf=3").content, RdfFormat.N_QUADS)

    assert GRAPH in {quad.graph_name.value for quad in quads}


def test_the_page_of_what_only_the_change_log_remembers_says_so(archive):
    page = archive.get(f"/doc/{THING}?asOf=3", headers=BROWSER).text

    assert ("That generation is not kept any more" in page, "Second" in page) == (True, True)


@pytest.mark.parametrize(("generation", "status"), [(1, 404), (8, 410)])
def test_before_and_after_its_time_a_thing_is_not_there(archive, generation, status):
    assert archive.get(f"/doc/{THING}?asOf={generation}").status_code == status


def test_the_versions_of_what_was_withdrawn_are_still_had(archive, mementos):
    gone = archive.get(f"/doc/{THING}")
    first = by_relation(archive.get(by_relation(gone)["timegate"]))["first"]

    assert (gone.status_code, archive.get(first).status_code, first) == (410, 200, mementos[0][0])


def test_a_timemap_that_has_not_changed_is_not_sent_again(archive):
    tag = archive.get(f"/timemap/doc/{THING}").headers["etag"]

    assert archive.get(f"/timemap/doc/{THING}", headers={"If-None-Match": tag}).status_code == 304
