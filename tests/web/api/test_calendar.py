"""The last days of agreements as a calendar: what calendar programs read, and that it stays the same."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

PATH = "/api/v1/agreements.ics"
AGREEMENT = "https://w3id.org/heritage-graph/id/agreement/"
PERIOD = {"from": "2026-01-01", "within": "P3Y"}
RENEWALS = Path(__file__).parent.joinpath("documents/renewals.ttl").read_bytes()
NAME = r"[A-Za-z0-9-]+"
PARAMETER = rf'{NAME}=(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)'
CONTENT_LINE = re.compile(rf"{NAME}(?:;{PARAMETER})*:[^\x00-\x08\x0a-\x1f\x7f]*")  # RFC 5545, 3.1


@pytest.fixture(scope="module", autouse=True)
def renewals(client, writer):
    """Three made-up agreements that renew each other are in the graph."""
    headers = writer | {"Content-Type": "text/turtle"}
    client.put("/api/v1/sources/test-renewals", content=RENEWALS, headers=headers)
    yield
    client.delete("/api/v1/sources/test-renewals", headers=writer)


@pytest.fixture(scope="module")
def answer(client):
    return client.get(PATH, params=PERIOD)


@pytest.fixture(scope="module")
def events(answer):
    """The events by the slug of their agreement, as a reader of calendars has them."""
    walked = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["uid"]).removeprefix(AGREEMENT).removesuffix("#last-day"): event for event in walked}


def test_it_comes_as_a_calendar(answer):
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")


def test_its_lines_are_those_of_the_standard(answer):
    lines = answer.content.decode().replace("\r\n ", "").split("\r\n")

    assert [line for line in lines[:-1] if not CONTENT_LINE.fullmatch(line)] == []


def test_no_line_is_longer_than_75_octets_and_all_end_alike(answer):
    lines = answer.content.split(b"\r\n")

    assert (max(map(len, lines)) <= 75, lines[-1], any(b"\n" in line or b"\r" in line for line in lines)) == (
        True,
        b"",
        False,
    )


def test_components_open_and_close_in_order(answer):
    marks = [line for line in answer.text.splitlines() if line.startswith(("BEGIN:", "END:"))]
    events = answer.text.count("BEGIN:VEVENT")

    assert marks == ["BEGIN:VCALENDAR", *(["BEGIN:VEVENT", "END:VEVENT"] * events), "END:VCALENDAR"]


def test_a_subscriber_is_told_its_name_and_how_often_to_look(answer):
    calendar = Calendar.from_ical(answer.content)

    assert [str(calendar["version"]), str(calendar["x-wr-calname"]), calendar["refresh-interval"].dt] == [
        "2.0",
        "Agreements: last days",
        timedelta(days=1),
    ]


def test_each_known_last_day_in_the_period_is_an_event(events):
    assert set(events) == {"icesco-saudi-hajj-routes", "icesco-ots-mou", "icomos-hist-mou-2022", "renewed-third"}


def test_a_known_day_is_an_event_of_that_day(events):
    event = events["icesco-ots-mou"]

    assert (event["dtstart"].dt, event["dtend"].dt, str(event["status"])) == (
        date(2027, 6, 13),
        date(2027, 6, 14),
        "CONFIRMED",
    )


def test_an_uncertain_day_spans_all_that_it_can_be(events):
    event = events["renewed-third"]

    assert (event["dtstart"].dt, event["dtend"].dt, str(event["status"])) == (
        date(2028, 1, 1),
        date(2029, 1, 1),
        "TENTATIVE",
    )


@pytest.mark.parametrize(
    "told",
    [
        "Derived by rule",
        "Term from a general clause",
        "Parties: ICESCO; Organization of Turkic States",
        "Report on Partnerships",
        f"{AGREEMENT}icesco-ots-mou",
    ],
)
def test_an_event_says_what_it_rests_on(events, told):
    assert told in str(events["icesco-ots-mou"]["description"])


def test_an_event_leads_to_the_agreement(events, client):
    assert client.get(str(events["icesco-ots-mou"]["url"])).status_code == 303


@pytest.mark.parametrize(
    ("language", "summary"),
    [
        ("en", "Last day (not known exactly): Third, made for a test"),
        ("ar", "آخر يوم سريان (غير معلوم بدقة): الثالث، صنع للاختبار"),
        ("fr", "Dernier jour (pas connu exactement) : Le troisième, fait pour un test"),
        ("de", "Last day (not known exactly): Third, made for a test"),
    ],
)
def test_summaries_come_in_the_language_asked_for(client, language, summary):
    content = client.get(PATH, params=PERIOD | {"lang": language}).content
    events = Calendar.from_ical(content).walk("VEVENT")

    assert summary in [str(event["summary"]) for event in events]


def test_the_same_generation_gives_the_same_bytes(client, answer):
    assert client.get(PATH, params=PERIOD).content == answer.content


def test_events_are_stamped_with_the_time_of_the_commit(client, events):
    commits = client.get("/queries/commits", params={"format": "json"}).json()["rows"]
    last = max(datetime.fromisoformat(row["when"]) for row in commits)

    assert {event["dtstamp"].dt for event in events.values()} == {last.astimezone(UTC).replace(microsecond=0)}


def test_only_agreements_of_a_party_are_told(client):
    content = client.get(PATH, params=PERIOD | {"party": "id:organization/icomos"}).content

    assert [str(each["uid"]) for each in Calendar.from_ical(content).walk("VEVENT")] == [
        f"{AGREEMENT}icomos-hist-mou-2022#last-day"
    ]


def test_without_a_period_it_reaches_from_a_year_ago_to_five_years_ahead(client):
    content = client.get(PATH).content
    today = datetime.now(UTC).date()
    days = [event["dtstart"].dt for event in Calendar.from_ical(content).walk("VEVENT")]

    assert [day for day in days if not -366 <= (day - today).days <= 5 * 366] == []


def test_a_calendar_without_events_is_still_a_calendar(client):
    content = client.get(PATH, params={"from": "1950-01-01", "within": "P1D"}).content

    assert Calendar.from_ical(content).walk("VEVENT") == []


def test_who_holds_it_gets_no_copy(client, answer):
    assert client.get(PATH, params=PERIOD, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("values", [{"within": "soon"}, {"from": "2026"}, {"party": "no iri"}, {"status": "unknown"}])
def test_what_cannot_be_asked_is_a_bad_parameter(client, values):
    assert client.get(PATH, params=values).status_code == 400
