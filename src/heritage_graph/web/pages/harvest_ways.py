"""The ways to take data from the service: each with its address, an example command, and what the code promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.web.api.batch import MOST as MOST_RECORDS
from heritage_graph.web.api.lists import LIMIT
from heritage_graph.web.api.paging import HELD_S
from heritage_graph.web.feeds import PAGE_SIZE
from heritage_graph.web.ldes.vocabulary import POLLING_S
from heritage_graph.web.reconciliation.batch import BATCH_SIZE
from heritage_graph.web.sitemap import WINDOW

if TYPE_CHECKING:
    from heritage_graph.settings import Settings

YES: Final = "yes"
NO: Final = "no"
PARTLY: Final = "partly"
"""It tells deletions, or keeps versions, within limits that its promise names."""

GROUPS: Final = ("everything", "changes", "parts", "answers", "crawlers")


@dataclass(frozen=True)
class Way:
    """A way to take data.

    `need` names its words (`harvest.need-…` what somebody wants, `harvest.gives-…` what one gets and may rely on).
    `address` leads to it, where it is at one; `{base}` and `{example}` in `command` stand for the address of the
    service and that of a thing. `at_once` is how many (records, changes, names …) one answer has at most, where that
    is bounded. `offered` tells whether it is switched on.
    """

    need: str
    group: str
    address: str | None
    protocol: str
    specification: str | None
    command: str
    formats: tuple[str, ...]
    deletions: str
    versions: str
    at_once: int | None = None
    offered: bool = True


def ways(settings: Settings) -> tuple[Way, ...]:
    """The ways that this service offers, by group."""
    return (
        Way(
            "dump", "everything", "/dumps/", "HTTP, RFC 9110", "https://www.rfc-editor.org/rfc/rfc9110",
            "curl -fsSL --retry 10 -O {base}/dumps/latest/heritage-graph.nq.gz",
            ("N-Quads", "TriG", "JSON-LD"), NO, PARTLY, offered=settings.makes_dumps,
        ),
        Way(
            "mirror", "everything", None, "HTTP", None,
            "heritage-graph export --site --out mirror --base-url https://data.example.org",
            ("HTML", "Turtle", "N-Triples", "RDF/XML", "JSON-LD", "TriG", "N-Quads"), YES, NO,
            offered=not settings.engine,
        ),
        Way(
            "ldes", "changes", "/ldes", "Linked Data Event Streams, TREE",
            "https://w3id.org/ldes/specification", "npx ldes-client {base}/ldes --follow",
            ("TriG", "N-Quads", "JSON-LD"), YES, YES, at_once=PAGE_SIZE,
        ),
        Way(
            "oai", "changes", "/oai?verb=Identify", "OAI-PMH 2.0",
            "http://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm",
            "curl -s '{base}/oai?verb=ListRecords&metadataPrefix=oai_dc'",
            ("oai_dc", "edm", "rdf"), YES, NO, at_once=settings.oai_page,
        ),
        Way(
            "iiif", "changes", "/changes", "IIIF Change Discovery 1.0", "https://iiif.io/api/discovery/1.0/",
            "curl -s {base}/changes", ("JSON-LD",), YES, NO, at_once=PAGE_SIZE,
        ),
        Way(
            "json-changes", "changes", "/api/v1/changes", "JSON", None,
            "curl -s '{base}/api/v1/changes?since=2026-01-01'", ("JSON",), YES, NO, at_once=LIMIT.most,
        ),
        Way(
            "record", "parts", None, "Linked Data", "https://www.w3.org/TR/cooluris/",
            "curl -sL -H 'Accept: text/turtle' {example}",
            ("HTML", "Turtle", "N-Triples", "RDF/XML", "JSON-LD", "TriG", "N-Quads"), YES, PARTLY,
        ),
        Way(
            "records", "parts", "/api/v1/agreements", "JSON", None, "curl -s '{base}/api/v1/agreements?limit=100'",
            ("JSON",), NO, NO, at_once=MOST_RECORDS,
        ),
        Way(
            "graph", "parts", "/graphs", "SPARQL 1.1 Graph Store Protocol",
            "https://www.w3.org/TR/sparql11-http-rdf-update/", "curl -s {base}/graph/curation.ttl",
            ("Turtle", "N-Triples", "RDF/XML", "JSON-LD", "TriG", "N-Quads"), YES, PARTLY,
        ),
        Way(
            "sparql", "answers", "/sparql", "SPARQL 1.1 Protocol", "https://www.w3.org/TR/sparql11-protocol/",
            "curl -s {base}/sparql --data-urlencode 'query=SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p ?o }}'",
            ("JSON", "XML", "CSV", "TSV", "Turtle", "N-Triples", "RDF/XML", "JSON-LD"), NO, PARTLY,
            at_once=settings.result_rows,
        ),
        Way(
            "questions", "answers", "/queries", "HTTP", None, "curl -s '{base}/queries/contradictions?format=csv'",
            ("JSON", "CSV", "TSV", "XML"), NO, PARTLY,
        ),
        Way(
            "reconcile", "answers", "/reconcile", "Reconciliation Service API 0.2",
            "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/",
            "curl -s {base}/reconcile --data-urlencode 'queries={{\"a\": {{\"query\": \"ICESCO\"}}}}'", ("JSON",),
            NO, NO, at_once=BATCH_SIZE,
        ),
        Way(
            "calendar", "answers", "/api/v1/agreements.ics", "iCalendar, RFC 5545",
            "https://www.rfc-editor.org/rfc/rfc5545", "curl -s -O {base}/api/v1/agreements.ics", ("iCalendar",),
            NO, NO,
        ),
        Way(
            "search-engine", "crawlers", "/sitemap.xml", "Sitemaps, schema.org", "https://www.sitemaps.org/protocol.html",
            "curl -s {base}/sitemap.xml", ("XML", "HTML"), NO, NO, at_once=WINDOW,
        ),
        Way(
            "catalogue", "crawlers", "/dataset", "DCAT 3, VoID, schema.org", "https://www.w3.org/TR/vocab-dcat-3/",
            "curl -s {base}/dataset.ttl", ("HTML", "Turtle", "N-Triples", "RDF/XML", "JSON-LD"), NO, YES,
        ),
    )  # fmt: skip


def numbers(settings: Settings) -> dict[str, str]:
    """What the words about the ways name by number."""
    return {
        "held": f"{HELD_S / 60:g}",
        "polling": str(POLLING_S),
        "page": str(PAGE_SIZE),
        "oai": str(settings.oai_page),
        "seconds": f"{settings.query_timeout:g}",
        "rows": str(settings.result_rows),
        "batch": str(BATCH_SIZE),
        "limit": str(LIMIT.most),
        "records": str(MOST_RECORDS),
        "window": str(WINDOW),
    }
