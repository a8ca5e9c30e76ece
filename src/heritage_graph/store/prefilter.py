"""Refuse, before any parser sees it, a query that would hurt the process that parses or plans it.

A lexical look only: strings, comments and IRIs are skipped, brackets and operators are counted. pyoxigraph ends
the process on deep nesting and plans for seconds on some short texts (threats.md 3.4, 3.5); the numbers here
stay an order of magnitude below what was measured there.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from heritage_graph.errors import (
    NotAQuery,
    QueryFault,
    QueryTooComplex,
    QueryTooDeep,
    QueryTooLarge,
    ServiceForbidden,
)


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
                 (?:(?:[\w:.·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*(?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)? )
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
_AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_FILTERS: Final = frozenset({"FILTER", "OPTIONAL", "MINUS", "BIND", "EXISTS"})


def check_query_text(query: str, limits: QueryShapeLimits, *, service_allowed: bool = False) -> str:
    """Look at the text of a query and return its form: SELECT, CONSTRUCT, ASK or DESCRIBE.

    Raises:
        QueryTooLarge, QueryTooDeep, QueryTooComplex: it is beyond *limits*.
        ServiceForbidden: it calls another endpoint, and *service_allowed* is false.
        NotAQuery: it is an update.
        QueryFault: it is empty, or holds escapes or NULs where SPARQL has none.
    """
    if len(query) > limits.bytes or len(query.encode()) > limits.bytes:
        raise QueryTooLarge(f"the query is larger than {limits.bytes} bytes", limit_bytes=limits.bytes)
    form: str | None = None
    brackets: list[str] = []
    counts: Counter[str] = Counter()
    run = 0
    in_values = False
    previous = ""
    suspect = ""  # a prefixed name that may be `SERVICE :name` written together
    for match in _TOKEN.finditer(query):
        kind, text = match.lastgroup, match.group()
        if kind == "skip":
            continue
        run = run + 1 if kind == "sign" and text in "!+-" else 0
        if run > limits.prefix_operators_in_a_row:
            raise QueryTooDeep(f"more than {run - 1} operators follow one another", limit=run - 1)
        if kind == "word":
            word = text.upper()
            if "SERVICE" in word and not service_allowed:
                raise _service_forbidden()
            if form is None and word in _UPDATES:
                raise NotAQuery("updates are not taken here; write whole graphs with PUT or POST to /rdf-graph-store")
            if form is None and word in _FORMS:
                form = word
            in_values = in_values or word == "VALUES"
            counts["unions"] += word == "UNION"
            counts["filters"] += word in _FILTERS
            counts["aggregates"] += word in _AGGREGATES
            previous = word
        elif kind in {"open", "triple"} and text not in {")>>", ">>"}:
            if text == "{":
                if suspect and not service_allowed:
                    raise _service_forbidden()
                counts["groups"] += not in_values
            brackets.append(text)
            if len(brackets) > limits.nesting:
                raise QueryTooDeep(
                    f"the query nests deeper than {limits.nesting} levels; write it flatter", limit=limits.nesting
                )
        elif kind in {"close", "triple"}:
            if brackets:
                brackets.pop()
            in_values = in_values and text != "}"
        elif kind == "point":
            counts["patterns"] += not in_values and (not brackets or brackets[-1] not in {"(", "<<", "<<("})
        elif kind == "sign" and text in "/|^*":
            counts["path_steps"] += 1
        elif kind in {"sign", "logic"}:
            counts["operators"] += 1
        elif kind == "escape":
            raise QueryFault("a backslash stands outside of a string, an IRI or a name", **_place(query, match.start()))
        elif text == "\x00":
            raise QueryFault("the query holds a NUL character", **_place(query, match.start()))
        suspect = text if kind == "pname" and "SERVICE" in text.upper().split(":")[0] and previous != "GRAPH" else ""
        if kind not in {"word", "pname"}:
            previous = ""
    for name, found in counts.items():
        limit = getattr(limits, name)
        if found > limit:
            raise QueryTooComplex(
                f"the query has {found} {name.replace('_', ' ')}, and {limit} is the most that is planned; split it",
                limit=limit,
                found=found,
                what=name,
            )
    if form is None:
        raise QueryFault("the query is empty; it needs SELECT, CONSTRUCT, ASK or DESCRIBE", line=1, column=1)
    return form


def _place(query: str, position: int) -> dict[str, int]:
    line = query.count("\n", 0, position) + 1
    return {"line": line, "column": position - query.rfind("\n", 0, position)}


def _service_forbidden() -> ServiceForbidden:
    return ServiceForbidden(
        "SERVICE is switched off here: this service never asks another server; fetch both parts and join them, or "
        "load the other data into a store of your own",
        setting="federation",
    )
