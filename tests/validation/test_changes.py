"""The verdict on a change equals the verdict on the whole: nothing that it can influence is passed over."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, parse

from heritage_graph.assets import asset_folder
from heritage_graph.graph_view import MemoryView
from heritage_graph.namespaces import HG, HGS, source_graph
from heritage_graph.validation.read_paths import Step
from heritage_graph.validation.shapes import load_shapes
from heritage_graph.validation.validate import affected, validate, validate_change

HERE = Path(__file__).parent
SHAPES = load_shapes(asset_folder("shapes"))
GRAPH = source_graph("world")
QUICK = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
"""All phases but the one that explains: its tracing makes rdflib ten times slower."""


def triples_of(name):
    return [quad.triple for quad in parse((HERE / name).read_bytes(), format=RdfFormat.TURTLE)]


WORLD = frozenset(triples_of("world.ttl"))
ALL = sorted({*WORLD, *triples_of("more.ttl")}, key=str)

some_triples = st.sets(st.sampled_from(ALL), max_size=12)
few_triples = st.sets(st.sampled_from(ALL), min_size=1, max_size=4)


def view_of(triples):
    return MemoryView(Quad(triple.subject, triple.predicate, triple.object, GRAPH) for triple in triples)


def found(report):
    return {(result.shape, result.focus, result.value) for result in report.results}


def told_by_the_change(before, after, shapes, results_before):
    """What the results before and the verdict on the change say, together, of the state after it."""
    view = view_of(after)
    changed = before ^ after
    touched = affected(view, changed, shapes)
    kept = {entry for entry in results_before if entry[1] not in touched.get(entry[0], ())}
    return kept | found(validate_change(view, changed, shapes))


@pytest.fixture(scope="module")
def results_of_the_world():
    return found(validate(WORLD, SHAPES))


@settings(max_examples=40, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(differences=some_triples, change=few_triples)
def test_old_results_and_those_of_the_change_make_up_the_new_results(differences, change):
    before = WORLD ^ differences
    after = before ^ change

    assert told_by_the_change(before, after, SHAPES, found(validate(before, SHAPES))) == found(validate(after, SHAPES))


@pytest.mark.slow
@pytest.mark.parametrize("triple", ALL, ids=str)
def test_one_triple_more_or_less_is_judged_as_the_whole_is(triple, results_of_the_world):
    after = WORLD ^ {triple}

    assert told_by_the_change(WORLD, after, SHAPES, results_of_the_world) == found(validate(after, SHAPES))


def without_read(shapes, name, *path):
    """The shapes as they would be had *name* forgotten to declare that it reads *path*."""
    shape = shapes.shapes[HGS.term(name)]
    forgetful = replace(shape, reads=shape.reads - {path})
    return replace(shapes, shapes={**shapes.shapes, shape.iri: forgetful})


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Agreement-parties", (Step(HG.inContext, forward=False), Step(HG.role))),
        ("Contributor-party", (Step(HG.hasContribution), Step(HG.contributor))),
        ("Shares-sum", (Step(HG.hasContribution), Step(HG.share))),
        ("Renewal-no-circle", (Step(HG.renews, repeats=True),)),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)
def test_the_comparison_notices_a_read_that_a_shape_does_not_declare(name, path):
    shapes = without_read(SHAPES, name, *path)
    results_before = found(validate(WORLD, shapes))
    readable = [triple for triple in ALL if triple.predicate == path[-1].predicate]

    def differs(change):
        after = WORLD ^ change
        return told_by_the_change(WORLD, after, shapes, results_before) != found(validate(after, shapes))

    search = settings(max_examples=200, deadline=None, database=None, phases=QUICK)

    assert find(st.sets(st.sampled_from(readable), min_size=1, max_size=3), differs, settings=search)


def test_a_change_that_no_shape_reads_finds_nothing():
    triple = next(iter(parse(b"<urn:a> <urn:b> <urn:c> .", format=RdfFormat.TURTLE))).triple

    assert not validate_change(view_of({*WORLD, triple}), [triple], SHAPES).results
