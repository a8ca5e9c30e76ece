"""Run the machine-readable protocol tests: requests in the HTTP vocabulary, each with what is expected of its answer.

A test (`mf:ProtocolTest`) holds a list of requests (`ht:requests`) for one connection. They are sent as they stand, but
for the path: what comes before the `?` is taken for the endpoint. Statuses are told by class or by number
(`ht:StatusCode2xx`, `ht:StatusCode415`), formats as `boolean`, `tabular` or `RDF`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from manifests import MF
from rdflib import Namespace
from rdflib.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib import Graph
    from rdflib.term import Node

HT: Final = Namespace("http://www.w3.org/2011/http#")
CNT: Final = Namespace("http://www.w3.org/2011/content#")

_PATIENCE_S: Final = 60.0
_STATUS: Final = re.compile(r"StatusCode([1-5])(xx|\d\d)")
_ROWS: Final = frozenset(
    {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"}
)
_FORMATS: Final = {
    "boolean": _ROWS,
    "tabular": _ROWS,
    "RDF": frozenset(
        {
            "text/turtle",
            "application/n-triples",
            "application/rdf+xml",
            "application/ld+json",
            "application/trig",
            "application/n-quads",
        }
    ),
}


@dataclass(frozen=True)
class Expected:
    """What is expected of an answer; None or an empty tuple where anything will do."""

    statuses: tuple[str, ...]
    format: str | None
    boolean: bool | None


@dataclass(frozen=True)
class Exchange:
    """One request, and what is expected of its answer."""

    method: str
    target: str
    fields: tuple[tuple[str, str], ...]
    body: bytes | None
    expected: Expected


@dataclass(frozen=True)
class Answer:
    """What came."""

    status: int
    media_type: str
    body: bytes


def exchanges_of(graph: Graph, connection: Node) -> Iterator[Exchange]:
    """The exchanges of a connection that *graph* describes, in their order."""
    for request in Collection(graph, graph.value(connection, HT.requests)):
        fields = graph.value(request, HT.headers)
        response = graph.value(request, HT.resp)
        boolean = graph.value(response, MF.expectedBoolean)
        expected_format = graph.value(response, MF.expectedFormat)
        yield Exchange(
            method=str(graph.value(request, HT.methodName)),
            target=str(graph.value(request, HT.absolutePath)),
            fields=tuple(
                (str(graph.value(each, HT.fieldName)), str(graph.value(each, HT.fieldValue)))
                for each in (Collection(graph, fields) if fields is not None else ())
            ),
            body=_body(graph, graph.value(request, HT.body)),
            expected=Expected(
                tuple(sorted(str(status).removeprefix(HT) for status in graph.objects(response, MF.expectedStatus))),
                None if expected_format is None else str(expected_format),
                None if boolean is None else boolean.toPython(),
            ),
        )


def shortfall(exchanges: Iterator[Exchange], endpoint: str) -> str | None:
    """What is wrong with the first answer that is not as expected, None when all are."""
    for number, exchange in enumerate(exchanges, 1):
        fault = fault_of(exchange.expected, send(exchange, endpoint))
        if fault is not None:
            return f"request {number}: {fault}"
    return None


def send(exchange: Exchange, endpoint: str) -> Answer:
    """Send one request, with no header field that it does not name but those that HTTP itself needs."""
    address = urlsplit(endpoint)
    query = exchange.target.partition("?")[2]
    connection = HTTPConnection(address.netloc, timeout=_PATIENCE_S)
    try:
        connection.request(
            exchange.method, address.path + (f"?{query}" if query else ""), exchange.body, dict(exchange.fields)
        )
        answer = connection.getresponse()
        media_type = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        return Answer(answer.status, media_type, answer.read())
    finally:
        connection.close()


def fault_of(expected: Expected, answer: Answer) -> str | None:
    """What is wrong with *answer*, None when nothing is."""
    if expected.statuses and not any(_is_of(status, answer.status) for status in expected.statuses):
        return f"status {answer.status} in place of {' or '.join(expected.statuses)}"
    if expected.format is not None and answer.media_type not in _FORMATS[expected.format]:
        return f"{answer.media_type or 'no media type'} in place of a format for {expected.format}"
    if expected.boolean is not None and _boolean(answer) != expected.boolean:
        return f"the answer is not {str(expected.boolean).lower()}"
    return None


def _body(graph: Graph, node: Node | None) -> bytes | None:
    if node is None:
        return None
    return str(graph.value(node, CNT.chars)).encode(str(graph.value(node, CNT.characterEncoding)))


def _is_of(code: str, status: int) -> bool:
    told = _STATUS.fullmatch(code)
    assert told is not None, f"{code} is no status"
    return str(status)[0] == told[1] and told[2] in {"xx", str(status)[1:]}


def _boolean(answer: Answer) -> bool | None:
    match answer.media_type:
        case "application/sparql-results+json":
            return bool(json.loads(answer.body)["boolean"])
        case "application/sparql-results+xml":
            return ET.fromstring(answer.body).findtext("{*}boolean") == "true"
        case _:
            return answer.body.strip() == b"true"
