"""Every rule refuses what it should and nothing else: a case is a Turtle file with its expected results at its head."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Triple, parse

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.graph_view import MemoryView
from heritage_graph.namespaces import HGS, ONTOLOGY, source_graph
from heritage_graph.validation.report import Severity, text_of
from heritage_graph.validation.shapes import load_shapes
from heritage_graph.validation.validate import validate, validate_change

FOLDER = Path(__file__).parent
RULES = range(1, 20)
SHARED = {
    "": ("common.ttl", "common-published.ttl"),
    "generic": ("common.ttl",),
    "ontology": (),
}
"""By subfolder of the shapes, the files that its cases refer to."""

EXPECTATION = re.compile(r"^# expect: (?:<(?P<iri>[^>]+)>|(?P<blank>_:\w+)) hgs:(?P<shape>\S+)$", re.MULTILINE)
SHAPES = re.compile(r"^# shapes: (?P<folder>\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """A file, the (focus, shape) pairs that it expects, and the subfolder of the shapes that judge it."""

    path: Path
    expected: frozenset[tuple[str, str]]
    shapes: str

    @property
    def rule(self):
        """The number of the rule, from the name of the folder."""
        return int(self.path.parent.name.partition("-")[0])

    @property
    def name(self):
        """The path below this folder."""
        return str(self.path.relative_to(FOLDER))


def read_case(path):
    text = path.read_text(encoding="utf-8")
    expected = frozenset((found["iri"] or found["blank"], HGS + found["shape"]) for found in EXPECTATION.finditer(text))
    return Case(path, expected, "".join(SHAPES.findall(text)))


CASES = [read_case(path) for path in sorted(FOLDER.glob("*/*.ttl"))]


def watched(case):
    """Every shape that a case of the same rule expects: its warnings count in the other cases too."""
    return {shape for other in CASES if other.rule == case.rule for _, shape in other.expected}


def triples_of(path):
    return [quad.triple for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)]


@pytest.fixture(scope="session")
def terms():
    """The triples of the ontology and the vocabularies."""
    files = [path for path in asset_files("ontology", ".ttl") if path.parent.name != "alignments"]
    return [triple for path in files for triple in triples_of(path)]


@pytest.fixture(scope="session")
def rulebook():
    """The shape sets, by subfolder; the empty name is that of the published view."""
    return {name: load_shapes(asset_folder("shapes") / name) for name in ("", "generic", "ontology")}


@pytest.fixture(scope="session")
def judge(terms, rulebook):
    """Judge a case: the (focus, shape) pairs found, of violations and of the shapes that its rule watches."""
    common = {
        shapes: [triple for name in names for triple in triples_of(FOLDER / name)] for shapes, names in SHARED.items()
    }

    def judged(case):
        added = [*common[case.shapes], *triples_of(case.path)]
        quads = [_quad(triple, source_graph("case")) for triple in added]
        view = MemoryView([*quads, *(_quad(triple, ONTOLOGY) for triple in terms)])
        report = validate_change(view, added, rulebook[case.shapes])
        return {
            (text_of(result.focus), result.shape.value)
            for result in report.results
            if result.severity is Severity.VIOLATION or result.shape.value in watched(case)
        }

    return judged


def _quad(triple: Triple, graph):
    return Quad(triple.subject, triple.predicate, triple.object, graph)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_has_exactly_the_results_that_it_expects(case, judge):
    assert judge(case) == case.expected


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_case_that_meets_it(rule):
    assert [case for case in CASES if case.rule == rule and not case.expected]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_case_that_breaks_it(rule):
    assert [case for case in CASES if case.rule == rule and case.expected]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_called_bad_when_it_expects_results_and_ok_otherwise(case):
    assert case.path.name.startswith("bad-" if case.expected else "ok-")


def test_every_file_below_this_folder_is_a_case_or_what_cases_share():
    shared = {FOLDER / name for names in SHARED.values() for name in names}

    assert set(FOLDER.rglob("*.ttl")) == shared | {case.path for case in CASES}


def test_our_own_terms_meet_the_shapes_about_terms(terms, rulebook):
    assert not validate(set(terms), rulebook["ontology"]).results
