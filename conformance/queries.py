"""Ask the query of a test over HTTP, and compare what comes with what the suite expects."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import Dataset, RdfFormat
from results import BINDINGS, Rows, expected_result, in_order, read_bindings, read_csv, read_graph, same

if TYPE_CHECKING:
    from httpx import Client, Response
    from manifests import QueryTest
    from results import Result, Row

EMPTY: Final = "urn:x-conformance:empty"
"""A graph that holds nothing: the default graph of a test without data."""

_MEDIA_TYPES: Final = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
_ANY: Final = "application/sparql-results+json, application/n-triples"
_ORDERED: Final = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)
_OK: Final = 200
_NO_QUERY: Final = 400
_TOLD_ROWS: Final = 4


def shortfall(test: QueryTest, client: Client, endpoint: str) -> str | None:
    """What is wrong with the answer to the query of *test*, None when nothing is."""
    answer = _ask(test, client, endpoint)
    if not test.parses:
        return None if answer.status_code == _NO_QUERY else f"status {answer.status_code} for what is no query"
    if answer.status_code != _OK:
        return f"status {answer.status_code}: {answer.json()['detail'][:200]}"
    if test.result is None:
        return None
    expected = expected_result(test.result, test.result_base)
    if _ORDERED.search(test.text):
        expected = in_order(expected)
    found = _read(answer, test.base)
    return None if same(expected, found, lax=test.lax) else _difference(expected, found)


def _ask(test: QueryTest, client: Client, endpoint: str) -> Response:
    """The answer to the query, over the dataset of the test by the parameters of the protocol.

    Relative IRIs of a query resolve against the file that holds it. Over HTTP that file has no name, so a BASE is put
    before the query; one of its own that follows overrides it.
    """
    default = [("default-graph-uri", data.graph) for data in test.default] or [("default-graph-uri", EMPTY)]
    named = [("named-graph-uri", data.graph) for data in test.named]
    accept = _ANY if test.result is None else _MEDIA_TYPES.get(test.result.suffix, _ANY)
    return client.post(
        endpoint,
        params=[] if test.own_dataset else [*default, *named],
        content=f"BASE <{test.base}>\n{test.text}".encode(),
        headers={"Content-Type": "application/sparql-query", "Accept": accept},
    )


def _read(answer: Response, base: str) -> Result:
    media_type = answer.headers["content-type"].partition(";")[0]
    if media_type == "application/n-triples":
        return read_graph(answer.content, RdfFormat.N_TRIPLES, base)
    if media_type == "text/csv":
        return read_csv(answer.content)
    suffix = next(suffix for suffix, name in _MEDIA_TYPES.items() if name == media_type)
    return read_bindings(answer.content, BINDINGS[suffix])


def _difference(expected: Result, found: Result) -> str:
    """How *found* differs, in a few lines."""
    match expected, found:
        case Rows(), Rows() if expected.variables == found.variables:
            missing, surplus = (Counter(one.rows) - Counter(other.rows) for one, other in _both_ways(expected, found))
            return f"missing {_told(missing)}; not expected {_told(surplus)}"
        case Rows(), Rows():
            return f"the variables {', '.join(found.variables)} in place of {', '.join(expected.variables)}"
        case Dataset(), Dataset():
            return f"a graph of {len(found)} triples that is not the expected one of {len(expected)}"
        case _:
            return f"{found} in place of {expected}"


def _both_ways(one: Rows, other: Rows) -> tuple[tuple[Rows, Rows], tuple[Rows, Rows]]:
    return (one, other), (other, one)


def _told(rows: Counter[Row]) -> str:
    some = [" ".join(str(term) for term in row) for row in islice(rows, _TOLD_ROWS)]
    return f"{rows.total()} rows" + (f" ({' | '.join(some)})" if some else "")
