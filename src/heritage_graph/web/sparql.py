"""The SPARQL 1.1 Protocol at /sparql: queries by GET, by form and by direct POST.

Written on ASGI itself, since this is the path that machines take thousands of times a minute.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import NotAcceptable, ParameterError, QueryFault, WrongUsage
from heritage_graph.store.base import Answer, QueryRequest
from heritage_graph.store.prefilter import check_query_text
from heritage_graph.web import editor
from heritage_graph.web.addresses import base_of
from heritage_graph.web.as_of import generation_asked
from heritage_graph.web.delivery import collected, deliver, deliver_stored, unless_gone
from heritage_graph.web.editions import CACHED, generation_of_tag, held_answer, with_content
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.limits import FAULT_COST_S, client_of
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
from heritage_graph.web.page_language import page_language
from heritage_graph.web.result_cache import Stored
from heritage_graph.web.routing import Operation
from heritage_graph.web.service_description import description
from heritage_graph.web.sparql_request import (
    FORM,
    LIMITS,
    QUERY,
    VALUES,
    Asking,
    asked_by_get,
    asked_by_post,
    calls_services,
    is_settled,
    preferred_labels,
    query_form,
)

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Fields
    from heritage_graph.web.result_cache import Key

    Wire = tuple[bytes, bytes, bytes]

_SHORT_QUERY: Final = 4096
_MOST_READY: Final = 2_000
_GRAPH_FORMS: Final = frozenset({"CONSTRUCT", "DESCRIBE"})
_NOTHING_READY: Final[tuple[Key, Fields]] = ((), ())
_LABELLED_FORMATS: Final = frozenset({"json", "csv", "tsv"})


def operations(context: Context) -> tuple[Operation, ...]:
    """The operations of the endpoint."""
    endpoint = SparqlEndpoint(context)
    problems = (
        "sparql-syntax",
        "query-too-complex",
        "query-timeout",
        "query-memory",
        "result-too-large",
        "generation-not-kept",
        "service-forbidden",
        "service-failed",
        "unknown-function",
        "not-in-xml",
    )
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
        self._services = frozenset(context.settings.federation)
        # Requests, by their very bytes, whose answers are kept: those need not be read again.
        self._ready: dict[Wire, tuple[Key, Fields]] = {}

    async def get(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query in the address; without any, describe the service."""
        wire = _wire_of(scope)
        key, fields = self._ready.get(wire, _NOTHING_READY) if wire is not None else _NOTHING_READY
        stored = self._context.results.get(key)
        if stored is not None and stored.generation == self._context.service.generations.last:
            exchange_of(scope).generation = stored.generation
            await deliver_stored(stored, scope, send, fields=fields)
            return
        asking = asked_by_get(scope)
        if asking.is_bare:
            await self._describe(asking.format, scope, receive, send)
            return
        await self._answer(asking, scope, receive, send, wire=wire)

    async def post(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query in the body."""
        await self._answer(await asked_by_post(scope, receive), scope, receive, send)

    async def _describe(self, name: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        """The service description for RDF types, the editor for browsers."""
        accept = field(scope, b"accept")
        if name is None and prefers_html(accept):
            page = editor.page(self._context, page_language(scope))
            await deliver(page, HTML, scope=scope, receive=receive, send=send, fields=editor.EDITOR_FIELDS)
            return
        chosen = choose(accept, TRIPLES) if name is None else named(name, TRIPLES)
        if chosen is None:
            raise not_acceptable(TRIPLES, name or "")
        reply = await description(self._context, scope, chosen, base_of(scope, self._context))
        await reply(scope, receive, send)

    async def _answer(
        self,
        asking: Asking,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        wire: Wire | None = None,
    ) -> None:
        context, client = self._context, client_of(scope)
        text = asking.query
        exchange = exchange_of(scope)
        exchange.note_query(text)
        preferred = preferred_labels(field(scope, b"prefer")) if asking.labels is None else None
        with context.budgets.spending(client):
            try:
                form = await self._form_of(text)
                request = await self._request(asking, text, form, preferred, scope)
            except WrongUsage:
                context.budgets.charge(client, FAULT_COST_S)
                raise
            fields = _fields(request, by_preference=bool(preferred and request.labels))
            tag: str | None = None
            key: Key = ()
            if is_settled(text) and not calls_services(text):
                tag, key = await self._identity(request, form)
                held = held_answer(field(scope, b"if-none-match"), tag)
                if held is not None:
                    await deliver(
                        b"", None, scope=scope, receive=receive, send=send, status=304, tag=held, cache=CACHED,
                        fields=fields,
                    )  # fmt: skip
                    return
                stored = context.results.get(key)
                if stored is not None:
                    exchange.generation = stored.generation
                    if wire is not None and request.at_generation is None:
                        self._remember(wire, key, fields)
                    await deliver_stored(stored, scope, send, fields=fields)
                    return
            answer = await unless_gone(receive, self._ask(request, client, form))
            if answer is None:
                exchange.broken_off = "client-gone"
                return
            exchange.generation = answer.generation
            if tag is not None and generation_of_tag(tag) != answer.generation:
                tag, key = await self._identity(request, form, generation=answer.generation)
            await self._deliver(answer, request, tag, key, fields, scope=scope, receive=receive, send=send)

    async def _deliver(
        self,
        answer: Answer,
        request: QueryRequest,
        tag: str | None,
        key: Key,
        fields: Fields,
        *,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Send *answer*; when it has a *tag*, keep it under *key* for the next who asks, once it is whole."""
        chosen = _format_of(answer)
        if tag is None:
            await deliver(
                answer.first, chosen, scope=scope, receive=receive, send=send, rest=answer.rest, fields=fields
            )
            return
        question_bytes = len(request.text)

        def keep(body: bytes) -> Stored:
            stored = Stored(body, chosen, with_content(tag, body), answer.generation)
            self._context.results.put(key, stored, question_bytes=question_bytes)
            return stored

        if answer.rest is None:
            await deliver_stored(keep(answer.first), scope, send, fields=fields)
            return
        # A strong tag names the bytes, and these are not all there yet: the next answer will bear one.
        rest = collected(answer.first, answer.rest, most=self._context.results.largest, keep=keep)
        await deliver(
            answer.first, chosen, scope=scope, receive=receive, send=send, rest=rest, cache=CACHED, fields=fields
        )

    async def _identity(self, request: QueryRequest, form: str, *, generation: int | None = None) -> tuple[str, Key]:
        """The entity tag of what is asked, without the content of the answer, and its key in the cache."""
        extension = request.graph_format if form in _GRAPH_FORMS else request.bindings_format
        at = request.at_generation if generation is None else generation
        parts = (
            request.text,
            request.base_iri or "",
            "\x01".join(request.default_graphs),
            "\x01".join(request.named_graphs),
            extension or "",
            ",".join(request.labels),
        )
        tag = await self._context.editions.tag("sparql", *parts, generation=at)
        return tag, (tag, *parts)

    def _remember(self, wire: Wire, key: Key, fields: Fields) -> None:
        """Have the same bytes answered at once the next time."""
        if len(self._ready) >= _MOST_READY:
            self._ready.clear()
        self._ready[wire] = key, fields

    async def _ask(self, request: QueryRequest, client: str, form: str) -> Answer:
        try:
            return await self._context.service.query(request, client=client)
        except QueryFault:
            self._context.budgets.charge(client, FAULT_COST_S)
            raise
        except NotAcceptable as fault:
            raise _wrong_form(str(fault.details.get("form", form))) from fault

    async def _request(
        self, asking: Asking, text: str, form: str, preferred_labels: str | None, scope: Scope
    ) -> QueryRequest:
        settings = self._context.settings
        asking.check_graphs()
        bindings_format, graph_format = _formats(field(scope, b"accept"), asking.format)
        if (graph_format if form in _GRAPH_FORMS else bindings_format) is None:
            raise _wrong_form(form)
        languages = asking.languages()
        takes_labels = form == "SELECT" and bindings_format in _LABELLED_FORMATS
        if languages and not takes_labels:
            raise ParameterError(
                "labels adds columns to the rows of a SELECT in JSON, CSV or TSV; leave it out, or ask for one of them",
                parameter="labels",
            )
        if preferred_labels and takes_labels:  # a preference that cannot be met is passed over (RFC 7240, section 2)
            languages = Asking(labels=preferred_labels).languages()
        return QueryRequest(
            text,
            bindings_format=bindings_format,
            graph_format=graph_format,
            base_iri=f"{base_of(scope, self._context)}/sparql",
            default_graphs=tuple(asking.default_graphs),
            named_graphs=tuple(asking.named_graphs),
            timeout_s=asking.seconds(settings.query_timeout),
            max_bytes=self._context.result_bytes,
            max_rows=settings.result_rows,
            labels=languages,
            at_generation=None if asking.as_of is None else await generation_asked(asking.as_of, self._context),
            federated=bool(self._services) and calls_services(text),
        )

    async def _form_of(self, text: str) -> str:
        """The form of the query; short ones are remembered, since programs ask the same thing again and again."""
        if len(text) <= _SHORT_QUERY:
            return _form_of_short(text, self._services)
        return await query_form(text, self._services)


def _wire_of(scope: Scope) -> Wire | None:
    """The bytes of a request on which its answer depends; None when it depends on more, or when they are many."""
    if len(scope["query_string"]) > _SHORT_QUERY:
        return None
    accept = prefer = b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept += value
        elif name == b"prefer":
            prefer += value
        elif name == b"if-none-match":
            return None
    return scope["query_string"], accept, prefer


def _fields(request: QueryRequest, *, by_preference: bool) -> Fields:
    fields: Fields = ((b"query-timeout", f"{request.timeout_s:g}".encode()), (b"vary", b"Prefer"))
    if by_preference:
        fields += ((b"preference-applied", f'labels="{",".join(request.labels)}"'.encode()),)
    return fields


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


def _format_of(answer: Answer) -> Format:
    formats = GRAPHS if answer.form == "graph" else BINDINGS
    return next(each for each in formats if each.extension == answer.extension)


def _wrong_form(form: str) -> NotAcceptable:
    available = GRAPHS if form.upper() in _GRAPH_FORMS or form == "graph" else BINDINGS
    return not_acceptable(available)


@lru_cache(maxsize=512)
def _form_of_short(text: str, services: frozenset[str]) -> str:
    return check_query_text(text, LIMITS, services=services)
