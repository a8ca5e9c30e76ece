"""Stored questions over HTTP: the catalogue at /queries, and each question as an address of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.query_files import bind
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.as_of import AS_OF, generation_asked
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import CSV, GRAPHS, HTML, JSON, RESULTS_JSON, RESULTS_XML, TSV, Format, named
from heritage_graph.web.pages import local_address
from heritage_graph.web.replies import asked, cached, current, json_reply, page_reply, results_of
from heritage_graph.web.routing import FORMAT, Operation, Value, check_values, negotiated, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.service import Row
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Edition, Reply

ROW_FORMATS: Final = (
    JSON,
    HTML,
    CSV,
    TSV,
    Format("srj", RESULTS_JSON.media_type, RESULTS_JSON.aliases[1:]),
    RESULTS_XML,
)
GRAPH_FORMATS: Final = (*GRAPHS, HTML)
_INTERNAL_TOPICS: Final = frozenset({"entity"})
_MOST_ROWS_SHOWN: Final = 1000
_OURS: Final = frozenset({AS_OF.name, FORMAT.name})
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_PROBLEMS: Final = (
    "bad-parameter",
    "not-found",
    "generation-not-kept",
    "query-timeout",
    "result-too-large",
    "too-many-requests",
)


@dataclass(frozen=True)
class _Question:
    """A stored question, the values that were given, the SPARQL that comes of both, and the state that is asked."""

    query: Query
    given: Mapping[str, str]
    text: str
    as_of: str | None


def operations(_: Context) -> tuple[Operation, ...]:
    """The catalogue, and one operation a question."""
    return (
        Operation(
            "queries", "/queries", "The stored questions.", _list, values=(FORMAT,), formats=(JSON, HTML),
            tag="questions",
        ),
        Operation(
            "query", "/queries/{name}", "The answer to a stored question.", _ask, values=None,
            formats=(*ROW_FORMATS, *GRAPHS), problems=_PROBLEMS, tag="questions",
        ),
    )  # fmt: skip


def values_taken(query: Query) -> tuple[Value, ...]:
    """What the address of a question takes."""
    return (
        *(
            Value(name, str(parameter.doc), parameter.required, example=parameter.example)
            for name, parameter in query.parameters.items()
        ),
        AS_OF,
        FORMAT,
    )


def formats_of(query: Query) -> tuple[Format, ...]:
    """What the answer to a question comes in."""
    return GRAPH_FORMATS if query.form == "construct" else ROW_FORMATS


def listed(context: Context) -> list[Query]:
    """The questions that the catalogue shows."""
    return [query for query in context.catalogue.queries.values() if query.topic not in _INTERNAL_TOPICS]


async def _list(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    if chosen == HTML:
        topics = [
            (topic, queries)
            for topic in context.catalogue.topics()
            if topic not in _INTERNAL_TOPICS and (queries := context.catalogue.on_topic(topic))
        ]
        return page_reply(context, "queries.html", topics=topics)
    return json_reply({"queries": [_summary(query) for query in listed(context)]})


async def _ask(request: Request, context: Context) -> Reply:
    """The answer; a question that lacks a parameter is shown to browsers as a form."""
    name, _, suffix = request.path_params["name"].partition(".")
    query = context.catalogue.query(name)
    formats = formats_of(query)
    if suffix and named(suffix, formats) is None:
        raise UnknownName(f"the answer to {name} has no format with the suffix {suffix[:20]!r}")
    check_values(request.scope, values_taken(query))
    chosen = negotiated(request.scope, formats, suffix=suffix)
    as_of = values_of(request.scope).get(AS_OF.name)
    given = {key: value for key, value in values_of(request.scope).items() if key not in _OURS}
    if chosen == HTML:
        given = {key: value for key, value in given.items() if value or key not in query.parameters}
        if any(parameter.required and key not in given for key, parameter in query.parameters.items()):
            return page_reply(context, "query.html", **_page(query, given, None, as_of))
    text = bind(query, given)
    generation = await generation_asked(as_of, context) if as_of else None
    edition = await current(request, context, "query", query.name, text, chosen.extension, at_generation=generation)
    if edition.unchanged:
        return edition.unchanged
    with context.budgets.spending(client_of(request.scope)):
        if chosen == HTML:
            return cached(await _answer_page(request, context, _Question(query, given, text, as_of), edition), edition)
        if chosen == JSON:
            results = await results_of(request, context, text, generation=edition.generation, lane="heavy")
            return cached(json_reply(_answer(query, given, results, edition.generation)), edition)
        wanted = RESULTS_JSON if chosen.extension == "srj" else chosen
        return cached(await asked(request, context, text, wanted, generation=edition.generation, lane="heavy"), edition)


async def _answer_page(request: Request, context: Context, question: _Question, edition: Edition) -> Reply:
    query, given = question.query, question.given
    if query.form == "construct":
        return page_reply(context, "query.html", **_page(query, given, None, question.as_of))
    results = await results_of(request, context, question.text, generation=edition.generation, lane="heavy")
    names = await context.term_names.of(request, context, edition.generation)
    rows = [
        [(cell, local_address(cell["value"]), names.of(cell["value"])) if (cell := row.get(column)) else None
         for column in query.columns]
        for row in _rows(results)[:_MOST_ROWS_SHOWN]
    ]  # fmt: skip
    answer = (rows, len(_rows(results)), results.get("boolean"))
    return page_reply(context, "query.html", **_page(query, given, answer, question.as_of))


def _page(query: Query, given: Mapping[str, str], answer: object, as_of: str | None) -> dict[str, object]:
    return {
        "query": query,
        "given": given,
        "answer": answer,
        "as_of": as_of,
        "formats": [each for each in formats_of(query) if each != HTML],
        "most": _MOST_ROWS_SHOWN,
    }


def _summary(query: Query) -> dict[str, object]:
    return {
        "name": query.name,
        "topic": query.topic,
        "title": dict(query.title.by_language),
        "why": dict(query.why.by_language),
        "answers": list(query.answers),
        "form": query.form,
        "columns": list(query.columns),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "doc": dict(parameter.doc.by_language),
                "required": parameter.required,
                "default": parameter.default,
                "example": parameter.example,
            }
            for parameter in query.parameters.values()
        ],
        "href": f"/queries/{query.name}",
    }


def _answer(
    query: Query, given: Mapping[str, str], results: Mapping[str, object], generation: int
) -> dict[str, object]:
    head = envelope(generation, query=query.name, title=str(query.title), parameters=dict(given))
    if query.form == "ask":
        return {**head, "answer": results["boolean"]}
    rows = [{column: _plain(cell) for column, cell in row.items()} for row in _rows(results)]
    return {**head, "columns": list(query.columns), "count": len(rows), "rows": rows}


def _rows(results: Mapping[str, object]) -> list[Row]:
    bindings = results.get("results", {})
    assert isinstance(bindings, dict)
    rows: list[Row] = bindings.get("bindings", [])
    return rows


def _plain(cell: Mapping[str, str]) -> object:
    """The value of a cell as JSON has it: numbers and truth values as such, all else as text."""
    text, datatype = cell["value"], cell.get("datatype", "")
    match datatype.removeprefix(_XSD):
        case "integer" | "int" | "long":
            return int(text)
        case "boolean":
            return text in {"true", "1"}
        case "decimal" | "double" | "float" if text.lstrip("+-").replace(".", "", 1).isdigit():
            return float(text)
        case _:
            return text
