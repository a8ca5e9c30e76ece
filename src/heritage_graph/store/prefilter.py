"""Refuse, before any parser sees it, a query that would hurt the process that parses or plans it.

A lexical look only: strings, comments and IRIs are skipped, brackets and operators are counted. pyoxigraph ends
the process on deep nesting and plans for seconds on some short texts (docs/adr/0016); the numbers here
stay an order of magnitude below what was measured there.

pyoxigraph has no lexer of its own: its grammar reads characters and tries again where a reading fails. So `<` is an
IRI or an operator by what stands before it, keywords need no space around them, a prefixed name falls apart where
its IRI would be invalid, and a long string where an escape in it is. Each of that is looked at here, since a call
of another server could hide in it.
"""

from __future__ import annotations

import re
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
    words: int = 5_000
    prefix_operators_in_a_row: int = 64


_SKIPPED: Final = r"(?:\s+|\#[^\r\n]*)*+"
_IRI_TEXT: Final = r"<[^<>\"{}|^`\x00-\x20]*>"
_ESCAPED: Final = r"\\[_~.\-!$&'()*+,;=/?\#@%]"
_TOKEN: Final = re.compile(
    rf"""
    {_SKIPPED}
  (?:(?P<iri>    {_IRI_TEXT} )
  | (?P<string>  \"{{3}}(?:[^"\\]|\\.|\"(?!\"\"))*\"{{3}} | '{{3}}(?:[^'\\]|\\.|'(?!''))*'{{3}}
               | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*' )
  | (?P<var>     [?$]\w+ )
  | (?P<lang>    @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<blank>   _:[\w.·-]*\w )
  | (?P<number>  \d+\.\d*[eE][+-]?\d+ | \.?\d+[eE][+-]?\d+ | \d*\.\d+ | \d+ )
  | (?P<pname>   (?:[^\W\d_]\w*+(?:[.·-]++\w++){{0,16}}+[·-]*+)?:(?:(?:[\w:·-]|%[0-9A-Fa-f]{{2}}|{_ESCAPED})
                 (?:(?:[\w:.·-]|%[0-9A-Fa-f]{{2}}|{_ESCAPED})*(?:[\w:·-]|%[0-9A-Fa-f]{{2}}|{_ESCAPED}))?)? )
  | (?P<word>    [^\W\d]\w* )
  | (?P<triple>  <<\(? | \)?>> )
  | (?P<open>    [({{\[] )
  | (?P<close>   [)}}\]] )
  | (?P<logic>   && | \|\| | != | <= | >= | \^\^ )
  | (?P<sign>    [!+\-*/|^=<>] )
  | (?P<point>   [.;,] )
  | (?P<other>   . )
  | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)
_IRI: Final = re.compile(_IRI_TEXT)
_FULL_IRI: Final = re.compile(r"<[A-Za-z][A-Za-z0-9]*://")
_SAFE_NAMESPACE: Final = re.compile(r".*(?:[^/]/|\#)>", re.DOTALL)
_ESCAPES: Final = re.compile(
    r"""(?: [^\\]+ | \\[tbnrf"'\\] | \\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}
          | \\U(?!0000[dD][89a-fA-F])00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4} )*+""",
    re.VERBOSE,
)
_GROUP: Final = re.compile(rf"{_SKIPPED}\{{")
_NAME_PARTS: Final = r"(?:[^\s<>{}()\"\#\\]|\\.)*+"
_ENDPOINT_AND_GROUP: Final = re.compile(
    rf"{_SKIPPED}(?:SILENT{_SKIPPED})?(?:{_IRI_TEXT}|[?$]{_NAME_PARTS}|[^\s<>{{}}()\"\#:]*+:{_NAME_PARTS})?{_SKIPPED}\{{",
    re.IGNORECASE,
)
_ENDPOINT: Final = re.compile(rf"{_SKIPPED}(?:SILENT{_SKIPPED})?<(?P<iri>[^<>]*)>", re.IGNORECASE)

_ANGLED: Final = frozenset({_TOKEN.groupindex["iri"], _TOKEN.groupindex["triple"]})
_BETWEEN_OPERANDS: Final = frozenset(_TOKEN.groupindex[kind] for kind in ("open", "logic", "sign", "point"))
_OPENED_BY: Final = {")": "(", "]": "["}

_UPDATES: Final = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_FORMS: Final = frozenset({"SELECT", "CONSTRUCT", "ASK", "DESCRIBE"})
_COUNTED_WORDS: Final = {
    "UNION": "unions",
    **dict.fromkeys(("FILTER", "OPTIONAL", "MINUS", "BIND", "EXISTS"), "filters"),
    **dict.fromkeys(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"), "aggregates"),
}
_COUNTED: Final = ("groups", "patterns", "path_steps", "operators", "words", *dict.fromkeys(_COUNTED_WORDS.values()))
_PLAIN_WORDS: Final = {
    *("PREFIX", "BASE", "SELECT", "DISTINCT", "WHERE", "AS", "A", "FROM", "NAMED", "ORDER", "GROUP"),
    *("BY", "ASC", "DESC", "LIMIT", "OFFSET", "HAVING", "UNDEF", "NOT", "IN", "TRUE", "FALSE", "MINUTES"),
    *("STR", "LANG", "LANGMATCHES", "IF", "COALESCE", "BOUND", "CONCAT", "REGEX", "STRLEN", "CONTAINS", "YEAR"),
}
_GLUED: Final = re.compile("SERVICE|" + "|".join(_COUNTED_WORDS))


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
        QueryFault: it is empty, holds escapes or NULs where SPARQL has none, or a `<` that can be read in two ways.
    """
    try:
        size = len(query) if query.isascii() else len(query.encode())
    except UnicodeEncodeError as fault:
        raise QueryFault("the query holds half of a character", **_place(query, fault.start)) from fault
    if size > limits.bytes:
        raise QueryTooLarge(f"the query is larger than {limits.bytes} bytes", limit_bytes=limits.bytes)
    look = _Look(query, limits, services)
    position: int | None = 0
    while position is not None:
        position = look.read_from(position)
    return look.verdict()


class _Look:
    """What has been seen of a query so far."""

    def __init__(self, query: str, limits: QueryShapeLimits, services: AbstractSet[str]) -> None:
        self._query = query
        self._limits = limits
        self._services = services
        self._form: str | None = None
        self._brackets: list[str] = []
        self._most = {what: getattr(limits, what) for what in _COUNTED}
        self._counts = dict.fromkeys(_COUNTED, 0)
        self._signs_in_a_row = 0
        self._sign_end = self._graph_end = self._namespace_end = -1
        self._in_values = False
        self._names_fall_apart = False
        takers = {
            "iri": self._iri,
            "string": self._string,
            "pname": self._prefixed_name,
            "word": self._word,
            "triple": self._triple_bracket,
            "open": self._open,
            "close": self._close,
            "logic": self._operator,
            "sign": self._sign,
            "point": self._point,
            "other": self._other,
        }
        self._takers = [takers.get(name) for name in ("", *_TOKEN.groupindex)]

    def read_from(self, position: int) -> int | None:
        """Take note of all tokens from *position*; where to go on, when a `<` turns out to be an operator."""
        takers, brackets = self._takers, self._brackets
        after_operand = False
        for token in _TOKEN.finditer(self._query, position):
            kind = token.lastindex
            if kind is None:
                break
            if after_operand and kind in _ANGLED and brackets and brackets[-1] == "(" and self._compares(token):
                self._count("operators")
                return token.start(kind) + 1
            taker = takers[kind]
            if taker is not None:
                taker(token, token[kind])
            after_operand = kind not in _BETWEEN_OPERANDS
        return None

    def verdict(self) -> str:
        """The form of the query, now that all is seen."""
        if self._form is None:
            raise QueryFault("the query is empty; it needs SELECT, CONSTRUCT, ASK or DESCRIBE", line=1, column=1)
        return self._form

    def _count(self, what: str, number: int = 1) -> None:
        found = self._counts[what] = self._counts[what] + number
        limit = self._most[what]
        if found > limit:
            raise QueryTooComplex(
                f"the query has more than the {limit} {what.replace('_', ' ')} that are planned; split it",
                limit=limit,
                found=found,
                what=what,
            )

    def _compares(self, token: re.Match[str]) -> bool:
        """Tell whether the `<` of *token*, after an operand within parentheses, stands for *less than*.

        What stands there is an expression or a list of terms, and no look at the text alone tells which. An IRI with
        `://` is no expression; of anything else both readings go on alike behind its `>`, unless a comment or a
        string begins in it.
        """
        assert token.lastindex is not None
        start = token.start(token.lastindex)
        if self._in_values or self._query[start] != "<":
            return False
        if self._query.startswith("<<<", start):
            if _FULL_IRI.match(self._query, start + 2):
                return False
            raise self._doubtful(start)
        twice = self._query.startswith("<<", start)
        iri = _IRI.match(self._query, start + twice)
        if iri is None or _FULL_IRI.match(iri[0]):
            return iri is not None and twice
        if "#" in iri[0] or "'" in iri[0]:
            raise self._doubtful(start)
        return True

    def _doubtful(self, start: int) -> QueryFault:
        return QueryFault(
            "this < may begin an IRI or mean less-than: write a space after it, or the IRI in full",
            **_place(self._query, start),
        )

    def _iri(self, token: re.Match[str], text: str) -> None:
        if token.start() == self._namespace_end and not _SAFE_NAMESPACE.fullmatch(text):
            self._names_fall_apart = True

    def _string(self, token: re.Match[str], text: str) -> None:
        if "\\" in text and not _ESCAPES.fullmatch(text):
            place = _place(self._query, token.end() - len(text))
            raise QueryFault("a string holds a backslash that begins none of the escapes of SPARQL", **place)

    def _prefixed_name(self, token: re.Match[str], text: str) -> None:
        if text.endswith(":"):
            self._namespace_end = token.end()
        prefix, _, local = text.upper().partition(":")
        if "FILTER" in prefix:
            self._count("filters", prefix.count("FILTER"))
        if "SERVICE" in prefix + local and token.start() != self._graph_end:
            falls_apart = self._names_fall_apart or "\\" in local or "." in local or local.startswith("-")
            calls = _ENDPOINT_AND_GROUP if "SERVICE" in local and falls_apart else _GROUP
            if ("SERVICE" in prefix or falls_apart) and calls.match(self._query, token.end()):
                raise self._forbidden(text)

    def _word(self, token: re.Match[str], text: str) -> None:
        word = text.upper()
        if not self._in_values:
            self._count("words")
        if word in _COUNTED_WORDS:
            self._count(_COUNTED_WORDS[word])
        elif word == "VALUES":
            self._in_values = True
        elif word == "GRAPH":
            self._graph_end = token.end()
        elif self._form is None and word in _UPDATES:
            raise NotAQuery("updates are not taken here; write whole graphs with PUT or POST to /rdf-graph-store")
        elif self._form is None and word in _FORMS:
            self._form = word
        elif word not in _PLAIN_WORDS:
            self._glued_words(token, word)

    def _glued_words(self, token: re.Match[str], word: str) -> None:
        for keyword in _GLUED.findall(word):
            if keyword != "SERVICE":
                self._count(_COUNTED_WORDS[keyword])
            elif word == keyword:
                self._call(token)
            else:
                raise self._forbidden(word)

    def _call(self, token: re.Match[str]) -> None:
        endpoint = _ENDPOINT.match(self._query, token.end())
        if endpoint is None or endpoint["iri"] not in self._services:
            raise self._forbidden("" if endpoint is None else endpoint["iri"])

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

    def _open(self, _token: re.Match[str], text: str) -> None:
        if text == "{" and not self._in_values:
            self._count("groups")
        self._brackets.append(text)
        if len(self._brackets) > self._limits.nesting:
            raise QueryTooDeep(
                f"the query nests deeper than {self._limits.nesting} levels; write it flatter",
                limit=self._limits.nesting,
            )

    def _close(self, _token: re.Match[str], text: str) -> None:
        brackets = self._brackets
        if text == "}":
            self._in_values = False
            while brackets and brackets.pop() != "{":
                pass  # what was left open within is none: it stood in an IRI
        elif brackets and brackets[-1] == _OPENED_BY[text]:
            brackets.pop()

    def _triple_bracket(self, token: re.Match[str], text: str) -> None:
        if text.startswith("<<"):
            self._open(token, text)
            return
        if text == ")>>":
            self._close(token, ")")
        if self._brackets and self._brackets[-1].startswith("<<"):
            self._brackets.pop()

    def _point(self, _token: re.Match[str], _text: str) -> None:
        between_arguments = bool(self._brackets) and self._brackets[-1] in {"(", "<<", "<<("}
        if not self._in_values and not between_arguments:
            self._count("patterns")

    def _sign(self, token: re.Match[str], text: str) -> None:
        if text in "!+-":
            self._signs_in_a_row = self._signs_in_a_row + 1 if token.start() == self._sign_end else 1
            self._sign_end = token.end()
            if self._signs_in_a_row > (limit := self._limits.prefix_operators_in_a_row):
                raise QueryTooDeep(f"more than {limit} operators follow one another", limit=limit)
        self._count("path_steps" if text in "/|^*" else "operators")

    def _operator(self, _token: re.Match[str], _text: str) -> None:
        self._count("operators")

    def _other(self, token: re.Match[str], text: str) -> None:
        self._count("path_steps")  # a lonely ? is one, and hardly anything else is right here
        if text in "\\\x00":
            what = (
                "holds a NUL character" if text == "\x00" else "has a backslash outside of a string, an IRI or a name"
            )
            raise QueryFault(f"the query {what}", **_place(self._query, token.end() - 1))


def _place(query: str, position: int) -> dict[str, int]:
    line = query.count("\n", 0, position) + 1
    return {"line": line, "column": position - query.rfind("\n", 0, position)}
