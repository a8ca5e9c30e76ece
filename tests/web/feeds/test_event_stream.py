"""The event stream at /ldes: what LDES and TREE ask of its documents, and that it is the published view."""

from __future__ import annotations

import shutil
from itertools import pairwise

import httpx
import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse, serialize
from pyshacl import validate
from rdflib import Graph
from tree_walk import KIND, LDES, RDF_TYPE, TREE, latest, page_at, versions, walk

from heritage_graph.model.change_iris import change_iri

BASE = "https://w3id.org/heritage-graph/"
KEPT = f"{BASE}id/agreement/kept"
PASSING = f"{BASE}id/agreement/passing"
SIGNED = NamedNode(f"{BASE}ns#signedOn")
GREATER, LESS = f"{TREE}GreaterThanOrEqualToRelation", f"{TREE}LessThanOrEqualToRelation"
FOREVER = "public, max-age=31536000, immutable"
FORMATS = {
    "trig": ("application/trig", RdfFormat.TRIG),
    "nq": ("application/n-quads", RdfFormat.N_QUADS),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
}
ONCE = [
    "timestampPath", "sequencePath", "versionOfPath", "pollingInterval", "versionCreatePath", "versionCreateObject",
    "versionUpdatePath", "versionUpdateObject", "versionDeletePath", "versionDeleteObject",
]  # fmt: skip


def said_in(page):
    """The default graph of *page*, for rdflib."""
    triples = [quad.triple for quad in page.quads if quad.graph_name == DefaultGraph()]
    return Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")


@pytest.fixture(scope="module")
def root(house):
    """The address of the root node."""
    return f"{house.client.base_url}/ldes"


@pytest.fixture(scope="module")
def pages(house, root):
    """Every document of the stream, by address."""
    return walk(house.client, root)


@pytest.fixture(scope="module")
def leaves(pages):
    """The pages, in the order of their members."""
    found = [page for page in pages.values() if page.members]
    return sorted(found, key=lambda page: versions({page.address: page})[0].position)


@pytest.fixture(scope="module")
def found(pages):
    """Every version, by position."""
    return versions(pages)


@pytest.fixture(scope="module")
def stream(pages, root):
    """What the root says of the stream, by property."""
    (stream,) = [said for said in pages[root].said.values() if LDES + "EventStream" in said[RDF_TYPE]]
    return stream


@pytest.fixture(scope="module")
def restarted(shipped, tmp_path_factory, start_server):
    """What two processes answer, one after the other, over the same data and at one public address."""
    data = tmp_path_factory.mktemp("restarted") / "data"
    shutil.copytree(shipped, data)
    return [answers_of(start_server, data), answers_of(start_server, data)]


def answers_of(start_server, data):
    """The first pages, by path, once the service has a change log."""
    known = {"HERITAGE_GRAPH_PUBLIC_URL": "https://data.example.org/"}
    with start_server(data, **known) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        while client.get("/changes").status_code == httpx.codes.SERVICE_UNAVAILABLE:
            pass
        return {path: client.get(path) for path in ("/ldes/1.trig", "/ldes/1.nq", "/ldes/1.jsonld", "/changes/1")}


def test_the_stream_has_one_view_which_is_the_root(stream, root):
    assert stream[TREE + "view"] == [root]


@pytest.mark.parametrize("name", ONCE)
def test_the_root_tells_once_how_members_are_to_be_read(stream, name):
    assert len(stream[LDES + name]) == 1


def test_the_stream_keeps_everything(pages):
    properties = {quad.predicate.value for page in pages.values() for quad in page.quads}

    assert f"{LDES}retentionPolicy" not in properties


def test_the_stream_says_under_which_licence_it_is(stream):
    assert stream["http://purl.org/dc/terms/license"] == ["https://creativecommons.org/licenses/by/4.0/"]


def test_a_document_below_the_root_names_no_other_view(pages, root):
    below = [page for address, page in pages.items() if address != root]

    assert [page.address for page in below for said in page.said.values() if said[TREE + "view"]] == []


def test_a_relation_has_one_node_one_type_one_path_and_one_value(pages):
    counted = {
        tuple(len(relation[name]) for name in ("node", "type", "path", "value"))
        for page in pages.values()
        for relation in page.relations
    }

    assert counted == {(1, 1, 1, 1)}


def test_a_relation_compares_by_the_timestamp_of_the_stream(pages, stream):
    paths = {path for page in pages.values() for relation in page.relations for path in relation["path"]}

    assert paths == set(stream[LDES + "timestampPath"])


def test_a_window_that_is_over_has_two_bounds_and_the_open_one_its_begin(pages, root, leaves):
    types = {leaf.address: [] for leaf in leaves}
    for relation in pages[root].relations:
        types[relation["node"][0]] += relation["type"]

    assert list(types.values()) == [[GREATER, LESS]] * (len(leaves) - 1) + [[GREATER]]


def test_members_were_added_within_the_bounds_that_lead_to_them(pages, root):
    outside = [
        (relation, version)
        for relation in pages[root].relations
        for version in versions({node: pages[node] for node in relation["node"]})
        if (version.added < relation["value"][0]) == (relation["type"] == [GREATER])
        and version.added != relation["value"][0]
    ]

    assert outside == []


def test_times_are_utc_and_never_run_backwards(found):
    times = [version.added for version in found]

    assert ({time[-1] for time in times}, [pair for pair in pairwise(times) if pair[0] > pair[1]]) == ({"Z"}, [])


def test_no_member_stands_twice(found):
    assert len({version.iri for version in found}) == len(found)


def test_the_last_versions_together_are_the_published_view(house, found):
    told = {triple for version in latest(found).values() for triple in version.triples}

    assert told == house.published()


def test_what_changed_stays_as_it_was(found):
    days = [
        {triple.object.value for triple in version.triples if triple.predicate == SIGNED}
        for version in found
        if version.entity == KEPT
    ]

    assert days == [{"2025-01-01"}, {"2025-02-02"}]


def test_what_was_withdrawn_ends_with_a_version_that_states_nothing(found):
    assert [(version.kind, bool(version.triples)) for version in found if version.entity == PASSING] == [
        ("create", True),
        ("delete", False),
    ]


def test_kinds_are_those_by_which_the_stream_tells_them(stream, found):
    told = {stream[f"{LDES}version{kind}Object"][0].rpartition("/")[2] for kind in ("Create", "Update", "Delete")}

    assert ({version.kind for version in found}, stream[f"{LDES}versionDeletePath"]) == (told, [KIND])


def test_a_member_has_the_name_of_its_change_in_the_log(house, found):
    query = "SELECT ?change { GRAPH ?log { ?change a <https://w3id.org/heritage-graph/ns#Change> } }"
    answer = house.client.get("/sparql", params={"query": query, "format": "json"}).json()
    logged = {row["change"]["value"] for row in answer["results"]["bindings"]}
    ours = {version.iri for version in found if version.entity in {KEPT, PASSING}}

    assert ours - logged == set()


def test_a_member_leads_to_a_document_about_it(house):
    change = change_iri(2, KEPT).removeprefix(BASE)

    assert house.client.get(f"/{change}", headers={"Accept": "text/turtle"}, follow_redirects=True).status_code == 200


def test_a_member_names_the_graphs_that_state_it(leaves, found):
    (last,) = [version for version in found if version.entity == KEPT and version.kind == "update"]
    stated = leaves[-1].said[last.iri]["http://www.w3.org/ns/prov#wasDerivedFrom"]

    assert set(stated) >= {f"{BASE}graph/source/kept", f"{BASE}graph/inferred"}


def test_members_fit_the_shape_of_the_stream(pages, root, leaves):
    conforms, _, report = validate(said_in(leaves[-1]), shacl_graph=said_in(pages[root]))

    assert conforms, report


def test_all_that_is_said_of_a_member_stands_together(leaves):
    strays = []
    for leaf in leaves:
        begin = [quad.predicate.value for quad in leaf.quads].index(TREE + "member")
        member = leaf.quads[begin].object
        for quad in leaf.quads[begin:]:
            member = quad.object if quad.predicate.value == TREE + "member" else member
            strays += [quad] if member not in (quad.subject, quad.object, quad.graph_name) else []

    assert strays == []


def test_a_page_says_that_it_is_immutable_when_its_header_does(leaves):
    told = [(leaf.is_immutable, leaf.answer.headers["cache-control"] == FOREVER) for leaf in leaves]

    assert told == [(True, True)] * (len(leaves) - 1) + [(False, False)]


def test_a_page_that_is_full_never_changes(house, leaves):
    house.bring("later")
    again = [page_at(house.client, leaf.address) for leaf in leaves[:-1]]

    assert [(page.answer.content, page.answer.headers["etag"]) for page in again] == [
        (leaf.answer.content, leaf.answer.headers["etag"]) for leaf in leaves[:-1]
    ]


@pytest.mark.parametrize("path", ["/ldes", "/ldes/1"])
def test_what_a_client_holds_is_not_sent_again(house, path):
    held = house.client.get(path)
    again = house.client.get(path, headers={"If-None-Match": held.headers["etag"]})

    assert (again.status_code, again.headers["etag"], again.headers["cache-control"]) == (
        304,
        held.headers["etag"],
        held.headers["cache-control"],
    )


@pytest.mark.parametrize("path", ["/ldes?format={}", "/ldes/1.{}"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_document_says_the_same_in_each_format(house, path, suffix):
    media_type, rdf_format = FORMATS[suffix]
    answer = house.client.get(path.format(suffix))
    quads = house.client.get(path.format("nq")).content

    assert (answer.headers["content-type"].split(";")[0], set(parse(answer.content, rdf_format))) == (
        media_type,
        set(parse(quads, RdfFormat.N_QUADS)),
    )


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_format_of_a_page_follows_accept(house, suffix):
    answer = house.client.get("/ldes/1", headers={"Accept": FORMATS[suffix][0]})

    assert (answer.headers["content-type"].split(";")[0], "Accept" in answer.headers["vary"]) == (
        FORMATS[suffix][0],
        True,
    )


@pytest.mark.parametrize(
    "path", ["/ldes/0", "/ldes/01", "/ldes/999", "/ldes/1-100", "/ldes/1-1", "/ldes/-1", "/ldes/x"]
)
def test_a_page_that_is_not_there_is_not_found_and_the_last_one_told(house, root, path):
    answer = house.client.get(path)
    (*_, last) = page_at(house.client, root).relations

    assert (answer.status_code, f"{house.client.base_url}{answer.json()['last']}") == (404, *last["node"])


@pytest.mark.parametrize(("path", "status"), [("/ldes?page=2", 400), ("/ldes/1.ttl", 406), ("/ldes/1?format=csv", 406)])
def test_what_cannot_be_given_is_refused(house, path, status):
    assert house.client.get(path).status_code == status


@pytest.mark.parametrize("path", ["/ldes/1.trig", "/ldes/1.nq", "/ldes/1.jsonld", "/changes/1"])
def test_a_page_that_is_full_is_the_same_after_a_restart(restarted, path):
    before, after = (answers[path] for answers in restarted)

    assert (before.content == after.content, before.headers["etag"]) == (True, after.headers["etag"])


def test_addresses_are_those_under_which_the_service_is_known(restarted):
    page = restarted[0]["/ldes/1.nq"].text

    assert ("<https://data.example.org/ldes/1>" in page, "<http://127.0.0.1" in page) == (True, False)


def test_who_has_used_up_its_share_is_told_when_to_come_back(shipped, tmp_path, start_server):
    shutil.copytree(shipped, tmp_path / "data")
    with start_server(tmp_path / "data", HERITAGE_GRAPH_CLIENT_SECONDS="1") as (address, _):
        answers = [httpx.get(f"{address}/ldes/1.trig", timeout=60) for _ in range(40)]

    statuses = [answer.status_code for answer in answers]

    assert (200 in statuses, statuses[-1], int(answers[-1].headers["retry-after"]) > 0) == (True, 429, True)
