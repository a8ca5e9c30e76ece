"""Ask every competency question of a small graph of its own, and make every check fire and fall silent."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph
from question_cases import ASKED, CASES, CATALOGUE, HERE, QUESTION_CASES, answer, case_of, shown, store_with

from heritage_graph.query_files import bind

QUESTIONS = range(1, 80)
CHECKS = CATALOGUE.on_topic("checks")


def told(query, values, store, columns):
    return answer(query, values, store.query(bind(query, values)), columns)


@pytest.mark.parametrize(("folder", "number"), ASKED, ids=[f"{folder.name}-{number}" for folder, number in ASKED])
def test_a_question_gets_the_expected_answer(folder, number):
    case = case_of(folder)
    ask = case["ask"][number]
    store = store_with(folder / "data.trig", inferring=True)

    rows = told(CATALOGUE.query(case["query"]), ask.get("values", {}), store, ask["columns"])

    assert rows == ask["rows"], ask["because"]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_what_must_not_come_back_does_not(folder):
    case = case_of(folder)
    query = CATALOGUE.query(case["query"])
    store = store_with(folder / "data.trig", inferring=True)

    cells = {
        cell for ask in case["ask"] for row in told(query, ask.get("values", {}), store, query.columns) for cell in row
    }

    assert cells.isdisjoint(case["never"])


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_what_must_not_come_back_stands_in_the_data(folder):
    quads = store_with(folder / "data.trig", inferring=True)
    there = {
        shown(term) for q in quads for term in (q.subject, q.object, q.graph_name) if not isinstance(term, DefaultGraph)
    }

    assert there.issuperset(case_of(folder)["never"] or ["nothing is declared"])


@pytest.mark.parametrize("number", QUESTIONS)
def test_a_question_has_a_query_and_a_case(number):
    question = f"CQ-{number:02}"
    asked = {case_of(folder)["query"] for folder in QUESTION_CASES if case_of(folder)["question"] == question}

    assert asked & {query.name for query in CATALOGUE.answering(question)}


@pytest.mark.parametrize("folder", QUESTION_CASES, ids=lambda folder: folder.name)
def test_a_case_belongs_to_a_query_that_claims_its_question(folder):
    case = case_of(folder)

    assert case["question"] in CATALOGUE.query(case["query"]).answers


@pytest.mark.parametrize(
    "query", [q for q in CATALOGUE.queries.values() if q.topic not in {"checks", "views"}], ids=lambda q: q.name
)
def test_a_query_has_a_case(query):
    assert query.name in {case_of(folder)["query"] for folder in CASES}


@pytest.mark.parametrize("query", list(CATALOGUE.queries.values()), ids=lambda query: query.name)
def test_a_query_is_explained_in_three_languages(query):
    texts = [query.title, query.why, *(parameter.doc for parameter in query.parameters.values())]

    assert [set(text.by_language) for text in texts] == [{"en", "ar", "fr"}] * len(texts)


@pytest.mark.parametrize("query", CHECKS, ids=lambda query: query.name)
def test_a_check_fires_on_its_fault(query):
    store = store_with(HERE / f"check-{query.name}" / "fires.trig", inferring=False)

    assert told(query, {}, store, query.columns)


@pytest.mark.parametrize("query", CHECKS, ids=lambda query: query.name)
def test_a_check_is_silent_on_sound_data(query):
    store = store_with(HERE / f"check-{query.name}" / "silent.trig", inferring=False)

    assert told(query, {}, store, query.columns) == []
