"""A record of a page becomes what the page states: as written, with its evidence, and nothing that it leaves out."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pyoxigraph import Literal, NamedNode

from heritage_graph.importers.records.reading import Seen, record_files
from heritage_graph.importers.records.withheld import digest_of, read_withheld
from heritage_graph.model.dates import read_date
from heritage_graph.namespaces import HG, HGV, ID, RDF, XSD
from heritage_graph.web.published_schemas import schema

from .people_records import AGREEMENT, COUNCIL, EXCAVATION, MUSEUM, RENEWAL, read, remarks, told, without

MEMORANDUM = ID.term("agreement/bay-2021-museum-council")
COUNCIL_PART = ID.term("participation/bay-2021-museum-council--2")
TEMPLATE = Path(__file__).parents[2] / "docs/how-to/record-a-collaboration/template.jsonl"
SCHEMA = Draft202012Validator(schema("collaboration-record"))


@pytest.fixture
def memorandum(tmp_path):
    (each,) = told(tmp_path, AGREEMENT)
    return each.triples


def values(triples, thing, predicate):
    return {triple.object for triple in triples if triple.subject == thing and triple.predicate == predicate}


def english(*texts):
    return {Literal(text, language="en") for text in texts}


@pytest.mark.parametrize("record", [AGREEMENT, RENEWAL, EXCAVATION], ids=lambda record: record["slug"])
def test_the_schema_describes_the_records_that_are_told(record):
    assert list(SCHEMA.iter_errors(record)) == []


def test_the_template_is_a_record_of_which_nothing_is_left_out(tmp_path):
    record = json.loads(TEMPLATE.read_text(encoding="utf-8"))

    assert (list(SCHEMA.iter_errors(record)), remarks(tmp_path, record)) == ([], [[]])


def test_the_kind_is_the_concept_that_the_page_names(memorandum):
    assert values(memorandum, MEMORANDUM, RDF.type) | values(memorandum, MEMORANDUM, HG.agreementKind) == {
        HG.MemorandumOfUnderstanding,
        HGV.term("agreement-kind/memorandum-of-understanding"),
    }


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ("memorandum of understanding (MoU)", "memorandum-of-understanding"),
        ("Memorandum of Understanding; partnership", "memorandum-of-understanding"),
        ("agreement on a memorandum of understanding", "agreement"),
    ],
)
def test_the_kind_is_named_before_its_abbreviation_or_another_name(tmp_path, stated, kind):
    (each,) = told(tmp_path, AGREEMENT | {"kind_as_stated": stated})

    assert values(each.triples, MEMORANDUM, HG.agreementKind) == {HGV.term(f"agreement-kind/{kind}")}


def test_nobody_is_identified_by_a_name(memorandum):
    assert [triple for triple in memorandum if triple.predicate in {HG.participant, HG.funder, HG.contributor}] == []


def test_a_party_stands_as_printed_in_the_language_of_the_page(memorandum):
    assert values(memorandum, COUNCIL_PART, HG.participantAsNamed) == english("Harbour Council")


def test_on_whose_behalf_it_acts_stands_as_printed(memorandum):
    assert values(memorandum, COUNCIL_PART, HG.onBehalfOfAsNamed) == english("Town of Lighthouse Bay")


def test_who_signed_is_told_by_office(memorandum):
    assert values(memorandum, COUNCIL_PART, HG.signedByOffice) == english("Harbour Master")


def test_no_person_is_named(memorandum):
    assert [triple for triple in memorandum if "A. N. Example" in str(triple)] == []


def test_a_date_keeps_its_precision(memorandum):
    assert values(memorandum, MEMORANDUM, HG.signedOn) == {Literal("2021-05", datatype=XSD.gYearMonth)}


def test_a_date_that_has_no_form_of_the_calendar_stays_as_written(memorandum):
    assert values(memorandum, MEMORANDUM, HG.startsOnAsWritten) == english("next Thursday")


def test_a_name_of_the_vocabulary_becomes_its_concept(memorandum):
    assert values(memorandum, MEMORANDUM, HG.topic) == {HGV.term("topic/illicit-trafficking")}


def test_a_name_that_is_no_concept_stays_as_it_is(memorandum):
    assert values(memorandum, MEMORANDUM, HG.topicAsNamed) == {Literal("tides", language="und")}


def test_a_sum_has_its_number_and_its_currency(memorandum):
    amount = ID.term("amount/bay-2021-museum-council-2")

    assert values(memorandum, amount, HG.amountValue) | values(memorandum, amount, HG.currency) == {
        Literal("10.5", datatype=XSD.decimal),
        Literal("USD"),
    }


def test_a_funder_beside_the_parties_is_a_third_party(memorandum):
    assert values(memorandum, ID.term("funding/bay-2021-museum-council-2"), RDF.type) == {HG.ThirdPartyFunding}


def test_what_the_compiler_thinks_is_not_told_of_the_page(memorandum):
    told_words = " ".join(str(triple) for triple in memorandum)

    assert [word for word in ("bay-2021-other", "another day", "museum-library") if word in told_words] == []


def test_the_page_is_the_evidence_of_everything(memorandum):
    things = {triple.subject for triple in memorandum} - {ID.term("evidence/bay-2021-museum-council")}

    assert [thing for thing in things if not values(memorandum, thing, HG.evidence)] == []


def test_what_the_record_does_not_say_of_the_reading_stays_unsaid(memorandum):
    evidence = ID.term("evidence/bay-2021-museum-council")

    assert {triple.predicate for triple in memorandum if triple.subject == evidence} == {RDF.type, HG.document}


def test_what_is_said_of_all_pages_holds_where_no_record_says_otherwise(tmp_path):
    _, dig = told(tmp_path, AGREEMENT, EXCAVATION, seen=Seen(read_date("2026-11"), in_copy=True))
    evidence = ID.term("evidence/bay-2023-dig")

    assert values(dig.triples, evidence, HG.readOn) | values(dig.triples, evidence, HG.readInCopy) == {
        Literal("2026-11-02", datatype=XSD.date),
        Literal("false", datatype=XSD.boolean),
    }


def test_a_page_that_was_seen_in_part_has_open_lists(tmp_path):
    _, renewal = told(tmp_path, AGREEMENT, RENEWAL)

    assert values(renewal.triples, ID.term("agreement/bay-2026-renewal"), HG.listIsOpen) == {
        Literal("true", datatype=XSD.boolean)
    }


def test_a_renewal_leads_to_the_agreement_of_a_record_at_hand(tmp_path):
    _, renewal = told(tmp_path, AGREEMENT, RENEWAL)

    assert values(renewal.triples, ID.term("agreement/bay-2026-renewal"), HG.renews) == {MEMORANDUM}


def test_what_is_renewed_and_not_at_hand_stays_as_named(tmp_path):
    (renewal,) = told(tmp_path, RENEWAL)

    assert values(renewal.triples, ID.term("agreement/bay-2026-renewal"), HG.renewsAsNamed) == english(
        "bay-2021-museum-council"
    )


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"signed_on": "4 May"}, "date-unreadable"),
        ({"effective": "2027"}, "dates-disordered"),
        ({"term": "five years"}, "term-unreadable"),
        ({"parties_open": "no"}, "value-unfit"),
        ({"weather": "fair"}, "key-unknown"),
        ({"funding": [{"amount": 5}]}, "amount-incomplete"),
        ({"concerns": [{"as_named": "Old Lighthouse", "what": "site", "whs_id": "many"}]}, "value-unfit"),
        ({"parties": [MUSEUM, COUNCIL, {"as_named": "Keepers", "role": "onlooker"}]}, "role-unknown"),
        ({"parties": [MUSEUM, without(COUNCIL, "signed_by_capacity")]}, "person-without-office"),
        ({"kind": "project", "valid_until": None}, "date-of-an-agreement"),
    ],
)
def test_what_is_left_out_is_told(tmp_path, change, kind):
    assert remarks(tmp_path, AGREEMENT | change) == [[kind]]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"slug": "Bay 2021"}, "slug-unfit"),
        ({"kind": "friendship"}, "kind-unknown"),
        ({"url": "bay.example"}, "url-unfit"),
        ({"language": "English"}, "language-unfit"),
        ({"name": ""}, "key-missing"),
        ({"parties": [MUSEUM, {**COUNCIL, "withheld": "for its safety"}]}, "withheld-and-named"),
        ({"parties": ["Museum"]}, "not-an-object"),
    ],
)
def test_a_record_that_cannot_be_told_is_refused_with_the_reason(tmp_path, change, kind):
    (row,) = read(tmp_path, AGREEMENT | change)

    assert row.remark.kind == kind


def test_of_two_records_with_one_slug_the_later_is_refused(tmp_path):
    _, row = read(tmp_path, AGREEMENT, AGREEMENT)

    assert row.remark.kind == "slug-repeated"


def test_a_name_that_a_page_withholds_stays_withheld(tmp_path):
    party = {"withheld": "for the safety of its people", "role": "party"}
    (each,) = told(tmp_path, AGREEMENT | {"parties": [MUSEUM, party]})

    assert (
        values(each.triples, COUNCIL_PART, HG.participantAsNamed),
        values(each.triples, COUNCIL_PART, HG.withheldBecause),
    ) == (english("name withheld"), english("for the safety of its people"))


def test_a_name_that_is_withheld_is_withheld_of_every_page(tmp_path):
    withheld = {digest_of("harbour council"): "for its safety"}
    (each,) = told(tmp_path, AGREEMENT | {"funding": []}, withheld=withheld)

    assert [triple for triple in each.triples if "Harbour Council" in str(triple)] == []


@pytest.mark.parametrize(
    "change",
    [{"funding": [{"as_named": "Harbour Council"}]}, {"funding": [], "name": "The plan of the Harbour Council"}],
)
def test_a_record_that_tells_a_withheld_name_elsewhere_is_refused(tmp_path, change):
    (row,) = read(tmp_path, AGREEMENT | change, withheld={digest_of("Harbour  council"): "for its safety"})

    assert row.remark.kind == "name-withheld"


def test_the_list_of_what_is_withheld_holds_digests(tmp_path):
    (tmp_path / "withheld.csv").write_text("digest,because\nab12,for its safety\n", encoding="utf-8")

    assert read_withheld(tmp_path) == {"ab12": "for its safety"}


def test_where_there_is_no_list_nothing_is_withheld(tmp_path):
    assert read_withheld(tmp_path) == {}


def test_a_file_may_be_a_list(tmp_path):
    file = tmp_path / "records.json"
    file.write_text("[]", encoding="utf-8")

    assert record_files([tmp_path]) == [file]


def test_the_organizations_beside_the_records_of_a_folder_are_no_records(tmp_path):
    for name in ("bay.jsonl", "bay-organizations.jsonl", "README.md"):
        (tmp_path / name).touch()

    assert [file.name for file in record_files([tmp_path])] == ["bay.jsonl"]


def test_an_excavation_is_one(tmp_path):
    (each,) = told(tmp_path, EXCAVATION)

    assert values(each.triples, ID.term("activity/bay-2023-dig"), RDF.type) == {NamedNode(HG + "Excavation")}
