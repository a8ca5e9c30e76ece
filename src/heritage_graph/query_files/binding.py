"""Put the values of a request in the place of a query's parameters, token by token."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from heritage_graph import sparql_lexer as lexer
from heritage_graph import terms
from heritage_graph.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from heritage_graph.query_files.query import Query


def bind(query: Query, values: Mapping[str, str]) -> str:
    """The SPARQL of *query* with each `$name` replaced by the term that the text `values[name]` denotes.

    Parameters of the analysis are checked like the others.

    Raises:
        ParameterError: a name that the query does not have, a required one that is missing, or a text that is
            not of the parameter's type; the message names what is allowed.
    """
    unknown = sorted(values.keys() - query.parameters.keys())
    if unknown:
        allowed = ", ".join(query.parameters) or "none"
        raise ParameterError(
            f"{query.name} has no parameter {unknown[0]!r}; allowed: {allowed}", allowed=[*query.parameters]
        )
    bound = {}
    for name, parameter in query.parameters.items():
        text = values.get(name, parameter.default)
        if text is not None:
            bound[name] = _term(query, name, text)
        elif parameter.required:
            expected = terms.expected_form(parameter.type)
            raise ParameterError(f"{query.name}: {name!r} is missing; it takes {expected}", parameter=name)
    return "".join(written(query.sparql, bound))


def values_for_analysis(query: Query, values: Mapping[str, str]) -> dict[str, str]:
    """What the analysis of *query* is given, once `bind` has found *values* right: defaults filled in, IRIs whole.

    What is optional and not given is absent.
    """
    given = {name: values.get(name, parameter.default) for name, parameter in query.parameters.items()}
    return {
        name: terms.parse_parameter(text, query.parameters[name].type).value
        for name, text in given.items()
        if text is not None and query.parameters[name].for_analysis
    }


def written(sparql: str, bound: Mapping[str, str]) -> Iterator[str]:
    """The pieces of *sparql*, option lines of *bound* names switched on and `$name` replaced by `bound[name]`."""
    for part in _parts(sparql):
        if isinstance(part, str):
            yield part
        elif part.kind == "parameter":
            yield bound.get(part.name, part.text)
        elif (line := lexer.option(part)) is not None and line[0] in bound:
            yield from written(line[1], bound)
        else:
            yield part.text


@lru_cache(maxsize=1024)  # the texts are those of query files; an entity page binds four
def _parts(sparql: str) -> tuple[str | lexer.Token, ...]:
    """*sparql* in pieces: the tokens that values may replace, and the text between them."""
    return tuple(lexer.cut(sparql, {"parameter", "option"}))


def _term(query: Query, name: str, text: str) -> str:
    try:
        return terms.written(text, query.parameters[name].type)
    except ParameterError as fault:
        expected = fault.details["expected"]
        message = f"{query.name}: {name!r} takes {expected}, not {text!r}"
        raise ParameterError(message, parameter=name, expected=expected) from fault
