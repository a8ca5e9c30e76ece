"""Two nodes before one engine are one service: the same tags, cursors and feeds, and no state that dies with one."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from engines import oxigraph_running
from node_fixtures import Cluster, knows, nginx_before, nodes_running, shared_key, until

GENERATION = "https://w3id.org/heritage-graph/ns#generation"
LOG = "https://w3id.org/heritage-graph/graph/log"
TAGGED = (
    "/",
    "/doc/organization/icesco",
    "/doc/agreement/icesco-ots-mou.ttl",
    "/doc/agreement/icesco-ots-mou.jsonld",
    "/api/v1/agreements?limit=3",
    "/api/v1/agreements/icesco-ots-mou",
    "/api/v1/search?q=icesco",
    "/queries/agreements-in-force.json?on=2024-01-01",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20a%20%3Fc%7D%20ORDER%20BY%20%3Fs%20%3Fc%20LIMIT%2010",
    "/.well-known/void",
    "/sitemap.xml",
    "/api/v1/changes",
    "/changes",
    "/changes/1",
    "/ldes",
    "/ldes/1.nq",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("nodes")


@pytest.fixture(scope="module")
def cluster(folder):
    """Two nodes that were started at once over an empty engine."""
    with (
        oxigraph_running(folder / "engine") as engine,
        nodes_running(engine, folder / "first", folder / "second") as nodes,
        nginx_before(nodes, folder / "nginx") as proxy,
    ):
        yield Cluster(engine, tuple(nodes), proxy, shared_key(folder / "shared"))


@pytest.fixture
def nodes(cluster):
    return cluster.nodes


@pytest.fixture
def stopped_engine(cluster):
    """The cluster whose engine has stopped answering; it goes on afterwards."""
    os.kill(cluster.engine.pid, signal.SIGSTOP)
    yield cluster
    os.kill(cluster.engine.pid, signal.SIGCONT)
    for node in cluster.nodes:
        until(node.is_ready)


def test_of_two_nodes_that_start_over_an_empty_engine_one_brings_the_dataset_in(cluster):
    rows = cluster.engine.sparql(f"SELECT ?generation {{ GRAPH <{LOG}> {{ ?commit <{GENERATION}> ?generation }} }}")

    assert [row["generation"]["value"] for row in rows] == ["1"]


@pytest.mark.parametrize("path", TAGGED)
def test_both_nodes_give_the_same_bytes_under_the_same_tag(nodes, path):
    first, second = (node.get(path, headers={"Accept": "*/*"}) for node in nodes)

    assert (first.status_code, first.headers["etag"], first.content) == (200, second.headers["etag"], second.content)


def test_a_tag_of_one_node_holds_at_the_other(cluster):
    answers = [cluster.proxy.get("/doc/organization/icesco.ttl") for _ in range(2)]
    again = [
        cluster.proxy.get("/doc/organization/icesco.ttl", headers={"If-None-Match": answers[0].headers["etag"]})
        for _ in range(2)
    ]

    assert ({each.headers["x-node"] for each in answers}, [each.status_code for each in again]) == (
        {node.client.base_url.netloc.decode() for node in cluster.nodes},
        [304, 304],
    )


def test_a_list_begun_at_one_node_goes_on_at_the_other(nodes):
    first, second = nodes
    page = first.get("/api/v1/agreements?limit=2").json()
    rest = second.get(page["next"]).json()

    assert [each["id"] for each in (*page["items"], *rest["items"])] == [
        each["id"] for each in second.get("/api/v1/agreements?limit=4").json()["items"]
    ]


def test_a_commit_through_one_node_is_seen_through_the_other_within_a_second(cluster, nodes):
    answer = cluster.write(1, nodes[0])
    _, seconds = until(lambda: knows(nodes[1].client, 1))

    assert (answer.status_code, seconds < 1) == (201, True)


def test_after_commits_through_both_their_feeds_are_the_same(cluster, nodes):
    for number, node in ((2, nodes[0]), (3, nodes[1])):
        cluster.write(number, node)
    last = cluster.write(4, nodes[0]).json()["generation"]
    first, second = (node.get("/api/v1/changes", params={"min-generation": last}).json() for node in nodes)

    assert first == second


def test_of_two_changes_at_once_none_is_lost(cluster, nodes):
    with ThreadPoolExecutor() as both:
        answers = list(both.map(cluster.write, (5, 6), nodes))
    for number in (5, 6):
        until(lambda number=number: knows(nodes[0].client, number))

    assert {answer.status_code for answer in answers} == {201}


def test_a_change_that_rests_on_what_another_node_has_changed_is_refused(cluster, nodes):
    graph = "https://w3id.org/heritage-graph/graph/source/thing-7"
    cluster.write(7, nodes[0])
    tag = nodes[0].get("/rdf-graph-store", params={"graph": graph}).headers["etag"]
    cluster.write(8, nodes[1])

    assert cluster.write(7, nodes[0], **{"If-Match": tag}).status_code == 412


def test_a_list_that_a_commit_overtook_says_that_it_begins_again(cluster, nodes):
    page = nodes[0].get("/api/v1/agreements?limit=2").json()
    cluster.write(9, nodes[0])

    assert nodes[0].get(page["next"]).json()["type"] == "/problems/generation-not-kept"


def test_an_earlier_generation_is_refused_with_the_reason(nodes):
    answer = nodes[0].client.get("/sparql", params={"query": "ASK {}", "asOf": "1"})

    assert (answer.status_code, "on an engine" in answer.json()["detail"]) == (410, True)


def test_the_page_of_dumps_says_that_an_engine_keeps_its_last_state_alone(nodes):
    page = nodes[0].get("/dumps/", headers={"Accept": "text/html", "Accept-Language": "en"})

    assert "keeps its last state alone" in page.text


def test_the_event_stream_says_that_it_keeps_last_versions(nodes):
    assert "<https://w3id.org/ldes#versionAmount>" in nodes[0].get("/ldes?format=nq").text


def test_a_node_whose_engine_does_not_answer_says_so_at_once(stopped_engine):
    node = stopped_engine.nodes[0]
    until(lambda: node.client.get("/doc/organization/iccrom.ttl").status_code == 503)
    answers = [node.client.get(path) for path in ("/health/ready", "/doc/organization/iccrom.ttl", "/health/live")]

    assert [(each.status_code, each.json().get("type")) for each in answers] == [
        (503, "/problems/upstream-down"),
        (503, "/problems/upstream-down"),
        (200, None),
    ]


def test_a_node_whose_engine_answers_again_is_ready(stopped_engine):
    node = stopped_engine.nodes[1]
    until(lambda: not node.is_ready())
    os.kill(stopped_engine.engine.pid, signal.SIGCONT)
    _, seconds = until(node.is_ready)

    assert seconds < 10


def test_when_a_node_is_killed_the_other_serves(cluster):  # the last one: it stays killed
    os.kill(cluster.nodes[1].pid, signal.SIGKILL)
    answers = [cluster.proxy.get("/doc/organization/icesco.ttl") for _ in range(10)]

    assert {answer.status_code for answer in answers} == {200}
