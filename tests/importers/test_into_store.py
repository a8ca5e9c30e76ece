"""An edition comes into a store through the gate, and is told against the edition that is there."""

import pytest
from pyoxigraph import Store

from heritage_graph.importers import IMPORTERS
from heritage_graph.importers.into_store import bring_in_file
from heritage_graph.importers.known import Curated
from heritage_graph.namespaces import ID, SKOS, source_graph
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.view import graph_triples

SITE = ID.term("site/whc-9001")


@pytest.fixture
def bring(data, rulebook):
    def run(path, **options):
        return bring_in_file(data, IMPORTERS["unesco-whc"], path, curated=Curated(), rulebook=rulebook, **options)

    run.data = data
    return run


def names_in(data, edition, predicate):
    store = Store.read_only(str(generation_folder(data, published_generations(data)[-1])))
    triples = graph_triples(store, source_graph(f"unesco-whc-{edition}"))
    return {triple.object.value for triple in triples if (triple.subject, triple.predicate) == (SITE, predicate)}


def test_the_name_of_a_later_edition_stands_beside_the_one_that_is_preferred(bring, list_of_2019, list_of_2026):
    bring(list_of_2019({}))
    bring(list_of_2026({"name": "Port of Example"}))

    assert (names_in(bring.data, 2026, SKOS.prefLabel), names_in(bring.data, 2026, SKOS.altLabel)) == (
        set(),
        {"Port of Example"},
    )


def test_an_edition_is_told_against_the_one_that_is_there(bring, list_of_2019, list_of_2026):
    bring(list_of_2019({}))
    brought = bring(list_of_2026({"name": "Port of Example"}))

    assert [change.after for change in brought.changes["unesco-whc-2019"].renamed] == ["Port of Example"]


def test_importing_the_same_file_again_changes_nothing(bring, list_of_2019):
    bring(list_of_2019({}))

    assert bring(list_of_2019({})).prepared.changeset is None


def test_a_dry_run_of_an_import_stores_nothing(bring, list_of_2019):
    bring(list_of_2019({}), dry_run=True)

    assert published_generations(bring.data)[-1] == 1
