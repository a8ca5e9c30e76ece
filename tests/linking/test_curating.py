"""Proposals and decisions go through the gate of a store, and stay when the dataset is brought up to date."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse
from shipped_stores import shipped_store
from typer.testing import CliRunner

from heritage_graph.assets import asset_folder
from heritage_graph.cli import app
from heritage_graph.errors import StaleBase, UnknownName
from heritage_graph.ingest.changes import Mode, changes_of_document
from heritage_graph.ingest.local import bring_in, initialise
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.linking.curating import bring_in_proposals, decide, find, proposals_in
from heritage_graph.linking.subjects import LinkKind
from heritage_graph.model.link_decisions import Outcome, Ruling
from heritage_graph.model.link_proposals import LinkStatus, proposal_iri
from heritage_graph.namespaces import source_graph
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.state import FolderState

KINDS = list(LinkKind)
PAIR = proposal_iri("organization-icomos--organization-trial-7")
SOURCE = source_graph("linking-trial")
DOCUMENT = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix hg:   <https://w3id.org/heritage-graph/ns#> .
@prefix o:    <https://w3id.org/heritage-graph/id/organization/> .
o:trial-7 a hg:Organization ; skos:prefLabel "I.C.O.M.O.S"@en , "ICOMOS"@fr , "إيكوموس"@ar ;
  prov:wasAttributedTo o:heritage-graph-curators .
"""
RULING = Ruling(Outcome.ACCEPT, "A curator", "It is so.", date(2026, 11, 21))


@pytest.fixture(scope="module")
def rulebook():
    return load_rulebook(asset_folder("shapes"))


@pytest.fixture(scope="module")
def made(tmp_path_factory, rulebook):
    """A data folder with the shipped dataset and a body that it has under another name."""
    data = Path(shutil.copytree(shipped_store(), tmp_path_factory.mktemp("linking") / "data"))
    quads = [
        Quad(quad.subject, quad.predicate, quad.object, SOURCE) for quad in parse(DOCUMENT, format=RdfFormat.TURTLE)
    ]
    bring_in(data, changes_of_document(quads, graph=SOURCE, mode=Mode.REPLACE), rulebook=rulebook, message="trial")
    return data


@pytest.fixture
def data(made, tmp_path):
    """A copy of that folder."""
    return Path(shutil.copytree(made, tmp_path / "data"))


def last(data):
    return published_generations(data)[-1]


def state(data):
    return FolderState(generation_folder(data, last(data)))


def proposed(data, rulebook, least=70):
    """Propose in *data*, and give what was found."""
    found = find(state(data), KINDS, least=least)
    bring_in_proposals(data, found, generation=last(data), rulebook=rulebook, message="propose")
    return found


def status(data, iri=PAIR):
    return proposals_in(state(data))[iri].status


def test_what_was_proposed_and_decided_stays(data, rulebook):
    found = proposed(data, rulebook)
    decide(data, RULING, [PAIR], rulebook=rulebook)
    again = find(state(data), KINDS, least=70)
    initialise(data, rulebook=rulebook)

    assert PAIR in found.new
    assert (again.new, again.change.added, again.change.removed) == (frozenset(), frozenset(), frozenset())
    assert status(data) is LinkStatus.ACCEPTED


def test_a_proposal_that_is_not_found_any_more_goes_unless_it_was_decided(data, rulebook):
    proposed(data, rulebook)
    everything = set(proposals_in(state(data)))
    decide(data, Ruling(Outcome.REJECT, "A curator", "No.", RULING.on), [PAIR], rulebook=rulebook)
    proposed(data, rulebook, least=100)

    assert (PAIR in everything, set(proposals_in(state(data)))) == (True, {PAIR})


def test_proposals_found_in_a_state_that_is_past_are_refused(data, rulebook):
    found = find(state(data), KINDS, least=70)

    with pytest.raises(StaleBase):
        bring_in_proposals(data, found, generation=last(data) - 1, rulebook=rulebook, message="propose")


def test_a_proposal_that_is_not_there_is_not_decided(data, rulebook):
    with pytest.raises(UnknownName):
        decide(data, RULING, [PAIR], rulebook=rulebook)


def run(data, *arguments):
    return CliRunner().invoke(app, ["link", *arguments, "--data", str(data)], catch_exceptions=False)


def test_the_commands_propose_list_accept_and_take_back(data):
    dry = run(data, "propose", "--kind", "organization", "--min-score", "70", "--dry-run", "--json")
    before = run(data, "list", "--json")
    run(data, "propose", "--min-score", "70")
    run(data, "accept", PAIR, "--by", "A curator", "--because", "It is so.", "--keep", "organization/icomos")
    told = json.loads(run(data, "list", "--status", "accepted", "--json").stdout)
    run(data, "undo", PAIR, "--by", "A curator", "--because", "Too soon.")

    assert PAIR in {each["id"] for each in json.loads(dry.stdout)["proposals"]}
    assert json.loads(before.stdout) == []
    assert [(each["id"], each["decision"]["by"]) for each in told] == [(PAIR, "A curator")]
    assert status(data) is LinkStatus.PROPOSED
