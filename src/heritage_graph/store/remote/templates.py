"""Ask for the rows that a CONSTRUCT needs, and make its triples of them here.

Virtuoso 7.2.5 makes the whole graph in its memory, and cuts it off at ResultSetMaxRows without a word; rows come as
they are found, and where they are cut off it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from heritage_graph.sparql_lexer import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from heritage_graph.sparql_lexer import Token
    from heritage_graph.store.state import Row, Term

_VARIABLE: Final = "urn:x-variable:"
_BETWEEN: Final = frozenset({"space", "comment", "option"})


@dataclass(frozen=True)
class Template:
    """The triples of a CONSTRUCT; `names` are the variables in them, in the order of the rows."""

    patterns: tuple[Triple, ...]
    names: tuple[str, ...]

    def triples(self, rows: Iterable[Row]) -> Iterator[Triple]:
        """The triples that *rows* make, each once if the rows are distinct."""
        seen: set[Triple] = set()
        for row in rows:
            bound = dict(zip(self.names, row, strict=True))
            for pattern in self.patterns:
                triple = _filled(pattern, bound)
                if triple is not None and triple not in seen:
                    if len(self.patterns) > 1:
                        seen.add(triple)
                    yield triple


def as_select(text: str) -> tuple[str, Template] | None:
    """The SELECT for the rows of a CONSTRUCT that parses, and its template; None when it has to be asked as it is.

    That is a query of another form, or one whose template has blank nodes, or no variables.
    """
    pieces = list(tokens(text))
    start = next((place for place, token in enumerate(pieces) if token.is_word("CONSTRUCT")), None)
    if start is None or any(token.is_word("SELECT", "ASK", "DESCRIBE") for token in pieces[:start]):
        return None
    opens = next(place for place in range(start, len(pieces)) if _is_mark(pieces[place], "{"))
    closes = next(place for place in range(opens, len(pieces)) if _is_mark(pieces[place], "}"))
    is_short = any(token.is_word("WHERE", "FROM") for token in pieces[start:opens])
    template = pieces[opens + 1 : closes]
    names = dict.fromkeys(token.name for token in template if token.kind in {"variable", "parameter"})
    patterns = _patterns(pieces[:start], template)
    if not names or any(isinstance(node, BlankNode) for triple in patterns for node in triple):
        return None
    rest = pieces[start + 1 if is_short else closes + 1 :]
    is_cut = any(token.is_word("LIMIT", "OFFSET") for token in rest)
    columns = " ".join(f"?{name}" for name in names)
    written = f"{_text(pieces[:start])}SELECT {'' if is_cut else 'DISTINCT '}{columns} {_text(rest)}"
    return written, Template(tuple(patterns), tuple(names))


def _patterns(prologue: Sequence[Token], template: Sequence[Token]) -> list[Triple]:
    """The triples of *template*, with an IRI in the place of each variable."""
    said = [token for token in template if token.kind not in _BETWEEN]
    end = "" if said and _is_mark(said[-1], ".") else " ."
    body = "".join(
        f"<{_VARIABLE}{token.name}>" if token.kind in {"variable", "parameter"} else token.text for token in template
    )
    return [quad.triple for quad in parse(f"{_text(prologue)}\n{body}\n{end}", RdfFormat.TURTLE)] if said else []


def _filled(pattern: Triple, bound: dict[str, Term | None]) -> Triple | None:
    """*pattern* with its variables *bound*; None when that makes no triple."""
    subject, predicate, object_ = (_value(node, bound) for node in pattern)
    if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode) and object_ is not None:
        return Triple(subject, predicate, object_)
    return None


def _value(node: Term, bound: dict[str, Term | None]) -> Term | None:
    if isinstance(node, NamedNode) and node.value.startswith(_VARIABLE):
        return bound[node.value.removeprefix(_VARIABLE)]
    return node


def _is_mark(token: Token, mark: str) -> bool:
    return token.kind == "mark" and token.text == mark


def _text(pieces: Iterable[Token]) -> str:
    return "".join(token.text for token in pieces)
