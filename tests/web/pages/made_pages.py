"""What has to be made before some types of pages are there: queries, jobs, what was withdrawn, a link, a record."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

from page_types import DOCUMENT, RECORD

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

_SOURCE: Final = "/api/v1/sources/made-for-a-test"
_QUERY: Final = "SELECT ?agreement { ?agreement <https://w3id.org/heritage-graph/ns#agreementKind> ?kind }"
_ENDLESS: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
_LINK: Final = """
@prefix hg:  <https://w3id.org/heritage-graph/ns#> .
@prefix hgv: <https://w3id.org/heritage-graph/vocab/> .
@prefix id:  <https://w3id.org/heritage-graph/id/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:link\\/organization-icom--organization-icomos a hg:LinkProposal ;
  hg:proposesSame id:organization\\/icom , id:organization\\/icomos ;
  hg:linkScore "71.5"^^xsd:decimal ;
  hg:linkMethod hgv:link-method\\/similar-name ;
  hg:linkStatus hgv:link-status\\/proposed ;
  hg:comparedName "ICOM"@en , "ICOMOS"@en ;
  hg:agreesOn hg:country ;
  hg:differsOn hg:foundedOn .
"""
_CURATION: Final = "/rdf-graph-store?graph=https://w3id.org/heritage-graph/graph/curation"
_PATIENCE_S: Final = 60
JOB_TIMEOUT: Final = {"HERITAGE_GRAPH_JOB_TIMEOUT": "1"}
"""The setting under which one of the jobs fails soon."""


def make_pages(client: httpx.Client, authorization: Mapping[str, str]) -> dict[str, str]:
    """The addresses of what was made, by the names that page types have for them."""
    client.put(_SOURCE, content=DOCUMENT, headers={**authorization, "Content-Type": "text/turtle"}).raise_for_status()
    client.delete(_SOURCE, headers=authorization).raise_for_status()
    client.post(_CURATION, content=_LINK, headers={**authorization, "Content-Type": "text/turtle"}).raise_for_status()
    return {
        "record": _accepted(client, authorization),
        "identity": _proposed(client, authorization),
        "contradiction": _found(client, "contradictions"),
        "anomaly": _found(client, "anomalies"),
        "withdrawn": "/doc/agreement/test-memorandum",
        "kept": client.post("/q", data={"query": _QUERY}).raise_for_status().json()["href"],
        "job": _ended(client, _QUERY, authorization),
        "failed": _ended(client, _ENDLESS, authorization),
    }


def _accepted(client: httpx.Client, authorization: Mapping[str, str], slug: str = "bay-accepted", **fields: str) -> str:
    """The address of a record that was accepted at the desk."""
    key = authorization["Authorization"].removeprefix("Bearer ")
    generation = client.get("/api/v1/sources").raise_for_status().json()["generation"]
    form = {**RECORD, "slug": slug, "kind": "project", **fields}
    form |= {"do": "accept", "generation": str(generation), "key": key}
    client.post("/desk/records", data=form).raise_for_status()
    return f"/desk/records/{slug}"


def _proposed(client: httpx.Client, authorization: Mapping[str, str]) -> str:
    """The address of a mention for which the shipped file proposes an identity, as its record prints it."""
    slug, printed = "shares-2014-05-23-eu-timbuktu", "United Nations (UNESCO)"
    _accepted(client, authorization, slug, **{"parties.1.as_named": printed})
    return f"/desk/identities/{slug}/party-1"


def _found(client: httpx.Client, book: str) -> str:
    """The address of the first finding of a book of the ledger that waits for a verdict."""
    listed = client.get(f"/desk/{book}", headers={"Accept": "text/html"}).raise_for_status().text
    address = re.search(rf'href="(/desk/{book}/[^"]+)"', listed)
    assert address is not None, f"the ledger has no {book}"
    return address[1]


def _ended(client: httpx.Client, query: str, authorization: Mapping[str, str]) -> str:
    """The address of a job that is over."""
    submitted = client.post("/sparql/jobs", data={"query": query}, headers=authorization).raise_for_status()
    address: str = submitted.json()["href"]
    deadline = time.monotonic() + _PATIENCE_S
    while client.get(address).json()["finished"] is None:
        assert time.monotonic() < deadline, f"{address} does not end"
        time.sleep(0.1)
    return address
