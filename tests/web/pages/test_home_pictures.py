"""The pictures of the home page take few bytes however large the graph is, and the page waits for nothing slow."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal

import pytest
from nothing_loaded import answers
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store
from waiting import processes_of

from heritage_graph.namespaces import BASE, HG, HGV, RDF, SKOS, XSD, source_graph
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.web.pages import home
from heritage_graph.web.pages.map import summary as map_summary
from heritage_graph.web.pages.network import summary as network_summary

ICESCO = f"{BASE}id/organization/icesco"
PLACES = map_summary.MOST_FEATURES + 20
AGENTS = network_summary.MOST_AGENTS + 5


def thing(name):
    return NamedNode(f"{BASE}id/{name}")


def large():
    """Statements about more places than are told one by one, and about a congress of more agents than are drawn.

    Each second place has a position, the others have a country only.
    """
    for number in range(PLACES):
        place = thing(f"place/{number}")
        yield place, RDF.type, HG.Place
        if number % 2:
            yield place, HG.term("latitude"), Literal("1.5", datatype=XSD.decimal)
            yield place, HG.term("longitude"), Literal(f"{2 + number % 4}.0", datatype=XSD.decimal)
        else:
            yield place, HG.term("country"), thing("country/nowhere")
    yield thing("country/nowhere"), RDF.type, HG.term("Country")
    yield thing("country/nowhere"), HG.term("isoAlpha2"), Literal("XX")
    for language in ("en", "fr"):
        yield thing("country/nowhere"), SKOS.prefLabel, Literal(f"Nowhere in {language}", language=language)
    yield HGV.term("role/party"), HG.term("impliesCollaboration"), Literal("true", datatype=XSD.boolean)
    for number in range(AGENTS):
        for context in ("event/congress", *(["agreement/of-two"] if number < 2 else [])):
            seat = thing(f"participation/{context}-{number}")
            yield seat, HG.term("participant"), thing(f"organization/{number:02}")
            yield seat, HG.term("inContext"), thing(context)
            yield seat, HG.term("role"), HGV.term("role/party")
    yield thing("event/congress"), RDF.type, HG.Event
    yield thing("agreement/of-two"), RDF.type, HG.Agreement


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What a service over a large graph answers at each address."""
    folder = tmp_path_factory.mktemp("large")
    store = Store(str(folder / "store"))
    store.extend(Quad(*each, graph) for each in large() for graph in (DefaultGraph(), source_graph("invented")))
    del store
    EmbeddedStore(folder)
    paths = ["/map/summary", "/map/summary?lang=fr", "/network/summary"]
    return {path: answer.json() for path, answer in asyncio.run(answers(folder, paths)).items()}


def shape(feature):
    about = feature["properties"]
    place = feature["id"], feature["geometry"], about["kind"], about["place"]["id"], about["disputed"]
    return (*place, about["country"] and (about["country"]["id"], about["country"]["code"]))


def data_of(elements):
    return [element["data"] for element in elements]


def ends(edge):
    return edge["source"], edge["target"]


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_the_pictures_ask_for_little_and_in_the_language_of_the_page(client, lang):
    page = client.get("/", params={"lang": lang}, headers={"Accept": "text/html"}).text

    asked = re.findall(r'data-address="([^"]*)"', page)
    assert asked == [f"/map/summary?lang={lang}", f"/network/summary?lang={lang}"]


@pytest.mark.parametrize(("path", "name"), [("/map/summary", "map-summary"), ("/network/summary", "network-summary")])
def test_an_answer_is_as_its_schema_says(client, told, faults_in, path, name):
    assert (faults_in(client.get(path).json(), name), faults_in(told[path], name)) == ([], [])


def test_of_a_small_graph_the_map_shows_all_that_the_large_map_shows(client):
    small, whole = client.get("/map/summary").json(), client.get("/map.json").json()

    assert [shape(each) for each in small["features"]] == [shape(each) for each in whole["features"]]


def test_of_a_small_graph_the_network_has_all_agents_and_links(client):
    small = client.get("/network/summary").json()["elements"]
    whole = client.get("/network.json").json()
    kinds = {context["id"]: context["kind"] for context in whole["contexts"]}
    drawn = [(ends(edge), edge["weight"], edge["kinds"]) for edge in data_of(small["edges"])]
    known = [
        (ends(edge), edge["weight"], sorted({kinds[context] for context in edge["contexts"]}))
        for edge in data_of(whole["elements"]["edges"])
    ]

    assert sorted(drawn) == sorted(known)
    ids = [[node["id"] for node in data_of(nodes)] for nodes in (small["nodes"], whole["elements"]["nodes"])]
    assert ids[0] == ids[1]


def test_names_are_told_in_one_language(client):
    nodes = client.get("/network/summary", params={"lang": "fr"}).json()["elements"]["nodes"]

    assert {len(node["data"]["labels"]) for node in nodes} == {1}


def test_what_is_more_than_can_be_told_apart_is_counted_by_field_and_by_country(told):
    features = told["/map/summary?lang=fr"]["features"]

    half = PLACES // 2
    country = {"id": f"{BASE}id/country/nowhere", "label": {"fr": ["Nowhere in fr"]}, "code": "XX"}
    assert [(each["geometry"], each["properties"]) for each in features] == [
        (None, {"counts": {"place": half}, "country": country}),
        ({"type": "Point", "coordinates": [4.0, 1.5]}, {"counts": {"place": half}, "country": None}),
    ]


def test_what_is_counted_is_all_there_is(told):
    assert told["/map/summary"]["total"] == {"exactly": PLACES}


def test_of_a_large_network_the_largest_agents_are_drawn(told):
    elements = told["/network/summary"]["elements"]
    names = [f"{BASE}id/organization/{number:02}" for number in range(AGENTS)]

    drawn = {node["data"]["id"] for node in elements["nodes"]}
    assert (drawn <= set(names[: network_summary.MOST_AGENTS]), len(elements["edges"])) == (
        True,
        network_summary.MOST_LINKS,
    )


def test_the_strongest_links_are_drawn_with_the_kinds_of_what_links_them(told):
    first = told["/network/summary"]["elements"]["edges"][0]["data"]

    assert first == {
        "source": f"{BASE}id/organization/00",
        "target": f"{BASE}id/organization/01",
        "weight": 2,
        "kinds": ["agreement", "event"],
    }


def test_the_page_comes_before_changes_are_gathered_and_things_are_counted(shipped_store, tmp_path):
    shutil.copytree(shipped_store, tmp_path, dirs_exist_ok=True)

    async def page():
        stopping = asyncio.create_task(stopped("changes.appender_process", "index.builder_process"))
        try:
            return (await answers(tmp_path, ["/"], accept="text/html"))["/"]
        finally:
            stopping.cancel()

    answer = asyncio.run(page())
    assert ("The changes are being gathered" in answer.text, "being counted" in answer.text) == (True, True)
    assert answer.elapsed.total_seconds() < 4


def standing(answer):
    """The numbers of agreements that a home page shows, by answer."""
    card = answer.text.split('id="standing"')[1].split("</section>")[0]
    return {status: int(number) for status, number in re.findall(r"status=([a-z-]+)[^>]*><strong>([0-9]+)", card)}


@pytest.fixture(scope="module")
def impatient(shipped_store, tmp_path_factory):
    """The home page to whom nothing is worth waiting for, before and after the board has been asked for; the board."""
    folder = tmp_path_factory.mktemp("impatient")
    shutil.copytree(shipped_store, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(home, "_PATIENCE_S", 0.0)
        return asyncio.run(answers(folder, ["/", "/agreements", "/?lang=en"], accept="text/html"))


def test_agreements_that_are_not_counted_yet_are_said_to_be_counted_and_have_no_numbers(impatient):
    assert ("The agreements are being counted" in impatient["/"].text, standing(impatient["/"])) == (True, {})


def test_agreements_go_on_being_counted_for_the_next_who_asks(impatient):
    board = re.findall(r'<li class="([a-z-]+)"><a href="[^"]*"><strong>([0-9]+)<', impatient["/agreements"].text)
    told = {status: int(number) for status, number in board if status != "lapsing"}

    assert (standing(impatient["/?lang=en"]), sum(told.values()) > 0) == (told, True)


def test_a_page_without_counts_is_not_taken_for_one_with_counts(impatient):
    before, after = (impatient[path].headers["etag"] for path in ("/", "/?lang=en"))

    assert before != after


async def stopped(*modules):
    """Hold the processes that run *modules* for this one, from their first moments on."""
    held = set()
    while True:
        for pid in {pid for module in modules for pid in processes_of(module)} - held:
            os.kill(pid, signal.SIGSTOP)
            held.add(pid)
        await asyncio.sleep(0.01)
