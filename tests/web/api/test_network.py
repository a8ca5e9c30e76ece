"""The network as Cytoscape elements, GraphML and GEXF, as programs that read them find it."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from heritage_graph.errors import NotInXml, ResultTooLarge
from heritage_graph.web.api.collaboration_contexts import Context
from heritage_graph.web.api.network import MOST_AGENTS, MOST_LINKS, check_size
from heritage_graph.web.api.network_graph import Network, gexf_of, graphml_of
from heritage_graph.web.api.references import Labels

NETWORK = "/api/v1/network"
GRAPHML = {"g": "http://graphml.graphdrawing.org/xmlns"}
GEXF = {"g": "http://www.gexf.net/1.2draft"}
ICESCO = "https://w3id.org/heritage-graph/id/organization/icesco"


def network(client, **values):
    return client.get(NETWORK, params={name.rstrip("_"): value for name, value in values.items()}).json()


def data(answer, group):
    return [each["data"] for each in answer["elements"][group]]


def read(client, suffix):
    content = client.get(f"{NETWORK}.{suffix}", params={"communities": "true"}).content
    readers = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}
    return readers[suffix](io.BytesIO(content))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"communities": "true", "lang": "ar"},
        {"agent": "id:organization/iccrom", "depth": "2"},
        {"role": "party", "kind": "agreement", "from": "2020", "undated": "exclude"},
        {"source": "icesco-2024-partnerships-report"},
        {"agent": "id:organization/nobody"},
    ],
)
def test_an_answer_is_as_its_schema_says(client, faults_in, values):
    assert faults_in(network(client, **values), "network") == []


def test_every_link_leads_from_a_node_to_a_node_through_contexts_that_are_told(client):
    answer = network(client)
    nodes = {node["id"] for node in data(answer, "nodes")}
    contexts = {context["id"] for context in answer["contexts"]}

    assert [
        edge
        for edge in data(answer, "edges")
        if not (nodes >= {edge["source"], edge["target"]} and contexts >= {*edge["contexts"]})
    ] == []


def test_names_are_told_in_the_language_that_is_asked_for(client):
    labels = {node["id"]: node["label"] for node in data(network(client, lang="fr"), "nodes")}

    assert labels["https://w3id.org/heritage-graph/id/organization/icom"] == "Conseil international des musées"


def test_the_surroundings_of_an_agent_are_its_partners_and_their_links(client):
    near, far = (network(client, agent="id:organization/hist", depth=depth) for depth in ("1", "2"))

    assert (len(data(near, "nodes")), len(data(near, "nodes")) < len(data(far, "nodes"))) == (2, True)


def test_an_agent_without_partners_stands_alone_and_the_answer_says_why(client):
    answer = network(client, agent="id:organization/nobody")

    assert (len(data(answer, "nodes")), answer["unknown"]["reason"]) == (1, "no-collaboration-on-record")


def test_a_kind_of_context_leaves_the_others_out(client):
    assert {context["kind"] for context in network(client, kind="agreement")["contexts"]} == {"agreement"}


def test_an_event_is_an_activity_too(client):
    assert "event" in {context["kind"] for context in network(client, kind="activity")["contexts"]}


def test_a_role_leaves_the_others_out(client):
    assert network(client, role="co-organizer")["links"]["atLeast"] < network(client)["links"]["atLeast"]


def test_a_source_tells_its_own_network(client):
    slug = "turkicstates-icesco"

    assert network(client, source=slug) == network(
        client, source=f"https://w3id.org/heritage-graph/graph/source/{slug}"
    )


def test_every_agent_of_the_network_is_in_a_community(client):
    assert all("community" in node for node in data(network(client, communities="true"), "nodes"))


def test_communities_are_told_only_when_they_are_asked_for(client):
    assert not any("community" in node for node in data(network(client), "nodes"))


def test_agents_that_stand_for_several_are_left_out(client):
    assert not any("/collective/" in node["id"] for node in data(network(client), "nodes"))


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_a_file_holds_the_same_network(client, suffix):
    answer = network(client, communities="true")
    graph = read(client, suffix)

    assert (
        {(iri, told["label"], told["kind"], told["community"]) for iri, told in graph.nodes(data=True)},
        {(frozenset(pair), told["weight"], told["contexts"]) for *pair, told in graph.edges(data=True)},
    ) == (
        {(node["id"], node["label"], node["kind"], node["community"]) for node in data(answer, "nodes")},
        {
            (frozenset({edge["source"], edge["target"]}), edge["weight"], " ".join(edge["contexts"]))
            for edge in data(answer, "edges")
        },
    )


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_a_file_tells_names_in_every_language(client, suffix):
    node = read(client, suffix).nodes[ICESCO]

    assert (node["label_ar"], node["label_en"], node["label_fr"]) == ("ايسيسكو", "ICESCO", "ICESCO")


def test_graphml_declares_every_key_that_it_uses(client):
    document = ET.fromstring(client.get(f"{NETWORK}.graphml").content)
    declared = {(key.get("for"), key.get("id")) for key in document.findall("g:key", GRAPHML)}
    used = {
        (place, each.get("key"))
        for place in ("node", "edge")
        for each in document.findall(f".//g:{place}/g:data", GRAPHML)
    }

    assert used == declared


def test_gexf_declares_every_attribute_that_it_uses(client):
    document = ET.fromstring(client.get(f"{NETWORK}.gexf").content)
    declared = {each.get("id") for each in document.findall(".//g:attribute", GEXF)}

    assert {each.get("for") for each in document.findall(".//g:attvalue", GEXF)} == declared


def test_the_same_network_is_the_same_file(client):
    first, second = (client.get(f"{NETWORK}.gexf?lang=en", headers={"Cache-Control": "no-cache"}) for _ in range(2))

    assert (b"lastmodifieddate" in first.content, first.content) == (False, second.content)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/graphml+xml", "application/graphml+xml"),
        ("application/gexf+xml", "application/gexf+xml"),
        ("application/xml", "application/graphml+xml"),
        ("*/*", "application/json"),
    ],
)
def test_the_format_is_negotiated(client, accept, expected):
    assert client.get(NETWORK, headers={"Accept": accept}).headers["content-type"] == expected


def test_the_format_can_be_named(client):
    assert client.get(NETWORK, params={"format": "gexf"}).headers["content-type"] == "application/gexf+xml"


@pytest.mark.parametrize("suffix", ["", ".graphml", ".gexf"])
def test_who_has_the_network_gets_it_no_second_time(client, suffix):
    tag = client.get(NETWORK + suffix).headers["etag"]

    assert client.get(NETWORK + suffix, headers={"If-None-Match": tag}).status_code == 304


def test_formats_have_tags_of_their_own(client):
    assert len({client.get(NETWORK + suffix).headers["etag"] for suffix in ("", ".graphml", ".gexf")}) == 3


def test_an_unknown_suffix_is_told_which_there_are(client):
    answer = client.get(f"{NETWORK}.pdf")

    assert (answer.status_code, "json, graphml, gexf" in answer.json()["detail"]) == (404, True)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"depth": "2"}, "give 'agent' too"),
        ({"agent": ICESCO, "depth": "3"}, "'depth' takes 1 or 2, not '3'"),
        ({"kind": "feast"}, "'kind' takes agreement or event or"),
        ({"role": "Party"}, "'role' takes a concept of the scheme role"),
        ({"communities": "yes"}, "'communities' takes true or false"),
        ({"source": "No Such"}, "'source' takes"),
        ({"undated": "maybe"}, "'undated' takes include or exclude"),
        ({"party": ICESCO}, "there is no parameter 'party' here"),
    ],
)
def test_a_request_that_cannot_be_answered_says_what_would_be_right(client, values, message):
    answer = client.get(NETWORK, params=values)

    assert (answer.status_code, message in answer.json()["detail"]) == (400, True)


def drawing(name):
    rows = [
        {"thing": {"type": "uri", "value": "x:a"}, "name": {"type": "literal", "value": name, "xml:lang": "en"}},
        {"thing": {"type": "uri", "value": "x:a"}, "name": {"type": "literal", "value": "أ & <ب>", "xml:lang": "ar"}},
    ]
    return Network(
        links={("x:a", "x:b"): ["x:c"]},
        agents={"x:a": "organization", "x:b": "state"},
        contexts={"x:c": Context("x:c", "event", None, None, list_is_open=True)},
        labels=Labels(rows),
        language="en",
    )


@pytest.mark.parametrize("written", [graphml_of, gexf_of])
def test_a_name_that_no_xml_can_hold_is_refused(written):
    with pytest.raises(NotInXml, match=r"U\+000C"):
        written(drawing("form\x0cfeed"))


@pytest.mark.parametrize(("written", "read"), [(graphml_of, nx.read_graphml), (gexf_of, nx.read_gexf)])
def test_markup_in_a_name_stays_text(written, read):
    graph = read(io.BytesIO(written(drawing('"A" & <b> ]]>'))))

    assert (graph.nodes["x:a"]["label"], graph.nodes["x:a"]["label_ar"]) == ('"A" & <b> ]]>', "أ & <ب>")


@pytest.mark.parametrize(("agents", "links"), [(MOST_AGENTS + 1, 10), (300, MOST_LINKS + 1)])
def test_a_network_that_is_too_large_is_refused_and_not_cut(agents, links):
    with pytest.raises(ResultTooLarge, match="ask for the surroundings of one agent"):
        check_size(agents, links)
