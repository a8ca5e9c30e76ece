"""The pictures of classes: boxes that do not meet, lines between them, and all of it mirrored from right to left."""

from __future__ import annotations

from itertools import combinations

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from heritage_graph.assets import asset_folder
from heritage_graph.web.names import Names
from heritage_graph.web.pages.model.class_diagram import overview
from heritage_graph.web.pages.model.drawing import Box, Line, Picture, Text, cut, for_language, wrapped
from heritage_graph.web.pages.model.module_diagram import module_diagram
from heritage_graph.web.pages.model.ontology_model import MODULES, ontology_of

FILES = sorted(asset_folder("ontology").glob("*.ttl"))
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
WITH_CLASSES = [path.stem for path in FILES if path.stem not in {"heritage", "rules"}]


def cell(term):
    """A term as SPARQL results in JSON have it."""
    return {
        "type": "literal" if isinstance(term, Literal) else "uri",
        "value": term.value,
        **({"xml:lang": term.language} if isinstance(term, Literal) and term.language else {}),
    }


ROWS = [
    {"term": cell(quad.subject), "property": cell(quad.predicate), "value": cell(quad.object)}
    for path in FILES
    for quad in parse(path.read_bytes(), RdfFormat.TURTLE)
]
ONTOLOGY = ontology_of(ROWS)
NAMES = Names([{"thing": row["term"], "name": row["value"]} for row in ROWS if row["property"]["value"] == LABEL])
PICTURES = {name: module_diagram(ONTOLOGY, ONTOLOGY.modules[MODULES + name], NAMES) for name in WITH_CLASSES}
PICTURES["all"] = overview(ONTOLOGY, NAMES)


def meet(one, other):
    """Tell whether two boxes have a point in common."""
    apart_across = one.x + one.width < other.x or other.x + other.width < one.x
    return not (apart_across or one.y + one.height < other.y or other.y + other.height < one.y)


@pytest.mark.parametrize("name", PICTURES)
def test_no_two_boxes_meet(name):
    boxes = PICTURES[name].boxes

    assert [(a.texts[0].text, b.texts[0].text) for a, b in combinations(boxes, 2) if meet(a, b)] == []


@pytest.mark.parametrize("name", PICTURES)
def test_every_box_is_on_the_ground(name):
    picture = PICTURES[name]

    assert [
        box for box in picture.boxes if box.x + box.width > picture.width or box.y + box.height > picture.height
    ] == []


@pytest.mark.parametrize("name", PICTURES)
def test_every_name_leads_to_its_entry(name):
    named = [text for box in PICTURES[name].boxes for text in box.texts if text.role != "narrower"]

    assert [text.text for text in named if not (text.address or "").startswith("/ns#")] == []


@pytest.mark.parametrize("name", WITH_CLASSES)
def test_every_class_of_a_module_is_in_its_picture(name):
    classes = {f"/ns#{term.anchor}" for term in ONTOLOGY.modules[MODULES + name].of_kind("class")}
    drawn = {text.address for box in PICTURES[name].boxes for text in box.texts}

    assert classes - drawn == set()


def test_a_module_without_classes_has_no_picture():
    assert module_diagram(ONTOLOGY, ONTOLOGY.modules[f"{MODULES}rules"], NAMES) is None


def test_the_overview_draws_a_line_for_each_pair_of_classes():
    told = {label.text for line in PICTURES["all"].lines for label in line.labels}

    assert {"in context", "participant", "has term", "by rule"} <= told


def test_a_picture_is_mirrored_from_right_to_left():
    picture = Picture(100, 50, [Box(10, 5, 20, 10, "agents", [Text(12, 9, "a", "name")])], [Line(((30, 10), (60, 10)))])
    mirrored = for_language(picture, "ar")

    assert (mirrored.boxes[0].x, mirrored.boxes[0].texts[0].x, mirrored.lines[0].path) == (70, 88, "M70 10L40 10")


def test_words_fill_the_lines_that_there_are():
    assert wrapped(["one", "two", "three", "four"], characters=9, lines=2) == ["one two", "three …"]


def test_a_long_text_is_cut():
    assert cut("Memorandum of understanding", 11) == "Memorandum…"
