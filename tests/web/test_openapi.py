"""The description in OpenAPI says what answers look like, and every reference in it leads somewhere."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from heritage_graph.web.published_schemas import schemas


@pytest.fixture(scope="module")
def description(client):
    return client.get("/openapi.json").json()


def references(value):
    if isinstance(value, dict):
        yield from [value["$ref"]] if "$ref" in value else []
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from references(each)


def test_every_reference_leads_somewhere(description):
    resolver = Registry().with_resource("", Resource(description, DRAFT202012)).resolver()

    assert [target for target in set(references(description)) if not resolver.lookup(target).contents] == []


def test_every_published_schema_is_a_component(description):
    components = description["components"]["schemas"]
    for schema in components.values():
        Draft202012Validator.check_schema(schema)

    assert len(components) == len(schemas())


def test_a_parameter_says_its_type(description):
    parameters = description["paths"]["/queries/agreements-in-force"]["get"]["parameters"]

    assert parameters[0]["schema"] == {"type": "string", "format": "date"}


def test_a_question_says_which_of_its_columns_are_lower_bounds(description):
    answers = description["paths"]["/queries/collaborations-of"]["get"]["responses"]["200"]["content"]
    row = answers["application/json"]["schema"]["allOf"][1]["properties"]["rows"]["items"]["properties"]

    assert row["times"] == {"$ref": "#/components/schemas/Answer/$defs/lowerBound"}
