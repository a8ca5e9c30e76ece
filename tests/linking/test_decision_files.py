"""Decisions are kept in a file: written in an order that stays, and brought in through the gate."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse
from shipped_stores import shipped_store
from typer.testing import CliRunner

from heritage_graph.assets import asset_folder
from heritage_graph.cli import app
from heritage_graph.errors import RefusedInput, SyntaxFault
from heritage_graph.ingest.changes import Mode, changes_of_document
from heritage_graph.ingest.local import bring_in
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.linking.applying import apply_decisions
from heritage_graph.linking.curating import Found, bring_in_proposals, decide, proposals_in
from heritage_graph.linking.decision_files import COLUMNS, read_decisions, write_decisions
from heritage_graph.model.link_decisions import CurationChange, Outcome, Ruling
from heritage_graph.model.link_proposals import LinkStatus, Proposal, proposal_iri, triples_of
from heritage_graph.namespaces import CURATION, ID, OWL, source_graph
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.state import FolderState
from heritage_graph.store.view import graph_triples

ICOMOS = "link/organization-icomos--organization-trial-7"
ICOM = "link/organization-icom--organization-trial-8"
SOURCE = source_graph("decisions-trial")
DOCUMENT = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix hg:   <https://w3id.org/heritage-graph/ns#> .
@prefix o:    <https://w3id.org/heritage-graph/id/organization/> .
o:trial-7 a hg:Organization ; skos:prefLabel "I.C.O.M.O.S"@en ; prov:wasAttributedTo o:heritage-graph-curators .
o:trial-8 a hg:Organization ; skos:prefLabel "I.C.O.M"@en ; prov:wasAttributedTo o:heritage-graph-curators .
"""
OWN = ID + "organization/"
HEADER = ",".join(COLUMNS)
ACCEPTED = (
    f"{ICOMOS},organization/icomos,organization/trial-7,accept,A curator,2026-11-21,one acronym,organization/icomos"
)
REJECTED = f'{ICOM},organization/icom,organization/trial-8,reject,"Curator, B.",2026-11-20,"two ""bodies""",'


@pytest.fixture(scope="module")
def rulebook():
    return load_rulebook(asset_folder("shapes"))


@pytest.fixture(scope="module")
def proposed(tmp_path_factory, rulebook):
    """A data folder with the shipped dataset, two bodies that it has under another name, and both proposals."""
    data = Path(shutil.copytree(shipped_store(), tmp_path_factory.mktemp("decisions") / "data"))
    quads = [
        Quad(quad.subject, quad.predicate, quad.object, SOURCE) for quad in parse(DOCUMENT, format=RdfFormat.TURTLE)
    ]
    bring_in(data, changes_of_document(quads, graph=SOURCE, mode=Mode.REPLACE), rulebook=rulebook, message="trial")
    pairs = [("icomos", "trial-7"), ("icom", "trial-8")]
    proposals = [Proposal((OWN + one, OWN + other), 82.0, "similar-name") for one, other in pairs]
    change = CurationChange(frozenset().union(*map(triples_of, proposals)), frozenset())
    found = Found((), frozenset(), change)
    bring_in_proposals(data, found, generation=last(data), rulebook=rulebook, message="propose")
    return data


@pytest.fixture
def data(proposed, tmp_path):
    """A copy of that folder."""
    return Path(shutil.copytree(proposed, tmp_path / "data"))


def last(data):
    return published_generations(data)[-1]


def state(data):
    return FolderState(generation_folder(data, last(data)))


def statuses(data):
    proposals = proposals_in(state(data))
    return [proposals[proposal_iri(each)].status.value for each in (ICOMOS, ICOM)]


def curation(data):
    return graph_triples(Store.read_only(str(generation_folder(data, last(data)))), CURATION)


def file_of(folder, *rows, header=HEADER):
    file = folder / "decisions.csv"
    file.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return file


def exported(data, folder):
    file = folder / "exported.csv"
    write_decisions(proposals_in(state(data)).values(), file)
    return file.read_text(encoding="utf-8")


def test_what_a_file_decides_comes_in_and_is_written_as_it_was_read(data, tmp_path, rulebook):
    file = file_of(tmp_path, REJECTED, ACCEPTED)
    judged, _ = apply_decisions(data, file, rulebook=rulebook)
    same = Triple(NamedNode(OWN + "trial-7"), OWL.sameAs, NamedNode(OWN + "icomos"))
    generation = last(data)
    again, prepared = apply_decisions(data, file, rulebook=rulebook)

    assert (len(judged.decided), statuses(data)) == (2, ["accepted", "rejected"])
    assert same in curation(data)
    assert exported(data, tmp_path) == f"{HEADER}\n{REJECTED}\n{ACCEPTED}\n"
    assert (len(again.unchanged), prepared.changeset, last(data)) == (2, None, generation)


def test_a_file_decides_as_the_command_does(data, tmp_path, rulebook):
    by_file = Path(shutil.copytree(data, tmp_path / "by_file"))
    apply_decisions(by_file, file_of(tmp_path, ACCEPTED), rulebook=rulebook)
    ruling = Ruling(Outcome.ACCEPT, "A curator", "one acronym", date(2026, 11, 21))
    decide(data, ruling, [proposal_iri(ICOMOS)], rulebook=rulebook)

    assert curation(by_file) == curation(data)


def test_a_decision_that_a_file_no_longer_has_is_undone_only_when_that_is_asked_for(data, tmp_path, rulebook):
    before = curation(data)
    apply_decisions(data, file_of(tmp_path, ACCEPTED, REJECTED), rulebook=rulebook)
    kept, _ = apply_decisions(data, file_of(tmp_path, REJECTED), rulebook=rulebook)
    after_keeping = statuses(data)
    apply_decisions(data, file_of(tmp_path), rulebook=rulebook, undo_missing=True)

    assert ([each.iri for each in kept.beside], after_keeping) == ([proposal_iri(ICOMOS)], ["accepted", "rejected"])
    assert curation(data) == before


def test_where_the_store_has_decided_otherwise_it_stays_and_the_rest_comes_in(data, tmp_path):
    apply = ["link", "apply", str(file_of(tmp_path, ACCEPTED)), "--data", str(data)]
    first = CliRunner().invoke(app, apply, catch_exceptions=False)
    file_of(tmp_path, ACCEPTED.replace("one acronym", "one address"), REJECTED)
    dry = CliRunner().invoke(app, [*apply, "--dry-run", "--json"], catch_exceptions=False)
    before = statuses(data)
    told = CliRunner().invoke(app, apply, catch_exceptions=False)

    assert (first.exit_code, before, statuses(data)) == (0, ["accepted", "proposed"], ["accepted", "rejected"])
    assert [each["line"] for each in json.loads(dry.stdout)["conflicting"]] == [2]
    assert (told.exit_code, "line 2: conflicting" in told.stdout) == (1, True)
    assert "1 decided, 0 unchanged, 1 conflicting" in told.stdout


def test_the_command_writes_every_decision(data, tmp_path, rulebook):
    apply_decisions(data, file_of(tmp_path, REJECTED), rulebook=rulebook)
    target = tmp_path / "kept.csv"
    CliRunner().invoke(app, ["link", "export", str(target), "--data", str(data)], catch_exceptions=False)

    assert target.read_text(encoding="utf-8") == f"{HEADER}\n{REJECTED}\n"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (
            REJECTED.replace("trial-8", "trial-9"),
            "line 3: nothing here is called organization/trial-9; bring in a source",
        ),
        (
            REJECTED.replace("organization/trial-8", "organization/icomos").replace("trial-8", "icomos"),
            "line 3: there is no proposal link/organization-icom--organization-icomos; find it with",
        ),
        (
            REJECTED.replace("organization/icom,", "organization/icomos,"),
            f"line 3: {ICOM} is about organization/icom and organization/trial-8; correct “one” and “other”",
        ),
        (ACCEPTED, f"line 3: line 2 decides on {ICOMOS}, too"),
        (REJECTED.replace("reject", "refuse"), "line 3: column “outcome” is accept or reject, not 'refuse'"),
        (REJECTED.replace("2026-11-20", "20.11.2026"), "line 3: column “on” is a day like 2026-11-21"),
        (REJECTED.replace('"Curator, B."', ""), "line 3: by takes one line of 1 to 500 characters"),
        (REJECTED + "organization/icom", "line 3: column “keeps” is one of the two things"),
        (REJECTED.replace("organization/icom,", "the icom,"), "line 3: column “one” is a kind and a slug"),
        (REJECTED.replace(ICOM, ""), "line 3: column “proposal” is empty"),
    ],
)
def test_a_row_that_is_wrong_is_named_with_its_cure_and_nothing_of_the_file_comes_in(
    data, tmp_path, rulebook, row, fault
):
    with pytest.raises(RefusedInput) as refusal:
        apply_decisions(data, file_of(tmp_path, ACCEPTED, row), rulebook=rulebook)

    assert f"decisions.csv, {fault}" in str(refusal.value)
    assert statuses(data) == ["proposed", "proposed"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("proposal,one,other\n", "the first line would be proposal,one,other,outcome"),
        (f"{HEADER}\n{ICOM},organization/icom\n", "line 2 has 2 cells, where the header has 8"),
        (f'{HEADER}\n{ICOM},"organ"ization\n', "line 2: this is no CSV"),
        (f"{HEADER}\n{ICOM},é\n".encode("cp1252"), "the byte at offset 92 is not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_decisions_is_refused(tmp_path, text, words):
    file = tmp_path / "decisions.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(SyntaxFault, match=words):
        read_decisions(file)


def test_the_columns_may_be_in_another_order_and_addresses_in_full(tmp_path):
    link = ID + "link/organization-a--organization-b"
    row = f"organization/b,one reason,2026-11-20,B,accept,{OWN}b,{OWN}a,{link}"
    (read,) = read_decisions(file_of(tmp_path, row, header=",".join(reversed(COLUMNS))))

    assert (read.proposal, read.pair, read.status) == (link, (OWN + "a", OWN + "b"), LinkStatus.ACCEPTED)
    assert read.decision.keeps == OWN + "b"
