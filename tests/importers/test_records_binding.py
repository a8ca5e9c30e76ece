"""Who is bound by the agreement of a record, where the record does not say it of two."""

import pytest

from heritage_graph.importers.records.binding import settled
from heritage_graph.importers.rows import RefusedRow
from heritage_graph.namespaces import HG, HGV, ID, RDF

from .people_records import AGREEMENT, COUNCIL, MUSEUM, RENEWAL, read, remarks, told, vocabulary, without

FUND = {"as_named": "Lamp Fund", "role": "funder"}
KEEPERS = {"as_named": "Keepers' Guild", "role": "implementer"}
COLLEGE = {"as_named": "Bay College", "role": "academic-partner"}
VILLAGE = {"as_named": "Village of Bay", "role": "beneficiary"}
SIGNING = {"signed_by_capacity": "Warden"}
LOAN = {"as_named": "Lamp Fund", "amount": 5, "currency": "EUR", "mode": "third-party"}


def agreement(*parties, **changes):
    return without(AGREEMENT, "funding") | {"parties": list(parties)} | changes


def renewal(*parties, **changes):
    return without(RENEWAL, "excerpt_cut") | {"parties": list(parties), "kind_as_stated": "second grant"} | changes


def bound(folder, record):
    """The numbers of those whom the graph of *record* calls parties."""
    (each,) = told(folder, record)
    return sorted(
        int(triple.subject.value.rpartition("--")[2])
        for triple in each.triples
        if triple.predicate == HG.role and triple.object == HGV.term("role/party")
    )


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(agreement(FUND | SIGNING, KEEPERS | SIGNING, VILLAGE), [1, 2], id="who signed"),
        pytest.param(agreement(MUSEUM, FUND, KEEPERS), [1, 2], id="a party and who pays"),
        pytest.param(agreement(FUND, KEEPERS, VILLAGE), [1, 2], id="who pays and who carries it out"),
        pytest.param(agreement(FUND | SIGNING, KEEPERS), [1, 2], id="who signed and who carries it out"),
        pytest.param(agreement(MUSEUM, COLLEGE), [1, 2], id="a party and who works with it"),
        pytest.param(agreement(MUSEUM, COUNCIL, FUND | SIGNING), [1, 2], id="two who are said to be: nobody else"),
        pytest.param(agreement(MUSEUM | {"role": "Party|host"}, COUNCIL), [1, 2], id="a party that hosts"),
        pytest.param(renewal(MUSEUM, FUND), [1, 2], id="a renewal that binds somebody"),
        pytest.param(renewal(FUND, KEEPERS, kind_as_stated="new agreement"), [1, 2], id="a renewal called agreement"),
        pytest.param(agreement(FUND | SIGNING, KEEPERS | SIGNING, parties_open=True), [1, 2], id="signed, of more"),
    ],
)
def test_they_are_bound(tmp_path, record, expected):
    assert bound(tmp_path, record) == expected


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(agreement(FUND, KEEPERS, parties_open=True), id="the parties may be others"),
        pytest.param(agreement(FUND, KEEPERS, excerpt_cut=True), id="the parties may stand in the rest"),
        pytest.param(agreement(FUND | SIGNING, VILLAGE), id="who gains is not bound"),
        pytest.param(renewal(FUND, KEEPERS), id="a grant that is renewed"),
        pytest.param(renewal(FUND, KEEPERS, kind_as_stated="renewal"), id="a renewal of who knows what"),
        pytest.param(renewal(FUND, KEEPERS | SIGNING), id="a grant that one signed for"),
        pytest.param(
            agreement(FUND | SIGNING, KEEPERS | SIGNING | {"on_behalf_of": "Bay"}, parties_open=True),
            id="signed for another",
        ),
    ],
)
def test_where_nobody_can_tell_two_who_are_bound_it_is_told_as_funding(tmp_path, record):
    (each,) = told(tmp_path, record)
    thing = ID.term(f"activity/{record['slug']}")

    assert bound(tmp_path, record) == []
    assert {triple.object for triple in each.triples if triple.subject == thing and triple.predicate == RDF.type} == {
        HG.Activity
    }


@pytest.mark.parametrize(
    "parties", [[MUSEUM], [MUSEUM, VILLAGE], [COLLEGE], [MUSEUM, MUSEUM]], ids=["one", "who gains", "no party", "twice"]
)
def test_an_agreement_of_fewer_than_two_in_which_nobody_pays_is_refused(tmp_path, parties):
    (record,) = read(tmp_path, agreement(*parties))
    row = settled(record, vocabulary())

    assert isinstance(row, RefusedRow)
    assert row.remark.kind == "parties-missing"


def test_what_is_taken_of_a_role_is_told(tmp_path):
    assert remarks(tmp_path, agreement(MUSEUM, FUND)) == [["party-implied"]]


def test_what_is_told_as_funding_loses_the_dates_of_an_agreement(tmp_path):
    record = agreement(FUND, VILLAGE)

    assert remarks(tmp_path, record) == [["told-as-funding", "date-of-an-agreement", "date-of-an-agreement"]]


def test_a_funder_who_is_bound_is_no_third_party(tmp_path):
    (each,) = told(tmp_path, agreement(MUSEUM, FUND, funding=[LOAN]))

    assert [remark.kind for remark in each.row.remarks] == ["party-implied", "no-third-party"]
    assert HG.ThirdPartyFunding not in {triple.object for triple in each.triples}


def test_a_funder_beside_two_parties_stays_a_third_party(tmp_path):
    (each,) = told(tmp_path, agreement(MUSEUM, COUNCIL, FUND, funding=[LOAN]))

    assert HG.ThirdPartyFunding in {triple.object for triple in each.triples}


def test_an_agreement_that_is_told_as_funding_is_not_renewed(tmp_path):
    _, later = told(tmp_path, agreement(FUND, VILLAGE), RENEWAL)

    assert HG.renews not in {triple.predicate for triple in later.triples}
