"""Read what a query asks for out of its text: the groups and patterns of SPARQL 1.1, and of expressions only EXISTS.

The text is one that a SPARQL parser has accepted before; what is computed is not read, since it is computed here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode, RdfFormat, Variable, parse

from heritage_graph.errors import QueryTooComplex
from heritage_graph.namespaces import RDF
from heritage_graph.sparql_lexer import tokens
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
from heritage_graph.terms import serialise

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
    """A place in the tokens of a query, and what its prologue declares."""

    def __init__(self, text: str, base_iri: str | None) -> None:
        text = _UNICODE.sub(_character, text)
        self._text = text
        self._tokens: list[Token] = []
        self._begins: list[int] = []
        begin = 0
        for token in tokens(text):
            if token.kind not in _SKIPPED:
                self._tokens.append(token)
                self._begins.append(begin)
            begin += len(token.text)
        self._begins.append(len(text))
        self._at = 0
        self._base = base_iri or ""
        self._prefixes: dict[str, str] = {}
        self._fresh = count()

    # --- the whole ---------------------------------------------------------------------------------------------

    def query(self) -> Query:
        self._read_prologue()
        prologue = self._text[: self._begins[self._at]]
        form = self._next().text.upper()
        described: tuple[Node, ...] = ()
        if form == "SELECT":
            self._at -= 1
            select, default_graphs, named_graphs = self._select()
        else:
            template = Group(())
            if form == "DESCRIBE":
                described = tuple(self._described())
            elif form == "CONSTRUCT" and self._is_mark("{"):
                template = self._group()
            default_graphs, named_graphs = self._dataset()
            if self._is_word("WHERE"):
                self._at += 1
            begin = self._begins[self._at] if self._more() else len(self._text)
            group = self._group() if self._is_mark("{") else template
            select = self._cut(Select(group, begin=begin))
        return Query(self._text, form, select, described, default_graphs, named_graphs, prologue)

    def _read_prologue(self) -> None:
        while self._is_word("PREFIX", "BASE"):
            if self._next().text.upper() == "BASE":
                self._base = self._iri(self._next())
            else:
                name = self._next().text.removesuffix(":")
                self._prefixes[name] = self._iri(self._next())

    def _described(self) -> Iterator[Node]:
        while self._more() and not self._is_word("FROM", "WHERE", *_MODIFIERS) and not self._is_mark("{"):
            if self._is_mark("*"):
                raise self._unread("DESCRIBE *")
            yield self._node()

    def _dataset(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        defaults: list[str] = []
        named: list[str] = []
        while self._is_word("FROM"):
            self._at += 1
            into = defaults
            if self._is_word("NAMED"):
                self._at += 1
                into = named
            into.append(self._named(self._next()))
        return tuple(defaults), tuple(named)

    def _select(self) -> tuple[Select, tuple[str, ...], tuple[str, ...]]:
        begin = self._begins[self._at]
        self._at += 1
        if self._is_word("DISTINCT", "REDUCED"):
            self._at += 1
        shown: list[Variable] | None = []
        names: list[Variable] = []
        computes, counts, aggregates = False, True, False
        beside: list[Group] = []
        while not self._is_word("WHERE", "FROM") and not self._is_mark("{"):
            if self._is_mark("*"):
                shown = None
                self._at += 1
            elif self._is_mark("("):
                expression = self._bracketed(beside)
                words = {token.text.upper() for token in expression if token.kind == "word"}
                aggregates = aggregates or bool(words & _AGGREGATES)
                computes = True
                counts = counts and _is_count(expression)
                names.append(Variable(expression[-1].name))
            else:
                assert shown is not None
                shown.append(Variable(self._next().name))
                names.append(shown[-1])
        default_graphs, named_graphs = self._dataset()
        if self._is_word("WHERE"):
            self._at += 1
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
        while self._is_word(*_MODIFIERS):
            begin = self._begins[self._at]
            word = self._next().text.upper()
            if word in _LAST and tail is None:
                tail = begin
            if word == "VALUES":
                parts.append(self._values())
                counts = False
            elif word in {"LIMIT", "OFFSET"}:
                is_cut = True
                self._at += 1
            else:
                given = self._conditions(beside)
                is_ordered = is_ordered or word == "ORDER"
                counts = counts and word != "HAVING" and not any(token.is_word(*_AGGREGATES) for token in given)
                if word == "GROUP":
                    keys = tuple(Variable(token.name) for token in given if token.kind in {"variable", "parameter"})
                    counts = counts and all(token.kind in {"variable", "parameter"} for token in given[1:])
        end = self._begins[self._at] if self._more() else len(self._text)
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
        while self._more() and not self._is_word(*_MODIFIERS) and not self._is_mark("}"):
            if self._is_mark("("):
                found += self._bracketed(beside)
            else:
                found.append(self._next())
        return found

    # --- groups ------------------------------------------------------------------------------------------------

    def _group(self) -> Group:
        self._expect("{")
        parts: list[Part] = []
        is_plain = True
        while not self._is_mark("}"):
            token = self._peek()
            word = token.text.upper() if token.kind == "word" else ""
            read = self._keywords().get(word)
            if token.text == ".":
                self._at += 1
            elif word == "SELECT":
                parts.append(self._select()[0])
                is_plain = False
            elif token.text == "{":
                parts.append(self._alternatives())
            elif read is not None:
                self._at += 1
                parts += read()
                is_plain = is_plain and word in {"GRAPH", "VALUES"}
            else:
                parts += self._statements()
        self._at += 1
        return Group(tuple(parts), is_plain=is_plain and all(_is_plain(part) for part in parts))

    def _keywords(self) -> dict[str, Callable[[], list[Part]]]:
        return {
            "FILTER": self._filter,
            "OPTIONAL": lambda: [Beside(self._group())],
            "MINUS": lambda: [Beside(self._group())],
            "GRAPH": lambda: [InGraph(self._node(), self._group())],
            "SERVICE": self._service,
            "BIND": self._bind,
            "VALUES": lambda: [self._values()],
        }

    def _alternatives(self) -> Part:
        groups = [self._group()]
        while self._is_word("UNION"):
            self._at += 1
            groups.append(self._group())
        return groups[0] if len(groups) == 1 else Union(tuple(groups))

    def _service(self) -> list[Part]:
        """What stands within is another server's to answer."""
        if self._is_word("SILENT"):
            self._at += 1
        self._node()
        self._group()
        return []

    def _filter(self) -> list[Part]:
        beside: list[Group] = []
        if self._is_word("NOT", "EXISTS"):
            self._exists(beside)
            return [Beside(group, filters=True) for group in beside]
        while not self._is_mark("("):  # the name of a function
            self._at += 1
        return [*self._equality(self._bracketed(beside)), *(Beside(group, filters=True) for group in beside)]

    def _bind(self) -> list[Part]:
        beside: list[Group] = []
        expression = self._bracketed(beside)
        variable, value = Variable(expression[-1].name), expression[:-2]
        if len(value) == 1 and value[0].kind in {"variable", "parameter"}:
            return [Same(variable, Variable(value[0].name))]
        constant = self._constant(value)
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
        return [Values((Variable(left.name),), tuple((NamedNode(self._named(token)),) for token in listed))]

    def _values(self) -> Values:
        names = []
        if self._is_mark("("):
            self._at += 1
            while not self._is_mark(")"):
                names.append(Variable(self._next().name))
            self._at += 1
            one = False
        else:
            names.append(Variable(self._next().name))
            one = True
        self._expect("{")
        rows = []
        while not self._is_mark("}"):
            if not one:
                self._expect("(")
            rows.append(tuple(self._value() for _ in names))
            if not one:
                self._expect(")")
        self._at += 1
        return Values(tuple(names), tuple(rows))

    def _value(self) -> NamedNode | Literal | None:
        if self._is_word("UNDEF"):
            self._at += 1
            return None
        node = self._node()
        assert not isinstance(node, Variable)
        return node

    def _bracketed(self, beside: list[Group]) -> list[Token]:
        """The tokens within the brackets that begin here, without the groups of EXISTS, which go to *beside*."""
        self._expect("(")
        found: list[Token] = []
        depth = 1
        while True:
            if self._is_word("EXISTS"):
                self._exists(beside)
                found.append(self._tokens[self._at - 1])  # not the expression alone
                continue
            token = self._next()
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if not depth:
                return found
            found.append(token)

    def _exists(self, beside: list[Group]) -> None:
        while self._is_word("NOT", "EXISTS"):
            self._at += 1
        beside.append(self._group())

    # --- patterns ----------------------------------------------------------------------------------------------

    def _statements(self) -> list[Part]:
        found: list[Part] = []
        subject = self._node_of(found)
        self._properties(subject, found)
        return found

    def _properties(self, subject: Node, found: list[Part]) -> None:
        while self._more() and not (self._peek().kind == "mark" and self._peek().text in ".}]{"):
            if self._is_mark(";"):
                self._at += 1
                continue
            if self._peek().kind == "word" and self._peek().text.upper() in self._keywords():
                return
            path = self._verb()
            found.append(Statement(subject, path, self._node_of(found)))
            while self._is_mark(","):
                self._at += 1
                found.append(Statement(subject, path, self._node_of(found)))

    def _node_of(self, found: list[Part]) -> Node:
        """The node that begins here; what a nameless node says of itself goes to *found*."""
        if self._is_mark("["):
            self._at += 1
            node = self._nameless()
            self._properties(node, found)
            self._expect("]")
            return node
        if not self._is_mark("("):
            return self._node()
        self._at += 1
        items = []
        while not self._is_mark(")"):
            items.append(self._node_of(found))
        self._at += 1
        rest: Node = RDF.nil
        for item in reversed(items):
            cell = self._nameless()
            found += [Statement(cell, RDF.first, item), Statement(cell, RDF.rest, rest)]
            rest = cell
        return rest

    def _nameless(self) -> Variable:
        return Variable(f"nameless_{next(self._fresh)}")

    def _verb(self) -> Path:
        if self._peek().kind in {"variable", "parameter"}:
            return Variable(self._next().name)
        return self._either()

    def _either(self) -> Path:
        paths = [self._sequence()]
        while self._is_mark("|"):
            self._at += 1
            paths.append(self._sequence())
        return paths[0] if len(paths) == 1 else Either(tuple(paths))

    def _sequence(self) -> Path:
        paths = [self._step()]
        while self._is_mark("/"):
            self._at += 1
            paths.append(self._step())
        return paths[0] if len(paths) == 1 else Sequence(tuple(paths))

    def _step(self) -> Path:
        backwards = self._is_mark("^")
        if backwards:
            self._at += 1
        path: Path
        if self._is_mark("!"):
            self._at += 1
            path = self._other()
        elif self._is_mark("("):
            self._at += 1
            path = self._either()
            self._expect(")")
        else:
            path = NamedNode(self._named(self._next()))
        if self._more() and self._peek().kind == "mark" and self._peek().text in "*+?":
            mark = self._next().text
            path = Repeated(path, mark, f"({written(path)}){mark}")
        return Inverse(path) if backwards else path

    def _other(self) -> Other:
        forwards = backwards = False
        several = self._is_mark("(")
        if several:
            self._at += 1
        while True:
            if self._is_mark("^"):
                self._at += 1
                backwards = True
            else:
                forwards = True
            self._named(self._next())
            if not (several and self._is_mark("|")):
                break
            self._at += 1
        if several:
            self._expect(")")
        return Other(forwards, backwards)

    # --- terms -------------------------------------------------------------------------------------------------

    def _node(self) -> Node:
        token = self._peek()
        if token.kind in {"variable", "parameter"}:
            self._at += 1
            return Variable(token.name)
        if token.kind == "name" and token.text.startswith("_:"):
            self._at += 1
            return Variable(f"blank_{token.text[2:].encode().hex()}")
        if token.text == "[" and self._tokens[self._at + 1].text == "]":
            self._at += 2
            return self._nameless()
        begin = self._at
        self._at += 1
        if token.kind == "string":
            self._read_kind_of_string()
        elif token.text in "+-" or _NUMBER.match(token.text) or token.text == ".":
            self._read_number()
        constant = self._constant(self._tokens[begin : self._at])
        if constant is None:
            raise self._unread(token.text)
        return constant

    def _read_kind_of_string(self) -> None:
        if not self._more():
            return
        if self._peek().kind == "word" and self._peek().text.startswith("@"):
            self._at += 1
            while self._more() and self._is_mark("-") and self._touches():
                self._at += 2
        elif self._is_mark("^"):
            self._at += 3

    def _read_number(self) -> None:
        while (
            self._more()
            and self._touches()
            and (self._peek().kind == "word" or (self._peek().text in ".+-" and self._continues_number()))
        ):
            self._at += 1

    def _continues_number(self) -> bool:
        """Tell whether the mark here is within a number, and not what comes behind it."""
        if self._at + 1 >= len(self._tokens) or self._begins[self._at + 1] != self._begins[self._at] + 1:
            return False
        return bool(_NUMBER.match(self._tokens[self._at + 1].text))

    def _touches(self) -> bool:
        """Tell whether the token here follows the one before it without a space."""
        before = self._at - 1
        return self._begins[before] + len(self._tokens[before].text) == self._begins[self._at]

    def _constant(self, of: list[Token]) -> NamedNode | Literal | None:
        """The term that the tokens *of* write; None when they are no constant."""
        if not of:
            return None
        if len(of) == 1 and of[0].kind in {"iri", "name"}:
            return NamedNode(self._named(of[0]))
        if len(of) == 1 and of[0].text.lower() in {"true", "false"}:
            return Literal(of[0].text.lower() == "true")
        if of[0].kind == "string" and len(of) > 1 and of[1].text == "^":
            written_as = f"{of[0].text}^^<{self._named(of[3])}>"
        elif of[0].kind == "string" or _NUMBER.search(of[0].text + (of[1].text if len(of) > 1 else "")):
            written_as = "".join(token.text for token in of)
        else:
            return None
        try:
            [statement] = parse(f"<urn:x-a:> <urn:x-a:> {written_as} .", format=RdfFormat.TURTLE)
        except (SyntaxError, ValueError):  # more than a constant
            return None
        assert isinstance(statement.object, Literal)
        return statement.object

    def _named(self, token: Token) -> str:
        """The IRI that *token* writes."""
        if token.kind == "iri":
            return self._iri(token)
        if token.text == "a":
            return RDF.type.value
        prefix, colon, local = token.text.partition(":")
        if not colon or prefix not in self._prefixes:
            raise self._unread(token.text)
        return self._prefixes[prefix] + _ESCAPED.sub(r"\1", local)

    def _iri(self, token: Token) -> str:
        iri = token.text[1:-1]
        return urljoin(self._base, iri) if self._base else iri

    # --- tokens ------------------------------------------------------------------------------------------------

    def _more(self) -> bool:
        return self._at < len(self._tokens)

    def _peek(self) -> Token:
        if not self._more():
            raise self._unread("the end of the text")
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _is_word(self, *words: str) -> bool:
        return self._more() and self._tokens[self._at].is_word(*words)

    def _is_mark(self, mark: str) -> bool:
        return self._more() and self._tokens[self._at].kind == "mark" and self._tokens[self._at].text == mark

    def _expect(self, mark: str) -> None:
        if not self._is_mark(mark):
            raise self._unread(self._peek().text)
        self._at += 1

    def _unread(self, what: str) -> QueryTooComplex:
        return QueryTooComplex(
            f"the engine behind this service is asked by patterns, and {what[:60]!r} is not read as one"
        )


def _character(escape: re.Match[str]) -> str:
    """What a Unicode escape stands for; one of ASCII stays, since it could end a string."""
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number >= _BEYOND_ASCII else escape[0]


def written(path: Path) -> str:
    """*path* in SPARQL, its IRIs in full.

    Raises:
        QueryTooComplex: it names any property save some, within one that is repeated.
    """
    match path:
        case NamedNode():
            return serialise(path)
        case Inverse():
            return f"^({written(path.path)})"
        case Sequence():
            return "/".join(f"({written(step)})" for step in path.paths)
        case Either():
            return "|".join(f"({written(one)})" for one in path.paths)
        case Repeated():
            return path.text
        case _:
            raise QueryTooComplex(
                "a path of any property save some cannot be repeated on the engine behind this service"
            )


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
