"""Who takes part in a thing is told once, however many sources say so."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from page_types import DOCUMENT

from heritage_graph.namespaces import GRAPH, HG, HGV, ID
from heritage_graph.web.api.statements import Statement
from heritage_graph.web.entity_pages.facts import Telling
from heritage_graph.web.entity_pages.participations import participants
from heritage_graph.web.entity_pages.reading import Reading
from heritage_graph.web.names import Names

ACCORD = f"{ID}agreement/lantern-accord"
AGAIN = """
participation:test-page-again--alecso
    a               hg:Participation ;
    hg:inContext    agreement:test-memorandum ;
    hg:participant  organization:alecso ;
    hg:role         role:party ;
    hg:evidence     evidence:test-page .
"""


@pytest.fixture(scope="module")
def client(shipped, tmp_path_factory, start_server):
    """A client of a service that has two participations of one party in one memorandum."""
    folder = tmp_path_factory.mktemp("participants")
    shutil.copytree(shipped, folder / "data")
    (folder / "page.ttl").write_text(DOCUMENT + AGAIN, encoding="utf-8")
    load = [Path(sys.executable).with_name("heritage-graph"), "load", folder / "page.ttl"]
    subprocess.run([*load, "--source", "test-page", "--data", folder / "data"], check=True, capture_output=True)
    with start_server(folder / "data") as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        yield client


def told(*parts):
    """What the page of an accord tells of *parts*: who, the role, and the source, each a participation of its own."""
    nodes = {
        f"{ID}participation/{source}--{number}": [
            Statement(HG + "participant", {"type": "uri", "value": f"{ID}organization/{who}"}, (GRAPH + source,)),
            Statement(HG + "role", {"type": "uri", "value": f"{HGV}role/{role}"}, (GRAPH + source,)),
        ]
        for number, (who, role, source) in enumerate(parts)
    }
    return participants(Reading(ACCORD, [], {"participation": nodes}), Telling(Names(())))


def test_a_party_of_which_two_sources_tell_is_told_once_with_both():
    found = told(("museum", "party", "source/one"), ("museum", "party", "source/two"), ("town", "party", "source/one"))

    assert [(part.who.iri.rpartition("/")[2], len(part.marks)) for part in found.parts] == [("museum", 2), ("town", 1)]


def test_who_has_two_parts_is_told_twice_and_counted_once():
    found = told(("museum", "party", "source/one"), ("museum", "host", "source/two"))

    assert (len(found.parts), found.count) == (2, 1)


def test_the_board_names_each_party_once(client):
    answer = client.get(
        "/api/v1/agreements/status", params={"party": "id:organization/alecso", "include": "parties"}
    ).json()  # fmt: skip
    (parties,) = [each["parties"] for each in answer["items"] if each["agreement"]["id"].endswith("/test-memorandum")]

    assert sorted(each["id"].rpartition("/")[2] for each in parties) == ["alecso", "iccrom"]
