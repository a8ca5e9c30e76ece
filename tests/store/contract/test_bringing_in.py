"""Documents that come through the gate make the same graph wherever it stands: log, view and inferences with it."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

import pytest
from ingest_fixtures import triples
from places import KINDS, empty_place, quads_of, state_of
from shipped_questions import shipped_questions

from heritage_graph.assets import asset_folder
from heritage_graph.errors import InvalidData
from heritage_graph.history import commits
from heritage_graph.ingest.changes import GraphChange, Mode
from heritage_graph.ingest.local import bring_in
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.namespaces import LOG, VOCAB, source_graph

REPORT, LETTERS = source_graph("a-report"), source_graph("some-letters")
ROLES = GraphChange(
    VOCAB, Mode.REPLACE, triples("<https://w3id.org/heritage-graph/vocab/role/party> hg:impliesCollaboration true .")
)
ACCORD = """
<https://w3id.org/heritage-graph/id/agreement/accord> a hg:Agreement ;
  skos:prefLabel "An accord"@en , "اتفاق"@ar ; hg:signedOn "{year}"^^xsd:gYear .
<https://w3id.org/heritage-graph/id/participation/accord--alpha> a hg:Participation ;
  hg:inContext <https://w3id.org/heritage-graph/id/agreement/accord> ;
  hg:participant <https://w3id.org/heritage-graph/id/organization/alpha> ;
  hg:role <https://w3id.org/heritage-graph/vocab/role/party> .
<https://w3id.org/heritage-graph/id/participation/accord--beta> a hg:Participation ;
  hg:inContext <https://w3id.org/heritage-graph/id/agreement/accord> ;
  hg:participant <https://w3id.org/heritage-graph/id/organization/beta> ;
  hg:role <https://w3id.org/heritage-graph/vocab/role/party> .
<https://w3id.org/heritage-graph/id/terms/general> a hg:GeneralTerms ;
  hg:governs <https://w3id.org/heritage-graph/id/agreement/accord> ;
  hg:hasTerm <https://w3id.org/heritage-graph/id/term/three-years> .
<https://w3id.org/heritage-graph/id/term/three-years> a hg:DurationTerm ; hg:duration "P3Y"^^xsd:duration .
"""


def replaced(graph, year):
    return GraphChange(graph, Mode.REPLACE, triples(ACCORD.replace("{year}", year)))


HISTORY = [
    ("the roles", [ROLES]),
    ("a report", [replaced(REPORT, "2021")]),
    ("letters", [replaced(LETTERS, "2021")]),
    ("a correction", [replaced(REPORT, "2022")]),
    ("a retraction", [GraphChange(LETTERS, Mode.REMOVE)]),
]


@pytest.fixture(scope="module")
def histories(request, lenient, tmp_path_factory):
    """What each kind of place holds after each step of the history."""

    @cache
    def lived(kind):
        place = empty_place(kind, request, tmp_path_factory.mktemp(kind) / "data")
        steps = []
        for message, changes in HISTORY:
            bring_in(place, changes, rulebook=lenient, message=message)
            steps.append({quad for quad in quads_of(place) if quad.graph_name != LOG})
        with state_of(place) as state:
            told = list(commits(state, catalogue=shipped_questions()))
        with suppress(InvalidData):
            bring_in(place, [replaced(REPORT, "no year")], rulebook=strict(), message="a fault")
        return steps, told, {quad for quad in quads_of(place) if quad.graph_name != LOG}

    return lived


@cache
def strict():
    return load_rulebook(asset_folder("shapes"))


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("step", range(len(HISTORY)), ids=[message for message, _ in HISTORY])
def test_each_step_makes_the_graph_that_it_makes_in_a_folder(histories, kind, step):
    assert histories(kind)[0][step] == histories("embedded")[0][step]


@pytest.mark.parametrize("kind", KINDS)
def test_the_history_tells_every_step(histories, kind):
    told = [(commit.generation, commit.message) for commit in histories(kind)[1]]

    assert sorted(told) == [(number, message) for number, (message, _) in enumerate(HISTORY, 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_only_a_retracted_graph_stated_is_gone(histories, kind):
    assert all(LETTERS not in (quad.subject, quad.object, quad.graph_name) for quad in histories(kind)[0][-1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_document_leaves_no_trace(histories, kind):
    steps, _, after = histories(kind)

    assert after == steps[-1]
