"""Dumps as they are downloaded: everything is in them, a download can be resumed, and readers do not notice."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime
from email import message_from_bytes
from itertools import count

import httpx
import pytest
import zstandard
from pyld import jsonld
from pyoxigraph import RdfFormat, Store, parse
from service_processes import processes_reading

from heritage_graph.namespaces import is_published
from heritage_graph.store.releases import make_release
from heritage_graph.web.security import create_key

GRAPH = "https://w3id.org/heritage-graph/graph/source/made-up-register"
SYNTAXES = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}
NAMES = [f"heritage-graph-1.{each}.{way}" for each in ("nq", "trig", "jsonl") for way in ("gz", "zst")]
UNPACKED = {
    "gz": gzip.decompress,
    "zst": lambda packed: zstandard.ZstdDecompressor().decompressobj().decompress(packed),
}
NQ = "/dumps/1/heritage-graph-1.nq.gz"
DUMPED = {"HERITAGE_GRAPH_DUMPS": "true"}


def until(condition):
    """Wait for what the server does meanwhile; the test's own time limit ends it otherwise."""
    while not (found := condition()):
        time.sleep(0.02)
    return found


def settled(client):
    """The list of the dumps, once all that are expected are made."""
    return until(lambda: not (told := client.get("/dumps/").json())["expected"] and told)


@pytest.fixture(scope="module")
def folder(shipped, tmp_path_factory):
    """A data folder whose first generation is a release."""
    data = shutil.copytree(shipped, tmp_path_factory.mktemp("dumped") / "data")
    make_release(data, "autumn", now=datetime.now(UTC))
    return data


@pytest.fixture(scope="module")
def client(folder, start_server):
    fields = {"Accept-Encoding": "identity"}
    with (
        start_server(folder, **DUMPED) as (address, _),
        httpx.Client(base_url=address, timeout=60, headers=fields) as client,
    ):
        settled(client)
        yield client


@pytest.fixture(scope="module")
def whole(client):
    """The bytes of a file of the first dump."""
    return client.get(NQ).content


@pytest.fixture(scope="module")
def view(client):
    """The published view."""
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/n-triples"})
    return {quad.triple for quad in parse(answer.content, RdfFormat.N_TRIPLES)}


def triples_of(quads):
    return {quad.triple for quad in quads}


def served(client, graph):
    answer = client.get("/rdf-graph-store", params={"graph": graph, "format": "nt"})
    return triples_of(parse(answer.content, RdfFormat.N_TRIPLES))


@pytest.mark.parametrize("way", UNPACKED)
@pytest.mark.parametrize("extension", SYNTAXES)
def test_a_dump_that_is_loaded_into_another_store_has_the_same_named_graphs(client, extension, way):
    packed = client.get(f"/dumps/1/heritage-graph-1.{extension}.{way}").content
    store = Store()
    store.load(UNPACKED[way](packed), format=SYNTAXES[extension])
    loaded = {name.value: triples_of(store.quads_for_pattern(None, None, None, name)) for name in store.named_graphs()}

    assert loaded == {each["graph"]: served(client, each["graph"]) for each in client.get("/graphs").json()["graphs"]}


def test_the_published_graphs_of_a_dump_are_the_published_view(whole, view):
    quads = parse(gzip.decompress(whole), RdfFormat.N_QUADS)

    assert {quad.triple for quad in quads if is_published(quad.graph_name)} == view


def test_the_records_expand_to_the_published_view(client, view):
    lines = UNPACKED["zst"](client.get("/dumps/1/heritage-graph-1.jsonl.zst").content).splitlines()
    context = client.get("/context/v1.jsonld").json()

    def loader(address, _):
        return {"documentUrl": address, "contextUrl": None, "document": context}

    options = {"format": "application/n-quads", "documentLoader": loader}
    expanded = "".join(jsonld.to_rdf(json.loads(line), options) for line in lines)

    assert {quad.triple for quad in parse(expanded.encode(), RdfFormat.N_QUADS)} == view


def test_a_record_of_a_dump_can_be_sent_to_us_as_a_document(client):
    line = UNPACKED["gz"](client.get("/dumps/1/heritage-graph-1.jsonl.gz").content).splitlines()[0]
    answer = client.post("/validate", content=line, headers={"Content-Type": "application/ld+json"})

    assert answer.status_code == 200


def test_sha256sum_finds_every_file_as_it_should_be(client, tmp_path):
    for name in (*NAMES, "SHA256SUMS"):
        (tmp_path / name).write_bytes(client.get(f"/dumps/1/{name}").content)
    outcome = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False)

    assert (outcome.returncode, outcome.stdout.decode().count(": OK")) == (0, len(NAMES))


def test_the_list_tells_what_each_file_is(client, faults_in):
    told = client.get("/dumps/").json()
    dump = told["dumps"][0]

    assert (faults_in(told, "dumps"), [each["name"] for each in dump["files"]], dump["releases"]) == (
        [],
        NAMES,
        ["autumn"],
    )


def test_the_manifest_is_as_its_schema_says(client, faults_in):
    assert faults_in(client.get("/dumps/1/manifest.json").json(), "dump-manifest") == []


def test_the_list_is_a_page_for_people(client):
    page = client.get("/dumps/", headers={"Accept": "text/html"}).text

    assert all(f'href="/dumps/1/{name}"' in page for name in (*NAMES, "SHA256SUMS", "manifest.json"))


def test_the_list_is_not_sent_again_to_who_has_it(client):
    tag = client.get("/dumps/").headers["etag"]

    assert client.get("/dumps/", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("heritage-graph-1.nq.gz", "application/gzip"),
        ("heritage-graph-1.trig.zst", "application/zstd"),
        ("manifest.json", "application/json"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
    ],
)
def test_a_file_comes_as_what_it_is_and_not_as_an_encoding(client, name, content_type):
    answer = client.get(f"/dumps/1/{name}", headers={"Accept-Encoding": "gzip, zstd"})

    assert (answer.headers["content-type"], answer.headers.get("content-encoding")) == (content_type, None)


def test_a_file_tells_its_size_digest_and_age_and_may_be_kept_for_ever(client, whole):
    fields = client.get(NQ).headers
    digest = hashlib.sha256(whole)
    committed = datetime.fromisoformat(client.get("/dumps/1/manifest.json").json()["committed"])

    assert (
        fields["content-length"], fields["etag"], fields["repr-digest"], fields["last-modified"],
        fields["accept-ranges"], "immutable" in fields["cache-control"],
    ) == (
        str(len(whole)), f'"{digest.hexdigest()}"', f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",
        committed.strftime("%a, %d %b %Y %H:%M:%S GMT"), "bytes", True,
    )  # fmt: skip


def test_head_tells_the_same_without_the_file(client):
    got, head = client.get(NQ), client.head(NQ, headers={"Range": "bytes=0-9"})
    told = [name for name in got.headers if name not in {"date", "x-request-id"}]

    assert (head.status_code, head.content, [head.headers[name] for name in told]) == (
        200,
        b"",
        [got.headers[name] for name in told],
    )


@pytest.mark.parametrize(
    ("asked", "span"),
    [("bytes=0-9", slice(0, 10)), ("bytes=-7", slice(-7, None)), ("bytes=500-", slice(500, None))],
)
def test_a_range_is_that_part_of_the_file(client, whole, asked, span):
    answer = client.get(NQ, headers={"Range": asked})
    first = span.indices(len(whole))[0]
    part = whole[span]

    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (
        206, part, f"bytes {first}-{first + len(part) - 1}/{len(whole)}",
    )  # fmt: skip


def test_several_ranges_come_as_parts(client, whole):
    answer = client.get(NQ, headers={"Range": "bytes=0-9,100-109,-5"})
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n"
    parts = message_from_bytes(head.encode() + answer.content).get_payload()
    size = len(whole)

    assert [(part["Content-Range"], part.get_payload(decode=True)) for part in parts] == [
        (f"bytes 0-9/{size}", whole[:10]),
        (f"bytes 100-109/{size}", whole[100:110]),
        (f"bytes {size - 5}-{size - 1}/{size}", whole[-5:]),
    ]


def test_several_ranges_tell_their_length(client):
    answer = client.get(NQ, headers={"Range": "bytes=0-9,100-109"})

    assert answer.headers["content-length"] == str(len(answer.content))


def test_a_range_beyond_the_end_is_refused_with_the_size(client, whole):
    answer = client.get(NQ, headers={"Range": f"bytes={len(whole)}-"})

    assert (answer.status_code, answer.headers["content-range"], answer.json()["type"]) == (
        416, f"bytes */{len(whole)}", "/problems/range-not-satisfiable",
    )  # fmt: skip


def held(client):
    fields = client.head(NQ).headers
    return {"the tag": fields["etag"], "the date": fields["last-modified"]}


@pytest.mark.parametrize("what", ["the tag", "the date"])
def test_a_range_of_the_file_that_the_client_began_with_is_sent(client, what):
    answer = client.get(NQ, headers={"Range": "bytes=0-9", "If-Range": held(client)[what]})

    assert answer.status_code == 206


@pytest.mark.parametrize("condition", ['"another"', "Sat, 01 Jan 2000 00:00:00 GMT", "W/{tag}"])
def test_a_range_of_another_file_is_answered_with_the_whole(client, whole, condition):
    text = condition.format(tag=held(client)["the tag"])
    answer = client.get(NQ, headers={"Range": "bytes=0-9", "If-Range": text})

    assert (answer.status_code, answer.content) == (200, whole)


@pytest.mark.parametrize(("field", "what"), [("If-None-Match", "the tag"), ("If-Modified-Since", "the date")])
def test_a_file_is_not_sent_again_to_who_has_it(client, field, what):
    answer = client.get(NQ, headers={field: held(client)[what]})

    assert (answer.status_code, answer.content) == (304, b"")


def test_a_file_is_sent_to_who_has_an_older_one(client):
    assert client.get(NQ, headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}).status_code == 200


def test_curl_resumes_a_download_that_broke_off(client, whole, tmp_path):
    (tmp_path / "dump").write_bytes(whole[:1234])
    subprocess.run(["curl", "-sS", "-C", "-", "-o", tmp_path / "dump", f"{client.base_url}{NQ}"], check=True)

    assert (tmp_path / "dump").read_bytes() == whole


@pytest.mark.parametrize("which", ["latest", "autumn"])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("heritage-graph.nq.gz", "heritage-graph-1.nq.gz"),
        ("SHA256SUMS", "SHA256SUMS"),
        ("manifest.json", "manifest.json"),
    ],
)
def test_an_address_that_stays_leads_to_the_dump_of_today_or_of_a_release(client, which, asked, found):
    answer = client.get(f"/dumps/{which}/{asked}")

    assert (answer.status_code, answer.headers["location"]) == (307, f"/dumps/1/{found}")


def test_the_list_names_addresses_that_stay(client):
    answers = [client.get(each, follow_redirects=True) for each in client.get("/dumps/").json()["latest"]]

    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize(
    "path",
    [
        "/dumps/1/nothing.gz",
        "/dumps/1/.stamp",
        "/dumps/1/..%2f..%2fkeys.json",
        "/dumps/..%2f..%2fkeys.json/x",
        "/dumps/1/../../keys.json",
        "/dumps/%2e%2e/keys.json",
        "/dumps/9/heritage-graph-9.nq.gz",
        "/dumps/nobody/heritage-graph.nq.gz",
        "/dumps/latest/heritage-graph.hdt",
        "/dumps/-1/manifest.json",
        "/dumps/1.tmp/manifest.json",
    ],
)
def test_nothing_else_in_the_folder_of_the_data_can_be_reached(client, path):
    assert client.get(path).status_code == 404


def test_a_number_with_zeros_before_it_is_no_second_address(client):
    assert client.get("/dumps/01/manifest.json").status_code == 404


def documents(number):
    return f'<{GRAPH}> <https://w3id.org/heritage-graph/ns#note> "state {number}" .'


@pytest.fixture(scope="module")
def written(shipped, tmp_path_factory, start_server):
    """What a client met whose server makes a dump, and then goes on to other generations."""
    data = shutil.copytree(shipped, tmp_path_factory.mktemp("written") / "data")
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    make_release(data, "autumn", now=datetime.now(UTC))
    met = {}
    with start_server(data, **DUMPED) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        (maker,) = until(lambda: processes_reading(data, "maker_process"))
        met["priority of who makes it"] = os.getpriority(os.PRIO_PROCESS, maker)
        os.kill(maker, signal.SIGSTOP)
        met["asked while one is made"] = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"})
        met["being made"] = client.get("/dumps/1/heritage-graph-1.nq.gz")
        met["latest while there is none"] = client.get("/dumps/latest/heritage-graph.nq.gz")
        met["listed while one is made"] = client.get("/dumps/").json()
        os.kill(maker, signal.SIGCONT)
        settled(client)

        def write(number):
            fields = {"Authorization": f"Bearer {key}", "Content-Type": "application/n-triples"}
            return client.put("/rdf-graph-store", params={"graph": GRAPH}, content=documents(number), headers=fields)

        numbers = count(2)
        met["writes"] = [write(next(numbers)).status_code]
        settled(client)
        met["second"] = client.get("/dumps/latest/manifest.json", follow_redirects=True).json()["generation"]
        # What still reads a generation when the next is published keeps it until another one is.
        until(lambda: write(next(numbers)) and client.get("/dumps/2/manifest.json").status_code != 200)
        met["gone"] = client.get("/dumps/2/heritage-graph-2.nq.gz")
        met["release"] = client.get("/dumps/autumn/manifest.json", follow_redirects=True).json()["generation"]
        met["listed"] = [each["generation"] for each in settled(client)["dumps"]]
    return met


def test_the_writes_were_taken(written):
    assert all(status in {200, 201, 204} for status in written["writes"])


def test_a_query_is_answered_while_a_dump_is_made(written):
    answer = written["asked while one is made"]

    assert (answer.status_code, answer.json()["boolean"]) == (200, True)


@pytest.mark.parametrize("which", ["being made", "latest while there is none"])
def test_a_dump_that_is_being_made_is_asked_for_again_later(written, which):
    assert (written[which].status_code, int(written[which].headers["retry-after"]) > 0) == (503, True)


def test_a_dump_that_is_being_made_is_not_listed(written):
    assert written["listed while one is made"]["dumps"] == []


def test_a_dump_that_is_being_made_is_told_to_be_expected(written):
    assert written["listed while one is made"]["expected"] == [1]


def test_a_dump_is_made_at_the_lowest_priority(written):
    assert written["priority of who makes it"] == 19


def test_the_newest_generation_is_dumped_when_it_has_stood_for_a_moment(written):
    assert written["second"] == 2


def test_a_dump_whose_generation_went_is_gone_and_those_there_are_are_named(written):
    problem = written["gone"].json()

    assert (written["gone"].status_code, 1 in problem["generations"], problem["releases"]) == (410, True, {"autumn": 1})


def test_the_dump_of_a_release_stays(written):
    assert (written["release"], written["listed"][-1]) == (1, 1)


def test_where_dumps_are_switched_off_that_is_told(shipped, tmp_path, start_server):
    data = shutil.copytree(shipped, tmp_path / "data")
    with start_server(data) as (address, _):
        listed = httpx.get(f"{address}/dumps/").json()
        asked = httpx.get(f"{address}/dumps/latest/heritage-graph.nq.gz")

    assert (listed["dumps"], asked.status_code, "switched them off" in asked.json()["detail"]) == ([], 404, True)
