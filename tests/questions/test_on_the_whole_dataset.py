"""Ask everything that is shipped what the report of 2024 leaves open: figures and rows that must stand."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache

import pytest
from pyoxigraph import Store
from question_cases import CATALOGUE, HERE, answer
from shipped_stores import whole_store

from heritage_graph.query_files import bind
from heritage_graph.store.generations import generation_folder, published_generations

ASKS = tomllib.loads((HERE / "whole_dataset.toml").read_text(encoding="utf-8"))["ask"]
OPEN_BEFORE = {2, 3, 6, 13, 14, 16, 19, 25, 34, 38, 39, 40, 42, 43, 44, 45, 47, 49, 51, 56}
NEW = set(range(68, 80))


@cache
def dataset():
    last = published_generations(whole_store())[-1]
    return Store.read_only(str(generation_folder(whole_store(), last)))


def told(ask):
    query = CATALOGUE.query(ask["query"])
    values = ask.get("values", {})
    return answer(query, values, dataset().query(bind(query, values)), query.columns)


def cells(rows, query, columns):
    places = [CATALOGUE.query(query).columns.index(column) for column in columns]
    return [[row[place] for place in places] for row in rows]


@pytest.mark.parametrize("ask", ASKS, ids=[f"{ask['question']}-{ask['query']}-{n}" for n, ask in enumerate(ASKS)])
def test_the_whole_dataset_gives_the_expected_answer(ask):
    rows = told(ask)

    assert len(rows) == ask["rows"], ask["because"]
    there = cells(rows, ask["query"], ask.get("columns", []))
    assert [row for row in ask.get("have", []) if row not in there] == [], ask["because"]
    assert [row for row in ask.get("lack", []) if row in there] == [], ask["because"]
    for column, expected in ask.get("tally", {}).items():
        assert Counter(value for (value,) in cells(rows, ask["query"], [column])) == expected, ask["because"]


@pytest.mark.parametrize("ask", ASKS, ids=[f"{ask['question']}-{ask['query']}-{n}" for n, ask in enumerate(ASKS)])
def test_an_expected_answer_belongs_to_a_query_of_its_question(ask):
    assert ask["question"] in CATALOGUE.query(ask["query"]).answers


def test_every_question_that_was_open_or_is_new_is_asked():
    assert {int(ask["question"].removeprefix("CQ-")) for ask in ASKS} == OPEN_BEFORE | NEW
