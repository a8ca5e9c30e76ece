"""JSON Schemas of the answers, as clients find them."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from heritage_graph.web.published_schemas import schema, schemas

NAMES = sorted(schemas())


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_and_says_what_it_describes(name):
    Draft202012Validator.check_schema(schema(name))

    assert set(schema(name)) >= {"$schema", "$id", "title", "description"}


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_found_at_the_end_of_its_id(client, name):
    path = schema(name)["$id"].removeprefix("https://w3id.org/heritage-graph")

    assert client.get(path).json() == schema(name)


def test_the_list_leads_to_every_schema(client):
    assert [each["name"] for each in client.get("/schemas/v1").json()["schemas"]] == NAMES


def test_a_refusal_is_as_its_schema_says(client, faults_in):
    assert faults_in(client.get("/schemas/v1/nothing.json").json(), "problem") == []
