"""The look at a query's text refuses what would hurt the engine, and nothing that researchers write."""

import time
from contextlib import suppress

import pytest
from shipped_questions import shipped_questions

from heritage_graph.errors import (
    NotAQuery,
    QueryFault,
    QueryTooComplex,
    QueryTooDeep,
    QueryTooLarge,
    ServiceForbidden,
    WrongUsage,
)
from heritage_graph.store.prefilter import QueryShapeLimits, check_query_text

LIMITS = QueryShapeLimits()

REFUSED = {
    "joined unions": (f"SELECT * {{ {'{?a ?b ?c} UNION {?a ?b ?d} . ' * 100} }}", QueryTooComplex),
    "a star of 300": (f"SELECT * {{ {' '.join(f'?a <p{i}> ?x{i} .' for i in range(300))} }}", QueryTooComplex),
    "a path of 1000": (f"ASK {{ ?a {'/'.join(['<p>'] * 1000)} ?b }}", QueryTooComplex),
    "3000 optionals": (f"SELECT * {{ {'OPTIONAL {?a ?b ?c} ' * 3000} }}", QueryTooComplex),
    "3000 aggregates": (
        f"SELECT {' '.join(f'(COUNT(?a) AS ?x{i})' for i in range(3000))} {{?a ?b ?c}}",
        QueryTooComplex,
    ),
    "a sum of 10000": (f"SELECT (1{'+1' * 10_000} AS ?x) {{}}", QueryTooComplex),
    "10000 parentheses": (f"ASK {{ FILTER({'(' * 10_000}1{')' * 10_000}) }}", QueryTooDeep),
    "5000 groups": (f"SELECT * {'{' * 5000}{'}' * 5000}", QueryTooDeep),
    "10000 negations": (f"ASK {{ FILTER({'!' * 10_000}true) }}", QueryTooDeep),
    "1000 nested exists": (f"ASK {{ {'FILTER EXISTS {' * 1000} }}", QueryTooDeep),
    "1200 sub-selects": (f"SELECT * {{ {'{ SELECT * {' * 1200} }}", QueryTooDeep),
    "6000 triple terms": (f"ASK {{ {'<<( ?a ?b ' * 6000} }}", QueryTooDeep),
    "ten megabytes": (f"SELECT * {{ ?a ?b '{'x' * 10_000_000}' }}", QueryTooLarge),
    "service": ("SELECT * { SERVICE <http://169.254.169.254/> { ?s ?p ?o } }", ServiceForbidden),
    "service silent": ("SELECT * { SERVICE SILENT <http://x/> { ?s ?p ?o } }", ServiceForbidden),
    "service by variable": ("SELECT * { ?s ?p ?u . SERVICE ?u { ?a ?b ?c } }", ServiceForbidden),
    "service with a comment": ("SELECT * { sErViCe#c\n<http://x/> { ?a ?b ?c } }", ServiceForbidden),
    "service glued": ("SELECT * {SERVICE<http://x/>{?a ?b ?c}}", ServiceForbidden),
    "service in exists": ("ASK { FILTER EXISTS { SERVICE <http://x/> { ?a ?b ?c } } }", ServiceForbidden),
    "service in a sub-select": ("SELECT * { { SELECT * { SERVICE <http://x/> { ?a ?b ?c } } } }", ServiceForbidden),
    "service of a prefix": ("PREFIX x: <http://x/> ASK { SERVICE:x { ?a ?b ?c } }", ServiceForbidden),
    "service behind another keyword": ("ASK { FILTER(trueSERVICE<http://x/>{ ?a ?b ?c }) }", ServiceForbidden),
    "service after a < that is no IRI": (
        "PREFIX : <http://x/> SELECT * { FILTER(1<2)SERVICE:x#>\n{ ?s ?p ?o } }",
        QueryFault,
    ),
    "service after an IRI that is none": (
        "SELECT * { FILTER(1<<http://x#>)SERVICE<http://x/>{ ?s ?p ?o } }",
        ServiceForbidden,
    ),
    "service after a triple that is none": (
        "SELECT * { FILTER(?a<<<<x:s#> x:p x:o>>)SERVICE<http://x/>{ ?s ?p ?o } }",
        QueryFault,
    ),
    "service in a name that is no IRI": (
        "PREFIX x: <http://a:> SELECT * { ?s ?p x:SERVICE<http://x/>{ ?s ?p ?o } }",
        ServiceForbidden,
    ),
    "service in a host that is none": (
        "PREFIX x: <http://> PREFIX : <http://x/> SELECT * { ?s ?p x:SERVICE:y { ?s ?p ?o } }",
        ServiceForbidden,
    ),
    "service in a name with escapes": (
        "PREFIX x: <http://a#> PREFIX : <http://x/> SELECT * { ?s ?p x:SERVICE:y\\# { ?s ?p ?o } }",
        ServiceForbidden,
    ),
    "service of a variable with an accent": (
        "PREFIX x: <http://a:> SELECT * { ?s ?e\u0301 x:SERVICE ?e\u0301 { ?a ?b ?c } }",
        ServiceForbidden,
    ),
    "service of a name and a comment": (
        "PREFIX x: <http://a:> PREFIX e: <http://x/> SELECT * { ?s ?p x:SERVICE e:#>\n{ ?a ?b ?c } }",
        ServiceForbidden,
    ),
    "service after a dot of a name": (
        "PREFIX x: <http://x/> SELECT * { ?s ?p x:a.b.SERVICE<http://x/>{} }",
        ServiceForbidden,
    ),
    "service in a string that is none": (
        "SELECT * { ?s ?p ('''a') SERVICE <http://x/> { ?s ?p ?o } #\\q'''\n }",
        QueryFault,
    ),
    "parentheses behind a <": (f"ASK {{ FILTER(1<{'(' * 5000}2{')' * 5000}#>\n) }}", QueryFault),
    "300 conditions without a space": (f"ASK {{ {'FILTERSTRLEN(?a) ' * 300} }}", QueryTooComplex),
    "a million words": (f"ASK {{ {'a ' * 500_000}", QueryTooComplex),
    "a million separators": (f"ASK {{ {'a·' * 340_000}", QueryTooComplex),
    "half of a character": ("ASK { ?a ?b '\ud800' }", QueryFault),
    "an escaped keyword": ("SELECT * { \\u0053ERVICE <http://x/> { ?s ?p ?o } }", QueryFault),
    "an update": ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", NotAQuery),
    "an update after a prologue": ("PREFIX x: <http://x/> # note\nDELETE WHERE { ?a ?b ?c }", NotAQuery),
    "nothing": ("", QueryFault),
    "only a comment": ("# SELECT * { ?s ?p ?o }", QueryFault),
    "a nul": ("SELECT * { ?s ?p \x00 }", QueryFault),
}

ACCEPTED = [
    'SELECT * { ?s ?p "SERVICE" }',
    "# SERVICE <http://x/>\nSELECT * { ?s ?p ?o }",
    "SELECT ?SERVICE { ?SERVICE ?p ?o }",
    "PREFIX x: <http://x/> SELECT * { ?s ?p x:SERVICE }",
    "SELECT * { ?s ?p <http://x/SERVICE> }",
    "PREFIX service: <http://x/> SELECT * { GRAPH service:a { ?s service:b ?o } }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b && ?c>?b) }",
    f"SELECT * {{ VALUES ?x {{ {' '.join(f'{i}.5' for i in range(5000))} }} ?s ?p ?x }}",
    f"SELECT * {{ ?s ?p ?x FILTER(?x IN ({', '.join(map(str, range(5000)))})) }}",
    "SELECT * { ?s ?p ?a FILTER((?a<1)&&(?b<=?c)&&?a<http://x/#a>) }",
    "SELECT * { ?s ?p (?a <http://x/#a> <urn:x:y>), 'it\\'s', 'a\\u00e9\\n' }",
    "PREFIX x: <urn:x:> SELECT * { ?s a x:Service . ?s x:service ?o . { ?o ?p ?q } }",
    "PREFIX x: <http://x/> SELECT * FROM x:SERVICE { ?s a x:Service { ?s ?p ?o } }",
    "SELECT * { ?s ?p '''a ' b \\' }}}}}}''' }",
]


@pytest.mark.parametrize(("query", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_a_harmful_text_is_refused_with_its_reason(query, fault):
    with pytest.raises(fault):
        check_query_text(query, LIMITS)


@pytest.mark.parametrize("query", ACCEPTED, ids=range(len(ACCEPTED)))
def test_an_ordinary_text_passes(query):
    assert check_query_text(query, LIMITS) == "SELECT"


LISTED = frozenset({"http://example.org/sparql", "https://example.org/other"})
LISTED_CALLS = {
    "as it is": "SERVICE <http://example.org/sparql> { ?a ?b ?c }",
    "silent": "sErViCe SILENT <https://example.org/other> { ?a ?b ?c }",
    "with a comment": "SERVICE # which\n<http://example.org/sparql>{ ?a ?b ?c }",
    "two": "SERVICE <http://example.org/sparql> {} SERVICE <https://example.org/other> {}",
}
UNLISTED_CALLS = {
    "another endpoint": "SERVICE <http://example.org/> { ?a ?b ?c }",
    "a listed one and another": "SERVICE <http://example.org/sparql> {} SERVICE SILENT <http://169.254.169.254/> {}",
    "another inside": "SERVICE <http://example.org/sparql> { SERVICE <http://example.org/> { ?a ?b ?c } }",
    "a variable": "BIND(<http://example.org/sparql> AS ?u) SERVICE ?u { ?a ?b ?c }",
    "a prefixed name": "SERVICE x:sparql { ?a ?b ?c }",
    "a glued prefixed name": "SERVICE:sparql { ?a ?b ?c }",
    "a relative IRI": "SERVICE <sparql> { ?a ?b ?c }",
    "an escape": "SERVICE <http://example.org/sp\\u0061rql> { ?a ?b ?c }",
    "another case": "SERVICE <HTTP://example.org/sparql> { ?a ?b ?c }",
    "a glued keyword": "FILTER(trueSERVICE <http://example.org/sparql> { ?a ?b ?c }",
    "nothing": "SERVICE",
}


@pytest.mark.parametrize("body", LISTED_CALLS.values(), ids=LISTED_CALLS.keys())
def test_a_listed_endpoint_may_be_called(body):
    assert check_query_text(f"SELECT * {{ {body} }}", LIMITS, services=LISTED) == "SELECT"


@pytest.mark.parametrize("body", UNLISTED_CALLS.values(), ids=UNLISTED_CALLS.keys())
def test_any_other_call_is_refused_with_the_list(body):
    query = f"PREFIX x: <http://example.org/> PREFIX : <http://example.org/> SELECT * {{ {body} }}"
    with pytest.raises(ServiceForbidden) as refusal:
        check_query_text(query, LIMITS, services=LISTED)

    assert refusal.value.details == {"setting": "federation", "allowed": sorted(LISTED)}


def test_every_stored_question_passes():
    catalogue = shipped_questions()
    forms = {check_query_text(query.sparql, LIMITS).lower() for query in catalogue.queries.values()}

    assert forms == {query.form for query in catalogue.queries.values()}


def test_a_fault_names_line_and_column():
    with pytest.raises(QueryFault) as refusal:
        check_query_text("SELECT *\n{ ?s \\p ?o }", LIMITS)

    assert (refusal.value.details["line"], refusal.value.details["column"]) == (2, 6)


MEGABYTES = {
    "names with dots": ("ASK { ", "a."),
    "names with hyphens": ("ASK { ", "a-"),
    "marks that are none": ("ASK { ", "a·"),
    "a name that calls": ("PREFIX x: <http://a:> ASK { x:SERVICE ", ":"),
    "names that call": ("PREFIX x: <http://a:> ASK { ", "x:SERVICE "),
    "a name and dots": ("ASK { x:a", "."),
    "comparisons": ("ASK { FILTER(?a", "<a>"),
    "more comparisons": ("ASK { FILTER(?a", "<<a>"),
    "quotes": ("ASK { ", "'\"'"),
    "long strings": ("ASK { ", "'''a''"),
    "labels": ("ASK { ", "_:."),
    "numbers": ("ASK { VALUES ?x { ", "1."),
    "values": ("ASK { VALUES ?x { ", "12 "),
    "spaces": ("ASK { ", " \n#\n"),
}


@pytest.mark.parametrize(("beginning", "unit"), MEGABYTES.values(), ids=MEGABYTES.keys())
def test_a_megabyte_is_looked_at_within_a_second(beginning, unit):
    query = beginning + unit * ((LIMITS.bytes - len(beginning)) // len(unit.encode()))
    began = time.process_time()
    with suppress(WrongUsage):
        check_query_text(query, LIMITS)

    assert time.process_time() - began < 1.0
