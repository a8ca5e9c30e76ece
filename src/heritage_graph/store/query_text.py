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
