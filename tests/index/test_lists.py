"""Pages, counts and days of lists, against what SPARQL says of the shipped dataset."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from pyoxigraph import Store

from heritage_graph.errors import ParameterError
from heritage_graph.index.build import build
from heritage_graph.index.entries import FACETS, Period
from heritage_graph.index.index import Index
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.state import StoreState

HG = "https://w3id.org/heritage-graph/ns#"
HGV = "https://w3id.org/heritage-graph/vocab/"
ID = "https://w3id.org/heritage-graph/id/"
PREFIXES = f"""
PREFIX hg: <{HG}> PREFIX hgv: <{HGV}> PREFIX role: <{HGV}role/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
CLASSES = {
    "organizations": "hg:Organization",
    "states": "hg:State",
    "people": "hg:Person",
    "agreements": "hg:Agreement",
    "programmes": "hg:Programme",
    "projects": "hg:Project",
    "events": "hg:Event",
    "sites": "hg:Site",
    "artifacts": "hg:Artifact",
    "places": "hg:Place",
    "claims": "hg:Claim",
    "concepts": "skos:Concept",
}
VALUES = {
    "agreementKind": "?thing hg:agreementKind ?value",
    "heritageType": "?thing hg:heritageType|(hg:concerns/hg:heritageType) ?value",
    "open": "?thing hg:listIsOpen ?value",
    "organizationType": "?thing hg:organizationType ?value",
    "participant": "?thing ^hg:inContext/hg:participant ?value",
    "party": "?part hg:inContext ?thing ; hg:role role:party ; hg:participant ?value",
    "place": "?thing (hg:takesPlaceAt|hg:signedAt)/hg:partOf* ?value",
    "role": "?thing (^hg:inContext|^hg:participant)/hg:role ?value",
    "source": "GRAPH ?value { ?thing ?p ?o } FILTER(CONTAINS(STR(?value), '/graph/source/'))",
    "topic": "?thing hg:topic ?value",
    "type": "?thing a/rdfs:subClassOf* ?value FILTER(STRSTARTS(STR(?value), STR(hg:)) || ?value = skos:Concept)",
}


@pytest.fixture(scope="module")
def store(shipped_store):
    return Store.read_only(str(generation_folder(shipped_store, published_generations(shipped_store)[-1])))


@pytest.fixture(scope="module")
def index(store, tmp_path_factory):
    path = tmp_path_factory.mktemp("lists") / "index.sqlite"
    build(StoreState(store), path, stamp="test")
    index = Index(1, path)
    yield index
    index.close()


@pytest.fixture(scope="module")
def asked(store):
    """What asks SPARQL: the rows as texts."""
    return lambda text: [tuple(value.value for value in row) for row in store.query(PREFIXES + text)]


@pytest.mark.parametrize("kind", CLASSES)
def test_a_list_holds_the_things_of_its_classes(index, asked, kind):
    rows = asked(f"SELECT DISTINCT ?thing {{ ?thing a/rdfs:subClassOf* {CLASSES[kind]} FILTER(isIRI(?thing)) }}")

    page = index.page(kind, limit=1000)

    assert (page.iris, page.total, page.last) == (sorted(iri for (iri,) in rows), len(rows), None)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("facet", VALUES)
def test_facets_count_what_sparql_counts(index, asked, kind, facet):
    rows = asked(f"SELECT DISTINCT ?thing ?value {{ ?thing a/rdfs:subClassOf* {CLASSES[kind]} . {VALUES[facet]} }}")
    expected = Counter(value for _, value in rows)

    counts = index.counts(kind, of=[facet])[facet]

    assert counts == sorted(expected.items(), key=lambda each: (-each[1], each[0]))


@pytest.mark.parametrize("facet", VALUES)
def test_a_page_chosen_by_a_facet_holds_what_was_counted(index, facet):
    for kind in ("agreements", "organizations", "events"):
        for value, count in index.counts(kind, of=[facet])[facet]:
            page = index.page(kind, facets={facet: [value]}, limit=1000)

            assert (page.total, len(page.iris)) == (count, count)


def test_the_country_of_an_agreement_is_that_where_it_was_signed(index):
    page = index.page("agreements", facets={"country": [f"{ID}country/morocco"]}, limit=10)

    assert f"{ID}agreement/icesco-ots-mou" in page.iris


def test_the_country_of_a_state_is_its_land(index, asked):
    rows = asked("SELECT DISTINCT ?country { ?state a hg:State ; hg:territory ?country }")

    assert {value for value, _ in index.counts("states", of=["country"])["country"]} >= {iri for (iri,) in rows}


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_one_after_the_other_give_the_whole_list_once(index, limit):
    found, after = [], None
    while True:
        page = index.page("organizations", after=after, limit=limit)
        found += page.iris
        after = page.last
        if after is None:
            break

    assert found == index.page("organizations", limit=1000).iris


def test_the_last_page_says_that_nothing_follows_even_when_it_is_full(index):
    total = index.page("agreements", limit=1).total

    assert index.page("agreements", limit=total).last is None


def test_values_of_one_facet_add_up_and_two_facets_narrow(index):
    kinds = [value for value, _ in index.counts("agreements", of=["agreementKind"])["agreementKind"]]
    party = {"party": [f"{ID}organization/icesco"]}

    everything = index.page("agreements", facets={"agreementKind": kinds}, limit=100)
    narrowed = index.page("agreements", facets={"agreementKind": kinds, **party}, limit=100)

    assert set(narrowed.iris) == set(everything.iris) & set(index.page("agreements", facets=party, limit=100).iris)


def test_what_is_chosen_of_a_facet_does_not_narrow_its_own_values(index):
    chosen = {"year": ["2024"]}

    narrowed = index.counts("agreements", facets=chosen, of=["year", "agreementKind"])

    assert narrowed["year"] == index.counts("agreements", of=["year"])["year"]
    assert narrowed["agreementKind"] != index.counts("agreements", of=["agreementKind"])["agreementKind"]


def test_years_are_those_in_which_a_thing_has_a_day(index):
    page = index.page("agreements", facets={"year": ["2024"]}, limit=100)

    assert f"{ID}agreement/icesco-ots-mou" in page.iris


@pytest.mark.parametrize(
    ("first", "last", "is_in"),
    [
        (date(2024, 6, 13), date(2024, 6, 13), True),
        (date(2024, 6, 14), None, False),
        (None, date(2024, 6, 12), False),
        (date(2024, 1, 1), None, True),
        (None, date(2024, 12, 31), True),
    ],
)
def test_a_period_chooses_the_things_whose_days_meet_it(index, first, last, is_in):
    page = index.page("agreements", period=Period(first, last), limit=100)

    assert (f"{ID}agreement/icesco-ots-mou" in page.iris) == is_in


def test_what_is_dated_by_a_month_meets_every_day_of_it(indexed, tmp_path):
    index = indexed(
        tmp_path,
        """<https://example.org/a> a hg:Meeting ; skos:prefLabel "A"@en ;
             hg:earliest "2024-02-01"^^xsd:date ; hg:latest "2024-02-29"^^xsd:date .
           <https://example.org/b> a hg:Meeting ; skos:prefLabel "B"@en ; hg:earliest "2023-05-05"^^xsd:date .
           <https://example.org/c> a hg:Meeting ; skos:prefLabel "C"@en .""",
    )

    def on(day):
        return [iri[-1] for iri in index.page("events", period=Period(day, day), limit=9).iris]

    assert (on(date(2024, 2, 29)), on(date(2024, 3, 1)), on(date(2023, 5, 4))) == (["a", "b"], ["b"], [])


def test_every_facet_can_be_counted(index):
    assert set(index.counts("agreements", of=FACETS)) == set(FACETS)


def test_terms_of_the_ontology_are_no_things(index):
    assert index.things([f"{HG}Agreement", f"{HG}signedOn"]) == []


def test_an_unknown_kind_or_facet_is_refused(index):
    with pytest.raises(ParameterError, match="no kind"):
        index.page("dragons", limit=1)
    with pytest.raises(ParameterError, match="no facet"):
        index.counts("agreements", of=["colour"])
