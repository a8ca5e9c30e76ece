"""Read what a query asks for out of its text: the groups and patterns of SPARQL 1.1, and of expressions only EXISTS.

The text is one that a SPARQL parser has accepted before; what is computed is not read, since it is computed here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Variable

from heritage_graph.namespaces import RDF
from heritage_graph.store.remote.asked_for import (
    Beside,
    Either,
    Group,
    InGraph,
    Inverse,
    Node,
    Other,
    Part,
    Path,
    Query,
    Repeated,
    Same,
    Select,
    Sequence,
    Statement,
    Union,
    Values,
)
from heritage_graph.store.remote.path_reading import read_path
from heritage_graph.store.remote.query_cursor import Cursor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heritage_graph.sparql_lexer import Token

_SKIPPED: Final = frozenset({"space", "comment", "option"})
_ESCAPED: Final = re.compile(r"\\([_~.\-!$&'()*+,;=/?#@%])")
_UNICODE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_BEYOND_ASCII: Final = 0x80
_NUMBER: Final = re.compile(r"[0-9]")
_AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_MODIFIERS: Final = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_LAST: Final = frozenset({"ORDER", "LIMIT", "OFFSET"})


def read_query(text: str, *, base_iri: str | None = None) -> Query:
    """What the query *text* asks for.

    Raises:
        QueryTooComplex: it is written in a way that is not read here.
    """
    return _Reader(text, base_iri).query()


class _Reader:
    """The reading of one query."""

    def __init__(self, text: str, base_iri: str | None) -> None:
        self._in = Cursor(text, base_iri)

    # --- the whole ---------------------------------------------------------------------------------------------

    def query(self) -> Query:
        self._in.read_prologue()
        prologue = self._in.text[: self._in.place]
        form = self._in.next().text.upper()
        described: tuple[Node, ...] = ()
        if form == "SELECT":
            self._in.at -= 1
            select, default_graphs, named_graphs = self._select()
        else:
            template = Group(())
            if form == "DESCRIBE":
                described = tuple(self._described())
            elif form == "CONSTRUCT" and self._in.is_mark("{"):
                template = self._group()
            default_graphs, named_graphs = self._dataset()
            if self._in.is_word("WHERE"):
                self._in.at += 1
            begin = self._in.place
            group = self._group() if self._in.is_mark("{") else template
            select = self._cut(Select(group, begin=begin))
        return Query(self._in.text, form, select, described, default_graphs, named_graphs, prologue)

    def _described(self) -> Iterator[Node]:
        while self._in.more() and not self._in.is_word("FROM", "WHERE", *_MODIFIERS) and not self._in.is_mark("{"):
            if self._in.is_mark("*"):
                raise self._in.unread("DESCRIBE *")
            yield self._in.node()

    def _dataset(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        defaults: list[str] = []
        named: list[str] = []
        while self._in.is_word("FROM"):
            self._in.at += 1
            into = defaults
            if self._in.is_word("NAMED"):
                self._in.at += 1
                into = named
            into.append(self._in.named(self._in.next()))
        return tuple(defaults), tuple(named)

    def _select(self) -> tuple[Select, tuple[str, ...], tuple[str, ...]]:
        begin = self._in.place
        self._in.at += 1
        if self._in.is_word("DISTINCT", "REDUCED"):
            self._in.at += 1
        shown: list[Variable] | None = []
        names: list[Variable] = []
        computes, counts, aggregates = False, True, False
        beside: list[Group] = []
        while not self._in.is_word("WHERE", "FROM") and not self._in.is_mark("{"):
            if self._in.is_mark("*"):
                shown = None
                self._in.at += 1
            elif self._in.is_mark("("):
                expression = self._bracketed(beside)
                words = {token.text.upper() for token in expression if token.kind == "word"}
                aggregates = aggregates or bool(words & _AGGREGATES)
                computes = True
                counts = counts and _is_count(expression)
                names.append(Variable(expression[-1].name))
            else:
                assert shown is not None
                shown.append(Variable(self._in.next().name))
                names.append(shown[-1])
        default_graphs, named_graphs = self._dataset()
        if self._in.is_word("WHERE"):
            self._in.at += 1
        group = self._group()
        select = Select(
            group,
            None if shown is None else tuple(shown),
            tuple(names),
            () if aggregates else None,
            computes=computes,
            counts=counts and aggregates,
            begin=begin,
            beside=tuple(beside),
        )
        return self._cut(select), default_graphs, named_graphs

    def _cut(self, select: Select) -> Select:
        """*select* with what comes behind its group."""
        keys, counts, is_cut, is_ordered, tail = select.keys, select.counts, False, False, None
        parts, beside = list(select.group.parts), list(select.beside)
        while self._in.is_word(*_MODIFIERS):
            begin = self._in.place
            word = self._in.next().text.upper()
            if word in _LAST and tail is None:
                tail = begin
            if word == "VALUES":
                parts.append(self._values())
                counts = False
            elif word in {"LIMIT", "OFFSET"}:
                is_cut = True
                self._in.at += 1
            else:
                given = self._conditions(beside)
                is_ordered = is_ordered or word == "ORDER"
                counts = counts and word != "HAVING" and not any(token.is_word(*_AGGREGATES) for token in given)
                if word == "GROUP":
                    keys = tuple(Variable(token.name) for token in given if token.kind in {"variable", "parameter"})
                    counts = counts and all(token.kind in {"variable", "parameter"} for token in given[1:])
        end = self._in.place
        return replace(
            select,
            group=replace(select.group, parts=tuple(parts)),
            keys=keys,
            counts=counts,
            is_cut=is_cut,
            is_ordered=is_ordered,
            tail=end if tail is None else tail,
            end=end,
            beside=tuple(beside),
        )

    def _conditions(self, beside: list[Group]) -> list[Token]:
        """The tokens of what GROUP BY, HAVING or ORDER BY name, up to the next modifier."""
        found: list[Token] = []
        while self._in.more() and not self._in.is_word(*_MODIFIERS) and not self._in.is_mark("}"):
            if self._in.is_mark("("):
                found += self._bracketed(beside)
            else:
                found.append(self._in.next())
        return found

    # --- groups ------------------------------------------------------------------------------------------------

    def _group(self) -> Group:
        self._in.expect("{")
        parts: list[Part] = []
        is_plain = True
        while not self._in.is_mark("}"):
            token = self._in.peek()
            word = token.text.upper() if token.kind == "word" else ""
            read = self._keywords().get(word)
            if token.text == ".":
                self._in.at += 1
            elif word == "SELECT":
                parts.append(self._select()[0])
                is_plain = False
            elif token.text == "{":
                parts.append(self._alternatives())
            elif read is not None:
                self._in.at += 1
                parts += read()
                is_plain = is_plain and word in {"GRAPH", "VALUES"}
            else:
                parts += self._statements()
        self._in.at += 1
        return Group(tuple(parts), is_plain=is_plain and all(_is_plain(part) for part in parts))

    def _keywords(self) -> dict[str, Callable[[], list[Part]]]:
        return {
            "FILTER": self._filter,
            "OPTIONAL": lambda: [Beside(self._group())],
            "MINUS": lambda: [Beside(self._group())],
            "GRAPH": lambda: [InGraph(self._in.node(), self._group())],
            "SERVICE": self._service,
            "BIND": self._bind,
            "VALUES": lambda: [self._values()],
        }

    def _alternatives(self) -> Part:
        groups = [self._group()]
        while self._in.is_word("UNION"):
            self._in.at += 1
            groups.append(self._group())
        return groups[0] if len(groups) == 1 else Union(tuple(groups))

    def _service(self) -> list[Part]:
        """What stands within is another server's to answer."""
        if self._in.is_word("SILENT"):
            self._in.at += 1
        self._in.node()
        self._group()
        return []

    def _filter(self) -> list[Part]:
        beside: list[Group] = []
        if self._in.is_word("NOT", "EXISTS"):
            self._exists(beside)
            return [Beside(group, filters=True) for group in beside]
        while not self._in.is_mark("("):  # the name of a function
            self._in.at += 1
        return [*self._equality(self._bracketed(beside)), *(Beside(group, filters=True) for group in beside)]

    def _bind(self) -> list[Part]:
        beside: list[Group] = []
        expression = self._bracketed(beside)
        variable, value = Variable(expression[-1].name), expression[:-2]
        if len(value) == 1 and value[0].kind in {"variable", "parameter"}:
            return [Same(variable, Variable(value[0].name))]
        constant = self._in.constant(value)
        found: list[Part] = [] if constant is None else [Values((variable,), ((constant,),))]
        return [*found, *(Beside(group) for group in beside)]

    def _equality(self, expression: list[Token]) -> list[Part]:
        """What a filter comes to that says no more than that a variable is one of some IRIs."""
        match expression:
            case [left, equals, right] if left.kind in {"variable", "parameter"} and equals.text == "=":
                listed = [right]
            case [left, within, open_, *listed, close] if within.is_word("IN") and (open_.text, close.text) == (
                "(",
                ")",
            ):
                listed = [token for token in listed if token.text != ","]
            case _:
                return []
        if left.kind not in {"variable", "parameter"} or any(token.kind not in {"iri", "name"} for token in listed):
            return []
        return [Values((Variable(left.name),), tuple((NamedNode(self._in.named(token)),) for token in listed))]

    def _values(self) -> Values:
        names = []
        if self._in.is_mark("("):
            self._in.at += 1
            while not self._in.is_mark(")"):
                names.append(Variable(self._in.next().name))
            self._in.at += 1
            one = False
        else:
            names.append(Variable(self._in.next().name))
            one = True
        self._in.expect("{")
        rows = []
        while not self._in.is_mark("}"):
            if not one:
                self._in.expect("(")
            rows.append(tuple(self._value() for _ in names))
            if not one:
                self._in.expect(")")
        self._in.at += 1
        return Values(tuple(names), tuple(rows))

    def _value(self) -> NamedNode | Literal | None:
        if self._in.is_word("UNDEF"):
            self._in.at += 1
            return None
        node = self._in.node()
        assert not isinstance(node, Variable)
        return node

    def _bracketed(self, beside: list[Group]) -> list[Token]:
        """The tokens within the brackets that begin here, without the groups of EXISTS, which go to *beside*."""
        self._in.expect("(")
        found: list[Token] = []
        depth = 1
        while True:
            if self._in.is_word("EXISTS"):
                self._exists(beside)
                found.append(self._in.passed())  # not the expression alone
                continue
            token = self._in.next()
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if not depth:
                return found
            found.append(token)

    def _exists(self, beside: list[Group]) -> None:
        while self._in.is_word("NOT", "EXISTS"):
            self._in.at += 1
        beside.append(self._group())

    # --- patterns ----------------------------------------------------------------------------------------------

    def _statements(self) -> list[Part]:
        found: list[Part] = []
        subject = self._node_of(found)
        self._properties(subject, found)
        return found

    def _properties(self, subject: Node, found: list[Part]) -> None:
        while self._in.more() and not (self._in.peek().kind == "mark" and self._in.peek().text in ".}]{"):
            if self._in.is_mark(";"):
                self._in.at += 1
                continue
            if self._in.peek().kind == "word" and self._in.peek().text.upper() in self._keywords():
                return
            path = read_path(self._in)
            found.append(Statement(subject, path, self._node_of(found)))
            while self._in.is_mark(","):
                self._in.at += 1
                found.append(Statement(subject, path, self._node_of(found)))

    def _node_of(self, found: list[Part]) -> Node:
        """The node that begins here; what a nameless node says of itself goes to *found*."""
        if self._in.is_mark("["):
            self._in.at += 1
            node = self._in.nameless()
            self._properties(node, found)
            self._in.expect("]")
            return node
        if not self._in.is_mark("("):
            return self._in.node()
        self._in.at += 1
        items = []
        while not self._in.is_mark(")"):
            items.append(self._node_of(found))
        self._in.at += 1
        rest: Node = RDF.nil
        for item in reversed(items):
            cell = self._in.nameless()
            found += [Statement(cell, RDF.first, item), Statement(cell, RDF.rest, rest)]
            rest = cell
        return rest


def _is_plain(part: Part) -> bool:
    match part:
        case Group():
            return part.is_plain
        case InGraph():
            return part.group.is_plain and any(isinstance(within, Statement) for within in part.group.parts)
        case Union():
            return all(group.is_plain for group in part.groups)
        case Statement():
            return not _branches(part.path)
        case Values():
            return all(None not in row for row in part.rows)
        case _:
            return False


def _branches(path: Path) -> bool:
    """Tell whether *path* may be walked in more than one way."""
    match path:
        case Repeated() | Other() | Either():
            return True
        case Inverse():
            return _branches(path.path)
        case Sequence():
            return any(_branches(one) for one in path.paths)
        case _:
            return False


def _is_count(expression: list[Token]) -> bool:
    """Tell whether *expression* is `COUNT(*) AS ?n`, or that of a variable, all or distinct."""
    words = [token.text.upper() if token.kind == "word" else token.text for token in expression]
    match words:
        case ["COUNT", "(", *counted, ")", "AS", _]:
            return counted == ["*"] or (counted[-1][:1] in "?$" and counted[:-1] in ([], ["DISTINCT"]))
        case _:
            return False
