"""The cases of the questions: their small graphs, and answers in the words of a case."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import orjson
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
from shipped_questions import shipped_questions

from heritage_graph.analysis import ANALYSES
from heritage_graph.assets import asset_files
from heritage_graph.graph_view import MemoryView
from heritage_graph.model.rules import derive_all
from heritage_graph.namespaces import BASE, HG, HGV, ID, ONTOLOGY, VOCAB, is_published
from heritage_graph.query_files import values_for_analysis

HERE = Path(__file__).parent
QUESTIONS = range(1, 80)
CATALOGUE = shipped_questions()
CASES = sorted(path.parent for path in HERE.glob("*/case.toml"))
QUESTION_CASES = [folder for folder in CASES if folder.name.startswith("cq-")]
ASKED = [
    (folder, ask) for folder in CASES for ask in range(len(tomllib.loads((folder / "case.toml").read_text())["ask"]))
]
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


def answer(query, values, result, columns) -> list[list[str]]:
    """What the *result* of *query* says, in the words of a case."""
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
