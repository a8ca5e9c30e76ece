"""A mirror is whole, stands by itself, leads nowhere else, and nginx answers from it what the service answers."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from mirror_fixtures import BASE, digest, read
from pyoxigraph import RdfFormat, Store, parse

from heritage_graph.settings import load_settings
from heritage_graph.site.addresses import NEEDS_SERVICE, needs_service, plan_of
from heritage_graph.site.links import Moved, Places
from heritage_graph.site.writing import is_safe
from heritage_graph.web.app import make_application
from heritage_graph.web.negotiation import GRAPHS, HTML, acceptable

pytestmark = pytest.mark.timeout(600)

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ICESCO_PAGE = "/doc/organization/icesco"
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
ICESCO = "doc/organization/icesco"
LEADING = {"thing", "dumpsWithoutSlash", "voidDocument", "datasetDocument", "networkPageAs", "mapAs"}
"""Operations that lead to another one, or are another one by its suffix."""


@pytest.fixture(scope="module")
def operations(data, tmp_path_factory):
    with (tmp_path_factory.mktemp("log") / "requests").open("wb") as log:
        return make_application(load_settings({"data": data}, environment={}), log=log).operations


def test_every_operation_that_reads_is_in_the_mirror_or_explained(mirror, operations):
    plan = plan_of(operations)
    files = [re.sub(r"/index\.[a-z]+$", "/", f"/{path.relative_to(mirror)}") for path in mirror.rglob("*.*")]
    there = {found.resource.name for file in files if (found := plan.find(file))}
    reading = {each.name for each in operations if each.method == "GET" and not needs_service(each.path)}

    assert reading - there == LEADING


def test_every_explanation_is_about_an_operation(operations):
    paths = [each.path for each in operations]

    assert [prefix for prefix in NEEDS_SERVICE if not any(f"{path}/".startswith(f"{prefix}/") for path in paths)] == []


def test_the_documents_of_all_things_and_graphs_are_the_published_view(mirror, service):
    files = [*(mirror / "doc").rglob("*.nq"), *(mirror / "vocab").rglob("*.nq"), *(mirror / "graph").rglob("*.nq")]
    union = {quad for file in files for quad in parse(path=file, format=RdfFormat.N_QUADS)}
    view = service.get("/rdf-graph-store?default", headers={"Accept": "application/n-triples"}).content
    published = {quad.triple for quad in parse(view, RdfFormat.N_TRIPLES)}

    assert digest(published - {quad.triple for quad in union}) == digest(())


def test_links_of_pages_lead_to_files_of_the_mirror(mirror):
    pages = [page for page in mirror.rglob("*.html") if "gone" not in page.parts and "errors" not in page.parts]
    dead = set()
    for page in pages:
        for link in re.findall(r'(?:href|src|action)="([^"]*)"', page.read_text(encoding="utf-8")):
            parts = urlsplit(link)
            target = (page.parent / unquote(parts.path)).resolve()
            dead |= {link} if not parts.scheme and parts.path and not target.is_file() else set()

    assert dead == set()


def test_nothing_is_written_beside_the_mirror(mirror):
    assert [path.name for path in mirror.parent.iterdir()] == [mirror.name]


def test_any_web_server_serves_pages_and_data(plain):
    answers = [plain.get(f"/{ICESCO}.{suffix}") for suffix in ("html", "ttl", "jsonld", "nt", "rdf", "nq", "trig")]

    assert [answer.status_code for answer in answers] == [200] * 7


def test_a_page_has_its_style_on_any_web_server(plain):
    page = plain.get(f"/{ICESCO}.html")
    style = re.search(r'rel="stylesheet" href="([^"]*)"', page.text)[1]

    assert plain.get(urljoin(str(page.url), style)).status_code == 200


def test_a_page_bears_the_signposts_of_the_service(plain):
    page = plain.get(f"/{ICESCO}.html").text

    assert '<link rel="cite-as" href="https://w3id.org/heritage-graph/id/organization/icesco">' in page


def test_addresses_of_the_protocols_are_those_of_the_mirror(mirror, address):
    collection = json.loads((mirror / "changes.json").read_bytes())

    assert collection["last"]["id"].startswith(f"{address}/changes/")


def test_a_folder_that_is_not_empty_is_left_alone(data, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    ended = export(data, tmp_path, "--replace")

    assert (ended.returncode, "holds no mirror" in ended.stderr, [path.name for path in tmp_path.iterdir()]) == (
        2, True, ["thesis.txt"],
    )  # fmt: skip


def test_a_mirror_is_replaced_only_when_that_is_said(data, mirror):
    ended = export(data, mirror)

    assert (ended.returncode, "--replace" in ended.stderr) == (2, True)


@pytest.mark.parametrize("given", [["--base-url", "ftp://host"], ["--service", "host"], ["--base-url", "http://a/?b"]])
def test_an_address_that_is_none_is_refused(data, tmp_path, given):
    assert export(data, tmp_path / "out", *given).returncode == 2


def test_options_of_the_mirror_belong_to_site(data, tmp_path):
    command = [
        Path(sys.executable).with_name("heritage-graph"),
        "export",
        "--data",
        data,
        "--out",
        tmp_path,
        "--replace",
    ]

    assert subprocess.run(command, capture_output=True, timeout=100, check=False).returncode == 2


@pytest.fixture(scope="module")
def places(operations):
    """A mirror below a path, with a service elsewhere."""
    moved = {"/id/organization/old": Moved(301, "/id/organization/new")}
    return Places(plan_of(operations), "https://data.example.org/graph", "https://service.example.org", moved)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/id/organization/icesco", "../../doc/organization/icesco.html"),
        ("/id/organization/old", "../../doc/organization/new.html"),
        ("/doc/organization/icesco.ttl", "../../doc/organization/icesco.ttl"),
        ("/ns#Agreement", "../../ns.html#Agreement"),
        ("/", "../../index.html"),
        ("/static/style.css", "../../static/style.css"),
        ("/graphs?format=json", "../../graphs.json"),
        ("/sparql?query=ASK", "https://service.example.org/sparql?query=ASK"),
        ("/doc/organization/icesco?asOf=1", "https://service.example.org/doc/organization/icesco?asOf=1"),
    ],
)
def test_a_link_of_a_page_becomes_relative_or_leads_to_the_service(places, address, expected):
    assert places.from_page(address, "doc/agreement/x.html") == expected


def test_json_of_ours_names_whole_addresses(places):
    told = json.loads(places.in_json(b'{"a": "/graphs", "b": ["/sparql"], "c": "/unknown", "d": 1}'))

    assert told == {
        "a": "https://data.example.org/graph/graphs",
        "b": ["https://service.example.org/sparql"],
        "c": "/unknown",
        "d": 1,
    }


def test_a_description_names_the_endpoint_of_the_service(places):
    told = places.in_document(b"<https://data.example.org/graph/sparql> <https://data.example.org/graph/sparqling>")

    assert told == b"<https://service.example.org/sparql> <https://data.example.org/graph/sparqling>"


@pytest.mark.parametrize("address", ["/doc/../etc/passwd", "/doc/x/..%2f", "/doc/x/a b", "/doc//x", "/doc/.hidden/x"])
def test_no_address_names_a_file_elsewhere(address):
    assert not is_safe(address.strip("/"))


def export(data, out, *more):
    """Run the command on *data*."""
    command = [
        Path(sys.executable).with_name("heritage-graph"),
        "export",
        "--site",
        "--data",
        data,
        "--out",
        out,
        *more,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=580, check=False)


# on nginx


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

    assert (answer.status_code, answer.headers["location"]) == (303, ICESCO_PAGE)


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
    answer = web.get(ICESCO_PAGE, headers={"Accept": "image/png"})

    assert (answer.status_code, answer.json()["type"]) == (406, "/problems/not-acceptable")


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.extension)
def test_a_suffix_names_the_format(web, each):
    answer = web.get(f"{ICESCO_PAGE}.{each.extension}", headers={"Accept": "image/png"})

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
    told = {header: web.get(ICESCO_PAGE, headers={"Accept": header}).headers["content-type"] for header in headers}
    chosen = {header: acceptable(header, FORMATS) for header in headers}

    assert told == {
        header: "application/problem+json" if each is None else each.content_type for header, each in chosen.items()
    }


def test_qualities_of_one_tenth_count_as_equal(web):
    """The limit of what is told apart without a program."""
    answer = web.get(ICESCO_PAGE, headers={"Accept": "text/turtle;q=0.81, text/html;q=0.89"})

    assert answer.headers["content-type"] == "text/turtle"


@pytest.mark.parametrize("path", [ICESCO_PAGE, "/id/organization/icesco", "/doc/organization/never", "/vocab/role"])
def test_every_answer_may_be_read_from_other_sites_and_varies(web, path):
    fields = web.get(path).headers

    assert (fields["access-control-allow-origin"], "Accept" in fields.get_list("vary")) == ("*", True)


def test_a_document_names_its_thing_and_its_link_set(web):
    link = web.get(f"{ICESCO_PAGE}.ttl").headers["link"]

    assert link == (
        f'<{BASE}id/organization/icesco>; rel="describes", '
        '</linkset/doc/organization/icesco.json>; rel="linkset"; type="application/linkset+json"'
    )


def test_a_document_that_has_not_changed_is_not_sent_again(web):
    tag = web.get(f"{ICESCO_PAGE}.ttl").headers["etag"]

    assert web.get(f"{ICESCO_PAGE}.ttl", headers={"If-None-Match": tag}).status_code == 304


def test_head_tells_as_much_as_get(web):
    told, expected = web.head(ICESCO_PAGE), web.get(ICESCO_PAGE)

    assert (told.status_code, told.headers["content-length"]) == (200, expected.headers["content-length"])


def test_other_methods_are_not_taken(web):
    assert web.post(ICESCO_PAGE).status_code == 405


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


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/api/v1/search?q=ICESCO_PAGE", "/queries", "/oai"])
def test_what_needs_the_service_says_so_honestly(web, path):
    answer = web.get(path)

    assert (answer.status_code, "This needs the service" in answer.text) == (404, True)


@pytest.mark.parametrize("path", ["/nginx-maps.conf", "/nginx-site.conf", "/errors/not-found.html"])
def test_what_belongs_to_the_server_is_not_served(web, path):
    assert web.get(path).status_code == 404
