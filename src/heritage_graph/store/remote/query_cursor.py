"""Walk over the tokens of a query, and read the nodes in it: variables, IRIs in full, literals."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Variable, parse

from heritage_graph.errors import QueryTooComplex
from heritage_graph.namespaces import RDF
from heritage_graph.sparql_lexer import tokens

if TYPE_CHECKING:
    from heritage_graph.sparql_lexer import Token
    from heritage_graph.store.remote.asked_for import Node

_SKIPPED: Final = frozenset({"space", "comment", "option"})
_ESCAPED: Final = re.compile(r"\\([_~.\-!$&'()*+,;=/?#@%])")
_UNICODE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_BEYOND_ASCII: Final = 0x80
_NUMBER: Final = re.compile(r"[0-9]")


class Cursor:
    """A place in the tokens of a query, and what its prologue declares. `at` is the number of the token here."""

    def __init__(self, text: str, base_iri: str | None) -> None:
        text = _UNICODE.sub(_character, text)
        self.text = text
        self._tokens: list[Token] = []
        self._begins: list[int] = []
        begin = 0
        for token in tokens(text):
            if token.kind not in _SKIPPED:
                self._tokens.append(token)
                self._begins.append(begin)
            begin += len(token.text)
        self._begins.append(len(text))
        self.at = 0
        self._base = base_iri
        self._prefixes: dict[str, str] = {}
        self._fresh = count()

    def read_prologue(self) -> None:
        """Pass over what the query declares, and take note of it."""
        while self.is_word("PREFIX", "BASE"):
            if self.next().text.upper() == "BASE":
                self._base = self._iri(self.next())
            else:
                name = self.next().text.removesuffix(":")
                self._prefixes[name] = self._iri(self.next())

    # --- tokens ------------------------------------------------------------------------------------------------

    @property
    def place(self) -> int:
        """Where in the text the token here begins; its end behind the last one."""
        return self._begins[self.at] if self.more() else len(self.text)

    def more(self) -> bool:
        """Tell whether there is a token here."""
        return self.at < len(self._tokens)

    def peek(self) -> Token:
        """The token here.

        Raises:
            QueryTooComplex: there is none.
        """
        if not self.more():
            raise self.unread("the end of the text")
        return self._tokens[self.at]

    def next(self) -> Token:
        """The token here; the place is behind it then."""
        token = self.peek()
        self.at += 1
        return token

    def passed(self) -> Token:
        """The token before this place."""
        return self._tokens[self.at - 1]

    def is_word(self, *words: str) -> bool:
        """Tell whether one of the keywords *words* is here."""
        return self.more() and self._tokens[self.at].is_word(*words)

    def is_mark(self, mark: str) -> bool:
        """Tell whether *mark* is here."""
        return self.more() and self._tokens[self.at].kind == "mark" and self._tokens[self.at].text == mark

    def expect(self, mark: str) -> None:
        """Pass over *mark*.

        Raises:
            QueryTooComplex: something else is here.
        """
        if not self.is_mark(mark):
            raise self.unread(self.peek().text)
        self.at += 1

    def unread(self, what: str) -> QueryTooComplex:
        """The error that says that *what* is not read here."""
        return QueryTooComplex(
            f"the engine behind this service is asked by patterns, and {what[:60]!r} is not read as one"
        )

    def node(self) -> Node:
        """The node that begins here: a variable, or a term that stands for itself."""
        token = self.peek()
        if token.kind in {"variable", "parameter"}:
            self.at += 1
            return Variable(token.name)
        if token.kind == "name" and token.text.startswith("_:"):
            self.at += 1
            return Variable(f"blank_{token.text[2:].encode().hex()}")
        if token.text == "[" and self._tokens[self.at + 1].text == "]":
            self.at += 2
            return self.nameless()
        begin = self.at
        self.at += 1
        if token.kind == "string":
            self._read_kind_of_string()
        elif token.text in "+-" or _NUMBER.match(token.text) or token.text == ".":
            self._read_number()
        constant = self.constant(self._tokens[begin : self.at])
        if constant is None:
            raise self.unread(token.text)
        return constant

    def _read_kind_of_string(self) -> None:
        if not self.more():
            return
        if self.peek().kind == "word" and self.peek().text.startswith("@"):
            self.at += 1
            while self.more() and self.is_mark("-") and self._touches():
                self.at += 2
        elif self.is_mark("^"):
            self.at += 3

    def _read_number(self) -> None:
        while (
            self.more()
            and self._touches()
            and (self.peek().kind == "word" or (self.peek().text in ".+-" and self._continues_number()))
        ):
            self.at += 1

    def _continues_number(self) -> bool:
        """Tell whether the mark here is within a number, and not what comes behind it."""
        if self.at + 1 >= len(self._tokens) or self._begins[self.at + 1] != self._begins[self.at] + 1:
            return False
        return bool(_NUMBER.match(self._tokens[self.at + 1].text))

    def _touches(self) -> bool:
        """Tell whether the token here follows the one before it without a space."""
        before = self.at - 1
        return self._begins[before] + len(self._tokens[before].text) == self._begins[self.at]

    def constant(self, of: list[Token]) -> NamedNode | Literal | None:
        """The term that the tokens *of* write; None when they are no constant."""
        if not of:
            return None
        if len(of) == 1 and of[0].kind in {"iri", "name"}:
            return NamedNode(self.named(of[0]))
        if len(of) == 1 and of[0].text.lower() in {"true", "false"}:
            return Literal(of[0].text.lower() == "true")
        if of[0].kind == "string" and len(of) > 1 and of[1].text == "^":
            written_as = f"{of[0].text}^^<{self.named(of[3])}>"
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

    def named(self, token: Token) -> str:
        """The IRI that *token* writes."""
        if token.kind == "iri":
            return self._iri(token)
        if token.text == "a":
            return RDF.type.value
        prefix, colon, local = token.text.partition(":")
        if not colon or prefix not in self._prefixes:
            raise self.unread(token.text)
        return self._prefixes[prefix] + _ESCAPED.sub(r"\1", local)

    def _iri(self, token: Token) -> str:
        """The IRI of *token* beside the base (RFC 3986, section 5); an empty fragment, such as of a prefix, stays."""
        (quad,) = parse(f"{token.text} {token.text} {token.text} .", RdfFormat.TURTLE, base_iri=self._base)
        assert isinstance(quad.subject, NamedNode)
        return quad.subject.value

    def nameless(self) -> Variable:
        """A variable of its own, for a node without a name."""
        return Variable(f"nameless_{next(self._fresh)}")


def _character(escape: re.Match[str]) -> str:
    """What a Unicode escape stands for; one of ASCII stays, since it could end a string."""
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number >= _BEYOND_ASCII else escape[0]
