"""A change of the interface that takes something away is seen."""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
BEFORE = {
    "paths": {
        "/things": {
            "get": {
                "parameters": [{"name": "kind", "required": False, "schema": {"type": "string"}}],
                "requestBody": {"content": {"text/turtle": {}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/things"}}, "text/csv": {}}},
                    "404": {},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Things": {
                "type": "object",
                "required": ["items"],
                "properties": {"items": {"type": "array", "items": {"properties": {"id": {"type": "string"}}}}},
            }
        }
    },
}


@pytest.fixture(scope="module")
def breaking_changes():
    sys.path.insert(0, str(DOCS))
    from reference_pages.api_changes import breaking_changes  # noqa: PLC0415 - the generator is no package of ours

    yield breaking_changes
    sys.path.remove(str(DOCS))


def get(document):
    return document["paths"]["/things"]["get"]


def things(document):
    return document["components"]["schemas"]["Things"]


LOSSES = {
    "a path": (lambda now: now["paths"].clear(), "GET /things: gone"),
    "a parameter": (lambda now: get(now)["parameters"].clear(), "GET /things: the parameter kind is gone"),
    "the type of a parameter": (
        lambda now: get(now)["parameters"][0].update(schema={"type": "integer"}),
        "GET /things: the parameter kind takes another type",
    ),
    "freedom to leave a parameter out": (
        lambda now: get(now)["parameters"][0].update(required=True),
        "GET /things: the parameter kind is needed now",
    ),
    "a media type": (
        lambda now: get(now)["responses"]["200"]["content"].pop("text/csv"),
        "GET /things: no answer in text/csv any more",
    ),
    "a status": (lambda now: get(now)["responses"].pop("200"), "GET /things: the status 200 is gone"),
    "a kind of body": (
        lambda now: get(now)["requestBody"]["content"].clear(),
        "GET /things: no body in text/turtle is taken any more",
    ),
    "the schema of an answer": (
        lambda now: get(now)["responses"]["200"]["content"]["application/json"].clear(),
        "GET /things: the answer is not described any more",
    ),
    "a schema": (lambda now: now["components"]["schemas"].clear(), "Things is not described any more"),
    "a certain member": (lambda now: things(now).pop("required"), "Things.items is no longer certain to be there"),
    "a member": (
        lambda now: things(now)["properties"]["items"]["items"]["properties"].clear(),
        "Things.items[].id is gone",
    ),
    "the type of a member": (
        lambda now: things(now)["properties"]["items"].update(type="object"),
        "Things.items is of another type",
    ),
}


@pytest.mark.parametrize(("change", "told"), LOSSES.values(), ids=LOSSES)
def test_a_loss_is_named(breaking_changes, change, told):
    after = copy.deepcopy(BEFORE)
    change(after)

    assert breaking_changes(BEFORE, after) == [told]


def test_what_is_added_breaks_nothing(breaking_changes):
    after = copy.deepcopy(BEFORE)
    get(after)["parameters"].append({"name": "new", "required": False, "schema": {"type": "string"}})
    things(after)["properties"]["more"] = {"type": "string"}
    after["paths"]["/more"] = {}

    assert breaking_changes(BEFORE, after) == []


def test_nothing_is_lost_when_nothing_changes(breaking_changes):
    assert breaking_changes(BEFORE, BEFORE) == []
