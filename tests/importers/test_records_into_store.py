"""Records come into a store through the gate, each as a source of its own, and each is accounted for."""

import shutil

import orjson
import pytest
from pyoxigraph import Store
from shipped_questions import shipped_questions

from heritage_graph.checks import run_checks
from heritage_graph.importers.records.bringing import bring_in_records
from heritage_graph.importers.records.exporting import export_records
from heritage_graph.importers.records.reading import Seen
from heritage_graph.namespaces import HG, source_graph
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.state import FolderState
from heritage_graph.store.view import graph_triples

from .people_records import AGREEMENT, COUNCIL, EXCAVATION, MUSEUM, RENEWAL, written

NO_CURRENCY = AGREEMENT | {"slug": "bay-2022-shells", "funding": [{"amount": 3, "currency": "ZZZ"}]}
SHIPPED = EXCAVATION | {"slug": "turkicstates-icesco"}
ROWS = (AGREEMENT, RENEWAL, EXCAVATION, NO_CURRENCY, SHIPPED)
COME_IN = ["bay-2021-museum-council", "bay-2023-dig", "bay-2026-renewal"]


class Bay:
    """A store with the shipped dataset, and the imports into it: one, the same again, and one of a mended record."""

    def __init__(self, folder, rulebook):
        self.folder = folder
        self.rulebook = rulebook
        self.first = self.bring(*ROWS)
        self.graphs = self.of_sources()
        self.exported = self.export()
        self.again = self.bring(*ROWS)
        self.bring(AGREEMENT | {"parties": [MUSEUM, COUNCIL | {"as_named": "Council of the Harbour"}]})
        self.mended = self.of_sources()

    def bring(self, *rows):
        file = written(self.folder, *rows)
        return bring_in_records(
            self.folder / "data", [file], withheld={}, identities={}, seen=Seen(), rulebook=self.rulebook
        )

    def last(self):
        return generation_folder(self.folder / "data", published_generations(self.folder / "data")[-1])

    def of_sources(self):
        store = Store.read_only(str(self.last()))
        return {slug: graph_triples(store, source_graph(slug)) for slug in (*COME_IN, "bay-2022-shells")}

    def export(self):
        export_records(self.last(), self.folder / "exported.jsonl")
        return [orjson.loads(line) for line in (self.folder / "exported.jsonl").read_bytes().splitlines()]


@pytest.fixture(scope="module")
def bay(tmp_path_factory, shipped_store, rulebook):
    folder = tmp_path_factory.mktemp("records")
    shutil.copytree(shipped_store, folder / "data")
    return Bay(folder, rulebook)


def test_each_record_is_a_source_of_its_own(bay):
    assert sorted(slug for slug, triples in bay.graphs.items() if triples) == COME_IN


def test_all_of_them_are_one_commit(bay):
    assert bay.first.prepared.receipt.generation == 2


def test_the_store_holds_all_its_promises_then(bay):
    outcomes = run_checks(FolderState(bay.last()), catalogue=shipped_questions())

    assert [outcome.name for outcome in outcomes if outcome.faults] == []


def test_every_record_is_accounted_for(bay):
    assert [(row.identifier, row.outcome.value) for row in bay.first.report.rows] == [
        ("bay-2021-museum-council", "accepted"),
        ("bay-2026-renewal", "accepted"),
        ("bay-2023-dig", "accepted"),
        ("bay-2022-shells", "refused"),
        ("turkicstates-icesco", "refused"),
    ]


def test_a_record_that_breaks_a_rule_is_refused_and_the_others_come_in(bay):
    remarks = [remark.kind for row in bay.first.report.rows for remark in row.remarks]

    assert remarks == ["breaks-a-rule", "slug-taken"]


def test_importing_the_same_records_again_changes_nothing(bay):
    assert bay.again.prepared.changeset is None


def test_a_record_that_was_mended_takes_the_place_of_what_it_said(bay):
    triples = bay.mended["bay-2021-museum-council"]
    named = {triple.object.value for triple in triples if triple.predicate == HG.participantAsNamed}

    assert named == {"Museum of Lighthouse Bay", "Council of the Harbour", "forty keepers"}


def test_a_generation_gives_its_records_back(bay):
    assert [record["slug"] for record in bay.exported] == COME_IN
