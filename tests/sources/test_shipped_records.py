"""The shipped records: all are accounted for, every decision on identity fits, and nobody is named who must not be."""

import csv
import json
from collections import Counter

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.importers.records.binding import settled
from heritage_graph.importers.records.identities import COLUMNS, read_identities
from heritage_graph.importers.records.reading import Seen, open_records, records
from heritage_graph.importers.records.record import Record
from heritage_graph.importers.records.vocabulary import vocabulary_of
from heritage_graph.importers.records.withheld import digest_of, read_withheld
from heritage_graph.importers.records.writing import printed
from heritage_graph.namespaces import ID

FOLDER = asset_folder("sources") / "records"
FILES = sorted(FOLDER.glob("*.jsonl"))


@pytest.fixture(scope="module")
def written():
    return [json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def read():
    return list(records(open_records([FOLDER]), read_withheld(asset_folder("sources")), Seen()))


@pytest.fixture(scope="module")
def rows():
    with (FOLDER / "identities.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def described():
    """Everything that a shipped file describes."""
    quads = [quad for path in asset_files("sources", ".trig") for quad in parse(path.read_bytes(), RdfFormat.TRIG)]
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def test_all_records_but_one_can_be_told(read):
    files = asset_files("ontology/vocabularies", ".ttl")
    vocabulary = vocabulary_of(quad.triple for file in files for quad in parse(path=str(file)))
    told = Counter(type(settled(each, vocabulary)).__name__ for each in read)

    assert told == {"Record": 749, "RefusedRow": 1}


def test_no_person_is_named_as_signing_or_representing(written):
    named = [
        party
        for record in written
        for party in record.get("parties", ())
        if {"signed_by", "represented_by"} & set(party)
    ]

    assert named == []


def test_a_name_that_is_withheld_stands_nowhere(written):
    withheld = read_withheld(asset_folder("sources"))

    assert len(withheld) > 0
    assert [text for record in written for text in texts(record) if digest_of(text) in withheld] == []


def test_every_decision_is_on_what_its_record_prints(read):
    prints = {each.slug: dict(printed(each)) for each in read if isinstance(each, Record)}
    decisions = [
        (record, mention, decision.printed)
        for record, of_record in read_identities(FOLDER).items()
        for mention, decision in of_record.items()
    ]

    assert [each for each in decisions if prints[each[0]].get(each[1]) != each[2]] == []


def test_everything_identified_is_described_or_is_what_another_record_is_about(rows, described, read):
    own = {
        f"{ID}{kind}/{each.slug}"
        for each in read
        if isinstance(each, Record)
        for kind in ("agreement", "event", "programme", "project", "activity", "designation")
    }

    assert {row["identity"] for row in rows if ID + row["identity"] not in described | own} == set()


def test_no_thing_goes_by_the_name_of_one_that_goes_by_another_name(rows):
    things = {row["record"]: row["identity"] for row in rows if row["mention"] == "thing"}

    assert [thing for thing in things.values() if thing.split("/")[1] in things] == []


def test_every_decision_says_who_made_it_when_and_why(rows):
    assert [row for row in rows if not all(row[column] for column in COLUMNS)] == []


def test_the_decisions_are_sorted_so_that_changes_are_easy_to_read(rows):
    assert [row["record"] for row in rows] == sorted(row["record"] for row in rows)


def test_every_difference_that_was_read_is_between_two_records_on_one_thing(rows, read):
    slugs = {each.slug for each in read if isinstance(each, Record)}
    things = {row["record"]: row["identity"] for row in rows if row["mention"] == "thing"}
    with (FOLDER / "disagreements.csv").open(encoding="utf-8", newline="") as lines:
        differences = list(csv.DictReader(lines))
    named = {(row[key], row["thing"]) for row in differences for key in ("record_a", "record_b")}

    assert {record for record, _ in named} <= slugs
    assert [each for each in named if things.get(each[0], each[1]) != each[1]] == []
    assert {row["verdict"] for row in differences} == {"disagreement", "precision", "wording"}


def test_a_page_that_lists_agreements_of_two_is_no_agreement_of_eleven(read):
    listed = [each for each in read if isinstance(each, Record) and each.slug.startswith("bak-swiss-bilateral-list")]

    assert [len(each.parties) for each in listed] == [2] * 10
    assert {each.page.url for each in listed} == {listed[0].page.url}


@pytest.mark.parametrize(
    ("slug", "key"),
    [
        ("moza-2010-10-28-bl-qf-mou", "term"),
        ("iccrom-2011-03-28-sharjah-agreement", "valid_until"),
        ("freightwaves-2019-us-algeria", "term"),
    ],
)
def test_the_term_of_a_project_or_of_a_rule_is_not_given_as_that_of_the_agreement(written, slug, key):
    (record,) = [each for each in written if each["slug"] == slug]

    assert key not in record
    assert record["note"]
