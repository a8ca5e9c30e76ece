"""Who and what a record means is decided by curators, mention by mention, and the graph tells who decided and why."""

import pytest
from pyoxigraph import Literal

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.records.identities import COLUMNS, read_identities
from heritage_graph.importers.records.returning import record_of
from heritage_graph.namespaces import FOAF, HG, ID, RDF, SKOS, XSD

from .people_records import AGREEMENT, EXCAVATION, RENEWAL, told

BAY = "bay-2021-museum-council"
MUSEUM_PART = ID.term(f"participation/{BAY}--1")
COUNCIL_PART = ID.term(f"participation/{BAY}--2")
GRANT = ID.term(f"grant/{BAY}-3")
COUNCIL = ID.term("organization/harbour-council")
MUSEUM = ID.term("organization/museum-of-the-bay")
BANK = ID.term("organization/bay-bank")
LIGHTHOUSE = ID.term("site/old-lighthouse")
ROWS = (
    (BAY, "party-2", "Harbour Council", "organization/harbour-council", "identified"),
    (BAY, "party-1", "Museum of Lighthouse Bay", "organization/museum-of-the-bay", "proposed"),
    (BAY, "funding-3", "Bay Bank", "organization/bay-bank", "identified"),
    (BAY, "concern-1", "Old Lighthouse", "site/old-lighthouse", "identified"),
    (BAY, "place", "the old lighthouse", "place/lighthouse-bay", "identified"),
    (BAY, "thing", AGREEMENT["name"], "agreement/museum-council", "identified"),
)

TITLE = {
    "slug": "bay-2022-capital",
    "url": "https://bay.example/news/capital-of-songs",
    "publisher": "Bay News",
    "language": "en",
    "kind": "designation",
    "kind_as_stated": "Capital of Songs",
    "name": "Lighthouse Bay, Capital of Songs 2022",
    "parties": [{"as_named": "Town of Lighthouse Bay", "role": "beneficiary"}],
    "concerns": [{"as_named": "Lighthouse Bay", "what": "site"}],
}
MASTER = (BAY, "behalf-3", "Harbour Master", "organization/harbour-council", "identified")
CITY = (TITLE["slug"], "concern-1", "Lighthouse Bay", "place/lighthouse-bay", "identified")


def decisions(folder, *rows, by="A. Curator", on="2026-11-22"):
    lines = [",".join((*row, by, on, "the only one")) for row in rows]
    (folder / "identities.csv").write_text("\n".join([",".join(COLUMNS), *lines, ""]), encoding="utf-8")
    return read_identities(folder)


@pytest.fixture
def memorandum(tmp_path):
    (each,) = told(tmp_path, AGREEMENT, identities=decisions(tmp_path, *ROWS))
    return each


def values(each, thing, predicate):
    return {triple.object for triple in each.triples if triple.subject == thing and triple.predicate == predicate}


def english(text):
    return Literal(text, language="en")


def test_who_is_identified_takes_the_place_of_the_name(memorandum):
    assert (values(memorandum, COUNCIL_PART, HG.participant), values(memorandum, COUNCIL_PART, HG.namedAs)) == (
        {COUNCIL},
        {english("Harbour Council")},
    )
    assert values(memorandum, COUNCIL_PART, HG.participantAsNamed) == set()


def test_who_decided_when_and_why_stands_beside_it(memorandum):
    told_of_it = [values(memorandum, COUNCIL_PART, each) for each in (HG.decidedBy, HG.decidedOn, HG.decidedBecause)]

    assert told_of_it == [
        {Literal("A. Curator")},
        {Literal("2026-11-22", datatype=XSD.date)},
        {Literal("the only one")},
    ]


def test_a_proposal_leaves_the_name_as_it_is_printed(memorandum):
    assert values(memorandum, MUSEUM_PART, HG.participantAsNamed) == {english("Museum of Lighthouse Bay")}
    assert values(memorandum, MUSEUM_PART, HG.proposedIdentity) == {MUSEUM}
    assert values(memorandum, MUSEUM_PART, HG.participant) == set()


def test_a_funder_is_identified_like_a_party(memorandum):
    assert (values(memorandum, GRANT, HG.funder), values(memorandum, GRANT, HG.funderAsNamed)) == ({BANK}, set())


def test_the_printed_name_is_one_of_the_names_of_the_agent(memorandum):
    assert values(memorandum, COUNCIL, SKOS.altLabel) == {english("Harbour Council")}


def test_a_name_that_another_source_prefers_is_not_told_again(tmp_path):
    preferred = {COUNCIL: [english("Harbour Council")]}
    (each,) = told(
        tmp_path,
        AGREEMENT,
        identities=decisions(tmp_path, *ROWS),
        given=lambda thing: preferred.get(thing, ()),
    )

    assert values(each, COUNCIL, SKOS.altLabel) == set()


def test_what_the_record_is_about_goes_by_the_name_it_has_elsewhere(memorandum):
    thing = ID.term("agreement/museum-council")

    assert values(memorandum, ID.term(f"document/{BAY}"), FOAF.primaryTopic) == {thing}
    assert values(memorandum, COUNCIL_PART, HG.inContext) == {thing}


def test_a_heritage_goes_by_the_name_it_has_elsewhere(memorandum):
    assert LIGHTHOUSE in values(memorandum, ID.term("agreement/museum-council"), HG.concerns)


def test_an_agreement_was_signed_at_the_place_that_is_identified(memorandum):
    place = ID.term("place/lighthouse-bay")

    assert values(memorandum, ID.term("agreement/museum-council"), HG.signedAt) == {place}


def test_what_is_renewed_goes_by_the_name_it_has_elsewhere(tmp_path):
    _, renewal = told(tmp_path, AGREEMENT, RENEWAL, identities=decisions(tmp_path, *ROWS))

    assert values(renewal, ID.term("agreement/bay-2026-renewal"), HG.renews) == {ID.term("agreement/museum-council")}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param((BAY, "party-2", "Council of the Harbour", "organization/x", "identified"), id="other words"),
        pytest.param((BAY, "party-9", "Harbour Council", "organization/x", "identified"), id="no such party"),
    ],
)
def test_a_decision_on_words_that_the_record_no_longer_has_is_left_out_and_remarked_on(tmp_path, row):
    (each,) = told(tmp_path, AGREEMENT, identities=decisions(tmp_path, row))

    assert [remark.kind for remark in each.row.remarks] == ["identity-outdated"]
    assert [triple for triple in each.triples if triple.predicate == HG.participant] == []


def test_a_heritage_is_known_wherever_it_stands_in_its_list(tmp_path):
    turned = AGREEMENT | {"concerns": AGREEMENT["concerns"][::-1]}
    (each,) = told(tmp_path, turned, identities=decisions(tmp_path, *ROWS))

    assert LIGHTHOUSE in values(each, ID.term("agreement/museum-council"), HG.concerns)
    assert each.row.remarks == ()


def test_what_a_record_is_about_stays_when_it_is_called_otherwise(tmp_path):
    (each,) = told(tmp_path, AGREEMENT | {"name": "On the lighthouse"}, identities=decisions(tmp_path, *ROWS))

    assert values(each, ID.term(f"document/{BAY}"), FOAF.primaryTopic) == {ID.term("agreement/museum-council")}
    assert each.row.remarks == ()


def test_an_agreement_does_not_become_a_thing_of_another_kind(tmp_path):
    row = (BAY, "thing", AGREEMENT["name"], "event/museum-council", "identified")
    (each,) = told(tmp_path, AGREEMENT, identities=decisions(tmp_path, row))

    assert values(each, ID.term(f"document/{BAY}"), FOAF.primaryTopic) == {ID.term(f"agreement/{BAY}")}


def test_an_office_stays_as_printed_and_acts_in_the_name_of_its_body(tmp_path):
    office = AGREEMENT | {"parties": [*AGREEMENT["parties"], {"as_named": "Harbour Master", "role": "patron"}]}
    (each,) = told(tmp_path, office, identities=decisions(tmp_path, MASTER))
    part = ID.term(f"participation/{BAY}--3")

    assert values(each, part, HG.onBehalfOf) == {COUNCIL}
    assert values(each, part, HG.participantAsNamed) == {english("Harbour Master")}
    assert values(each, part, HG.participant) == values(each, COUNCIL, SKOS.altLabel) == set()
    assert values(each, part, HG.decidedBecause) == {Literal("the only one")}


def test_who_is_identified_acts_in_no_other_name(tmp_path):
    row = (BAY, "behalf-2", "Harbour Council", "organization/town", "identified")
    (each,) = told(tmp_path, AGREEMENT, identities=decisions(tmp_path, *ROWS, row))

    assert values(each, COUNCIL_PART, HG.onBehalfOf) == set()


def test_a_title_is_granted_to_a_place_that_has_a_name_elsewhere(tmp_path):
    (each,) = told(tmp_path, TITLE, identities=decisions(tmp_path, CITY))
    place, title = ID.term("place/lighthouse-bay"), ID.term("designation/bay-2022-capital")

    assert (values(each, title, HG.designates), values(each, place, RDF.type)) == ({place}, {HG.Place})
    assert record_of(TITLE["slug"], each.triples)["concerns"] == TITLE["concerns"]


def test_what_an_agreement_concerns_is_no_place(tmp_path):
    row = (BAY, "concern-1", "Old Lighthouse", "place/lighthouse-bay", "identified")
    (each,) = told(tmp_path, AGREEMENT, identities=decisions(tmp_path, row))

    assert ID.term(f"site/{BAY}-1") in values(each, ID.term(f"agreement/{BAY}"), HG.concerns)


@pytest.mark.parametrize(
    "rows",
    [(AGREEMENT,), (AGREEMENT, RENEWAL), (EXCAVATION,), (TITLE,)],
    ids=("one", "a renewal", "without", "a title of a place"),
)
def test_the_record_of_a_graph_makes_the_same_graph_by_the_same_decisions(tmp_path, rows):
    identities = decisions(tmp_path, *ROWS, CITY)
    graphs = [set(each.triples) for each in told(tmp_path, *rows, identities=identities)]
    records = [record_of(row["slug"], graph) for row, graph in zip(rows, graphs, strict=True)]

    assert [set(each.triples) for each in told(tmp_path, *records, identities=identities)] == graphs


def test_where_nothing_is_decided_there_is_no_decision(tmp_path):
    assert read_identities(tmp_path) == {}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        pytest.param(ROWS[0], "has a decision already", id="twice"),
        pytest.param((BAY, "party-3", "x", "organization/x", "maybe"), "'maybe'", id="neither"),
    ],
)
def test_a_faulty_file_of_decisions_is_refused_with_its_line(tmp_path, row, fault):
    with pytest.raises(SyntaxFault, match=rf"line 3.*{fault}"):
        decisions(tmp_path, ROWS[0], row)


@pytest.mark.parametrize(
    ("who_and_when", "fault"),
    [
        pytest.param({"by": ""}, "nobody has decided", id="by nobody"),
        pytest.param({"on": ""}, "nobody has decided", id="on no day"),
        pytest.param({"on": "yesterday"}, "yesterday", id="no day of the calendar"),
    ],
)
def test_a_row_that_only_proposes_is_refused_until_somebody_decides(tmp_path, who_and_when, fault):
    with pytest.raises(SyntaxFault, match=rf"line 2.*{fault}"):
        decisions(tmp_path, ROWS[0], **who_and_when)


def test_a_file_of_decisions_without_a_column_is_refused(tmp_path):
    (tmp_path / "identities.csv").write_text("record,mention\n", encoding="utf-8")

    with pytest.raises(SyntaxFault, match="no column 'printed'"):
        read_identities(tmp_path)
