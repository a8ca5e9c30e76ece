"""A folder of query files is loaded whole, or refused with the file and the line of its first fault."""

from __future__ import annotations

import pytest

from heritage_graph.assets import asset_folder
from heritage_graph.errors import SettingError, UnknownName
from heritage_graph.query_files import load_catalogue

GOOD = """\
# /// query
# answers = ["CQ-01"]
# marks = ["A"]
#
# [title]
# en = "Agreements"
# ar = "اتفاقات"
#
# [why]
# en = "Because"
#
# [params.party]
# type = "iri"
# doc = "The party"
# example = "id:organization/icesco"
#
# [params.kind]
# type = "concept:agreement-kind"
# optional = true
# doc = {en = "The kind", fr = "La nature"}
# example = "accord"
#
# [params.lang]
# type = "language"
# default = "en"
# doc = "The language"
# example = "ar"
# ///
PREFIX hg: <https://w3id.org/heritage-graph/ns#>

SELECT ?agreement ?kind
WHERE {
  ?agreement hg:agreementKind ?kind ; hg:signedBy $party .
  #? kind  FILTER(?kind = $kind)
  FILTER(LANG(?kind) = $lang)
}
ORDER BY ?agreement
"""


@pytest.fixture
def load(tmp_path):
    def _load(text, name="topic/name.rq"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return load_catalogue(tmp_path)

    return _load


def test_a_query_knows_its_name_topic_form_and_columns(load):
    query = load(GOOD).query("name")

    assert (query.name, query.topic, query.form, query.columns) == ("name", "topic", "select", ("agreement", "kind"))


def test_a_title_is_in_the_languages_that_its_author_gave(load):
    title = load(GOOD).query("name").title

    assert [title.in_language("ar"), title.in_language("fr"), str(title)] == ["اتفاقات", "Agreements", "Agreements"]


def test_a_parameter_is_required_unless_it_is_optional_or_has_a_default(load):
    parameters = load(GOOD).query("name").parameters.values()

    assert [parameter.name for parameter in parameters if parameter.required] == ["party"]


def test_the_examples_of_a_query_are_its_required_parameters(load):
    assert load(GOOD).query("name").examples == {"party": "id:organization/icesco"}


def test_an_unknown_name_is_said_to_be_unknown(load):
    with pytest.raises(UnknownName, match="there is no query 'nothing'"):
        load(GOOD).query("nothing")


def test_the_queries_that_answer_a_question_are_found(load):
    assert [query.name for query in load(GOOD).answering("CQ-01")] == ["name"]


def test_the_topics_are_the_folders(load):
    load(GOOD)

    assert load(GOOD, "another/thing.rq").topics() == ["another", "topic"]


def test_the_shipped_catalogue_loads():
    assert load_catalogue(asset_folder("queries")).on_topic("agreements")


FAULTS = {
    "no header": ("# /// query\n", "", 1, "begins with the line"),
    "header without an end": ("# ///\nPREFIX", "PREFIX", 1, "its header ends with"),
    "header line without a mark": ("# marks =", "marks =", 3, "begins with '# '"),
    "broken TOML": ('["A"]', "A", 3, "not valid TOML"),
    "unknown key": ("# marks", "# remarks", 3, "unknown key 'remarks'"),
    "unknown mark": ('["A"]', '["B"]', 3, "'marks' is a list of names"),
    "unknown question": ('"CQ-01"', '"CQ1"', 2, "'answers' is a list of names"),
    "unknown language": ('# ar = "اتفاقات"', '# de = "Abkommen"', 7, "unknown key 'de'"),
    "title without English": ('# en = "Agreements"\n', "", 5, "with en in it"),
    "empty title": ('"Agreements"', '" "', 5, "is a string that is not empty"),
    "parameter name with a mark": ("[params.party]", '["params"."party-1"]', 1, "cannot be one"),
    "unknown key of a parameter": ('# doc = "The party"', '# docs = "The party"', 14, "unknown key 'docs'"),
    "unknown type": ('"iri"', '"uri"', 13, "a parameter type is one of"),
    "missing type": ('# type = "iri"\n', "", 12, "the type of the parameter 'party' is missing"),
    "example of another type": ('"id:organization/icesco"', '"icesco"', 15, "the example is not of its type"),
    "missing example": ('# example = "id:organization/icesco"\n', "", 12, "example of a parameter"),
    "default of another type": ('# default = "en"', '# default = "e n"', 25, "the default is not of its type"),
    "optional with a default": ("# optional = true", '# optional = true\n# default = "accord"', 20, "not both"),
    "optional that is no boolean": ("optional = true", 'optional = "yes"', 19, "true or false"),
    "unused parameter": ("hg:signedBy $party", "hg:signedBy ?party", 1, "'party' is declared and not used"),
    "undeclared parameter": ("FILTER(LANG", "FILTER($other = LANG", 35, r"\$other is not declared"),
    "optional parameter outside its line": (
        "  #? kind  FILTER",
        "  FILTER",
        34,
        r"the optional \$kind is used outside",
    ),
    "option line of a required parameter": (
        "#? kind  FILTER(?kind = $kind)",
        "#? party  FILTER($party)",
        34,
        "not optional",
    ),
    "option line of nothing": ("#? kind  FILTER", "#? sort  FILTER", 34, "an option line is"),
    "option line after other text": ("  #? kind ", "  FILTER(true) #? kind ", 34, "on a line of its own"),
    "LIMIT": ("ORDER BY ?agreement", "ORDER BY ?agreement LIMIT 5", 37, "no LIMIT"),
    "offset in lower case": ("ORDER BY ?agreement", "ORDER BY ?agreement offset 5", 37, "no OFFSET"),
    "SERVICE": ("  FILTER(LANG", "  SERVICE <x:y> {} FILTER(LANG", 35, "asks no other server"),
    "SERVICE in an option line": ("#? kind  FILTER", "#? kind  SERVICE <x:y> {} FILTER", 34, "asks no other server"),
    "FROM": ("WHERE {", "FROM <x:y> WHERE {", 32, "has no FROM"),
    "projected parameter": ("?agreement ?kind\n", "?agreement $party\n", 31, r"the parameter \$party is projected"),
    "all columns": ("SELECT ?agreement ?kind", "SELECT *", 31, "name the columns"),
    "no order": ("ORDER BY ?agreement\n", "", 31, "a SELECT has ORDER BY"),
    "relative IRI": ("?kind = $kind", "?kind = <kind>", 34, "write absolute IRIs"),
    "broken SPARQL": ("FILTER(LANG(?kind) = $lang)", "FILTER(LANG(?kind) = $lang", 36, "not valid SPARQL"),
    "SPARQL broken by an option": (
        "#? kind  FILTER(?kind = $kind)",
        "#? kind  FILTER(?kind = $kind",
        35,
        "with party, kind, lang given",
    ),
    "parameter where no term can stand": (
        "LANG(?kind) = $lang",
        "LANG(?kind) = ?l) BIND(1 AS $lang",
        35,
        "not valid SPARQL",
    ),
    "update": ("SELECT ?agreement ?kind\nWHERE", "INSERT { ?a ?b ?c }\nWHERE", 29, "a SELECT, a CONSTRUCT or an ASK"),
    "DESCRIBE": ("SELECT ?agreement ?kind", "DESCRIBE ?agreement", 31, "a SELECT, a CONSTRUCT or an ASK"),
}


@pytest.mark.parametrize(("right", "wrong", "line", "message"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_file_is_refused_with_its_line(load, right, wrong, line, message):
    with pytest.raises(SettingError, match=message) as refusal:
        load(GOOD.replace(right, wrong, 1))

    assert refusal.value.details["line"] == line


def test_an_option_line_uses_no_other_optional_parameter(load):
    other = '# [params.place]\n# type = "iri"\n# optional = true\n# doc = "Place"\n# example = "id:place/x"\n# ///\n'
    text = GOOD.replace("# ///\nPREFIX", other + "PREFIX").replace("= $kind)", "= $kind && ?p = $place)")

    with pytest.raises(SettingError, match="the line of the optional 'kind' uses another optional one"):
        load(text)


@pytest.mark.parametrize("name", ["name.rq", "a/b/name.rq", "topic/Some Name.rq"])
def test_a_file_in_the_wrong_place_is_refused(load, name):
    with pytest.raises(SettingError, match="a query file is called"):
        load(GOOD, name)


def test_two_files_of_one_name_are_refused(load):
    load(GOOD)

    with pytest.raises(SettingError, match="the name 'name' is taken"):
        load(GOOD, "zoology/name.rq")


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(SettingError, match="holds no query file"):
        load_catalogue(tmp_path)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    (tmp_path / "topic").mkdir()
    (tmp_path / "topic" / "name.rq").write_bytes(b"# /// query\n\xff")

    with pytest.raises(SettingError, match="is UTF-8"):
        load_catalogue(tmp_path)


def test_a_construct_projects_nothing(load):
    text = GOOD.replace("SELECT ?agreement ?kind", "CONSTRUCT { ?agreement hg:kind ?kind }").replace(
        "ORDER BY ?agreement\n", ""
    )

    assert (load(text).query("name").form, load(text).query("name").columns) == ("construct", ())


HONEST = GOOD.replace(
    '# marks = ["A"]\n',
    '# marks = ["A"]\n# counts = { kind = "agreement" }\n# facts = ["?agreement hg:agreementKind ?kind"]\n',
).replace("# [why]", '# [empty]\n# en = "Nothing is on record"\n#\n# [why]')


def test_a_query_says_what_counts_what_it_rests_on_and_what_no_row_means(load):
    query = load(HONEST).query("name")

    assert (query.counts, query.facts, str(query.empty)) == (
        {"kind": "agreement"},
        ("?agreement hg:agreementKind ?kind",),
        "Nothing is on record",
    )


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('{ kind = "agreement" }', '{ sum = "agreement" }', "'counts' names 'sum', which is no column"),
        ('{ kind = "agreement" }', "{ kind = 1 }", "'counts' names, for each column that counts"),
        ("?agreement hg:agreementKind ?kind", "?other hg:agreementKind ?thing", "uses no column"),
        ("?agreement hg:agreementKind ?kind", "?agreement hg:agreementKind", "is not a pattern of SPARQL"),
        ("# counts", '# analysis = "magic"\n# counts', "there is no analysis 'magic'"),
        ('# type = "iri"\n', '# type = "iri"\n# analysis = true\n', "is for an analysis, and the header names none"),
    ],
    ids=[
        "unknown count",
        "count of a number",
        "fact without a column",
        "broken fact",
        "unknown analysis",
        "no analysis",
    ],
)
def test_what_the_header_promises_of_the_answer_must_hold(load, right, wrong, message):
    with pytest.raises(SettingError, match=message):
        load(HONEST.replace(right, wrong, 1))
