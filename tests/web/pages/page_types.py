"""The types of pages: an address of each, and what is to be seen there even where no script runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

_DOCUMENTS: Final = Path(__file__).parents[1] / "documents"
DOCUMENT: Final = (_DOCUMENTS / "memorandum.ttl").read_text(encoding="utf-8")
FAULTY: Final = DOCUMENT.split("participation:test-memorandum--alecso")[0].replace('"2025-03-02"', '"2025-13-02"')

FORM: Final = "application/x-www-form-urlencoded"
RECORD: Final = {
    "slug": "bay-2021-museum-council",
    "url": "https://bay.example/news/museum-and-council",
    "publisher": "Bay News",
    "language": "en",
    "kind": "agreement",
    "kind_as_stated": "Memorandum of Understanding",
    "name": "Memorandum of museum and council",
    "name_is_official": "false",
    "signed_on": "2021-05",
    "valid_until": "tomorrow",
    "aims": "documentation\ntides",
    "parties.1.as_named": "Museum of Lighthouse Bay",
    "parties.1.role": "party",
    "parties.2.as_named": "Harbour Council",
    "parties.2.role": "party|keeper",
    "parties.2.country": "Farland",
    "concerns.1.as_named": "Old Lighthouse",
    "concerns.1.what": "site",
}
"""What is typed into the form of a record; the reader and the gate have something to say of it."""

_NS: Final = quote("https://w3id.org/heritage-graph/ns#", safe="")
_AGREEMENT: Final = quote("https://w3id.org/heritage-graph/id/agreement/icesco-ots-mou", safe="")


@dataclass(frozen=True)
class PageType:
    """A type of pages.

    `address` is that of one of them; `{kept}`, `{job}`, `{failed}`, `{withdrawn}`, `{record}` and `{identity}` in it
    are what `made_pages` has made. `shows` is a selector of what the page is for. One that answers a document has its
    `method`, and is sent `body`, which is of the type `sends`. `status` is that of the answer. axe-core looks at every
    page in English, and at some in Arabic too.
    """

    name: str
    address: str
    shows: str = "main h1"
    status: int = 200
    method: str = "GET"
    body: str = ""
    sends: str = "text/turtle"
    axe_in_arabic: bool = False


_ENTITIES: Final = {
    "activity": "icesco-at-sharm-el-sheikh-climate-conference",
    "agreement": "icesco-ots-mou",
    "agreement-document": "icesco-iccrom-mou",
    "anomaly": "committee-under-two-names",
    "bounds": "event--islamic-world-heritage-committee-shusha-2024--startsOn",
    "challenge": "disparities-of-capacity",
    "change": "1--agreement--icesco-ots-mou",
    "claim": "essay-art-legacy-accords",
    "collective": "ministers-and-experts-2020",
    "commit": "1",
    "country": "germany",
    "designation": "culture-capital-in-the-islamic-world-shusha-2024",
    "document": "iccrom-icom-2024",
    "event": "illicit-trafficking-conference-2020",
    "event-series": "islamic-world-heritage-committee-sessions",
    "evidence": "002-3301-3458",
    "inference": "icesco-ots-mou--validUntil",
    "instrument": "unidroit-convention-1995",
    "organization": "icesco",
    "participation": "icesco-arcwh-mou--arab-regional-center-for-world-heritage",
    "person": "osama-el-nahas",
    "place": "sharm-el-sheikh",
    "plan": "icesco-plan-2024-2025",
    "programme": "academic-study-for-heritage-professionals",
    "project": "hajj-routes-and-historical-mosques",
    "rule": "term-from-general-clause",
    "scholarship": "icesco-ain-shams-marburg-masters",
    "scope": "historical-mosques",
    "state": "saudi-arabia",
    "term": "icesco-funding-sharing",
    "terms": "icesco-partnership-terms",
}

PAGE_TYPES: Final = (
    PageType("home", "/", "main h1", axe_in_arabic=True),
    PageType("search", "/search?q=ICESCO", "main a[href*='/organization/icesco']", axe_in_arabic=True),
    PageType("search-for-nothing", "/search?q=zzzz"),
    *(PageType(f"entity-{kind}", f"/doc/{kind}/{slug}", "main h1 bdi") for kind, slug in _ENTITIES.items()),
    PageType("why", f"/why?s={_AGREEMENT}&p={_NS}validUntil", "main h1", axe_in_arabic=True),
    PageType("withdrawn", "{withdrawn}", status=410),
    PageType("nothing-there", "/doc/organization/nobody", status=404, axe_in_arabic=True),
    PageType("wrong-parameter", "/queries/agreements-in-force?on=tomorrow", status=400),
    PageType("problems", "/problems", "main a[href^='/problems/']"),
    PageType("problem", "/problems/shacl-violation"),
    PageType("agreements", "/agreements?on=2026-11-21", "main a[href*='/agreement/']", axe_in_arabic=True),
    PageType("timeline", "/timeline", "main svg, main li", axe_in_arabic=True),
    PageType("network", "/network?about=id:organization/icesco", "main summary", axe_in_arabic=True),
    PageType("whole-network", "/network", "main h1"),
    PageType("network-path", "/network/path?a=id:organization/icom&b=id:organization/hist", "main a"),
    PageType("map", "/map", "main svg", axe_in_arabic=True),
    PageType("questions", "/queries", "main a[href^='/queries/']"),
    PageType("question", "/queries/agreements-in-force?on=2026-11-21", "main table tbody tr", axe_in_arabic=True),
    PageType("question-of-a-thing", "/queries/why", "main form"),
    PageType("quality", "/quality", "main a[href^='/quality/']"),
    PageType("contradictions", "/quality/contradictions", axe_in_arabic=True),
    PageType("anomalies", "/quality/anomalies"),
    PageType("completeness", "/quality/completeness"),
    PageType("links", "/quality/links", "main form button[value='accept']", axe_in_arabic=True),
    PageType("checks", "/quality/checks"),
    PageType("coverage", "/quality/coverage"),
    PageType("terms", "/ns", "main a"),
    PageType("ontology-module", "/ontology/agents", "main a", axe_in_arabic=True),
    PageType("alignment", "/ontology/alignments/geo"),
    PageType("shapes", "/shapes"),
    PageType("vocabularies", "/vocab", "main a[href^='/vocab/']"),
    PageType("scheme", "/vocab/role", "main a"),
    PageType("concept", "/vocab/role/party"),
    PageType("sources", "/sources", "main a[href^='/']", axe_in_arabic=True),
    PageType("graphs", "/graphs", "main a[href^='/graph/']"),
    PageType("graph", "/graph/source/turkicstates-icesco"),
    PageType("graph-of-curation", "/graph/curation"),
    PageType("harvest", "/harvest"),
    PageType("about", "/about"),
    PageType("data", "/data", "main svg", axe_in_arabic=True),
    PageType("accessibility", "/accessibility"),
    PageType("dataset", "/dataset"),
    PageType("dumps", "/dumps/"),
    PageType("releases", "/releases"),
    PageType("conformance", "/conformance", "main table"),
    PageType("docs", "/docs", "main table tbody a"),
    PageType("docs-of-operation", "/docs/agreementStatus", "main form button", axe_in_arabic=True),
    PageType("docs-of-writing", "/docs/putSource", "main pre"),
    PageType("sparql", "/sparql", "main form textarea", axe_in_arabic=True),
    PageType("job-done", "{job}", "main pre"),
    PageType("job-failed", "{failed}", "main .notice"),
    PageType("kept-query", "{kept}", "main pre"),
    PageType("kept-query-checked", "{kept}/check", "main .notice"),
    PageType("report", "/validate", "main pre", method="POST", body=DOCUMENT),
    PageType("report-of-faults", "/validate", "main pre", method="POST", body=FAULTY),
    PageType("refusal", "/api/v1/sources/made-for-a-test", "main table", 422, "PUT", FAULTY, axe_in_arabic=True),
    PageType("desk", "/desk", "main a[href^='/desk/records']", axe_in_arabic=True),
    PageType("desk-identities", "/desk/identities", "main a[href^='/desk/identities/']"),
    PageType("desk-identity", "{identity}", "main form button[value='decide']", axe_in_arabic=True),
    PageType("desk-contradictions", "/desk/contradictions", "main a[href^='/desk/contradictions/']"),
    PageType("desk-contradiction", "{contradiction}", "main form button[value='decide']", axe_in_arabic=True),
    PageType("desk-anomalies", "/desk/anomalies", "main a[href^='/desk/anomalies/']"),
    PageType("desk-anomaly", "{anomaly}", "main form button[value='decide']", axe_in_arabic=True),
    PageType("desk-record", "{record}", "main form button[value='preview']", axe_in_arabic=True),
    PageType(
        "desk-preview",
        "/desk/records",
        "main form button[value='accept']",
        method="POST",
        sends=FORM,
        body=urlencode(RECORD),
        axe_in_arabic=True,
    ),
    PageType("preview", "/reconcile/preview?id=organization/icesco", "a[href$='/id/organization/icesco']"),
)
"""Every type of pages."""
