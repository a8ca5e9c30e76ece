"""Rows are counted exactly in what pyoxigraph writes, however it is cut and whatever the literals hold."""

import random

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, Store

from heritage_graph.store.row_count import row_counter

FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
NASTY = ["},{", '"', "a", "\n", "\r\n", "{}", "<result>", ",", "},{},{", '"},{"x', "\\"]
ROWS = 300


@pytest.fixture(scope="module")
def store():
    chance = random.Random(20261121)
    store = Store()
    for number in range(ROWS):
        text = "".join(chance.choice(NASTY) for _ in range(6))
        store.add(Quad(NamedNode(f"urn:x:{number}"), NamedNode("urn:x:says"), Literal(text)))
    return store


def counted(result, extension, size):
    counter = row_counter(extension)
    return [counter(result[start : start + size]) for start in range(0, len(result), size)][-1]


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
@pytest.mark.parametrize("names", ["?s ?o", "?o ?s", "?unbound ?o"])
def test_every_row_is_counted_once(store, extension, size, names):
    result = store.query(f"SELECT {names} {{ ?s ?p ?o }}").serialize(format=FORMATS[extension])

    assert counted(result, extension, size) == ROWS
