"""Refuse, before any parser sees it, a query that would hurt the process that parses or plans it.

A lexical look only: strings, comments and IRIs are skipped, brackets and operators are counted. pyoxigraph ends
the process on deep nesting and plans for seconds on some short texts (docs/adr/0016); the numbers here
stay an order of magnitude below what was measured there.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import (
    NotAQuery,
    QueryFault,
    QueryTooComplex,
    QueryTooDeep,
    QueryTooLarge,
    ServiceForbidden,
)

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True)
class QueryShapeLimits:
    """How large, deep and manifold the text of a query may be."""

    bytes: int = 1 << 20
    nesting: int = 64
    groups: int = 200
    patterns: int = 150
    unions: int = 40
    filters: int = 200
    path_steps: int = 200
    operators: int = 1_000
    aggregates: int = 100
    prefix_operators_in_a_row: int = 64


_TOKEN: Final = re.compile(
    r"""
    (?P<skip>    \s+ | \#[^\r\n]* )
  | (?P<iri>     <[^<>"{}|^`\x00-\x20]*> )
  | (?P<string>  \"{3}(?:[^"\\]|\\.|\"(?!\"\"))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
               | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*' )
  | (?P<var>     [?$]\w+ )
  | (?P<lang>    @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<blank>   _:[\w.·-]*\w )
  | (?P<pname>   (?:[^\W\d_](?:[\w.·-]*[\w·-])?)?:(?:(?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
                 (?:(?:[\w:.·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*
                    (?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)? )
  | (?P<number>  (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? )
  | (?P<word>    [^\W\d]\w* )
  | (?P<triple>  <<\(? | \)?>> )
  | (?P<open>    [({\[] )
  | (?P<close>   [)}\]] )
  | (?P<logic>   && | \|\| | != | <= | >= | \^\^ )
  | (?P<sign>    [!+\-*/|^=<>] )
  | (?P<point>   [.;,] )
  | (?P<escape>  \\ )
  | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)

_UPDATES: Final = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_FORMS: Final = frozenset({"SELECT", "CONSTRUCT", "ASK", "DESCRIBE"})
_COUNTED_WORDS: Final = {
    "unions": frozenset({"UNION"}),
    "filters": frozenset({"FILTER", "OPTIONAL", "MINUS", "BIND", "EXISTS"}),
    "aggregates": frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}),
}


def check_query_text(query: str, limits: QueryShapeLimits, *, services: AbstractSet[str] = frozenset()) -> str:
    """Look at the text of a query and return its form: SELECT, CONSTRUCT, ASK or DESCRIBE.

    Args:
        query: the text.
        limits: how large and manifold it may be.
        services: the endpoints that it may call with SERVICE, as absolute IRIs. They are called when the query
            writes the very IRI in angle brackets; a variable, a prefixed name or an escape does not name one.

    Raises:
        QueryTooLarge, QueryTooDeep, QueryTooComplex: it is beyond *limits*.
        ServiceForbidden: it calls an endpoint that is not among *services*.
        NotAQuery: it is an update.
        QueryFault: it is empty, or holds escapes or NULs where SPARQL has none.
    """
    if len(query) > limits.bytes or len(query.encode()) > limits.bytes:
        raise QueryTooLarge(f"the query is larger than {limits.bytes} bytes", limit_bytes=limits.bytes)
    look = _Look(query, limits, services=services)
    for token in _TOKEN.finditer(query):
        if token.lastgroup != "skip":
            look.take(token)
    return look.verdict()


class _Look:
    """What has been seen of a query so far."""

    def __init__(self, query: str, limits: QueryShapeLimits, *, services: AbstractSet[str]) -> None:
        self._query = query
        self._limits = limits
        self._services = services
        self._calling = False  # SERVICE has been read and its endpoint has not
        self._form: str | None = None
        self._brackets: list[str] = []
        self._counts: Counter[str] = Counter()
        self._signs_in_a_row = 0
        self._in_values = False
        self._after_graph = False
        self._suspect = False  # a prefixed name that the engine may read as `SERVICE :name`
        self._takers = {
            "word": self._word,
            "open": self._open,
            "close": self._close,
            "triple": self._triple_bracket,
            "point": self._point,
            "sign": self._sign,
            "logic": self._logic,
            "escape": self._escape,
            "other": self._other,
        }

    def take(self, token: re.Match[str]) -> None:
        """Take note of the next token."""
        kind, text = token.lastgroup, token.group()
        assert kind is not None
        if self._calling:
            self._take_endpoint(kind, text)
        self._signs_in_a_row = self._signs_in_a_row + 1 if kind == "sign" and text in "!+-" else 0
        if kind in self._takers:
            self._takers[kind](token)
        named_service = kind == "pname" and "SERVICE" in text.split(":")[0].upper()
        self._suspect = named_service and not self._after_graph
        self._after_graph = kind == "word" and text.upper() == "GRAPH"

    def verdict(self) -> str:
        """The form of the query, now that all is seen."""
        if self._calling:
            raise self._forbidden("")
        for what, found in self._counts.items():
            limit = getattr(self._limits, what)
            if found > limit:
                raise QueryTooComplex(
                    f"the query has {found} {what.replace('_', ' ')}, more than the {limit} that are planned; split it",
                    limit=limit,
                    found=found,
                    what=what,
                )
        if self._form is None:
            raise QueryFault("the query is empty; it needs SELECT, CONSTRUCT, ASK or DESCRIBE", line=1, column=1)
        return self._form

    def _word(self, token: re.Match[str]) -> None:
        word = token.group().upper()
        if word == "SERVICE":
            self._calling = True
        elif "SERVICE" in word:  # pyoxigraph needs no space before or after a keyword
            raise self._forbidden(token.group())
        if self._form is None and word in _UPDATES:
            raise NotAQuery("updates are not taken here; write whole graphs with PUT or POST to /rdf-graph-store")
        if self._form is None and word in _FORMS:
            self._form = word
        self._in_values = self._in_values or word == "VALUES"
        for what, words in _COUNTED_WORDS.items():
            self._counts[what] += word in words

    def _open(self, token: re.Match[str]) -> None:
        if token.group() == "{":
            if self._suspect:
                raise self._forbidden("a prefixed name")
            self._counts["groups"] += not self._in_values
        self._brackets.append(token.group())
        if len(self._brackets) > self._limits.nesting:
            raise QueryTooDeep(
                f"the query nests deeper than {self._limits.nesting} levels; write it flatter",
                limit=self._limits.nesting,
            )

    def _close(self, token: re.Match[str]) -> None:
        if self._brackets:
            self._brackets.pop()
        self._in_values = self._in_values and token.group() != "}"

    def _triple_bracket(self, token: re.Match[str]) -> None:
        if token.group().startswith("<<"):
            self._open(token)
        else:
            self._close(token)

    def _point(self, _token: re.Match[str]) -> None:
        between_arguments = bool(self._brackets) and self._brackets[-1] in {"(", "<<", "<<("}
        self._counts["patterns"] += not self._in_values and not between_arguments

    def _sign(self, token: re.Match[str]) -> None:
        if self._signs_in_a_row > self._limits.prefix_operators_in_a_row:
            limit = self._limits.prefix_operators_in_a_row
            raise QueryTooDeep(f"more than {limit} operators follow one another", limit=limit)
        self._counts["path_steps" if token.group() in "/|^*" else "operators"] += 1

    def _logic(self, _token: re.Match[str]) -> None:
        self._counts["operators"] += 1

    def _escape(self, token: re.Match[str]) -> None:
        place = _place(self._query, token.start())
        raise QueryFault("a backslash stands outside of a string, an IRI or a name", **place)

    def _other(self, token: re.Match[str]) -> None:
        if token.group() == "\x00":
            raise QueryFault("the query holds a NUL character", **_place(self._query, token.start()))

    def _take_endpoint(self, kind: str, text: str) -> None:
        """Let SERVICE be followed by a listed endpoint, after SILENT perhaps, and by nothing else."""
        if kind == "word" and text.upper() == "SILENT":
            return
        if kind != "iri" or text[1:-1] not in self._services:
            raise self._forbidden(text)
        self._calling = False

    def _forbidden(self, called: str) -> ServiceForbidden:
        if not self._services:
            return ServiceForbidden(
                "SERVICE is switched off here: this service never asks another server; fetch both parts and join "
                "them, or load the other data into a store of your own",
                setting="federation",
            )
        listed = sorted(self._services)
        return ServiceForbidden(
            f"SERVICE asks here only what is listed, written as <IRI>: {', '.join(listed)}; not {called[:200]!r}",
            setting="federation",
            allowed=listed,
        )


def _place(query: str, position: int) -> dict[str, int]:
    line = query.count("\n", 0, position) + 1
    return {"line": line, "column": position - query.rfind("\n", 0, position)}
