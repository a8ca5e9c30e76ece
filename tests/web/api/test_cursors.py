"""Pages of a list: whole, once each, and of one state of the graph while it changes."""

from __future__ import annotations

import shutil
import stat
from datetime import UTC, datetime

import httpx
import pytest

from heritage_graph.web.security import create_key

GRAPH = "https://w3id.org/heritage-graph/graph/source/paging-trial"
FIRST = "/api/v1/organizations?limit=5&fields=label"
LISTS = [
    FIRST,
    "/api/v1/agreements/status?on=2026-11-21&limit=1",
    "/api/v1/agreements/lapsing?from=2020-01-01&within=P20Y&limit=1",
    "/api/v1/sources?limit=1",
    "/api/v1/why?s=id:agreement/icesco-ots-mou&limit=1",
    "/api/v1/anomalies?limit=1",
    "/api/v1/completeness?kind=agreements&limit=1",
    "/api/v1/collaborations?a=id:organization/icesco&limit=1",
]
"""The first page of every kind of list that has pages."""

pytestmark = pytest.mark.usefixtures("indexed")


class Changing:
    """A service of its own that is changed while lists are read."""

    def __init__(self, client, data, key):
        self.client = client
        self.data = data
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/turtle"}
        self._number = 0

    def change(self):
        """Commit something that no list holds."""
        self._number += 1
        self.client.put(
            "/rdf-graph-store",
            params={"graph": GRAPH},
            content=f"<https://example.org/t> <https://example.org/n> {self._number} .",
            headers=self._headers,
        ).raise_for_status()

    def page(self):
        """The first page of the last generation, once that has an index."""
        last = self.client.get("/health/ready").json()["generation"]
        answer = self.client.get(f"{FIRST}&min-generation={last}")
        while answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            answer = self.client.get(f"{FIRST}&min-generation={last}")
        return answer.json()


@pytest.fixture(scope="module")
def changing(shipped, tmp_path_factory, start_server):
    data = tmp_path_factory.mktemp("paging") / "data"
    shutil.copytree(shipped, data)
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    with start_server(data) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        yield Changing(client, data, key)


def all_pages(client, address):
    pages = []
    while address is not None:
        pages.append(client.get(address).json())
        address = pages[-1]["next"]
    return pages


def cursor_in(client, first=FIRST):
    return httpx.URL(client.get(first).json()["next"]).params["cursor"]


def with_cursor(first, cursor):
    return httpx.URL(first).copy_merge_params({"cursor": cursor})


def test_the_pages_of_a_list_hold_each_thing_once(client):
    whole = client.get("/api/v1/organizations?limit=1000").json()
    pages = all_pages(client, FIRST)

    assert [item["id"] for page in pages for item in page["items"]] == [item["id"] for item in whole["items"]]


def test_every_page_tells_how_many_there_are_in_all(client):
    pages = all_pages(client, FIRST)

    assert {page["total"]["exactly"] for page in pages} == {sum(len(page["items"]) for page in pages)}


def test_the_next_page_is_in_a_link_too(client):
    answer = client.get(FIRST)

    assert (answer.links["next"]["url"], answer.links["first"]["url"]) == (answer.json()["next"], FIRST)


def test_a_page_may_be_larger_than_the_one_before(client):
    answer = client.get("/api/v1/organizations", params={"limit": "1000", "cursor": cursor_in(client)})

    assert (answer.json()["next"], len(answer.json()["items"])) == (None, answer.json()["total"]["exactly"] - 5)


@pytest.mark.parametrize("first", LISTS)
def test_the_next_page_has_other_items_of_the_same_generation(client, first):
    page = client.get(first).json()
    second = client.get(page["next"]).json()

    assert (second["generation"], second["items"][0] in page["items"]) == (page["generation"], False)


@pytest.mark.parametrize("first", LISTS)
def test_a_cursor_that_was_changed_is_refused_by_every_list(client, first):
    cursor = cursor_in(client, first)
    changed = cursor[:-4] + ("AAAA" if cursor[-4:] != "AAAA" else "BBBB")
    answer = client.get(with_cursor(first, changed))

    assert (answer.status_code, answer.json()["parameter"], "without cursor" in answer.json()["detail"]) == (
        400,
        "cursor",
        True,
    )


@pytest.mark.parametrize(("first", "other"), [*zip(LISTS, LISTS[1:] + LISTS[:1], strict=True)])
def test_a_cursor_is_refused_by_every_other_list(client, first, other):
    answer = client.get(with_cursor(first, cursor_in(client, other)))

    assert (answer.status_code, answer.json()["parameter"], "without cursor" in answer.json()["detail"]) == (
        400,
        "cursor",
        True,
    )


@pytest.mark.parametrize(
    ("first", "changed"),
    [
        (LISTS[1], {"on": "2026-11-22"}),
        (LISTS[2], {"within": "P19Y"}),
        (LISTS[4], {"s": "id:organization/icesco"}),
        (LISTS[5], {"about": "id:organization/icesco"}),
        (LISTS[6], {"kind": "events"}),
        (LISTS[7], {"from": "2001"}),
    ],
)
def test_a_cursor_is_refused_when_the_list_is_chosen_otherwise(client, first, changed):
    answer = client.get(with_cursor(first, cursor_in(client, first)).copy_merge_params(changed))

    assert (answer.status_code, answer.json()["parameter"]) == (400, "cursor")


@pytest.mark.parametrize("first", [LISTS[1], LISTS[4], LISTS[5]])
def test_the_pages_of_a_named_state_go_on_naming_it(client, first):
    client.get(first)
    page = client.get(f"{first}&asOf=last").json()

    assert httpx.URL(page["next"]).params["asOf"] == str(page["generation"])


@pytest.mark.parametrize("change", [lambda text: text[:-4] + "AAAA", lambda text: "A" + text[1:], lambda _: "x",
                                    lambda _: "", lambda text: text * 50])  # fmt: skip
def test_a_cursor_that_is_none_of_ours_is_refused(client, change):
    answer = client.get("/api/v1/organizations", params={"cursor": change(cursor_in(client))})

    assert (answer.status_code, answer.json()["parameter"]) == (400, "cursor")


@pytest.mark.parametrize("path", ["/api/v1/organizations?country=egypt", "/api/v1/agreements"])
def test_a_cursor_of_another_list_is_refused_with_the_cure(client, path):
    answer = client.get(path, params={**httpx.URL(path).params, "cursor": cursor_in(client)})

    assert (answer.status_code, "without cursor" in answer.json()["detail"]) == (400, True)


def test_a_cursor_goes_with_the_generation_that_it_is_of(client, generation):
    values = {"cursor": cursor_in(client), "asOf": str(generation() - 1)}

    assert client.get("/api/v1/organizations", params=values).status_code in (400, 410)


def test_the_key_of_the_cursors_is_for_the_owner_only(client, data):
    cursor_in(client)

    assert stat.S_IMODE((data / "cursor-key").stat().st_mode) == 0o600


def test_pages_go_on_while_the_graph_changes(changing):
    page = changing.page()
    for _ in range(4):
        changing.change()
    rest = all_pages(changing.client, page["next"])

    assert {each["generation"] for each in rest} == {page["generation"]}


def test_the_pages_of_a_state_that_is_not_kept_are_gone_and_it_is_said_what_to_do(changing, until_retired):
    generation = changing.page()["generation"]
    following = [changing.client.get(first).json()["next"] for first in LISTS]
    for _ in range(5):
        changing.change()
        changing.page()
    until_retired(changing.client, generation)
    answers = [changing.client.get(address) for address in following]

    assert {
        (answer.status_code, answer.json()["type"], "begin the list again" in answer.json()["detail"])
        for answer in answers
    } == {(410, "/problems/generation-not-kept", True)}
