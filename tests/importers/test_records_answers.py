"""What was decided in the graph on a proposal stays when its record is imported again, and goes into the file."""

import csv
import shutil

import pytest
from pyoxigraph import Store

from heritage_graph.importers.records.answers import answers, nodes_of, write_answered
from heritage_graph.importers.records.bringing import bring_in_records
from heritage_graph.importers.records.identities import COLUMNS, read_identities
from heritage_graph.importers.records.proposing import propose_mentions
from heritage_graph.importers.records.reading import Seen
from heritage_graph.importers.records.returning import record_of
from heritage_graph.namespaces import HG, ID, source_graph
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.view import graph_triples

from .people_records import AGREEMENT, COUNCIL, MUSEUM, told, written

BAY = AGREEMENT["slug"]
OTS = "organization/organization-of-turkic-states"
PRINTED = "Organisation of Turkic States"
RECORD = AGREEMENT | {"parties": [MUSEUM | {"as_named": PRINTED}, COUNCIL]}
PARTY = ID.term(f"participation/{BAY}--1")


def row(decision="proposed", on="2026-11-20", **others):
    """A row of the file of decisions."""
    told_of_it = {"record": BAY, "mention": "party-1", "printed": PRINTED, "identity": OTS, "decision": decision}
    return told_of_it | {"decided_by": "A. Curator", "decided_on": on, "why": "an older spelling"} | others


def decisions(folder, *rows):
    with (folder / "identities.csv").open("w", encoding="utf-8", newline="") as output:
        writer = csv.DictWriter(output, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return read_identities(folder)


def stated(folder, *rows):
    """The triples that the record comes to, decided on by *rows*."""
    (each,) = told(folder, RECORD, identities=decisions(folder, *rows))
    return each.triples


def about_party(triples):
    return {(each.predicate, each.object) for each in triples if each.subject == PARTY}


ANSWERED = [
    pytest.param(row("identified", "2026-11-22"), id="identified"),
    pytest.param(row("rejected", "2026-11-22"), id="rejected"),
    pytest.param(row("rejected", "2026-11-20"), id="on the same day"),
]
OVERTAKEN = [
    pytest.param(row(on="2026-11-23"), id="proposed again later"),
    pytest.param(row(identity="organization/icesco"), id="somebody else is proposed"),
    pytest.param(row(printed="Council"), id="other words"),
    pytest.param(row("rejected"), id="the file has an answer"),
    pytest.param(row(mention="party-2"), id="another mention"),
]


@pytest.fixture(scope="module")
def bay(tmp_path_factory, shipped_store, rulebook):
    """Import the record with rows of decisions into one store; the report of the record is given back."""
    folder = tmp_path_factory.mktemp("answers")
    shutil.copytree(shipped_store, folder / "data")
    file = written(folder, RECORD)

    def bring(*rows):
        brought = bring_in_records(
            folder / "data",
            [file],
            withheld={},
            identities=decisions(folder, *rows),
            seen=Seen(),
            rulebook=rulebook,
        )
        return next(brought.report.rows)

    bring.folder = folder
    return bring


def last(bay):
    data = bay.folder / "data"
    return generation_folder(data, published_generations(data)[-1])


def graph(bay):
    return set(graph_triples(Store.read_only(str(last(bay))), source_graph(BAY)))


@pytest.mark.parametrize("answer", ANSWERED)
def test_an_answer_stays_when_the_record_is_imported_with_the_proposal(bay, answer):
    bay(answer)
    before = graph(bay)
    report = bay(row())

    assert (graph(bay) == before, [each.kind for each in report.remarks if "identity" in each.kind]) == (
        True,
        ["identity-answered"],
    )


@pytest.mark.parametrize("answer", ANSWERED)
def test_an_answer_is_read_as_it_was_told(tmp_path, answer):
    held = answers(BAY, decisions(tmp_path, row())[BAY], stated(tmp_path, answer))

    assert held == decisions(tmp_path, answer)[BAY]


@pytest.mark.parametrize("again", OVERTAKEN)
def test_the_file_decides_where_it_says_something_new(tmp_path, again):
    triples = stated(tmp_path, row("identified", "2026-11-22"))

    assert answers(BAY, decisions(tmp_path, again)[BAY], triples) == {}


def test_a_proposal_on_which_nobody_has_decided_is_no_answer(tmp_path):
    assert answers(BAY, decisions(tmp_path, row())[BAY], stated(tmp_path, row())) == {}


def test_a_decision_without_a_row_is_taken_back_by_the_import(bay):
    bay(row("identified", "2026-11-22"))
    bay()

    assert {HG.participant, HG.decidedBy} & {predicate for predicate, _ in about_party(graph(bay))} == set()


def test_who_was_rejected_is_told_and_the_name_stays_as_printed(tmp_path):
    triples = stated(tmp_path, row("rejected"))
    told_of_it = about_party(triples)

    assert (HG.rejectedIdentity, ID.term(OTS)) in told_of_it
    assert {HG.participant, HG.proposedIdentity} & {predicate for predicate, _ in told_of_it} == set()
    assert record_of(BAY, triples)["parties"][0]["as_named"] == PRINTED


def test_who_was_rejected_is_not_proposed_again(bay):
    bay(row("rejected"))

    assert propose_mentions(last(bay), bay.folder / "decide.csv") == 0


def test_an_answer_takes_the_place_of_its_row_in_the_file_and_the_other_rows_stay(bay):
    other = row(record="elsewhere", printed="a, “b”", why="")
    answer = row("rejected", "2026-11-22", why="another body, of that name")
    bay(answer)
    decisions(bay.folder, other, row())
    count = write_answered(last(bay), bay.folder, bay.folder / "identities.csv")
    decided = (bay.folder / "identities.csv").read_bytes()
    decisions(bay.folder, other, answer)

    assert (count, decided) == (1, (bay.folder / "identities.csv").read_bytes())


@pytest.mark.parametrize("mention", ["thing", "place", "concern-1", "party-0", "party-1x"])
def test_no_answer_is_held_on_other_mentions(mention):
    assert nodes_of(BAY, mention) == []
