"""Whatever the text of a request, the bound query is the same query with one term in it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, Store
from shipped_questions import shipped_questions

from heritage_graph import terms
from heritage_graph.errors import ParameterError
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.query_files.binding import written
from heritage_graph.sparql_lexer import tokens
from heritage_graph.terms import parse_parameter, serialise

CATALOGUE = shipped_questions()
PARAMETERS = [(query, name) for query in CATALOGUE.queries.values() for name in query.parameters]
NASTY = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="\"'\\#?$<>{}|^`@ \n\r\t;.:uU0123456789abcdef-", max_size=30),
    st.sampled_from(
        [
            'x" } ; DROP ALL #',
            "http://x> } #",
            "$lang",
            "?name",
            "#? kind",
            '"""',
            "'''",
            "\\",
            '\\"',
            "\\u0022",
            "} UNION { ?s ?p ?o",
            "id:organization/icesco",
            "id:a>b",
            "2026-11-21",
            "party",
            "a@en",
        ]
    ),
)


FORMS = {"select": "QuerySolutions", "construct": "QueryTriples", "ask": "QueryBoolean"}
ECHO = """\
# /// query
# title = "Echo"
# why = "To see what arrives"
# [params.text]
# type = "string"
# doc = "Any text"
# example = "text"
# ///
SELECT ?x WHERE { BIND($text AS ?x) } ORDER BY ?x
"""


def significant(sparql):
    return [token.text for token in tokens(sparql) if token.kind not in {"space", "comment", "option"}]


def bound_or_example(query, name, text):
    """The example binding with *text* for *name*, or with the example of *name* where *text* is refused."""
    values = query.examples | {name: query.parameters[name].example}
    try:
        return text, bind(query, values | {name: text})
    except ParameterError:
        return values[name], bind(query, values)


def template(query, name):
    """The tokens of the example binding in which *name* is still a parameter."""
    bound = {
        other: terms.written(parameter.default or parameter.example, parameter.type)
        for other, parameter in query.parameters.items()
        if not parameter.optional
    }
    return significant("".join(written(query.sparql, bound | {name: f"${name}"})))


@given(chosen=st.sampled_from(PARAMETERS), text=NASTY)
@example(chosen=PARAMETERS[0], text='x" } ; DROP ALL #')
def test_the_bound_query_is_the_file_with_one_term_in_it(chosen, text):
    query, name = chosen
    text, bound = bound_or_example(query, name, text)
    term = significant(terms.written(text, query.parameters[name].type))

    assert significant(bound) == [
        piece for token in template(query, name) for piece in (term if token == f"${name}" else [token])
    ]


@given(chosen=st.sampled_from(PARAMETERS), text=NASTY)
@example(chosen=PARAMETERS[0], text='x" } ; DROP ALL #')
def test_the_bound_query_is_valid_sparql_of_the_same_form(chosen, text):
    query, name = chosen
    _, bound = bound_or_example(query, name, text)

    assert type(Store().query(bound)).__name__ == FORMS[query.form]


@given(type_=st.sampled_from(["iri", "term", "string", "label", "langString"]), text=NASTY)
def test_a_written_term_is_one_term(type_, text):
    try:
        term = serialise(parse_parameter(text, type_))
    except ParameterError:
        term = "<https://example.org/refused>"

    assert [token.kind for token in tokens(term)] in (
        ["iri"],
        ["string"],
        ["string", "word", *["mark", "word"] * term.rpartition("@")[2].count("-")],
        ["string", "mark", "mark", "iri"],
    )


def echo_query(folder):
    topic = folder / "topic"
    topic.mkdir()
    (topic / "echo.rq").write_text(ECHO, encoding="utf-8")
    return load_catalogue(folder).query("echo")


@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_a_string_reaches_the_engine_as_it_was_typed(echo, text):
    rows = Store().query(bind(echo, {"text": text}))

    assert [row["x"] for row in rows] == [Literal(text)]


@pytest.fixture(scope="session")
def echo(tmp_path_factory):
    return echo_query(tmp_path_factory.mktemp("echo"))


def test_an_unknown_parameter_is_refused_and_the_allowed_ones_are_named():
    with pytest.raises(
        ParameterError, match="agreements-in-force has no parameter 'day'; allowed: on, party, status, lang"
    ):
        bind(CATALOGUE.query("agreements-in-force"), {"on": "2026-11-21", "day": "2026-11-21"})


def test_a_missing_parameter_is_named_with_what_it_takes():
    with pytest.raises(ParameterError, match="agreements-in-force: 'on' is missing; it takes a date like 2026-11-21"):
        bind(CATALOGUE.query("agreements-in-force"), {})


def test_a_value_of_another_type_is_refused_by_name():
    with pytest.raises(ParameterError, match="agreements-in-force: 'on' takes a date like 2026-11-21, not 'today'"):
        bind(CATALOGUE.query("agreements-in-force"), {"on": "today"})


def test_an_optional_line_is_a_comment_until_its_parameter_is_given():
    assert "?membership" not in significant(bind(CATALOGUE.query("agreements-in-force"), {"on": "2026-11-21"}))


def test_an_optional_line_is_active_when_its_parameter_is_given():
    values = {"on": "2026-11-21", "party": "id:organization/icesco"}

    assert "?membership" in significant(bind(CATALOGUE.query("agreements-in-force"), values))


def test_a_default_stands_in_for_what_is_not_given():
    assert '"en"' in significant(bind(CATALOGUE.query("agreements-in-force"), {"on": "2026-11-21"}))


@pytest.mark.parametrize("query", CATALOGUE.queries.values(), ids=lambda query: query.name)
def test_no_parameter_is_left_in_a_bound_query(query):
    everything = {name: parameter.example for name, parameter in query.parameters.items()}

    assert "parameter" not in {token.kind for token in tokens(bind(query, everything))}
