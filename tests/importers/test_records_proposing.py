"""Who a printed name may mean is proposed from known names, and nobody is identified by it."""

import csv
import shutil

import pytest

from heritage_graph.importers.records.bringing import bring_in_records
from heritage_graph.importers.records.identities import COLUMNS
from heritage_graph.importers.records.proposing import KnownNames, propose_mentions
from heritage_graph.importers.records.reading import Seen
from heritage_graph.store.generations import generation_folder, published_generations

from .people_records import AGREEMENT, COUNCIL, MUSEUM, written

KNOWN = KnownNames([
    ("organization/harbour-council", "Harbour Council of Lighthouse Bay"),
    ("organization/harbour-council", "HCLB"),
    ("organization/museum", "Museum of Lighthouse Bay"),
    ("organization/other-museum", "Museum of Sandy Bay"),
])  # fmt: skip


@pytest.fixture(scope="module")
def proposals(tmp_path_factory, shipped_store, rulebook):
    folder = tmp_path_factory.mktemp("mentions")
    shutil.copytree(shipped_store, folder / "data")
    parties = [MUSEUM | {"as_named": "Organisation of Turkic States"}, COUNCIL]
    file = written(folder, AGREEMENT | {"parties": parties})
    bring_in_records(folder / "data", [file], withheld={}, identities={}, seen=Seen(), rulebook=rulebook)
    last = published_generations(folder / "data")[-1]
    count = propose_mentions(generation_folder(folder / "data", last), folder / "decide.csv")
    with (folder / "decide.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert count == len(rows)
    return rows


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        pytest.param(
            "harbour council of Lighthouse Bay (HCLB)", "organization/harbour-council", id="its acronym beside it"
        ),
        pytest.param("HCLB", "organization/harbour-council", id="acronym"),
        pytest.param("The Museum of Lighthouse Bay", "organization/museum", id="an article"),
    ],
)
def test_the_name_most_alike_is_proposed(text, agent):
    assert KNOWN.likely(text).agent == agent


def test_a_name_that_shares_no_word_is_none():
    assert KNOWN.likely("Ministry") is None


def test_a_proposal_is_a_row_for_somebody_to_decide_on(proposals):
    assert [(row["mention"], row["identity"], row["decision"], row["decided_by"]) for row in proposals] == [
        ("party-1", "organization/organization-of-turkic-states", "proposed", "")
    ]


def test_a_proposal_says_how_alike_which_names_are(proposals):
    assert "Organization of Turkic States" in proposals[0]["why"]


def test_the_rows_have_the_columns_of_the_file_of_decisions(proposals):
    assert tuple(proposals[0]) == COLUMNS
