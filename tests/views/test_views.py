"""Each view of a small graph says what its file in this folder says; what holds of every view holds of what we ship.

`data.trig` is the graph, and `{profile}.ttl` what is told of its things in that profile.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse
from shipped_questions import shipped_questions

from heritage_graph.assets import asset_files
from heritage_graph.graph_view import MemoryView
from heritage_graph.model.records import family_of
from heritage_graph.model.rules import derive_all
from heritage_graph.namespaces import HGV, ID, ONTOLOGY, RDF, VOCAB, is_published
from heritage_graph.query_files import bind
from heritage_graph.views import PROFILES, separate
from heritage_graph.views.profile import CRM, DC, EDM, SCHEMA
from heritage_graph.views.written import written

HERE = Path(__file__).parent
CATALOGUE = shipped_questions()
CITADEL, AGREEMENT = f"{ID}site/citadel", f"{ID}agreement/alpha-beta"
THINGS = [
    AGREEMENT,
    f"{ID}document/first",
    f"{ID}event/upper-town-meeting",
    f"{ID}organization/alpha",
    CITADEL,
    f"{ID}site/gate",
]
SPAN = f"{AGREEMENT}#creation/time"


def vocabulary():
    for path in asset_files("ontology", ".ttl"):
        graph = VOCAB if "vocabularies" in path.parts else ONTOLOGY
        triples = parse(path=str(path), format=RdfFormat.TURTLE) if "alignments" not in path.parts else ()
        yield from (Quad(each.subject, each.predicate, each.object, graph) for each in triples)


def graph_of(*paths):
    store = Store()
    store.extend(vocabulary())
    for path in paths:
        store.extend(parse(path=str(path), format=RdfFormat.TRIG))
    store.extend(derive_all(MemoryView(published(store))))
    store.extend([Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in published(store)])
    return store


def published(store):
    return [q for q in store if isinstance(q.graph_name, NamedNode) and is_published(q.graph_name)]


@cache
def small():
    return graph_of(HERE / "data.trig")


@cache
def shipped():
    return graph_of(*asset_files("sources", ".trig"))


def views(store, name, iris):
    triples = store.query(bind(CATALOGUE.query(name), {"things": " ".join(iris)}))
    return separate(PROFILES[name], iris, triples)


def values(name, iri, node, predicate):
    told = views(small(), name, [iri]).get(iri, ())
    return sorted(t.object.value for t in told if t.subject.value == node and t.predicate.value == predicate)


@pytest.mark.parametrize("name", PROFILES)
def test_a_view_says_what_its_file_says(name):
    expected = {quad.triple for quad in parse(path=str(HERE / f"{name}.ttl"), format=RdfFormat.TURTLE)}

    assert {triple for view in views(small(), name, THINGS).values() for triple in view} == expected


@pytest.mark.parametrize("name", PROFILES)
def test_a_view_is_the_same_alone_and_with_others(name):
    things = sorted({each.subject.value for each in shipped().quads_for_pattern(None, RDF.type, None, DefaultGraph())})
    together = views(shipped(), name, things)
    some = [iri for iri in things if iri.startswith((f"{ID}agreement/", f"{ID}document/", f"{HGV}role/"))]

    assert {iri: views(shipped(), name, [iri]).get(iri) for iri in some} == {iri: together.get(iri) for iri in some}


@pytest.mark.parametrize("name", PROFILES)
def test_a_thing_of_a_family_of_the_profile_is_described(name):
    entities = {
        quad.subject.value
        for quad in shipped().quads_for_pattern(None, RDF.type, None, DefaultGraph())
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(ID)
    }
    plain = ("agreement", "country", "document", "event", "organization", "person", "place", "programme", "scope")
    wanted = {each for each in entities if family_of(each) in plain and PROFILES[name].describes(family_of(each))}

    assert wanted - views(shipped(), name, sorted(entities)).keys() == set()


@pytest.mark.parametrize("name", PROFILES)
def test_what_generic_graphs_claim_is_in_no_view(name):
    told = {str(triple.object) for view in views(small(), name, THINGS).values() for triple in view}

    assert [each for each in told if "any nation" in each or "1900" in each or "tourism" in each] == []


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld"])
def test_equal_views_are_equal_bytes(name, extension):
    profile, iri = PROFILES[name], f"{ID}document/first"
    triples = views(small(), name, [iri])[iri]

    assert written(profile, iri, triples, extension) == written(profile, iri, triples[::-1], extension)


@pytest.mark.parametrize("name", PROFILES)
def test_turtle_declares_its_prefixes_in_order(name):
    iri = f"{ID}document/first"
    text = written(PROFILES[name], iri, views(small(), name, [iri])[iri], "ttl").decode()
    declared = [line for line in text.splitlines() if line.startswith("@prefix")]

    assert declared == sorted(declared) != []


def test_days_that_sources_do_not_agree_on_are_all_told():
    assert values("dc", AGREEMENT, AGREEMENT, DC + "date") == ["2024-03", "2024-04-01"]


def test_a_date_that_is_not_known_to_the_day_has_two_bounds():
    bounds = [
        values("linked-art", AGREEMENT, SPAN, CRM + each) for each in ("P82a_begin_of_the_begin", "P82b_end_of_the_end")
    ]

    assert bounds == [["2024-03-01T00:00:00Z"], ["2024-04-01T23:59:59Z"]]


def test_what_lasts_has_bounds_of_its_beginning_and_of_its_end():
    event = f"{ID}event/upper-town-meeting"
    names = ("P82a_begin_of_the_begin", "P81a_end_of_the_begin", "P81b_begin_of_the_end", "P82b_end_of_the_end")
    bounds = [values("linked-art", event, f"{event}#time", CRM + name)[0][:10] for name in names]

    assert bounds == ["2023-01-01", "2023-12-31", "2023-05-02", "2023-05-02"]


def test_names_keep_their_languages():
    told = views(small(), "schema", [f"{ID}organization/alpha"])[f"{ID}organization/alpha"]
    names = {t.object.language for t in told if t.predicate == SCHEMA.name and isinstance(t.object, Literal)}

    assert names == {"ar", "en", "fr"}


def test_one_point_does_not_stand_for_two():
    assert (
        values("linked-art", CITADEL, CITADEL, CRM + "P168_place_is_defined_by"),
        values("linked-art", f"{ID}site/gate", f"{ID}site/gate", CRM + "P168_place_is_defined_by"),
    ) == ([], ["POINT (-3.25 12.5)"])


def test_each_pair_of_coordinates_stays_a_pair():
    points = values("schema", CITADEL, CITADEL, SCHEMA + "geo")

    assert [point.partition("#point/")[2] for point in points] == ["12.5,-3.25", "13,-3.5"]


@pytest.mark.parametrize(
    ("thing", "rights"),
    [
        ("site/gate", ["https://creativecommons.org/licenses/by/4.0/"]),
        ("site/citadel", ["http://rightsstatements.org/vocab/CNE/1.0/"]),
    ],
)
def test_an_object_has_the_licence_that_all_its_sources_have(thing, rights):
    assert values("edm", ID + thing, f"{ID}{thing}#aggregation", EDM + "rights") == rights


@pytest.mark.parametrize("property_", ["aggregatedCHO", "dataProvider", "provider", "isShownAt", "rights"])
@pytest.mark.parametrize("thing", [CITADEL, f"{ID}document/first"])
def test_an_aggregation_has_what_aggregators_demand_once(thing, property_):
    assert len(values("edm", thing, f"{thing}#aggregation", EDM + property_)) == 1


def test_whoever_is_only_written_to_contributed_nothing():
    document = f"{ID}document/first"

    assert (values("dc", document, document, DC + "creator"), values("dc", document, document, DC + "contributor")) == (
        ["A. Writer"],
        [],
    )


@pytest.mark.parametrize(("name", "iri"), [("edm", AGREEMENT), ("linked-art", f"{ID}participation/alpha-beta--alpha")])
def test_what_a_profile_cannot_describe_is_absent(name, iri):
    assert views(small(), name, [iri]) == {}
