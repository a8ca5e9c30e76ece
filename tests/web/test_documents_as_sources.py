"""Documents are sources of a query by themselves: Comunica joins some of them without our endpoint."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLIENTS = Path(__file__).resolve().parents[1] / "clients"
DOCUMENTS = {
    "turtle": ["agreement/icesco-ots-mou.ttl", "organization/organization-of-turkic-states.ttl"],
    "json-ld": ["agreement/icesco-ots-mou.jsonld", "organization/organization-of-turkic-states.jsonld"],
    "both": ["agreement/icesco-ots-mou.ttl", "organization/organization-of-turkic-states.jsonld"],
    "chosen by Accept": ["agreement/icesco-ots-mou", "organization/organization-of-turkic-states"],
}
QUERY = """
PREFIX hg:   <https://w3id.org/heritage-graph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?party ?name ?day WHERE {
  ?participation hg:inContext <https://w3id.org/heritage-graph/id/agreement/icesco-ots-mou> ; hg:participant ?party .
  ?party a hg:Organization ; skos:prefLabel ?name .
  <https://w3id.org/heritage-graph/id/agreement/icesco-ots-mou> hg:signedOn ?day .
  FILTER(LANG(?name) = "fr")
  FILTER(?party = <https://w3id.org/heritage-graph/id/organization/organization-of-turkic-states>)
} ORDER BY ?party ?name ?day
"""
"""Only the document of the organization says of what class it is, and only that of the agreement when it was signed."""


@pytest.fixture(scope="module")
def ask_documents(address):
    """What asks documents of the service by Comunica."""
    program = shutil.which("node", path=f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}")
    assert program, "make test installs Node"

    def rows(documents):
        addresses = json.dumps([f"{address}/doc/{document}" for document in documents])
        command = [program, CLIENTS / "comunica-files.mjs", addresses, QUERY]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return rows


@pytest.mark.parametrize("documents", DOCUMENTS.values(), ids=DOCUMENTS)
def test_comunica_joins_documents(ask_documents, client, documents):
    answer = client.get("/sparql", params={"query": QUERY, "format": "json"}).json()["results"]["bindings"]
    expected = [{name: cell["value"] for name, cell in row.items()} for row in answer]

    assert (ask_documents(documents), len(expected)) == (expected, 1)


def test_one_document_does_not_say_it_all(ask_documents):
    assert ask_documents(DOCUMENTS["turtle"][:1]) == []
