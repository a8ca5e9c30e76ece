"""Load the folder of stored questions, and refuse it as a whole when any file of it is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import QuerySolutions, Store

from heritage_graph import sparql_lexer as lexer
from heritage_graph import terms
from heritage_graph.analysis import ANALYSES
from heritage_graph.errors import SettingError, UnknownName
from heritage_graph.query_files.binding import written
from heritage_graph.query_files.facts import columns_of, graphs_stating
from heritage_graph.query_files.header import fault, read_header
from heritage_graph.query_files.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from heritage_graph.query_files.header import Header
    from heritage_graph.query_files.query import Form
    from heritage_graph.sparql_lexer import Token

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_POSITION: Final = re.compile(r"error at ([0-9]+):[0-9]+: (.*)", re.DOTALL)
_FORBIDDEN: Final = {
    "LIMIT": "a query file has no LIMIT: paging cuts the answer at the key of ORDER BY",
    "OFFSET": "a query file has no OFFSET: paging cuts the answer at the key of ORDER BY",
    "SERVICE": "a query file asks no other server",
    "FROM": "a query file asks the published view and the named graphs, so it has no FROM",
    "DESCRIBE": "a query file is a SELECT, a CONSTRUCT or an ASK",
}
_FORMS: Final[dict[str, Form]] = {"SELECT": "select", "CONSTRUCT": "construct", "ASK": "ask"}
_LITERAL_SAMPLE: Final = '"a literal"@en'


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All stored questions by name, sorted by topic and name."""

    queries: Mapping[str, Query]

    def query(self, name: str) -> Query:
        """The query called *name*.

        Raises:
            UnknownName: when there is none.
        """
        if name not in self.queries:
            raise UnknownName(
                f"there is no query {name!r}; `heritage-graph query --list` and /queries list those there are",
                name=name,
            )
        return self.queries[name]

    def topics(self) -> list[str]:
        """The topics that have a query, sorted."""
        return sorted({query.topic for query in self.queries.values()})

    def on_topic(self, topic: str) -> list[Query]:
        """The queries of *topic*, sorted by name; empty when there is no such topic."""
        return [query for query in self.queries.values() if query.topic == topic]

    def answering(self, question: str) -> list[Query]:
        """The queries that answer the competency question *question* (like `CQ-02`), sorted by topic and name."""
        return [query for query in self.queries.values() if question in query.answers]


def load_catalogue(folder: Path) -> Catalogue:
    """The queries in the files `{topic}/{name}.rq` below *folder*.

    Raises:
        SettingError: for the first fault found in any file, naming the file and the line.
    """
    paths = sorted(folder.rglob("*.rq"))
    if not paths:
        raise SettingError(f"{folder} holds no query file (topic/name.rq)")
    queries: dict[str, Query] = {}
    for path in paths:
        if path.parent.parent != folder or not _NAME.fullmatch(path.stem):
            raise fault(path, 1, f"a query file is called {folder}/topic/some-name.rq")
        if path.stem in queries:
            raise fault(path, 1, f"the name {path.stem!r} is taken by {queries[path.stem].path}")
        queries[path.stem] = _read(path)
    return Catalogue(queries)


def _read(path: Path) -> Query:
    try:
        header = read_header(path, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise fault(path, 1, f"a query file is UTF-8: {error}") from error
    tokens = [*lexer.tokens(header.sparql, first_line=header.first_line)]
    for token in [*tokens, *_optional(path, tokens, header)]:
        _check_token(path, token)
    _check_use(path, tokens, header)
    query = Query(
        name=path.stem,
        topic=path.parent.name,
        path=path,
        title=header.title,
        why=header.why,
        answers=header.answers,
        marks=header.marks,
        parameters=header.parameters,
        form=_form(path, tokens, header),
        columns=(),
        sparql=header.sparql,
        first_line=header.first_line,
        counts=header.counts,
        facts=header.facts,
        analysis=header.analysis,
        empty=header.empty,
    )
    projected, *_ = [_columns(query, bound) for bound in _samples(query)]
    query = replace(query, columns=ANALYSES[query.analysis].columns if query.analysis else projected)
    _check_columns(query)
    return query


def _check_columns(query: Query) -> None:
    """Make sure that what the header says of columns holds, in `counts` and in `facts`."""
    unknown = [name for pair in query.counts.items() for name in pair if name not in query.columns]
    if unknown:
        raise fault(query.path, 1, f"'counts' names {unknown[0]!r}, which is no column: {', '.join(query.columns)}")
    for fact in query.facts:
        if not columns_of(query, fact):
            raise fault(query.path, 1, f"the fact {fact!r} uses no column of the query")
        try:
            Store().query(graphs_stating(query, fact, []))
        except SyntaxError as error:
            raise fault(query.path, 1, f"the fact {fact!r} is not a pattern of SPARQL: {error}") from error


def _check_token(path: Path, token: Token) -> None:
    if token.kind == "word" and token.text.upper() in _FORBIDDEN:
        raise fault(path, token.line, _FORBIDDEN[token.text.upper()])
    if token.kind == "iri" and ":" not in token.text:
        message = f"write absolute IRIs, and spaces around the operator '<', not {token.text!r}"
        raise fault(path, token.line, message)


def _optional(path: Path, tokens: list[Token], header: Header) -> Iterator[Token]:
    """The tokens inside the option lines; each line belongs to an optional parameter and uses no other one."""
    for place, token in enumerate(tokens):
        if token.kind != "option":
            continue
        line = lexer.option(token)
        if line is None or line[0] not in header.parameters:
            known = ", ".join(header.parameters) or "none"
            raise fault(path, token.line, f"an option line is '#? name SPARQL' with a parameter's name ({known})")
        if not header.parameters[line[0]].optional:
            raise fault(path, token.line, f"the parameter {line[0]!r} is not optional, so it has no option line")
        if place and "\n" not in tokens[place - 1].text:
            raise fault(path, token.line, "an option line stands on a line of its own")
        for inner in lexer.tokens(line[1], first_line=token.line):
            parameter = header.parameters.get(inner.name) if inner.kind == "parameter" else None
            if parameter and parameter.optional and parameter.name != line[0]:
                message = f"the line of the optional {line[0]!r} uses another optional one, ${parameter.name}"
                raise fault(path, token.line, message)
            yield inner


def _check_use(path: Path, tokens: list[Token], header: Header) -> None:
    always = [token for token in tokens if token.kind == "parameter"]
    for token in always:
        if token.name in header.parameters and header.parameters[token.name].optional:
            message = f"the optional {token.text} is used outside a line '#? {token.name} …'"
            raise fault(path, token.line, message)
    used = [*always, *(t for t in _optional(path, tokens, header) if t.kind == "parameter")]
    for token in used:
        if token.name not in header.parameters:
            raise fault(path, token.line, f"{token.text} is not declared in the header")
    for name, parameter in header.parameters.items():
        if parameter.for_analysis and not header.analysis:
            raise fault(path, 1, f"the parameter {name!r} is for an analysis, and the header names none")
        if parameter.for_analysis == (name in {token.name for token in used}):
            use = (
                "is for the analysis and stands in the SPARQL" if parameter.for_analysis else "is declared and not used"
            )
            raise fault(path, 1, f"the parameter {name!r} {use}")


def _form(path: Path, tokens: list[Token], header: Header) -> Form:
    start = next((place for place, token in enumerate(tokens) if token.is_word(*_FORMS)), None)
    if start is None:
        raise fault(path, header.first_line, "a query file is a SELECT, a CONSTRUCT or an ASK")
    form = _FORMS[tokens[start].text.upper()]
    if form == "select":
        _check_select(path, tokens[start:])
    return form


def _check_select(path: Path, tokens: list[Token]) -> None:
    for token in tokens:
        if token.text == "{":
            break
        if token.kind == "parameter":
            raise fault(path, token.line, f"the parameter {token.text} is projected; project a ?variable")
        if token.text == "*":
            raise fault(path, token.line, "name the columns; SELECT * leaves their order open")
    if not any(token.is_word("ORDER") for token in tokens):
        raise fault(path, tokens[0].line, "a SELECT has ORDER BY, so that its rows can be paged")


def _samples(query: Query) -> Iterator[dict[str, str]]:
    """Bindings that must each give valid SPARQL: no option, every option, each option alone, every kind of term."""
    example = {name: _example(query, name) for name in query.parameters}
    optional = {name for name, parameter in query.parameters.items() if parameter.optional}
    always = {name: term for name, term in example.items() if name not in optional}
    yield always
    if optional:
        yield example
    if len(optional) > 1:
        yield from (always | {name: example[name]} for name in example if name in optional)
    yield from (
        always | {name: _LITERAL_SAMPLE} for name, parameter in query.parameters.items() if parameter.type == "term"
    )


def _example(query: Query, name: str) -> str:
    parameter = query.parameters[name]
    return terms.written(parameter.example, parameter.type)


def _columns(query: Query, bound: Mapping[str, str]) -> tuple[str, ...]:
    """The names that the query projects once *bound*; it must parse."""
    try:
        result = Store().query("".join(written(query.sparql, bound)))
    except SyntaxError as error:
        position = _POSITION.fullmatch(str(error))
        line = query.first_line + int(position[1]) - 1 if position else query.first_line
        given = ", ".join(bound) or "no parameter"
        message = f"with {given} given, this is not valid SPARQL: {' '.join(str(error).split())}"
        raise fault(query.path, line, message) from error
    if not isinstance(result, QuerySolutions):
        return ()
    return tuple(variable.value for variable in result.variables)
