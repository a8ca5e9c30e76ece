"""The stream of activities at /changes: what IIIF Change Discovery 1.0 asks, and a mirror kept by its algorithm."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

BASE = "https://w3id.org/heritage-graph/"
CONTEXT = "http://iiif.io/api/discovery/1/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'
FOREVER = "public, max-age=31536000, immutable"


class Mirror:
    """What a processor knows that follows sections 3.5.1 and 3.5.2, and keeps what each document says of its thing."""

    def __init__(self, client, is_known):
        self._client = client
        self._is_known = is_known
        self._last_crawl = ""
        self.things = {}
        self.fetched = 0

    def crawl(self):
        """Process what came since the last time, the newest first."""
        collection = self._client.get("/changes").raise_for_status().json()
        processed = set()
        newest = self._last_crawl
        for activity in self._newest_first(collection["last"]["id"]):
            newest = max(newest, activity["endTime"])
            thing = activity["object"]
            if thing["id"] not in processed and self._is_known(thing["type"]):
                processed.add(thing["id"])
                self._process(activity["type"], thing)
        self._last_crawl = newest

    def _newest_first(self, address):
        while address:
            page = self._client.get(address).raise_for_status().json()
            for activity in reversed(page["orderedItems"]):
                if activity["endTime"] < self._last_crawl:
                    return
                yield activity
            address = page.get("prev", {}).get("id")

    def _process(self, kind, thing):
        if kind == "Delete":
            self.things.pop(thing["id"], None)
            return
        self.fetched += 1
        (document,) = [each["id"] for each in thing["seeAlso"] if each["format"] == "text/turtle"]
        triples = parse(self._client.get(document).raise_for_status().content, RdfFormat.TURTLE)
        about = NamedNode(thing["id"])
        self.things[thing["id"]] = {triple.triple for triple in triples if triple.subject == about}


def is_of_ours(iri):
    return iri.startswith(f"{BASE}ns#")


@pytest.fixture(scope="module")
def collection(house):
    return house.client.get("/changes").json()


@pytest.fixture(scope="module")
def pages(house, collection):
    """The pages from the first to the last, by `next`."""
    found = [house.client.get(collection["first"]["id"])]
    while following := found[-1].json().get("next"):
        found.append(house.client.get(following["id"]))
    return found


@pytest.fixture(scope="module")
def activities(pages):
    return [activity for page in pages for activity in page.json()["orderedItems"]]


def test_the_collection_is_as_its_schema_says(collection, faults_in):
    assert faults_in(collection, "activities") == []


def test_each_page_is_as_its_schema_says(pages, faults_in):
    assert [fault for page in pages for fault in faults_in(page.json(), "activities-page")] == []


def test_the_context_comes_first(house):
    assert house.client.get("/changes").text.split('"')[1] == "@context"


def test_the_addresses_are_those_of_the_service(house, collection):
    assert collection["id"] == f"{house.client.base_url}/changes"


def test_the_collection_leads_to_descriptions_of_the_dataset_in_dcat(house, collection):
    formats = {"text/turtle": RdfFormat.TURTLE, "application/ld+json": RdfFormat.JSON_LD}
    answers = [(house.client.get(each["id"]), each["format"]) for each in collection["seeAlso"]]
    dataset = NamedNode("http://www.w3.org/ns/dcat#Dataset")

    assert [
        (answer.headers["content-type"], dataset in {quad.object for quad in parse(answer.content, formats[told])})
        for answer, told in answers
    ] == [("text/turtle", True), ("application/ld+json", True)]


def test_the_collection_counts_all_activities(collection, activities):
    assert collection["totalItems"] == len(activities)


def test_the_pages_end_with_the_last(pages, collection):
    assert pages[-1].json()["id"] == collection["last"]["id"]


def test_every_page_but_the_first_names_the_one_before(pages):
    documents = [page.json() for page in pages]
    before = [document.get("prev", {}).get("id") for document in documents]

    assert before == [None, *(document["id"] for document in documents[:-1])]


def test_a_page_tells_how_many_activities_stand_before_it(pages):
    documents = [page.json() for page in pages]

    assert [after["startIndex"] - before["startIndex"] for before, after in pairwise(documents)] == [
        len(document["orderedItems"]) for document in documents[:-1]
    ]


def test_activities_stand_from_the_oldest_to_the_newest(activities):
    times = [activity["endTime"] for activity in activities]

    assert times == sorted(times)


def test_what_came_changed_and_went_is_told(activities):
    told = [
        (activity["type"], "seeAlso" in activity["object"])
        for activity in activities
        if activity["object"]["id"] == f"{BASE}id/agreement/passing"
    ]

    assert told == [("Create", True), ("Delete", False)]


def test_an_activity_names_the_graphs_by_which_the_record_changed(activities):
    (*_, last) = [each for each in activities if each["object"]["id"] == f"{BASE}id/agreement/kept"]

    assert (last["type"], {"id": f"{BASE}graph/source/kept", "type": "Dataset"} in last["instrument"]) == (
        "Update",
        True,
    )


def test_a_thing_of_ours_belongs_to_the_class_that_is_its_type(house, activities):
    query = """
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT DISTINCT ?thing ?class { ?thing a/rdfs:subClassOf* ?class }
    """
    rows = house.client.get("/sparql", params={"query": query, "format": "json"}).json()["results"]["bindings"]
    known = {(row["thing"]["value"], row["class"]["value"]) for row in rows}
    told = {
        (each["object"]["id"], each["object"]["type"])
        for each in activities
        if each["object"]["id"].startswith(f"{BASE}id/") and "seeAlso" in each["object"]
    }

    assert {pair for pair in told - known if "passing" not in pair[0]} == set()


@pytest.mark.parametrize("beginning", ["id/agreement/", "vocab/role/", "ns#", "ontology/"])
def test_a_thing_leads_to_documents_about_it(house, activities, beginning):
    things = (each["object"] for each in activities)
    thing = next(each for each in things if each["id"].startswith(BASE + beginning))
    formats = {"text/turtle": RdfFormat.TURTLE, "application/ld+json": RdfFormat.JSON_LD}
    about = NamedNode(thing["id"])

    assert [
        about in {quad.subject for quad in parse(house.client.get(each["id"]).content, formats[each["format"]])}
        for each in thing["seeAlso"]
    ] == [True, True]


def test_a_mirror_kept_by_the_algorithm_ends_with_the_published_view(house):
    mirror = Mirror(house.client, is_of_ours)
    mirror.crawl()
    house.bring("mirrored")
    house.bring("fleeting")
    mirror.crawl()
    house.bring("mirrored", signed="2025-05-05")
    house.withdraw("fleeting")
    mirror.crawl()
    published = house.published()

    assert mirror.things == {
        iri: {triple for triple in published if triple.subject == NamedNode(iri)} for iri in mirror.things
    }


def test_a_mirror_kept_by_the_algorithm_has_everything_and_nothing_else(house):
    mirror = Mirror(house.client, is_of_ours)
    mirror.crawl()
    house.bring("brief")
    mirror.crawl()
    house.withdraw("brief")
    mirror.crawl()
    stated = {f"<{iri}>" for iri in mirror.things}
    records = {
        str(triple.subject) for triple in house.published()
        if triple.subject.value.startswith(f"{BASE}id/")
        and triple.subject.value.removeprefix(f"{BASE}id/").split("/")[0]
        not in {"participation", "inference", "bounds", "evidence", "term", "contribution", "amount"}
    }  # fmt: skip

    assert stated == records


def test_a_mirror_fetches_only_what_changed(house):
    mirror = Mirror(house.client, is_of_ours)
    mirror.crawl()
    before = mirror.fetched
    house.bring("single")
    mirror.crawl()

    assert mirror.fetched - before < before / 2


def test_a_page_that_has_a_next_one_never_changes(house, pages):
    house.bring("afterwards")
    again = [house.client.get(page.url) for page in pages[:-1]]

    assert [(page.content, page.headers["etag"], page.headers["cache-control"]) for page in again] == [
        (page.content, page.headers["etag"], FOREVER) for page in pages[:-1]
    ]


def test_the_last_page_is_asked_for_again_each_time(pages):
    assert pages[-1].headers["cache-control"] == "public, no-cache"


@pytest.mark.parametrize("path", ["/changes", "/changes/1"])
def test_what_a_client_holds_is_not_sent_again(house, path):
    tag = house.client.get(path).headers["etag"]

    assert house.client.get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", MEDIA_TYPE),
        ("*/*", MEDIA_TYPE),
        (MEDIA_TYPE, MEDIA_TYPE),
        ("application/ld+json", MEDIA_TYPE),
        ("application/json", "application/json"),
    ],
)
@pytest.mark.parametrize("path", ["/changes", "/changes/1"])
def test_the_media_type_follows_accept(house, path, accept, content_type):
    answer = house.client.get(path, headers={"Accept": accept})

    assert (answer.headers["content-type"], "Accept" in answer.headers["vary"]) == (content_type, True)


@pytest.mark.parametrize("path", ["/changes/0", "/changes/999", "/changes/-1", "/changes/first"])
def test_a_page_that_is_not_there_is_not_found_and_the_last_one_told(house, path):
    answer = house.client.get(path)
    last = house.client.get("/changes").json()["last"]["id"]

    assert (answer.status_code, f"{house.client.base_url}{answer.json()['last']}") == (404, last)


@pytest.mark.parametrize(
    ("path", "status"), [("/changes?page=1", 400), ("/changes/1.ttl", 406), ("/changes?format=csv", 406)]
)
def test_what_cannot_be_given_is_refused(house, path, status):
    assert house.client.get(path).status_code == status
