"""Read what a request asks of the SPARQL endpoint, in whichever of the protocol's three ways it came."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError, QueryFault
from heritage_graph.store.prefilter import QueryShapeLimits, check_query_text
from heritage_graph.web import exchange
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.faults import AmbiguousRequest, UpdateDisabled, WrongContentType
from heritage_graph.web.limits import read_body
from heritage_graph.web.routing import LANG, Value, fields_of_form, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from starlette.types import Receive, Scope

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"

LIMITS: Final = QueryShapeLimits()
"""How large and manifold the text of a query may be."""

VALUES: Final = (
    Value("query", "The query.", example="ASK { ?subject ?predicate ?object }"),
    Value("default-graph-uri", "A graph of the default graph, in place of the query's dataset.", repeated=True),
    Value("named-graph-uri", "A named graph, in place of the query's dataset.", repeated=True),
    Value(
        "timeout", "Seconds after which to give up; it lowers the limit of the service.", example="5", type="decimal"
    ),
    Value("format", "The format of the answer, by suffix or media type; it beats Accept.", example="csv"),
    Value("output", "Another name of format, which some clients use."),
    Value("results", "Another name of format, which some clients use."),
    Value("labels", "Languages: behind each column of IRIs comes one of their names.", example="ar,en"),
    AS_OF,
    LANG,
    Value("version", "The version of SPARQL that the query is written in."),
)
_LARGE_QUERY: Final = 16 << 10  # a megabyte takes 0.2 s to look at
_KNOWN: Final = frozenset(value.name for value in VALUES)
_DATASET: Final = frozenset({"default-graph-uri", "named-graph-uri"})
_UPDATES: Final = frozenset({"update", "using-graph-uri", "using-named-graph-uri"})
_FORMAT_NAMES: Final = ("format", "output", "results")
_LISTS: Final = {"query": "queries", "default-graph-uri": "default_graphs", "named-graph-uri": "named_graphs"}
_TEXTS: Final = {"timeout": "timeout", "labels": "labels", "asOf": "as_of"}
# SPARQLWrapper names some formats twice, by a short name and by media type; the first counts. Queries are counted
# later.
_MAY_REPEAT: Final = _DATASET | {"query", *_FORMAT_NAMES}

_MOST_BODY_BYTES: Final = 4 << 20  # a query of the largest size, percent-encoded, and its dataset
_MOST_GRAPHS: Final = 100
# Keywords need no space before them, and `\uXXXX` may stand for a letter; what follows `?`, `$` or a colon is a name.
_CHANGING: Final = re.compile(r"(?<![?$:])(?:now|rand|uuid|bnode)(?:\s|\#[^\r\n]*)*+\(")
_SERVICE: Final = re.compile(r"(?<![?$:])service")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")
_LANGUAGES: Final = re.compile(
    r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*(?:\s*,\s*[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*){0,7}"
)
_PREFERRED_LABELS: Final = re.compile(r'(?:^|[,;])\s*labels\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<token>[^\s,;"]+))')


@dataclass
class Asking:
    """What a request asks; the texts of its parameters as they came, each decoded once."""

    queries: list[str] = field(default_factory=list)
    default_graphs: list[str] = field(default_factory=list)
    named_graphs: list[str] = field(default_factory=list)
    timeout: str | None = None
    format: str | None = None
    labels: str | None = None
    as_of: str | None = None

    @property
    def is_bare(self) -> bool:
        """Whether there is neither a query nor a dataset: such a request wants to know what stands here."""
        return not (self.queries or self.default_graphs or self.named_graphs)

    @property
    def query(self) -> str:
        """The one query.

        Raises:
            AmbiguousRequest: there is none, or more than one.
        """
        if len(self.queries) != 1:
            raise AmbiguousRequest(
                f"the request holds {len(self.queries)} queries; send exactly one, as query= or as the body"
            )
        return self.queries[0]

    def take(self, fields: Iterable[tuple[str, str]]) -> None:
        """Add the fields of an address or of a form.

        Raises:
            AmbiguousRequest: one is given twice.
            UpdateDisabled: one belongs to an update.
            ParameterError: one is unknown; the error lists those there are.
        """
        seen = set()
        for name, value in fields:
            if name in seen and name not in _MAY_REPEAT:
                raise AmbiguousRequest(f"the parameter {name!r} is given twice; give it once")
            seen.add(name)
            if name in _LISTS:
                getattr(self, _LISTS[name]).append(value)
            elif name in _TEXTS:
                setattr(self, _TEXTS[name], value)
            elif name in _FORMAT_NAMES:
                self.format = self.format or value
            elif name in _UPDATES:
                raise _update_disabled()
            elif name not in _KNOWN:
                allowed = sorted(_KNOWN)
                raise ParameterError(
                    f"there is no parameter {name[:60]!r} here; allowed: {', '.join(allowed)}", allowed=allowed
                )

    def check_graphs(self) -> None:
        """Make sure that the graphs are named by absolute IRIs, and are not too many.

        Raises:
            ParameterError: they are not.
        """
        for graph in (*self.default_graphs, *self.named_graphs):
            if not _ABSOLUTE.fullmatch(graph):
                raise ParameterError(f"a graph is named by an absolute IRI, not {graph[:80]!r}")
        if len(self.default_graphs) + len(self.named_graphs) > _MOST_GRAPHS:
            raise ParameterError(f"more than {_MOST_GRAPHS} graphs are named", limit=_MOST_GRAPHS)

    def seconds(self, limit_s: float) -> float:
        """The seconds that the query may take: what is asked for, at most *limit_s*.

        Raises:
            ParameterError: the text is no number above 0.
        """
        text = self.timeout
        if text is None:
            return limit_s
        if not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,6})?", text) or float(text) <= 0:
            raise ParameterError(
                f"timeout is a number of seconds above 0, like 5, not {text[:40]!r}", parameter="timeout"
            )
        return min(float(text), limit_s)

    def languages(self) -> tuple[str, ...]:
        """The languages of the labels that are wanted; none when no labels are.

        Raises:
            ParameterError: the text is no list of languages.
        """
        if self.labels is None:
            return ()
        if not _LANGUAGES.fullmatch(self.labels.strip()):
            raise ParameterError(
                f"labels takes up to eight languages like ar,en, not {self.labels[:80]!r}", parameter="labels"
            )
        return tuple(tag.strip() for tag in self.labels.split(","))


def asked_by_get(scope: Scope) -> Asking:
    """What the address of a request asks.

    Raises:
        WrongUsage: as `Asking.take`, or the address is not percent-encoded UTF-8.
    """
    asking = Asking()
    asking.take(pairs(scope))
    return asking


async def asked_by_post(scope: Scope, receive: Receive) -> Asking:
    """What the body of a request asks, as a form or directly, together with its address.

    Raises:
        WrongContentType: the body is neither a form nor a query in UTF-8.
        UpdateDisabled: it is an update.
        WrongUsage: as `Asking.take`; the body is too large, too slow, or not UTF-8.
    """
    media_type = _media_type(scope)
    in_address = pairs(scope)
    if media_type == UPDATE or any(name in _UPDATES for name, _ in in_address):
        raise _update_disabled()
    body = await read_body(receive, _MOST_BODY_BYTES)
    asking = Asking()
    if media_type == FORM:
        in_form = fields_of_form(body)
        if any(name in _DATASET for name, _ in in_form):
            in_address = [(name, value) for name, value in in_address if name not in _DATASET]
        asking.take([*in_form, *in_address])
    else:
        asking.take(in_address)
        asking.queries.append(_utf8(body))
    return asking


async def query_form(text: str, services: AbstractSet[str] = frozenset()) -> str:
    """The form of a query that may be asked here; a large text is looked at aside, so that it keeps nobody waiting.

    Raises:
        WrongUsage: as `check_query_text`.
    """
    if len(text) <= _LARGE_QUERY:
        return check_query_text(text, LIMITS, services=services)
    return await asyncio.to_thread(check_query_text, text, LIMITS, services=services)


def preferred_labels(prefer: str) -> str | None:
    """The value of the preference `labels` in a `Prefer` header (RFC 7240); None when it is not there."""
    found = _PREFERRED_LABELS.search(prefer)
    return None if found is None else found["quoted"] or found["token"]


def _media_type(scope: Scope) -> str:
    """The media type of the body, one of those that are read here."""
    supported = [QUERY, FORM]
    content_type = exchange.field(scope, b"content-type")
    name, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if exchange.field(scope, b"content-encoding") not in {"", "identity"}:
        raise WrongContentType("a query is not compressed; send it as it is", supported=["identity"])
    if name not in {QUERY, FORM, UPDATE}:
        given = f"bodies of type {name[:80]!r} are" if name else "a body without a Content-Type is"
        raise WrongContentType(f"{given} not read here; send {' or '.join(supported)}", supported=supported)
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key == "charset" and value.strip('"') not in {"utf-8", "utf8"}:
            raise WrongContentType(f"queries are UTF-8, not {value[:40]!r}", supported=["utf-8"])
    return name


def is_settled(text: str) -> bool:
    """Tell whether a query gives the same each time; false when it may ask for the time or for random values."""
    lower = text.lower()  # looking for words in it first takes a tenth of the time
    if "now" in lower or "rand" in lower or "uuid" in lower or "bnode" in lower or "\\u" in lower:
        return "\\u" not in lower and _CHANGING.search(lower) is None
    return True


def calls_services(text: str) -> bool:
    """Tell whether a query may ask another server."""
    lower = text.lower()
    return "service" in lower and _SERVICE.search(lower) is not None


def _utf8(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as fault:
        raise QueryFault(f"the query is not UTF-8 (byte {fault.start})", line=1, column=1) from fault


def _update_disabled() -> UpdateDisabled:
    return UpdateDisabled(
        "SPARQL Update is not offered; write a whole graph with PUT, POST or DELETE to /rdf-graph-store?graph=…",
        write_to="/rdf-graph-store",
    )
