"""Who works with whom over HTTP: partners, what two did together, and the path between two."""

from __future__ import annotations

import csv
import io

import pytest

BASE = "https://w3id.org/heritage-graph/"
ICESCO, ICOM, HIST = (f"id:organization/{name}" for name in ("icesco", "icom", "hist"))
LIST = "/api/v1/collaborations"
PATH = "/api/v1/collaborations/path"


def ask(client, path, **values):
    return client.get(path, params={name.rstrip("_"): value for name, value in values.items()}).json()


def slugs(items, member="partner"):
    return [(item[member] if member else item)["id"].rpartition("/")[2] for item in items]


@pytest.mark.parametrize(
    ("path", "values", "schema"),
    [
        (LIST, {"a": ICESCO}, "collaborations"),
        (LIST, {"a": ICESCO, "include": "sources", "limit": "3"}, "collaborations"),
        (LIST, {"a": ICESCO, "b": ICOM}, "collaborations"),
        (LIST, {"a": ICESCO, "b": ICOM, "include": "sources"}, "collaborations"),
        (LIST, {"a": ICESCO, "b": HIST}, "collaborations"),
        (LIST, {"a": "id:organization/nobody"}, "collaborations"),
        (LIST, {"a": ICESCO, "from": "2022", "undated": "exclude"}, "collaborations"),
        (PATH, {"from": ICOM, "to": HIST}, "collaboration-path"),
        (PATH, {"from": ICOM, "to": "id:organization/nobody"}, "collaboration-path"),
        (PATH, {"from": ICOM, "to": HIST, "since": "2020", "until": "2021-06"}, "collaboration-path"),
    ],
)
def test_an_answer_is_as_its_schema_says(client, faults_in, path, values, schema):
    assert faults_in(ask(client, path, **values), schema) == []


def test_partners_come_with_their_contexts_and_those_with_most_first(client):
    items = ask(client, LIST, a=ICESCO)["items"]

    assert [item["times"]["atLeast"] for item in items] == sorted(
        (len(item["contexts"]) for item in items), reverse=True
    )


def test_counts_are_lower_bounds(client):
    answer = ask(client, LIST, a=ICESCO)

    assert (answer["total"], answer["items"][0]["times"]) == (
        {"atLeast": len(answer["items"]), "complete": False},
        {"atLeast": 2, "complete": False},
    )


def test_a_count_is_complete_where_every_list_is_closed(client):
    assert ask(client, LIST, a="id:organization/alecso")["items"][0]["times"] == {"atLeast": 2, "complete": True}


def test_a_centre_of_the_house_is_no_partner(client):
    answer = ask(client, LIST, a=ICESCO)

    assert (slugs(answer["sameHouse"], ""), "islamic-world-heritage-center" in slugs(answer["items"])) == (
        ["islamic-world-heritage-center"],
        False,
    )


def test_a_context_tells_when_it_was_and_whether_more_took_part(client):
    [context] = ask(client, LIST, a=ICOM, b=ICESCO)["items"]

    assert (context["kind"], context["earliest"], context["latest"], context["listIsOpen"]) == (
        "event",
        "2020-07-28",
        "2020-07-28",
        False,
    )


def test_two_agents_have_their_roles_told_apart(client):
    [context] = ask(client, LIST, a=ICOM, b=ICESCO)["items"]

    assert ({side: slugs(roles, "") for side, roles in context["roles"].items()}, context["collaboration"]) == (
        {"a": ["co-organizer"], "b": ["organizer"]},
        True,
    )


def test_agreements_and_activities_of_two_are_counted_apart(client):
    answer = ask(client, LIST, a=ICESCO, b="id:state/saudi-arabia")

    assert (answer["agreements"]["atLeast"], answer["activities"]["atLeast"]) == (1, 1)


def test_a_day_that_is_not_known_says_why(client):
    items = ask(client, LIST, a=ICESCO, b="id:state/saudi-arabia")["items"]

    assert items[1]["earliest"]["unknown"]["reason"] == "no-date-on-record"


def test_nothing_on_record_says_what_that_means(client):
    answer = ask(client, LIST, a=ICESCO, b=HIST)

    assert (answer["items"], answer["unknown"]["reason"]) == ([], "no-collaboration-on-record")


def test_sources_are_told_with_each_context(client):
    [context] = ask(client, LIST, a=ICESCO, b=ICOM, include="sources")["items"]

    assert [source["graph"].removeprefix(f"{BASE}graph/source/") for source in context["sources"]] == [
        "icesco-2020-07-28-illicit-trafficking",
        "icesco-2024-partnerships-report",
    ]


def test_a_period_leaves_out_what_lay_outside(client):
    inside = ask(client, LIST, a=ICESCO, from_="2020-07", to="2020-07", undated="exclude")
    outside = ask(client, LIST, a=ICESCO, from_="2020-08", to="2020-08", undated="exclude")

    assert ("icom" in slugs(inside["items"]), "icom" in slugs(outside["items"])) == (True, False)


def test_the_answer_says_which_period_it_covers(client):
    assert ask(client, LIST, a=ICESCO, from_="2020", undated="exclude")["period"] == {
        "from": "2020-01-01",
        "undated": "exclude",
    }


def test_pages_together_are_the_whole(client):
    whole = slugs(ask(client, LIST, a=ICESCO)["items"])
    first = ask(client, LIST, a=ICESCO, limit="10")
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()

    assert slugs(first["items"]) + slugs(second["items"]) + slugs(third["items"]) == whole


def test_the_next_page_is_linked(client):
    answer = client.get(LIST, params={"a": ICESCO, "limit": "1"})

    assert answer.links["next"]["url"] == answer.json()["next"]


def test_the_list_comes_as_a_table_with_a_row_for_each_context(client):
    text = client.get(LIST, params={"a": ICOM, "format": "csv", "lang": "fr"}).content.decode("utf-8-sig")
    rows = {row["partner"].rpartition("/")[2]: row for row in csv.DictReader(io.StringIO(text))}

    assert (rows["icesco"]["kind"], rows["icesco"]["earliest"], rows["icesco"]["roles"]) == (
        "event",
        "2020-07-28",
        "Organisateur",
    )


def test_what_two_did_comes_as_a_table(client):
    text = client.get(f"{LIST}?a={ICESCO}&b={ICOM}&format=csv").content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))

    assert (row["rolesOfA"], row["rolesOfB"]) == ("Organizer", "Co-organizer")


def test_a_path_has_hops_with_contexts(client):
    path = ask(client, PATH, from_=ICOM, to=HIST)["path"]

    assert [(slugs([hop["from"], hop["to"]], ""), slugs(hop["contexts"], "")) for hop in path["hops"]] == [
        (["icom", "icesco"], ["illicit-trafficking-conference-2020"]),
        (["icesco", "icomos"], ["icesco-at-sharm-el-sheikh-climate-conference"]),
        (["icomos", "hist"], ["icomos-hist-mou-2022"]),
    ]


def test_a_path_that_is_not_known_says_so_and_not_that_there_is_none(client):
    assert ask(client, PATH, from_=ICOM, to="id:organization/nobody")["path"]["unknown"]["reason"] == (
        "no-path-on-record"
    )


def test_a_path_within_a_period_goes_through_contexts_of_that_time(client):
    assert "unknown" in ask(client, PATH, from_=ICOM, to=HIST, until="2019")["path"]


@pytest.mark.parametrize(
    ("path", "values"), [(LIST, {"a": ICESCO}), (LIST, {"a": ICESCO, "b": ICOM}), (PATH, {"from": ICOM, "to": HIST})]
)
def test_who_has_the_answer_gets_it_no_second_time(client, path, values):
    tag = client.get(path, params=values).headers["etag"]

    assert client.get(path, params=values, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("path", "values", "message"),
    [
        (LIST, {}, "'a' is missing"),
        (LIST, {"a": "icesco"}, "'a' takes an absolute IRI"),
        (LIST, {"a": ICESCO, "b": ICESCO}, "'a' and 'b' are the same"),
        (LIST, {"a": ICESCO, "undated": "perhaps"}, "'undated' takes include or exclude, not 'perhaps'"),
        (LIST, {"a": ICESCO, "from": "soon"}, "'from'"),
        (LIST, {"a": ICESCO, "from": "2024", "to": "2020"}, "there is no day from 2024-01-01 to 2020-12-31"),
        (LIST, {"a": ICESCO, "include": "everything"}, "'include' takes sources"),
        (LIST, {"a": ICESCO, "limit": "0"}, "a whole number from 1 to 1000"),
        (LIST, {"a": ICESCO, "cursor": "xyz"}, "cursor"),
        (LIST, {"a": ICESCO, "depth": "2"}, "there is no parameter 'depth' here; allowed: a, b, from"),
        (PATH, {"from": ICOM}, "'to' is missing"),
        (PATH, {"from": ICOM, "to": ICOM}, "'from' and 'to' are the same"),
    ],
)
def test_a_request_that_cannot_be_answered_says_what_would_be_right(client, path, values, message):
    answer = client.get(path, params=values)

    assert (answer.status_code, message in answer.json()["detail"]) == (400, True)
