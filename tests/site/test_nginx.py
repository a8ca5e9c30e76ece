"""What nginx answers from a mirror is what the service answers."""

from __future__ import annotations

import random
from itertools import product

import pytest
from mirror_fixtures import BASE, read
from pyoxigraph import Store

from heritage_graph.web.negotiation import GRAPHS, HTML, acceptable

pytestmark = pytest.mark.timeout(600)

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ICESCO = "/doc/organization/icesco"
FORMATS = (*GRAPHS, HTML)
OTHERS = [
    "id/organization/kept-museum",
    "id/agreement/icesco-ots-mou",
    "vocab/role",
    "vocab/role/party",
    "ns",
    "graph/curation",
    "graph/source/icesco-2024-partnerships-report",
    "ontology/agents",
]
"""Of these sorts every choice of fifty has at least one."""


@pytest.fixture(scope="module")
def fifty(data):
    """Fifty IRIs of ours, always the same."""
    newest = max((data / "generations").iterdir(), key=lambda folder: int(folder.name))
    rows = Store.read_only(str(newest)).query(
        "SELECT DISTINCT ?thing WHERE { ?thing ?predicate ?object "
        f"FILTER(STRSTARTS(STR(?thing), '{BASE}id/') && !CONTAINS(STR(?thing), 'merged')) }} ORDER BY ?thing"
    )
    things = [row["thing"].value.removeprefix(BASE) for row in rows]
    return [*OTHERS, *random.Random(5).sample(things, 50 - len(OTHERS))]


@pytest.fixture(scope="module")
def follow(web):
    """What asks for an IRI of ours as a client does that follows redirects."""
    return lambda path, accept: web.get(f"/{path}", headers={"Accept": accept}, follow_redirects=True)


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/n-quads", "application/rdf+xml"])
def test_fifty_iris_say_what_the_service_says(fifty, follow, service, accept):
    headers = {"Accept": accept}
    told = {path: read(follow(path, accept)) for path in fifty}
    expected = {path: read(service.get(f"/{path}", headers=headers, follow_redirects=True)) for path in fifty}

    assert told == expected


def test_fifty_iris_have_pages(fifty, follow):
    assert {follow(path, BROWSER).headers["content-type"] for path in fifty} == {"text/html; charset=utf-8"}


def test_a_thing_leads_to_its_document(web):
    answer = web.get("/id/organization/icesco")

    assert (answer.status_code, answer.headers["location"]) == (303, ICESCO)


def test_a_merged_thing_leads_to_the_other(web, service):
    told, expected = (each.get("/id/organization/merged-museum") for each in (web, service))

    assert (told.status_code, told.headers["location"]) == (301, expected.headers["location"])


@pytest.mark.parametrize("path", ["/id/organization/closed-museum", "/doc/organization/closed-museum"])
def test_a_withdrawn_thing_is_gone(web, path):
    answer = web.get(path, headers={"Accept": BROWSER})

    assert (answer.status_code, "closed-museum" in answer.text) == (410, True)


def test_the_tombstone_is_told_in_rdf_too(web, service):
    headers = {"Accept": "text/turtle"}
    told, expected = (each.get("/doc/organization/closed-museum", headers=headers) for each in (web, service))

    assert (told.status_code, read(told)) == (410, read(expected))


@pytest.mark.parametrize(
    "path", ["/id/organization/never", "/doc/organization/never", "/doc/organization/never.ttl", "/never", "/vocab/no"]
)
def test_what_never_was_is_not_found(web, path):
    answer = web.get(path)

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


def test_a_browser_is_told_in_a_page_that_there_is_nothing(web):
    answer = web.get("/doc/organization/never", headers={"Accept": BROWSER})

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_nothing_acceptable_is_refused(web):
    answer = web.get(ICESCO, headers={"Accept": "image/png"})

    assert (answer.status_code, answer.json()["type"]) == (406, "/problems/not-acceptable")


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.extension)
def test_a_suffix_names_the_format(web, each):
    answer = web.get(f"{ICESCO}.{each.extension}", headers={"Accept": "image/png"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, each.content_type)


def test_format_beats_accept(web):
    answer = web.get("/ns?format=nt", headers={"Accept": "text/html"})

    assert answer.headers["content-type"] == "application/n-triples"


def test_random_headers_choose_as_in_the_service(web):
    chance = random.Random(7)
    names = [each.media_type for each in FORMATS] + [name for each in FORMATS for name in each.aliases if "/" in name]
    names += ["*/*", "text/*", "application/*", "image/png"]
    ends = ["", ";q=1", "; q=1.0", ";q=0", ";q=abc", ";charset=utf-8", ";charset=utf-8;q=0.5"]
    ends += [f"{before}q=0.{tenth}" for before, tenth in product((";", "; "), range(1, 10))]
    headers = [
        ", ".join(name + chance.choice(ends) for name in chance.sample(names, chance.randint(1, 5))) for _ in range(500)
    ]
    told = {header: web.get(ICESCO, headers={"Accept": header}).headers["content-type"] for header in headers}
    chosen = {header: acceptable(header, FORMATS) for header in headers}

    assert told == {
        header: "application/problem+json" if each is None else each.content_type for header, each in chosen.items()
    }


def test_qualities_of_one_tenth_count_as_equal(web):
    """The limit of what is told apart without a program."""
    answer = web.get(ICESCO, headers={"Accept": "text/turtle;q=0.81, text/html;q=0.89"})

    assert answer.headers["content-type"] == "text/turtle"


@pytest.mark.parametrize("path", [ICESCO, "/id/organization/icesco", "/doc/organization/never", "/vocab/role"])
def test_every_answer_may_be_read_from_other_sites_and_varies(web, path):
    fields = web.get(path).headers

    assert (fields["access-control-allow-origin"], "Accept" in fields.get_list("vary")) == ("*", True)


def test_a_document_names_its_thing_and_its_link_set(web):
    link = web.get(f"{ICESCO}.ttl").headers["link"]

    assert link == (
        f'<{BASE}id/organization/icesco>; rel="describes", '
        '</linkset/doc/organization/icesco.json>; rel="linkset"; type="application/linkset+json"'
    )


def test_a_document_that_has_not_changed_is_not_sent_again(web):
    tag = web.get(f"{ICESCO}.ttl").headers["etag"]

    assert web.get(f"{ICESCO}.ttl", headers={"If-None-Match": tag}).status_code == 304


def test_head_tells_as_much_as_get(web):
    told, expected = web.head(ICESCO), web.get(ICESCO)

    assert (told.status_code, told.headers["content-length"]) == (200, expected.headers["content-length"])


def test_other_methods_are_not_taken(web):
    assert web.post(ICESCO).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/void", "/dataset", "/graphs", "/shapes", "/conformance", "/ldes", "/ldes/1", "/changes",
        "/changes/1",
        "/linkset/doc/organization/icesco", "/context/v1.jsonld", "/schemas/v1", "/schemas/v1/problem.json",
        "/sitemap.xml", "/robots.txt", "/dumps/", "/problems/busy", "/static/style.css", "/static/icon.svg", "/",
    ],
)  # fmt: skip
def test_other_addresses_have_the_media_types_of_the_service(web, service, path):
    told, expected = web.get(path), service.get(path)

    assert (told.status_code, told.headers["content-type"]) == (200, expected.headers["content-type"])


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/api/v1/search?q=ICESCO", "/queries", "/oai"])
def test_what_needs_the_service_says_so_honestly(web, path):
    answer = web.get(path)

    assert (answer.status_code, "This needs the service" in answer.text) == (404, True)


@pytest.mark.parametrize("path", ["/nginx-maps.conf", "/nginx-site.conf", "/errors/not-found.html"])
def test_what_belongs_to_the_server_is_not_served(web, path):
    assert web.get(path).status_code == 404
