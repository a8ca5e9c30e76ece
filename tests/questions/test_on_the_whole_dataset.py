"""Ask everything that is shipped what the report of 2024 leaves open: figures and rows that must stand."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from functools import cache

import pytest
from pyoxigraph import Store
from question_cases import CATALOGUE, HERE, answer
from shipped_stores import whole_store

from heritage_graph.assets import asset_folder
from heritage_graph.query_files import bind
from heritage_graph.store.generations import generation_folder, published_generations

ASKS = tomllib.loads((HERE / "whole_dataset.toml").read_text(encoding="utf-8"))["ask"]
OPEN_BEFORE = {2, 3, 6, 13, 14, 16, 19, 25, 34, 38, 39, 40, 42, 43, 44, 45, 47, 49, 51, 56}
NEW = set(range(68, 80))
# The ledger tells every difference of kind; that one word is less exact is for the reader.
GENERAL = {f"hgv:agreement-kind/{name}" for name in ("agreement", "partnership", "renewal")}
PROPERTIES = {
    "kind": {"kind"},
    "date": {"signed_on", "start", "end", "term"},
    "party": {"party"},
    "title": {"title"},
    "place": {"place"},
    "amount": {"amount"},
}
EXCEPTIONS = tomllib.loads((HERE / "ledger_exceptions.toml").read_text(encoding="utf-8"))["except"]


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


def judged(aspect):
    """The pairs of records that were read for a difference of *aspect*: those that disagree, and the others."""
    with (asset_folder("sources") / "records" / "disagreements.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["property"] in PROPERTIES[aspect]]
    pairs = [" ".join((row["thing"], *sorted((row["record_a"], row["record_b"])))) for row in rows]
    disagree = {pair for pair, row in zip(pairs, rows, strict=True) if row["verdict"] == "disagreement"}
    return disagree, set(pairs) - disagree


def in_the_ledger(aspect, *, general=True):
    """The pairs of pages that differ on *aspect*; unless *general*, without those of which one names no exact kind."""
    rows = told({"query": "contradictions", "values": {"aspect": aspect}})
    return {
        " ".join((thing.removeprefix("id:"), *sorted(graph.removeprefix("graph:source/") for graph in pages)))
        for thing, one, other, *pages in cells(rows, "contradictions", ["thing", "one", "other", "oneIn", "otherIn"])
        if general or not {one, other} & GENERAL
    }


def excepted(aspect, judged):
    those = [each for each in EXCEPTIONS if (each["aspect"], each["judged"]) == (aspect, judged) and each["because"]]
    return {" ".join((each["thing"], *each["pages"])) for each in those}


@pytest.mark.parametrize("aspect", PROPERTIES)
def test_the_ledger_has_the_differences_that_were_judged_to_be_disagreements(aspect):
    disagree, agree = judged(aspect)
    missing, too_much = disagree - in_the_ledger(aspect), agree & in_the_ledger(aspect, general=False)

    assert (missing, too_much) == (excepted(aspect, "disagreement"), excepted(aspect, "no disagreement"))


def test_the_sums_of_the_ledger_that_one_funder_gave_are_among_the_sums_that_differ():
    pages = ["thing", "smallerPage", "largerPage"]
    differing = {
        " ".join((thing.removeprefix("id:"), *sorted(page.removeprefix("id:document/") for page in both)))
        for thing, *both in cells(told({"query": "differing-sums"}), "differing-sums", pages)
    }

    assert in_the_ledger("amount") & differing >= {
        "activity/aliph-project-ctesiphon aliph-project-ctesiphon genevasolutions-ctesiphon",
        "agreement/ava-2020-02-27-bamiyan ava-2020-02-27-bamiyan tolo-2020-02-26-bamiyan",
        "project/aliph-projects-mosul-museum aliph-ar-mosul-museum aliph-projects-mosul-museum",
    }
