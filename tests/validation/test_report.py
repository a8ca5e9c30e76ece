"""A report says what was wrong and what would be right: on a terminal, as JSON and as RDF."""

import json
from dataclasses import replace

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal

from heritage_graph.namespaces import HG, HGS, ID
from heritage_graph.validation.read_paths import Step
from heritage_graph.validation.report import (
    MOST_RESULTS,
    Report,
    Result,
    Severity,
    as_dict,
    as_text,
    as_turtle,
    with_lines,
)

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
ACCORD = ID.term("agreement/accord")

NO_DATE = Result(
    focus=ACCORD,
    focus_label="Accord",
    shape=HGS.term("Date-signedOn"),
    severity=Severity.VIOLATION,
    path=(Step(HG.signedOn),),
    value=Literal("soon"),
    messages={"en": "A date is a day. Write it.", "ar": "التاريخ يوم.", "fr": "Une date est un jour."},
    line=7,
)
NO_PARTIES = replace(
    NO_DATE,
    shape=HGS.term("Agreement-parties"),
    severity=Severity.WARNING,
    path=(Step(HG.inContext, forward=False), Step(HG.participant)),
    value=ACCORD,
    line=None,
)
REPORT = Report(conforms=False, results=(NO_DATE, NO_PARTIES))


@pytest.fixture
def graph():
    return rdflib.Graph().parse(data=as_turtle(REPORT), format="turtle")


def test_the_text_names_the_verdict_the_rule_the_focus_its_label_the_value_and_the_line():
    assert as_text(REPORT) == (
        "refused: 1 violation, 1 warning, 0 remarks\n"
        "\n"
        "Violation: A date is a day. Write it.\n"
        "  rule <hgs:Date-signedOn>\n"
        '  - line 7: <id:agreement/accord> “Accord” — "soon"\n'
        "\n"
        "Warning: A date is a day. Write it.\n"
        "  rule <hgs:Agreement-parties>\n"
        "  - <id:agreement/accord> “Accord”\n"
    )


def test_the_text_speaks_the_language_that_is_asked_for():
    assert "Violation: التاريخ يوم." in as_text(REPORT, language="ar")


def test_results_of_one_rule_stand_together_under_it():
    other = replace(NO_DATE, focus=ID.term("agreement/other"))

    assert as_text(Report(conforms=False, results=(NO_DATE, other))).count("rule <hgs:Date-signedOn>") == 1


def test_a_long_text_says_how_much_it_leaves_out():
    assert as_text(REPORT, most=1).endswith("… and 1 more results\n")


def test_the_dict_is_ready_for_json():
    assert json.loads(json.dumps(as_dict(REPORT)))["results"][0] == {
        "severity": "Violation",
        "shape": "https://w3id.org/heritage-graph/shapes#Date-signedOn",
        "focus": "https://w3id.org/heritage-graph/id/agreement/accord",
        "focusLabel": "Accord",
        "path": "<https://w3id.org/heritage-graph/ns#signedOn>",
        "value": '"soon"',
        "messages": {"en": "A date is a day. Write it.", "ar": "التاريخ يوم.", "fr": "Une date est un jour."},
        "line": 7,
    }


def test_the_dict_counts_every_severity():
    assert as_dict(REPORT)["counts"] == {"violation": 1, "warning": 1, "info": 0}


def test_a_dict_of_many_results_is_cut_and_says_so():
    many = as_dict(Report(conforms=False, results=(NO_DATE,) * (MOST_RESULTS + 1)))

    assert (len(many["results"]), many["truncated"]) == (MOST_RESULTS, True)


def test_a_dict_of_all_results_says_so():
    assert as_dict(REPORT)["truncated"] is False


def test_a_turtle_report_of_many_results_is_cut():
    graph = rdflib.Graph().parse(
        data=as_turtle(Report(conforms=False, results=(NO_DATE,) * (MOST_RESULTS + 1))), format="turtle"
    )

    assert len(set(graph.objects(None, SH.result))) == MOST_RESULTS


def test_the_turtle_is_one_validation_report_that_does_not_conform(graph):
    report = graph.value(predicate=rdflib.RDF.type, object=SH.ValidationReport)

    assert graph.value(report, SH.conforms) == rdflib.Literal("false", datatype=rdflib.XSD.boolean)


def test_a_turtle_result_has_focus_value_path_severity_and_messages(graph):
    result = graph.value(predicate=SH.sourceShape, object=rdflib.URIRef(HGS + "Date-signedOn"))

    assert set(graph.predicate_objects(result)) == {
        (rdflib.RDF.type, SH.ValidationResult),
        (SH.sourceShape, rdflib.URIRef(HGS + "Date-signedOn")),
        (SH.resultSeverity, SH.Violation),
        (SH.focusNode, rdflib.URIRef(ACCORD.value)),
        (SH.value, rdflib.Literal("soon")),
        (SH.resultPath, rdflib.URIRef(HG.signedOn.value)),
        (SH.resultMessage, rdflib.Literal("A date is a day. Write it.", lang="en")),
        (SH.resultMessage, rdflib.Literal("التاريخ يوم.", lang="ar")),
        (SH.resultMessage, rdflib.Literal("Une date est un jour.", lang="fr")),
    }


def test_a_longer_path_is_a_list_in_turtle(graph):
    result = graph.value(predicate=SH.sourceShape, object=rdflib.URIRef(HGS + "Agreement-parties"))
    back, onward = graph.items(graph.value(result, SH.resultPath))

    assert (graph.value(back, SH.inversePath), onward) == (
        rdflib.URIRef(HG.inContext.value),
        rdflib.URIRef(HG.participant.value),
    )


def test_lines_are_given_to_the_foci_that_have_one():
    located = with_lines(REPORT, {ACCORD.value: 3})

    assert [result.line for result in located.results] == [3, 3]


def test_a_focus_without_a_known_line_keeps_what_it_has():
    assert with_lines(REPORT, {}) == REPORT


def test_a_blank_focus_is_named_as_turtle_names_it():
    nameless = replace(NO_DATE, focus=BlankNode("b0"), focus_label=None, line=None)

    assert '- _:b0 — "soon"' in as_text(Report(conforms=False, results=(nameless,)))
