"""A mirror is whole, stands by itself, and leads nowhere else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from mirror_fixtures import digest
from pyoxigraph import RdfFormat, parse

from heritage_graph.settings import load_settings
from heritage_graph.site.addresses import NEEDS_SERVICE, needs_service, plan_of
from heritage_graph.site.links import Moved, Places
from heritage_graph.site.writing import is_safe
from heritage_graph.web.app import make_application

pytestmark = pytest.mark.timeout(600)

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
