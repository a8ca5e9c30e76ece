"""Ask every competency question of a small graph of its own, and make every check fire and fall silent."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import orjson
import pytest
from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
)

from heritage_graph.analysis import ANALYSES
from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.graph_view import MemoryView
from heritage_graph.model.rules import derive_all
from heritage_graph.namespaces import BASE, HG, HGV, ID, ONTOLOGY, VOCAB, is_published
from heritage_graph.query_files import bind, load_catalogue, values_for_analysis

HERE = Path(__file__).parent
QUESTIONS = range(1, 68)
CATALOGUE = load_catalogue(asset_folder("queries"))
CASES = sorted(path.parent for path in HERE.glob("*/case.toml"))
QUESTION_CASES = [folder for folder in CASES if folder.name.startswith("cq-")]
ASKED = [
    (folder, ask) for folder in CASES for ask in range(len(tomllib.loads((folder / "case.toml").read_text())["ask"]))
]
CHECKS = CATALOGUE.on_topic("checks")
AS_WRITTEN = "# default graph: as written"


@cache
def background() -> list[Quad]:
    quads = []
    for path in asset_files("ontology", ".ttl"):
        graph = VOCAB if "vocabularies" in path.parts else ONTOLOGY
        published = "alignments" not in path.parts
        triples = parse(path=str(path), format=RdfFormat.TURTLE) if published else ()
        quads += [Quad(q.subject, q.predicate, q.object, graph) for q in triples]
    return quads


def published(store: Store) -> list[Quad]:
    return [q for q in store if isinstance(q.graph_name, NamedNode) and is_published(q.graph_name)]


@cache
def store_with(path: Path, *, inferring: bool) -> Store:
    store = Store()
    store.extend([*background(), *parse(path=str(path), format=RdfFormat.TRIG)])
    derived = derive_all(MemoryView(published(store))) if inferring else ()
    store.extend(derived)
    merging = not path.read_text(encoding="utf-8").startswith(AS_WRITTEN)
    merged = [*published(store)] if merging else [*background()]
    store.extend([Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in merged])
    return store


def analysed_rows(query, values, solutions: QuerySolutions):
    rows = orjson.loads(solutions.serialize(format=QueryResultsFormat.JSON))["results"]["bindings"]
    return ANALYSES[query.analysis].run(rows, values_for_analysis(query, values))


def shown(term: NamedNode | Literal | None) -> str:
    return "" if term is None else short(term.value)


def short(text: str) -> str:
    for start, short in ((ID, "id:"), (HGV, "hgv:"), (HG, "hg:"), (BASE, "")):
        text = text.replace(start, short) if text.startswith(start) else text
    return text.replace("graph/", "graph:", 1) if text.startswith("graph/") else text


def answer(query, values, store: Store, columns) -> list[list[str]]:
    result = store.query(bind(query, values))
    if query.analysis:
        analysed = analysed_rows(query, values, result)
        return [[short(row[column]["value"]) if column in row else "" for column in columns] for row in analysed]
    if isinstance(result, QuerySolutions):
        return [[shown(row[column]) for column in columns] for row in result]
    if isinstance(result, QueryBoolean):
        return [[str(bool(result)).lower()]]
    triples = sorted([shown(t.subject), shown(t.predicate), shown(t.object)] for t in result)
    # The names of the terms of our ontology come along; what is said of things is the point.
    return [triple for triple in triples if triple[0].startswith("id:")]


def case_of(folder: Path) -> dict:
    return tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("folder", "number"), ASKED, ids=[f"{folder.name}-{number}" for folder, number in ASKED])
def test_a_question_gets_the_expected_answer(folder, number):
    case = case_of(folder)
    ask = case["ask"][number]
    store = store_with(folder / "data.trig", inferring=True)

    rows = answer(CATALOGUE.query(case["query"]), ask.get("values", {}), store, ask["columns"])

    assert rows == ask["rows"], ask["because"]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_what_must_not_come_back_does_not(folder):
    case = case_of(folder)
    query = CATALOGUE.query(case["query"])
    store = store_with(folder / "data.trig", inferring=True)

    cells = {
        cell
        for ask in case["ask"]
        for row in answer(query, ask.get("values", {}), store, query.columns)
        for cell in row
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

    assert answer(query, {}, store, query.columns)


@pytest.mark.parametrize("query", CHECKS, ids=lambda query: query.name)
def test_a_check_is_silent_on_sound_data(query):
    store = store_with(HERE / f"check-{query.name}" / "silent.trig", inferring=False)

    assert answer(query, {}, store, query.columns) == []
