"""The lexer tells strings, comments and IRIs from the parameters that only look like being inside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_graph.sparql_lexer import option, tokens


def kinds(text):
    return [(token.kind, token.text) for token in tokens(text) if token.kind != "space"]


def parameters(text):
    return [token.name for token in tokens(text) if token.kind == "parameter"]


@pytest.mark.parametrize(
    "text",
    [
        '"$no"',
        "'$no'",
        '"""a " $no "" \n $no"""',
        "'''a ' $no '' \n $no'''",
        r'"a \" $no"',
        r"'a \' $no'",
        "# $no",
        "#? name $no",
        "<https://example.org/$no>",
        r"ex:a\$no",
        "?no",
    ],
)
def test_what_stands_in_another_token_is_no_parameter(text):
    assert parameters(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("?a = $yes", ["yes"]),
        ("?a < $yes && ?b > $also", ["yes", "also"]),
        ('"a"$yes', ["yes"]),
        ('"""a"""$yes', ["yes"]),
        ('""$yes', ["yes"]),
        ("''$yes''", ["yes"]),
        ("# no\n$yes", ["yes"]),
        ("hg:a$yes", ["yes"]),
        ("($yes,$also)", ["yes", "also"]),
        ("$yes-1", ["yes"]),
    ],
)
def test_a_parameter_is_found_between_other_tokens(text, names):
    assert parameters(text) == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:b", [("name", "a:b")]),
        ("a:b.", [("name", "a:b"), ("mark", ".")]),
        ("a:", [("name", "a:")]),
        (":b-c", [("name", ":b-c")]),
        ("a:%41b", [("name", "a:%41b")]),
        (r"a:b\/c", [("name", r"a:b\/c")]),
        ("LIMIT 5", [("word", "LIMIT"), ("word", "5")]),
        ("hg:LIMIT", [("name", "hg:LIMIT")]),
        ('"a"@en', [("string", '"a"'), ("word", "@en")]),
        ("?a <= ?b", [("variable", "?a"), ("mark", "<"), ("mark", "="), ("variable", "?b")]),
        ("<x:a>/<x:b>", [("iri", "<x:a>"), ("mark", "/"), ("iri", "<x:b>")]),
    ],
)
def test_tokens_are_those_of_the_sparql_grammar(text, expected):
    assert kinds(text) == expected


def test_a_token_knows_its_line():
    assert [t.line for t in tokens('"""a\nb"""\n$x', first_line=10) if t.kind == "parameter"] == [12]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#? kind FILTER(?k = $kind)", ("kind", "FILTER(?k = $kind)")),
        ("#? kind  ?a ?b $kind .", ("kind", " ?a ?b $kind .")),
        ("#?kind ?a", None),
        ("#? kind", None),
    ],
)
def test_an_option_line_names_its_parameter(text, expected):
    assert option(next(tokens(text))) == expected


@given(text=st.text(alphabet="\"'\\#?$<>{}|^ \n\r:.-%ab1_@é", max_size=60))
def test_the_tokens_are_the_whole_text(text):
    assert "".join(token.text for token in tokens(text)) == text
