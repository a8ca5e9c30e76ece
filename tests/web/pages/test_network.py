"""Whoever wonders who works with whom sees it, reads it, walks through it, and takes it away."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

import httpx
import networkx as nx
import pytest
from browser_fixtures import BROWSER
from playwright.sync_api import expect
from visits import serious_faults

ID = "https://w3id.org/heritage-graph/id/"
ICESCO = f"{ID}organization/icesco"
FRENCH = "Conseil international des musées"
FAR_APART = {"a": "id:organization/icom", "b": "id:organization/hist"}


def explored(tab, address):
    """The island of the page at *address*, with its picture drawn."""
    tab.goto(address)
    tab.locator(".island").scroll_into_view_if_needed()
    expect(tab.locator(".island[data-ready]")).to_have_count(1)
    return tab.locator(".island")


def page(client, path, **values):
    return client.get(path, params=values, headers=BROWSER)


def rows(text, section):
    """The rows of the bodies of all tables of the *section*."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", text.split(f'id="{section}"')[1].split("</section>")[0], re.DOTALL)
    return [row for body in bodies for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)]


def all_links(client, **values):
    """The rows of the links of the page and of all pages that follow it."""
    text = page(client, "/network", **values).text
    found = rows(text, "links-table")
    while following := re.search(r'rel="next" href="([^"#]*)', text):
        text = client.get(following[1].replace("&amp;", "&"), headers=BROWSER).text
        found += rows(text, "links-table")
    return found


def test_without_scripts_all_are_listed_with_what_connects_them(client):
    text = page(client, "/network").text
    network = client.get("/api/v1/network").json()["elements"]

    assert (len(rows(text, "agents-table")), len(set(all_links(client)))) == (
        len(network["nodes"]),
        len(network["edges"]),
    )


def test_agents_are_folded_by_kind_and_counted(client):
    kinds = [node["data"]["kind"] for node in client.get("/api/v1/network").json()["elements"]["nodes"]]
    section = page(client, "/network").text.split('id="agents-table"')[1].split("</section>")[0]
    folded = re.findall(
        r'<summary>[^<]*<span class="number">([0-9]+)</span></summary>.*?id="agents-([a-z]+)"', section, re.DOTALL
    )

    assert {kind: int(number) for number, kind in folded} == {kind: kinds.count(kind) for kind in set(kinds)}


def test_links_are_counted_by_the_kinds_of_what_connects_them(client):
    network = client.get("/api/v1/network").json()
    kind = {context["id"]: context["kind"] for context in network["contexts"]}
    links = [{kind[each] for each in edge["data"]["contexts"]} - {"other"} for edge in network["elements"]["edges"]]
    counted = re.findall(r'<span class="by-([a-z]+)">([0-9]+)<', page(client, "/network").text)

    assert {name: int(number) for name, number in counted} == Counter(chain.from_iterable(links))


def test_data_pass_over_where_the_list_of_the_page_begins(client):
    following = re.search(r'rel="next" href="([^"#]*)', page(client, "/network").text)[1].replace("&amp;", "&")

    assert client.get(following, headers={"Accept": "application/json"}).json() == client.get("/network.json").json()


def test_the_folded_page_is_short_and_opens_without_scripts(context_without_scripts, address):
    opened = context_without_scripts.new_page()
    opened.set_viewport_size({"width": 1440, "height": 900})
    opened.goto(f"{address}/network")
    height = opened.evaluate("document.documentElement.scrollHeight")
    opened.locator("#links-table > details > summary").click()

    expect(opened.locator("#links tbody tr").first).to_be_visible()
    assert height < 4000


@pytest.mark.parametrize(
    "values",
    [
        {"about": "id:organization/iccrom"},
        {"role": "party", "kind": "agreement"},
        {"source": "icesco-2024-partnerships-report"},
        {"from": "2022", "to": "2023-06"},
    ],
)
def test_a_filter_chooses_what_it_chooses_in_the_api(client, values):
    of_the_api = {{"about": "agent"}.get(name, name): value for name, value in values.items()}
    links = client.get("/api/v1/network", params=of_the_api).json()["elements"]["edges"]

    assert len(set(all_links(client, **values))) == len(links)


def test_the_data_at_its_address_are_those_of_the_api(client):
    ours = client.get("/network", params={"about": "id:organization/iccrom"}, headers={"Accept": "application/json"})
    theirs = client.get("/api/v1/network", params={"agent": "id:organization/iccrom"})

    assert ours.json() == theirs.json()


@pytest.mark.parametrize(("suffix", "reader"), [("graphml", nx.parse_graphml), ("gexf", None)])
def test_programs_take_it_from_the_same_address(client, suffix, reader):
    answer = client.get(f"/network.{suffix}", params={"about": "ICESCO"})

    assert (answer.status_code, ICESCO in answer.text, reader is None or ICESCO in reader(answer.text)) == (
        200,
        True,
        True,
    )


@pytest.mark.parametrize("name", ["icesco", "ICESCO", "إيسيسكو", "id:organization/icesco", ICESCO])
def test_an_agent_is_named_as_one_likes(client, name):
    answer = client.get("/network.json", params={"about": name})
    ends = [{edge["data"]["source"], edge["data"]["target"]} for edge in answer.json()["elements"]["edges"]]

    assert {ICESCO} in [end & {ICESCO} for end in ends]


def test_a_name_that_nobody_has_is_refused_with_names_like_it(client):
    answer = client.get("/network.json", params={"about": "icesc"})

    assert (answer.status_code, "ICESCO" in answer.json()["allowed"]) == (400, True)


def test_fields_that_are_left_empty_choose_nothing(client):
    empty = dict.fromkeys(("about", "role", "kind", "source", "from", "to"), "")

    assert rows(page(client, "/network", **empty).text, "links-table") == rows(
        page(client, "/network").text, "links-table"
    )


def test_what_is_not_on_record_is_not_said_not_to_be(client):
    text = page(client, "/network", about="id:organization/nobody").text

    assert "That does not mean that there is none." in text


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/api/v1/network", "/network"),
        ("/api/v1/network?agent=id:state/egypt&kind=event&depth=2", "/network?about=id:state/egypt&kind=event"),
        (
            "/api/v1/collaborations/path?from=id:organization/icom&to=id:organization/hist",
            "/network/path?a=id:organization/icom&b=id:organization/hist",
        ),
    ],
)
def test_browsers_are_led_from_the_api_to_the_pages(client, asked, led_to):
    answer = client.get(asked, headers=BROWSER)

    assert (answer.status_code, answer.headers["location"]) == (httpx.codes.SEE_OTHER, led_to)


def test_a_path_is_told_in_steps_with_links(client):
    text = page(client, "/network/path", **FAR_APART).text
    steps = text.split('<ol class="steps">')[1].split("</ol>")[0]

    assert [link for link in re.findall(r'href="/id/([^"]+)"', steps) if not link.startswith("organization")] == [
        "event/illicit-trafficking-conference-2020",
        "activity/icesco-at-sharm-el-sheikh-climate-conference",
        "agreement/icomos-hist-mou-2022",
    ]


def test_a_path_as_data_is_that_of_the_api(client, faults_in):
    ours = client.get("/network/path", params={**FAR_APART, "format": "json"}).json()
    theirs = client.get("/api/v1/collaborations/path", params={"from": FAR_APART["a"], "to": FAR_APART["b"]}).json()

    assert (ours == theirs, faults_in(ours, "collaboration-path")) == (True, [])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Find the path"),
        ({"a": "ICOM", "b": "ICOM"}, "A path is between two."),
        ({"a": "ICOM", "b": "id:organization/nobody"}, "That does not mean that the two are not connected."),
    ],
)
def test_where_there_is_no_path_the_page_says_why(client, values, said):
    assert said in page(client, "/network/path", **values).text


def test_without_two_ends_there_is_no_path_as_data(client):
    assert client.get("/network/path", params={"a": "ICOM", "format": "json"}).json()["parameter"] == "a"


def test_names_are_in_the_language_of_the_page(client):
    assert FRENCH in page(client, "/network", lang="fr").text


def test_the_picture_comes_from_here_and_breaks_no_policy(tab, address):
    explored(tab, "/network")

    assert (tab.complaints, [url for url in tab.asked if not url.startswith(address)]) == ([], [])


def test_the_legend_names_colours_and_shapes_in_the_language_of_the_page(tab):
    legend = explored(tab, "/network?lang=ar").locator(".legend")

    expect(legend).to_contain_text("منظمة")


def test_with_the_keyboard_one_walks_from_agent_to_agent_to_what_connects_them(tab):
    island = explored(tab, "/network?lang=fr")
    island.get_by_role("button", name="ICESCO", exact=True).focus()
    tab.keyboard.press("Enter")
    expect(island.locator(".title a")).to_have_text("ICESCO")
    island.get_by_role("button", name=FRENCH).focus()
    tab.keyboard.press("Enter")

    expect(island.locator(".title a")).to_have_attribute("href", "/doc/organization/icom?lang=fr")


def test_whoever_chooses_an_agent_is_where_the_panel_begins(tab):
    island = explored(tab, "/network")
    island.get_by_role("button", name="ICCROM", exact=True).focus()
    tab.keyboard.press("Enter")

    expect(island.get_by_role("button", name="Show all")).to_be_focused()


def test_the_picture_is_saved(tab):
    island = explored(tab, "/network?about=icomos")
    with tab.expect_download() as download:
        island.get_by_role("button", name="Save as PNG").click()

    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_nothing_heavy_is_loaded_before_it_is_near(tab):
    tab.set_viewport_size({"width": 360, "height": 300})
    tab.goto("/network")
    tab.wait_for_load_state("networkidle")

    assert [url for url in tab.asked if "network_picture" in url or "/network.json" in url] == []


def test_a_picture_that_cannot_be_loaded_says_so(tab):
    tab.route("**/network.json*", lambda route: route.abort())
    tab.goto("/network")

    expect(tab.locator(".island[data-failed]")).to_contain_text("could not be loaded")


def test_a_path_has_its_picture(tab):
    island = explored(tab, "/network/path?a=icom&b=hist")

    expect(island.locator(".legend li")).to_have_text(["Organization", "Agreement", "Event", "Activity"])


def test_the_explorer_has_no_serious_fault_of_accessibility(tab):
    explored(tab, "/network")

    assert serious_faults(tab) == []


def test_the_page_with_its_picture_is_light(tab):
    sizes = []
    tab.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    explored(tab, "/network")

    assert sum(sizes) < 200_000
