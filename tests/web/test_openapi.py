"""The description in OpenAPI says what may be asked and what is answered, and every reference in it leads somewhere."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from heritage_graph.web.published_schemas import schemas

NOT_DESCRIBED = {"builtFile"}
"""A built file may be JSON of a format that is not ours."""
NOT_SHOWN = {
    "builtFile",  # its name bears a hash of its content
    "keptQuery", "keptQueryResults", "keptQueryResultsAs", "checkKeptQuery",  # only there once somebody kept one
    "job", "jobResults", "jobResultsAs",  # only there once somebody made one
    "site", "artifact",  # the shipped data describe none
    "deskRecord",  # the documents alone hold none
    "deskIdentity",  # nor a proposal of who is meant
    "deskContradiction",  # its address is a digest of what the sources say now
    "deskAnomaly",  # as above
}  # fmt: skip


@pytest.fixture(scope="module")
def description(client):
    return client.get("/openapi.json").json()


@pytest.fixture(scope="module")
def operations(description):
    """Every operation with its path and method."""
    return [
        (path, method, operation) for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]  # fmt: skip


def references(value):
    if isinstance(value, dict):
        yield from [value["$ref"]] if isinstance(value.get("$ref"), str) else []
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


def test_every_operation_has_a_name_of_its_own(operations):
    names = [operation["operationId"] for _, _, operation in operations]

    assert len(names) == len(set(names))


def test_every_tag_says_what_it_is_about(description):
    assert [tag["name"] for tag in description["tags"] if not tag["description"]] == []


def test_every_answer_in_json_has_a_schema(operations):
    undescribed = [
        f"{method} {path}" for path, method, operation in operations
        for status, response in operation["responses"].items()
        for media_type, content in response.get("content", {}).items()
        if media_type == "application/json" and "schema" not in content
        and operation["operationId"] not in NOT_DESCRIBED
    ]  # fmt: skip

    assert undescribed == []


def test_every_body_is_described(operations):
    undescribed = [
        f"{method} {path}: {media_type}" for path, method, operation in operations
        for media_type, content in operation.get("requestBody", {"content": {}})["content"].items()
        if not content.get("schema")
    ]  # fmt: skip

    assert undescribed == []


def test_every_variable_of_a_path_is_explained(operations):
    unexplained = [
        f"{path}: {name}" for path, _, operation in operations for name in re.findall(r"\{([a-z]+)\}", path)
        if not any(each["name"] == name and each["in"] == "path" and each["description"]
                   for each in operation["parameters"])
    ]  # fmt: skip

    assert unexplained == []


def test_every_operation_that_reads_has_an_example(operations):
    unshown = {
        operation["operationId"] for _, method, operation in operations if method == "get"
        and "x-example" not in operation
    }  # fmt: skip

    assert unshown == NOT_SHOWN


def test_a_variable_of_a_path_is_shown_as_the_example_has_it(description):
    parameters = description["paths"]["/api/v1/organizations/{slug}"]["get"]["parameters"]

    assert parameters[0]["example"] == "icesco"


def test_a_parameter_says_its_type(description):
    parameters = description["paths"]["/queries/agreements-in-force"]["get"]["parameters"]

    assert parameters[0]["schema"] == {"type": "string", "format": "date"}


def test_an_integer_says_its_bounds(description):
    parameters = description["paths"]["/api/v1/organizations"]["get"]["parameters"]
    limit = next(each for each in parameters if each["name"] == "limit")

    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}


def test_a_choice_says_its_words(description):
    parameters = description["paths"]["/sparql/completions"]["get"]["parameters"]

    assert parameters[0]["schema"]["enum"] == ["class", "property", "individual"]


def test_every_example_of_a_parameter_is_one(operations):
    wrong = [
        f"{path}: {each['name']}" for path, _, operation in operations for each in operation["parameters"]
        if "example" in each and not Draft202012Validator(each["schema"]).is_valid(each["example"])
    ]  # fmt: skip

    assert wrong == []


def test_a_question_says_which_of_its_columns_are_lower_bounds(description):
    answers = description["paths"]["/queries/collaborations-of"]["get"]["responses"]["200"]["content"]
    row = answers["application/json"]["schema"]["allOf"][1]["properties"]["rows"]["items"]["properties"]

    assert row["times"] == {"$ref": "#/components/schemas/Answer/$defs/lowerBound"}


def test_what_takes_a_key_says_that_it_may_be_refused_without_one(operations):
    silent = [
        path for path, _, operation in operations if "security" in operation and "401" not in operation["responses"]
    ]

    assert silent == []
