"""The SPARQL 1.1 Protocol at /sparql: queries by GET, by form and by direct POST.

Written on ASGI itself, since this is the path that machines take thousands of times a minute.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from dataclasses import field as member
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import NotAcceptable, ParameterError, QueryFault, WrongUsage
from heritage_graph.store.base import Answer, QueryRequest
from heritage_graph.store.prefilter import QueryShapeLimits, check_query_text
from heritage_graph.web import editor
from heritage_graph.web.delivery import Departure, deliver
from heritage_graph.web.editions import CACHED, is_unchanged
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.faults import AmbiguousRequest, UpdateDisabled, WrongContentType
from heritage_graph.web.limits import FAULT_COST_S, client_of, read_body
from heritage_graph.web.negotiation import (
    BINDINGS,
    GRAPHS,
    HTML,
    TRIPLES,
    Format,
    acceptable,
    choose,
    named,
    not_acceptable,
    prefers_html,
)
from heritage_graph.web.routing import Operation, Value, fields_of_form, pairs
from heritage_graph.web.service_description import description

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import Receive, Scope, Send

    from heritage_graph.web.context import Context

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"

VALUES: Final = (
    Value("query", "The query.", example="ASK { ?subject ?predicate ?object }"),
    Value("default-graph-uri", "A graph of the default graph, in place of the query's dataset.", repeated=True),
    Value("named-graph-uri", "A named graph, in place of the query's dataset.", repeated=True),
    Value("timeout", "Seconds after which to give up; it lowers the limit of the service.", example="5"),
    Value("format", "The format of the answer, by suffix or media type; it beats Accept.", example="csv"),
    Value("output", "Another name of format, which some clients use."),
    Value("results", "Another name of format, which some clients use."),
    Value("version", "The version of SPARQL that the query is written in."),
)
_KNOWN: Final = frozenset(value.name for value in VALUES)
_REPEATED: Final = frozenset({"default-graph-uri", "named-graph-uri"})
_DATASET: Final = _REPEATED
_UPDATES: Final = frozenset({"update", "using-graph-uri", "using-named-graph-uri"})
_FORMAT_NAMES: Final = ("format", "output", "results")
# SPARQLWrapper names some formats twice, by suffix and by media type; the first counts. Queries are counted later.
_MAY_REPEAT: Final = _REPEATED | {"query", *_FORMAT_NAMES}

_LIMITS: Final = QueryShapeLimits()
_MOST_BODY_BYTES: Final = 4 << 20  # a query of the largest size, percent-encoded, and its dataset
_MOST_GRAPHS: Final = 100
_SHORT_QUERY: Final = 4096
_CHANGES_BY_ITSELF: Final = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")
_GRAPH_FORMS: Final = frozenset({"CONSTRUCT", "DESCRIBE"})


@dataclass
class _Call:
    """What a request asks, in whichever of the three ways it came."""

    queries: list[str] = member(default_factory=list)
    default_graphs: list[str] = member(default_factory=list)
    named_graphs: list[str] = member(default_factory=list)
    timeout: str | None = None
    format: str | None = None

    def take(self, fields: Iterable[tuple[str, str]]) -> None:
        """Add the fields of an address or of a form."""
        seen = set()
        for name, value in fields:
            if name in seen and name not in _MAY_REPEAT:
                raise AmbiguousRequest(f"the parameter {name!r} is given twice; give it once")
            seen.add(name)
            match name:
                case "query":
                    self.queries.append(value)
                case "default-graph-uri":
                    self.default_graphs.append(value)
                case "named-graph-uri":
                    self.named_graphs.append(value)
                case "timeout":
                    self.timeout = value
                case "version":
                    pass
                case _ if name in _FORMAT_NAMES:
                    self.format = self.format or value
                case _ if name in _UPDATES:
                    raise _update_disabled()
                case _:
                    allowed = ", ".join(sorted(_KNOWN))
                    raise ParameterError(
                        f"there is no parameter {name[:60]!r} here; allowed: {allowed}", allowed=sorted(_KNOWN)
                    )


def operations(context: Context) -> tuple[Operation, ...]:
    """The operations of the endpoint."""
    endpoint = SparqlEndpoint(context)
    problems = ("sparql-syntax", "query-too-complex", "query-timeout", "query-memory", "result-too-large")
    formats = (*BINDINGS, *GRAPHS)
    return (
        Operation(
            "sparqlQuery",
            "/sparql",
            "Ask a SPARQL query; without one, the description of the service (a form for browsers).",
            raw=endpoint.get,
            values=VALUES,
            formats=(*formats, HTML),
            problems=problems,
            tag="sparql",
        ),
        Operation(
            "sparqlQueryByPost",
            "/sparql",
            "Ask a SPARQL query in the body, as a form or directly.",
            raw=endpoint.post,
            method="POST",
            values=VALUES,
            formats=formats,
            takes=(QUERY, FORM),
            problems=(*problems, "unsupported-media-type", "body-too-large"),
            tag="sparql",
        ),
    )


class SparqlEndpoint:
    """The endpoint of one service."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def get(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query in the address; without any, describe the service."""
        call = _Call()
        call.take(pairs(scope))
        if not call.queries and not call.default_graphs and not call.named_graphs:
            await self._describe(call.format, scope, receive, send)
            return
        await self._answer(call, scope, receive, send)

    async def post(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query in the body."""
        media_type = _media_type(scope)
        call = _Call()
        in_address = pairs(scope)
        if any(name in _UPDATES for name, _ in in_address) or media_type == UPDATE:
            raise _update_disabled()
        body = await read_body(receive, _MOST_BODY_BYTES)
        if media_type == FORM:
            in_form = fields_of_form(body)
            if any(name in _DATASET for name, _ in in_form):
                in_address = [(name, value) for name, value in in_address if name not in _DATASET]
            call.take([*in_form, *in_address])
        else:
            call.take(in_address)
            call.queries.append(_utf8(body))
        await self._answer(call, scope, receive, send)

    async def _describe(self, name: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        """The service description for RDF types, a form for browsers."""
        accept = field(scope, b"accept")
        if name is None and prefers_html(accept):
            page = editor.page(self._context)
            await deliver(page, HTML, scope=scope, receive=receive, send=send, fields=editor.EDITOR_FIELDS)
            return
        chosen = choose(accept, TRIPLES) if name is None else named(name, TRIPLES)
        if chosen is None:
            raise not_acceptable(TRIPLES, name or "")
        reply = await description(self._context, scope, chosen, self._base(scope))
        await reply(scope, receive, send)

    async def _answer(self, call: _Call, scope: Scope, receive: Receive, send: Send) -> None:
        context, client = self._context, client_of(scope)
        if len(call.queries) != 1:
            raise AmbiguousRequest(
                f"the request holds {len(call.queries)} queries; send exactly one, as query= or as the body"
            )
        text = call.queries[0]
        exchange = exchange_of(scope)
        exchange.query_hash = hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()
        with context.budgets.spending(client):
            try:
                form = _form_of(text)
                request = self._request(call, text, scope)
            except WrongUsage:
                context.budgets.charge(client, FAULT_COST_S)
                raise
            expected = request.graph_format if form in _GRAPH_FORMS else request.bindings_format
            if expected is None:
                raise _wrong_form(form)
            tag = None
            asked = ("sparql", text, "\x01".join((*call.default_graphs, "\x02", *call.named_graphs)), expected)
            if not _CHANGES_BY_ITSELF.search(text):
                tag = await context.editions.tag(*asked)
                if is_unchanged(field(scope, b"if-none-match"), tag):
                    await deliver(b"", None, scope=scope, receive=receive, send=send, status=304, tag=tag, cache=CACHED)
                    return
            async with Departure(receive) as departure:
                answer = await self._ask(request, client, form)
            if departure.happened:
                exchange.broken_off = "client-gone"
                return
            exchange.generation = answer.generation
            formats = GRAPHS if answer.form == "graph" else BINDINGS
            if tag is not None and not tag.startswith(f'"{answer.generation}-'):
                tag = await context.editions.tag(*asked, generation=answer.generation)
            await deliver(
                answer.first,
                next(each for each in formats if each.extension == answer.extension),
                scope=scope,
                receive=receive,
                send=send,
                rest=answer.rest,
                tag=tag,
                cache=CACHED if tag else "no-store",
                fields=((b"query-timeout", f"{request.timeout_s:g}".encode()),),
            )

    async def _ask(self, request: QueryRequest, client: str, form: str) -> Answer:
        try:
            return await self._context.service.query(request)
        except QueryFault:
            self._context.budgets.charge(client, FAULT_COST_S)
            raise
        except NotAcceptable as fault:
            raise _wrong_form(str(fault.details.get("form", form))) from fault

    def _request(self, call: _Call, text: str, scope: Scope) -> QueryRequest:
        settings = self._context.settings
        for graph in (*call.default_graphs, *call.named_graphs):
            if not _ABSOLUTE.fullmatch(graph):
                raise ParameterError(f"a graph is named by an absolute IRI, not {graph[:80]!r}")
        if len(call.default_graphs) + len(call.named_graphs) > _MOST_GRAPHS:
            raise ParameterError(f"more than {_MOST_GRAPHS} graphs are named", limit=_MOST_GRAPHS)
        bindings_format, graph_format = _formats(field(scope, b"accept"), call.format)
        return QueryRequest(
            text,
            bindings_format=bindings_format,
            graph_format=graph_format,
            base_iri=f"{self._base(scope)}/sparql",
            default_graphs=tuple(call.default_graphs),
            named_graphs=tuple(call.named_graphs),
            timeout_s=_timeout(call.timeout, settings.query_timeout),
            max_bytes=self._context.result_bytes,
        )

    def _base(self, scope: Scope) -> str:
        return self._context.settings.public_url.rstrip("/") or f"http://{_host(scope)}"


def _host(scope: Scope) -> str:
    server = scope.get("server") or ("localhost", None)
    return f"{server[0]}:{server[1]}" if server[1] else str(server[0])


def _media_type(scope: Scope) -> str:
    """The media type of the body, one of those that are read here."""
    supported = [QUERY, FORM]
    content_type = field(scope, b"content-type")
    name, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if field(scope, b"content-encoding") not in {"", "identity"}:
        raise WrongContentType("a query is not compressed; send it as it is", supported=["identity"])
    if name not in {QUERY, FORM, UPDATE}:
        given = f"bodies of type {name[:80]!r} are" if name else "a body without a Content-Type is"
        raise WrongContentType(f"{given} not read here; send {' or '.join(supported)}", supported=supported)
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key == "charset" and value.strip('"') not in {"utf-8", "utf8"}:
            raise WrongContentType(f"queries are UTF-8, not {value[:40]!r}", supported=["utf-8"])
    return name


def _utf8(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as fault:
        raise QueryFault(f"the query is not UTF-8 (byte {fault.start})", line=1, column=1) from fault


def _timeout(text: str | None, limit_s: float) -> float:
    """The seconds that the query may take: what is asked for, at most the limit."""
    if text is None:
        return limit_s
    if not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,6})?", text) or float(text) <= 0:
        raise ParameterError(f"timeout is a number of seconds above 0, like 5, not {text[:40]!r}", parameter="timeout")
    return min(float(text), limit_s)


def _formats(accept: str, name: str | None) -> tuple[str | None, str | None]:
    """The extensions for rows and for graphs; at least one of them is there."""
    bindings: Format | None
    graph: Format | None
    if name is None:
        bindings, graph = acceptable(accept, BINDINGS), acceptable(accept, GRAPHS)
    else:
        bindings, graph = named(name, BINDINGS), named(name, GRAPHS)
    if bindings is None and graph is None:
        raise not_acceptable((*BINDINGS, *GRAPHS), name or "")
    return None if bindings is None else bindings.extension, None if graph is None else graph.extension


def _wrong_form(form: str) -> NotAcceptable:
    available = GRAPHS if form.upper() in _GRAPH_FORMS or form == "graph" else BINDINGS
    return not_acceptable(available)


def _form_of(text: str) -> str:
    """The form of the query; short ones are remembered, since programs ask the same thing again and again."""
    return _form_of_short(text) if len(text) <= _SHORT_QUERY else check_query_text(text, _LIMITS)


@lru_cache(maxsize=512)
def _form_of_short(text: str) -> str:
    return check_query_text(text, _LIMITS)


def _update_disabled() -> UpdateDisabled:
    return UpdateDisabled(
        "SPARQL Update is not offered; write a whole graph with PUT, POST or DELETE to /rdf-graph-store?graph=…",
        write_to="/rdf-graph-store",
    )
