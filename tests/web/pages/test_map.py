"""Whoever wonders where things are sees what sources say of it, and nothing more."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from browser_fixtures import BROWSER
from playwright.sync_api import expect
from visits import serious_faults

DOCUMENTS = Path(__file__).parent / "documents"
ID = "https://w3id.org/heritage-graph/id/"
ONE = "https://w3id.org/heritage-graph/graph/source/invented-map"
OTHER = "https://w3id.org/heritage-graph/graph/source/other-invented-map"
GATE = f"{ID}site/invented-gate"
NEAR_TOWN = "Invented meeting · Invented institute · Invented town"


@pytest.fixture(scope="module")
def address(shipped, tmp_path_factory, start_server):
    """The address of a service over the shipped dataset and two invented maps that contradict each other."""
    data = tmp_path_factory.mktemp("mapped") / "data"
    shutil.copytree(shipped, data)
    program = Path(sys.executable).with_name("heritage-graph")
    for name in ("invented-map", "other-invented-map"):
        load = [program, "load", DOCUMENTS / f"{name}.ttl", "--source", name, "--data", data]
        subprocess.run(load, check=True, capture_output=True)
    with start_server(data, HERITAGE_GRAPH_QUERY_TIMEOUT="30") as (address, _):
        yield address


@pytest.fixture(scope="module")
def reader(address):
    with httpx.Client(base_url=address, timeout=60) as reader:
        yield reader


def drawn(tab, address):
    """The island of the page at *address*, with its map drawn."""
    tab.goto(address)
    tab.locator(".island").scroll_into_view_if_needed()
    expect(tab.locator(".island[data-ready]")).to_have_count(1)
    return tab.locator(".island")


def features(reader, **values):
    return reader.get("/map.geojson", params=values).json()["features"]


def points(reader, thing):
    """Where *thing* is, after whom."""
    return [
        (each["geometry"]["coordinates"], [source["id"] for source in each["properties"]["sources"]])
        for each in features(reader)
        if each["id"] == thing
    ]


@pytest.mark.parametrize("values", [{}, {"kind": "site"}, {"kind": "agreement"}])
def test_an_answer_is_as_its_schema_says(reader, faults_in, values):
    assert faults_in(reader.get("/map.json", params=values).json(), "map") == []


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("application/geo+json", "application/geo+json"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_the_same_address_is_geojson(reader, accept, given):
    answer = reader.get("/map", headers={"Accept": accept})

    assert (answer.headers["content-type"], answer.json()["type"]) == (given, "FeatureCollection")


def test_a_position_is_told_with_who_gives_it(reader):
    assert points(reader, f"{ID}site/invented-tower") == [([-30.25, -40.5], [ONE])]


def test_of_two_positions_both_are_told(reader):
    assert points(reader, GATE) == [([-30.25, 40.5], [ONE]), ([10.25, 42.5], [OTHER])]


def test_positions_that_contradict_are_marked_and_others_are_not(reader):
    marked = {each["id"] for each in features(reader) if each["geometry"] and each["properties"]["disputed"]}

    assert marked == {GATE}


def test_an_organization_is_at_its_seat_and_an_event_where_it_takes_place(reader):
    at_the_town = [
        each["id"] for each in features(reader) if each["properties"]["place"]["id"] == f"{ID}place/invented-town"
    ]

    assert at_the_town == [
        f"{ID}event/invented-meeting",
        f"{ID}organization/invented-institute",
        f"{ID}place/invented-town",
    ]


def test_what_has_a_country_only_is_given_no_position(reader):
    found = [each for each in features(reader) if each["id"] == f"{ID}place/rabat"]

    assert [(each["geometry"], each["properties"]["country"]["code"]) for each in found] == [(None, "MA")]


def test_only_one_kind_is_told_when_it_is_asked_for(reader):
    assert {each["properties"]["kind"] for each in features(reader, kind="site")} == {"site"}


def test_only_one_thing_is_told_when_it_is_asked_for(reader):
    assert [each["id"] for each in features(reader, about="id:site/invented-gate")] == [GATE, GATE]


def test_an_unknown_kind_is_refused_with_those_that_are_known(reader):
    assert "agreement" in reader.get("/map.json", params={"kind": "ship"}).json()["detail"]


def test_a_suffix_that_is_none_is_not_found(reader):
    assert reader.get("/map.kml").status_code == 404


def test_without_scripts_there_is_a_drawing_and_a_table(reader):
    text = reader.get("/map", headers=BROWSER).text

    assert (text.count("<circle "), len(re.findall(r'<th scope="row">', text))) == (6, len(features(reader)))


def test_what_there_is_is_folded_by_country_and_counted(reader):
    text = reader.get("/map", headers=BROWSER).text
    counted = re.findall(
        r'<summary>.*?<span class="number">([0-9]+)</span></summary>.*?id="in-([a-z-]+)"', text, re.DOTALL
    )
    countries = [each["properties"]["country"] for each in features(reader)]
    names = [country["id"].rpartition("/")[2] if country else "no-country" for country in countries]

    assert {name: int(number) for number, name in counted} == {name: names.count(name) for name in names}


@pytest.mark.parametrize("width", [1200, 360])
def test_no_mark_lies_on_another(tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    discs = (
        drawn(tab, "/map")
        .locator(".map-marker")
        .evaluate_all(
            """all => all.map((each) => each.getBoundingClientRect())
          .map(({ x, y, width }) => [x + width / 2, y + width / 2, width / 2])"""
        )
    )
    touching = [
        (one, other)
        for index, one in enumerate(discs)
        for other in discs[index + 1 :]
        if math.dist(one[:2], other[:2]) < one[2] + other[2]
    ]

    assert (len(discs) > 1, touching) == (True, [])


def test_a_mark_tells_how_many_there_are_and_of_which_kinds(tab, reader):
    placed = [each for each in features(reader) if each["geometry"]]
    island = drawn(tab, "/map")
    numbers = [int(text) for text in island.locator(".map-several text").all_text_contents()]
    rings = island.locator(".map-several").first.locator(".ring").count()

    assert (sum(numbers) + island.locator(".map-marker:not(.map-several)").count(), rings > 0) == (len(placed), True)


def test_the_drawing_stands_to_those_without_scripts(chromium, address):
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/map")

    expect(page.locator(".world circle").first).to_be_visible()
    context.close()


def test_names_are_in_the_language_of_the_page(reader):
    assert "Ville inventée" in reader.get("/map", params={"lang": "fr"}, headers=BROWSER).text


def test_the_map_comes_from_here_and_breaks_no_policy(tab, address):
    drawn(tab, "/map")

    assert (tab.complaints, [url for url in tab.asked if not url.startswith((address, "data:"))]) == ([], [])


def test_markers_say_what_they_stand_for(tab):
    markers = drawn(tab, "/map?kind=site").locator(".map-marker")

    titles = sorted(marker.get_attribute("title") for marker in markers.all())
    assert titles == ["<b>Tower</b> <img src=x onerror=alert(1)>", "Invented gate", "Invented gate"]


def test_a_popup_shows_a_name_as_text_and_never_as_markup(tab):
    island = drawn(tab, "/map?kind=site")
    island.get_by_title("Tower").click()
    popup = island.locator(".leaflet-popup-content")

    expect(popup.locator("a").first).to_have_text("<b>Tower</b> <img src=x onerror=alert(1)>")


def test_the_keyboard_opens_a_popup_that_leads_to_the_thing(tab):
    island = drawn(tab, "/map?kind=site&lang=fr")
    island.get_by_title("Tour inventée").focus()
    tab.keyboard.press("Enter")

    link = island.locator(".leaflet-popup-content a").first
    expect(link).to_have_attribute("href", "/doc/site/invented-tower?lang=fr")


def test_a_popup_says_after_whom_and_that_others_say_otherwise(tab):
    island = drawn(tab, "/map?kind=site")
    island.locator(".map-marker.disputed").first.click()

    expect(island.locator(".leaflet-popup-content")).to_have_text(
        re.compile("sources give different positions.*invented-map")
    )


def test_what_lies_on_one_point_is_listed_together(tab):
    island = drawn(tab, "/map")
    island.get_by_title(NEAR_TOWN).click()

    expect(island.locator(".leaflet-popup-content li")).to_have_count(3)


def test_a_kind_is_switched_off_in_the_legend(tab):
    island = drawn(tab, "/map")
    island.get_by_label("Site").uncheck()

    expect(island.locator(".map-marker.disputed")).to_have_count(0)


def test_a_country_tells_what_is_known_to_be_in_it(tab):
    island = drawn(tab, "/map?kind=agreement")
    island.get_by_role("button", name="Egypt").focus()
    tab.keyboard.press("Enter")

    expect(island.locator(".leaflet-popup-content")).to_contain_text("only the country is on record")


def test_a_map_is_not_mirrored_and_its_controls_are(tab):
    island = drawn(tab, "/map?lang=ar")
    controls = island.locator(".leaflet-control-zoom").bounding_box()
    box = island.bounding_box()

    assert controls["x"] > box["x"] + box["width"] / 2


def test_a_map_that_cannot_be_loaded_leaves_the_drawing(tab):
    tab.route("**/map.geojson*", lambda route: route.abort())
    tab.goto("/map")

    expect(tab.locator(".island[data-failed] .world")).to_be_visible()


def test_the_map_has_no_serious_fault_of_accessibility(tab):
    drawn(tab, "/map")

    assert serious_faults(tab) == []


def test_the_page_with_its_map_is_light(tab):
    sizes = []
    tab.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    drawn(tab, "/map")

    assert sum(sizes) < 150_000
