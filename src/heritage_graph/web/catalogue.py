"""Stored questions over HTTP: the catalogue at /queries, and each question as an address of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.query_files import bind, values_for_analysis
from heritage_graph.web.answer_page import answer_table, names_in
from heritage_graph.web.answer_pictures import picture_of
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_asked
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import CSV, GRAPHS, HTML, JSON, RESULTS_JSON, RESULTS_XML, TSV, Format, named
from heritage_graph.web.page_language import page_language
from heritage_graph.web.question_list import by_topic, narrowed, queries_by_topic, queries_with
from heritage_graph.web.question_page import question_page
from heritage_graph.web.replies import Reply, asked, cached, current, json_reply, page_reply, results_of
from heritage_graph.web.routing import FORMAT, LANG, Operation, Value, check_values, negotiated, values_of
from heritage_graph.web.row_sources import sources_of
from heritage_graph.web.spreadsheet import csv_bytes
from heritage_graph.web.stored_answers import query_listed, question_listed, rows_told, yes_or_no

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.service import Row
    from heritage_graph.web.context import Context

SPREADSHEET: Final = Format("spreadsheet", "text/csv")
"""CSV in which no cell is a formula; it has no media type of its own, so it is asked for by name."""
ROW_FORMATS: Final = (
    JSON,
    HTML,
    CSV,
    TSV,
    Format("srj", RESULTS_JSON.media_type, RESULTS_JSON.aliases[1:]),
    RESULTS_XML,
    SPREADSHEET,
)
GRAPH_FORMATS: Final = (*GRAPHS, HTML)
INCLUDE: Final = Value(
    "include", "What comes with each row: sources (the graphs that state it, and their documents).", example="sources"
)
CONTAINING: Final = Value(
    "q", "Only questions that hold these words, in any language, however they are spelled.", example="renewal"
)
_SOURCES: Final = "sources"
_INTERNAL_TOPICS: Final = frozenset({"entity", "views"})
_MOST_ROWS_SOURCED: Final = 100
_OURS: Final = frozenset({AS_OF.name, FORMAT.name, INCLUDE.name, LANG.name})
_PROBLEMS: Final = (
    "bad-parameter",
    "not-found",
    "generation-not-kept",
    "query-timeout",
    "result-too-large",
    "too-many-requests",
)


@dataclass(frozen=True)
class _Asked:
    """A stored question, the values that were given, the SPARQL that comes of both, and what else is wanted."""

    query: Query
    given: Mapping[str, str]
    text: str
    as_of: str | None
    with_sources: bool


def operations(_: Context) -> tuple[Operation, ...]:
    """The catalogue, and one operation a question."""
    return (
        Operation(
            "queries", "/queries", "The questions, and the stored queries that answer them.", _list,
            values=(CONTAINING, FORMAT),
            formats=(JSON, HTML), schema="queries", example="/queries", still=True, tag="questions",
        ),
        Operation(
            "query", "/queries/{name}", "The answer to a stored question.", _ask, values=None,
            formats=(*ROW_FORMATS, *GRAPHS), problems=_PROBLEMS, schema="answer", tag="questions",
        ),
    )  # fmt: skip


def values_taken(query: Query) -> tuple[Value, ...]:
    """What the address of a question takes."""
    return (
        *(
            Value(
                name,
                str(parameter.doc),
                parameter.required,
                example=parameter.example,
                type=parameter.type,
                default=parameter.default,
            )
            for name, parameter in query.parameters.items()
        ),
        *((INCLUDE,) if query.facts else ()),
        *(() if LANG.name in query.parameters else (LANG,)),
        AS_OF,
        FORMAT,
    )


def formats_of(query: Query) -> tuple[Format, ...]:
    """What the answer to a question comes in."""
    return GRAPH_FORMATS if query.form == "construct" else ROW_FORMATS


def listed(context: Context) -> list[Query]:
    """The stored questions that the catalogue shows."""
    return [query for query in context.catalogue.queries.values() if query.topic not in _INTERNAL_TOPICS]


async def _list(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    text = values_of(request.scope).get(CONTAINING.name, "")
    answered = narrowed([(each, context.catalogue.answering(each.code)) for each in context.questions], text)
    shown = queries_with(listed(context), text)
    if chosen == HTML:
        others = queries_by_topic(query for query in shown if not query.answers)
        return page_reply(
            request, context, "queries.html", text=text, topics=by_topic(answered), others=others,
            count=len(context.questions),
        )  # fmt: skip
    questions = [question_listed(question, queries) for question, queries in answered]
    return json_reply({"questions": questions, "queries": [query_listed(query) for query in shown]})


async def _ask(request: Request, context: Context) -> Reply:
    """The answer; a question that lacks a parameter is shown to browsers as a form."""
    name, _, suffix = request.path_params["name"].partition(".")
    query = context.catalogue.query(name)
    formats = formats_of(query)
    if suffix and named(suffix, formats) is None:
        raise UnknownName(f"the answer to {name} has no format with the suffix {suffix[:20]!r}")
    check_values(request.scope, values_taken(query))
    chosen = negotiated(request.scope, formats, suffix=suffix)
    values = values_of(request.scope)
    given = {key: value for key, value in values.items() if key in query.parameters or key not in _OURS}
    if chosen == HTML:
        given = {key: value for key, value in given.items() if value or key not in query.parameters}
        if LANG.name in query.parameters:
            given.setdefault(LANG.name, page_language(request.scope).code)
    question = _Asked(query, given, "", values.get(AS_OF.name), _includes_sources(values, chosen))
    generation = await generation_asked(question.as_of, context) if question.as_of else None
    lacks = any(each.required and key not in given for key, each in query.parameters.items())
    if not (chosen == HTML and lacks):
        question = replace(question, text=bind(query, given))
    # Only a page tells by which name its state was asked for; other answers are the same under every name of it.
    apart = {FORMAT.name} if chosen == HTML else {FORMAT.name, AS_OF.name}
    told = (part for name, value in sorted(values.items()) if name not in apart for part in (name, value))
    edition = await current(request, context, "query", query.name, chosen.extension, *told, at_generation=generation)
    if edition.unchanged:
        return edition.unchanged
    with context.budgets.spending(client_of(request.scope)):
        return cached(await _answered(request, context, question, chosen, edition.generation), edition)


def _includes_sources(values: Mapping[str, str], chosen: Format) -> bool:
    wanted = values.get(INCLUDE.name)
    if wanted is None:
        return False
    if wanted != _SOURCES:
        raise ParameterError(f"'include' takes sources, not {wanted[:40]!r}", allowed=[_SOURCES])
    if chosen not in {JSON, HTML}:
        raise ParameterError("sources come with answers in JSON; ask for format=json, or leave 'include' out")
    return True


async def _answered(request: Request, context: Context, question: _Asked, chosen: Format, generation: int) -> Reply:
    """The answer to *question* in the format *chosen*."""
    query = question.query
    if chosen == HTML and (query.form == "construct" or not question.text):
        return await _page(request, context, question, generation)
    if chosen not in {JSON, HTML, SPREADSHEET}:
        return await _as_the_engine_writes(request, context, question, chosen, generation)
    results = await _results(request, context, question, generation)
    if chosen == HTML:
        return await _answer_page(request, context, question, results, generation)
    rows = _rows(results)
    if query.form == "ask":
        answer = results["boolean"] is True
        header, cells = ["answer"], [[str(answer).lower()]]
        told = yes_or_no(query, question.given, answer=answer, generation=generation)
    else:
        header = list(query.columns)
        cells = [[row[column]["value"] if column in row else "" for column in query.columns] for row in rows]
        sources = await sources_of(request, context, query, rows, generation) if question.with_sources else None
        told = rows_told(query, question.given, rows, sources, generation)
    return Reply(csv_bytes(header, cells), chosen) if chosen == SPREADSHEET else json_reply(told)


async def _as_the_engine_writes(
    request: Request, context: Context, question: _Asked, chosen: Format, generation: int
) -> Reply:
    """The answer in one of the formats of SPARQL and RDF."""
    wanted = RESULTS_JSON if chosen.extension == "srj" else chosen
    if question.query.analysis is None:
        return await asked(request, context, question.text, wanted, generation=generation, lane="heavy")
    return Reply(await _analysed(request, context, question, wanted.extension, generation), wanted)


async def _results(request: Request, context: Context, question: _Asked, generation: int) -> dict[str, object]:
    """The SPARQL results of the question as values, its analysis included."""
    if question.query.analysis is None:
        return await results_of(request, context, question.text, generation=generation, lane="heavy")
    document: dict[str, object] = orjson.loads(await _analysed(request, context, question, "json", generation))
    return document


async def _analysed(request: Request, context: Context, question: _Asked, extension: str, generation: int) -> bytes:
    query = question.query
    assert query.analysis is not None
    results = await results_of(request, context, question.text, generation=generation, lane="heavy")
    values = values_for_analysis(query, question.given)
    return await context.analyses.written(query.analysis, orjson.dumps(results), values, extension)


async def _answer_page(
    request: Request, context: Context, question: _Asked, results: Mapping[str, object], generation: int
) -> Reply:
    query = question.query
    if query.form == "ask":
        return await _page(request, context, question, generation, answer=results["boolean"])
    rows = _rows(results)
    told = query.facts and (len(rows) <= _MOST_ROWS_SOURCED or question.with_sources)
    sources = await sources_of(request, context, query, rows, generation) if told else None
    known = await context.term_names.of(request, context, generation)
    names = await names_in(Asking(request, context, generation), known, rows, sources)
    table = answer_table(query, rows, names, sources)
    return await _page(
        request, context, question, generation, answer=table, picture=picture_of(query, rows, names)
    )  # fmt: skip


async def _page(
    request: Request,
    context: Context,
    question: _Asked,
    generation: int,
    *,
    answer: object = None,
    picture: object = None,
) -> Reply:
    """The page of the question, with its answer where there is one."""
    query = question.query
    formats = [each for each in formats_of(query) if each != HTML]
    values = await question_page(
        request, context, query, given=question.given, as_of=question.as_of, generation=generation, formats=formats
    )
    return page_reply(request, context, "query.html", **values, answer=answer, picture=picture)


def _rows(results: Mapping[str, object]) -> list[Row]:
    bindings = results.get("results", {})
    assert isinstance(bindings, dict)
    rows: list[Row] = bindings.get("bindings", [])
    return rows
