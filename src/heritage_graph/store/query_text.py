"""What the text of a query that parses says of itself: its form, and which graphs it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.sparql_lexer import tokens

if TYPE_CHECKING:
    from heritage_graph.sparql_lexer import Token

_FORMS: Final = {"SELECT": "bindings", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
_BETWEEN: Final = frozenset({"space", "comment", "option"})


def form_of(text: str) -> str:
    """The form of a query that parses: `bindings`, `boolean` or `graph`.

    Raises:
        ValueError: it has none.
    """
    for token in tokens(text):
        if token.is_word(*_FORMS):
            return _FORMS[token.text.upper()]
    raise ValueError("the text is no query")


def has_dataset(text: str) -> bool:
    """Tell whether a query that parses has FROM or FROM NAMED."""
    return any(token.is_word("FROM") for token in tokens(text))


def calls_others(text: str) -> bool:
    """Tell whether a query that parses asks another server with SERVICE."""
    return any(token.is_word("SERVICE") for token in tokens(text))


def over_graph(text: str, graph: str) -> str | None:
    """A query that parses with `GRAPH` *graph* around all that it looks for: that is its default graph then.

    None when its form has no place for that: CONSTRUCT without a template, and DESCRIBE of IRIs alone.
    """
    pieces = list(tokens(text))
    written: list[str] = []
    depth = groups = 0
    has_template = False
    form: Token | None = None
    before: Token | None = None
    for token in pieces:
        opens = token.kind == "mark" and token.text == "{"
        closes = token.kind == "mark" and token.text == "}"
        if form is None and token.is_word(*_FORMS):
            form = token
        if opens and not depth:
            has_template |= before is form and form is not None and form.is_word("CONSTRUCT")
            groups += 1
        is_sought = groups == 1 + has_template
        if closes and depth == 1 and is_sought:
            written.append("}")
        written.append(token.text)
        if opens and not depth and is_sought:
            written.append(f" GRAPH {graph} {{")
        depth += (opens or (token.text == "(" and token.kind == "mark")) - (
            closes or (token.text == ")" and token.kind == "mark")
        )
        if token.kind not in _BETWEEN:
            before = token
    is_short = form is not None and form.is_word("CONSTRUCT") and not has_template
    return None if is_short or groups <= has_template else "".join(written)


def filter_graphs(text: str, condition: str) -> str:
    """A query that parses with FILTER(*condition*) after each group of `GRAPH ?variable { … }`.

    `{graph}` in *condition* stands for the variable.
    """
    written: list[str] = []
    open_groups: list[str | None] = []
    asked: Token | None = None  # GRAPH, and then its variable
    for token in tokens(text):
        written.append(token.text)
        if token.text == "{" and token.kind == "mark":
            is_variable = asked is not None and asked.kind in {"variable", "parameter"}
            open_groups.append(asked.text if asked is not None and is_variable else None)
        elif token.text == "}" and token.kind == "mark" and open_groups:
            variable = open_groups.pop()
            if variable is not None:
                written.append(f" FILTER({condition.replace('{graph}', variable)})")
        if token.kind not in _BETWEEN:
            follows = asked is not None and asked.is_word("GRAPH")
            asked = token if token.is_word("GRAPH") or follows else None
    return "".join(written)
