"""States in organizations by year become dated memberships, and no row of any table is lost."""

import gzip

import pytest
from pyoxigraph import Literal

from heritage_graph.errors import SyntaxFault
from heritage_graph.evidence import documents_in, spans_of, verify_spans
from heritage_graph.importers.known import Known
from heritage_graph.importers.memberships import Membership, Year, memberships
from heritage_graph.importers.report import Outcome
from heritage_graph.importers.state_slugs import StateSlugs
from heritage_graph.namespaces import DCTERMS, HG, HGV, ID, RDF, SKOS, XSD

from .igo_tables import STATES, tables
from .reading import ALONE, remarks, values
from .reading import read as read_data

ORGANIZATION = ID.term("organization/cow-igo-9010")
MEMBER = {"egypt": "1.0"}


def year(text: str) -> Literal:
    return Literal(text, datatype=XSD.gYear)


def paths(imported, kind) -> set[str]:
    """The paths of the things of class *kind*."""
    return {q.subject.value.removeprefix(ID) for q in imported.quads if q.predicate == RDF.type and q.object == kind}


def dates(imported, path) -> dict[str, set[str]]:
    """What each property says that dates the participation at *path*."""
    node = ID.term(f"participation/{path}")
    named = {"starts": HG.startsOn, "ends": HG.endsOn, "seen": HG.reportedOn}
    found = {name: {each.value for each in values(imported, node, term)} for name, term in named.items()}
    return {name: each for name, each in found.items() if each}


@pytest.fixture
def read(tmp_path):
    """What the importer makes of the years of one organization."""
    return lambda *years, known=ALONE, **more: read_data("igo-membership", tables(tmp_path, *years, **more), known)


# How years become memberships


def of(codes: str, *, first=1951, founded=None, dissolved=False) -> list[tuple[str, int, int, bool, bool]]:
    """The memberships of one state whose codes are letters: m a o for parts, - for none, ? for missing, . no row."""
    meant = {"m": "1", "a": "2", "o": "3", "-": "0", "?": "-9"}
    years = [Year(first + at, {"egypt": meant[code]}) for at, code in enumerate(codes) if code != "."]
    found = memberships(years, founded=founded, dissolved=dissolved)
    return [(each.role, each.first, each.last, each.began, each.ended) for each in found]


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ("--", []),
        ("-mm-", [("member", 1952, 1953, True, True)]),
        ("-mm", [("member", 1952, 1953, True, False)]),
        ("mm-", [("member", 1951, 1952, False, True)]),
        ("?m?", [("member", 1952, 1952, False, False)]),
        ("-m-m-", [("member", 1952, 1952, True, True), ("member", 1954, 1954, True, True)]),
        ("-m?m-", [("member", 1952, 1952, True, False), ("member", 1954, 1954, False, True)]),
        ("-m.m-", [("member", 1952, 1952, True, False), ("member", 1954, 1954, False, True)]),
        ("-oam", [
            ("observer", 1952, 1952, True, True),
            ("associate-member", 1953, 1953, True, True),
            ("member", 1954, 1954, True, False),
        ]),
    ],
)  # fmt: skip
def test_contiguous_years_with_one_code_are_one_membership(codes, told):
    assert of(codes) == told


def test_who_is_there_in_the_year_of_foundation_began_then():
    assert of("mm", founded=1951) == [("member", 1951, 1952, True, False)]


def test_who_is_there_when_an_organization_ends_ceased_then():
    assert of("mm", dissolved=True) == [("member", 1951, 1952, False, True)]


def test_states_are_told_one_after_the_other():
    years = [Year(1951, {"b": "1", "a": "3"})]

    assert memberships(years, founded=None, dissolved=False) == [
        Membership("a", "observer", 1951, 1951, began=False, ended=False),
        Membership("b", "member", 1951, 1951, began=False, ended=False),
    ]


# What they come to in the graph


def test_a_membership_is_a_participation_in_the_organization(read):
    imported = read({}, MEMBER, MEMBER, {})
    node = ID.term("participation/cow-igo-9010--iso-eg--member-1952")
    told = [values(imported, node, term) for term in (HG.inContext, HG.participant, HG.role)]

    assert told == [{ORGANIZATION}, {ID.term("state/iso-eg")}, {HGV.term("role/member")}]


@pytest.mark.parametrize(
    ("years", "path", "told"),
    [
        ([{}, MEMBER, MEMBER, {}], "member-1952", {"starts": {"1952"}, "ends": {"1953"}}),
        ([MEMBER, MEMBER], "member-1951", {"starts": {"1951"}, "seen": {"1952"}}),
        ([MEMBER, {"dead": "1.0"} | MEMBER], "member-1951", {"starts": {"1951"}, "ends": {"1952"}}),
        ([{"egypt": "-9.0"}, MEMBER, {"egypt": "-9.0"}], "member-1952", {"seen": {"1952"}}),
        ([{"egypt": ""}, MEMBER, MEMBER, {}], "member-1952", {"seen": {"1952"}, "ends": {"1953"}}),
        ([{}, {"egypt": "3.0"}], "observer-1952", {"starts": {"1952"}, "seen": {"1952"}}),
    ],
)
def test_a_membership_has_only_the_ends_that_the_table_shows(read, years, path, told):
    assert dates(read(*years), f"cow-igo-9010--iso-eg--{path}") == told


def test_dates_that_the_project_calls_inexact_say_so(read):
    imported = read({"accuracyofpre1965membershipdates": "Within 5 years"} | MEMBER)
    node = ID.term("participation/cow-igo-9010--iso-eg--member-1951")

    assert values(imported, node, HG.dateAccuracy) == {Literal("Within 5 years", language="en")}


@pytest.mark.parametrize(
    ("predicate", "told"),
    [
        (RDF.type, {HG.Organization}),
        (SKOS.prefLabel, {Literal("Invented Heritage Organization", language="en")}),
        (SKOS.altLabel, {Literal("Invented Heritage Org.", language="en")}),
        (HG.acronym, {Literal("IHO", language="und")}),
        (HG.foundedOn, {year("1951")}),
        (HG.correlatesOfWarNumber, {Literal("9010")}),
    ],
)
def test_an_organization_is_told_as_the_table_has_it(read, predicate, told):
    assert values(read(MEMBER), ORGANIZATION, predicate) == told


def test_a_name_that_the_table_has_cut_is_not_written(read):
    imported = read({"longorgname": "x" * 80})

    assert values(imported, ORGANIZATION, SKOS.prefLabel) == {Literal("Invented Heritage Org.", language="en")}


def test_a_state_goes_by_its_code_where_its_number_has_one_and_else_by_its_number(read):
    assert paths(read(MEMBER), HG.State) == {"state/iso-eg", "state/cow-9999"}


def test_a_registered_state_goes_by_its_slug(read):
    imported = read(MEMBER, known=Known(slugs=StateSlugs({"EG": "egypt"})))

    assert values(imported, ID.term("state/egypt"), HG.correlatesOfWarNumber) == {Literal("651")}


def test_the_curators_say_which_organization_has_a_number(read):
    imported = read(MEMBER, known=Known(registered={("cow-igo", "9010"): "invented"}))

    assert paths(imported, HG.Participation) == {"participation/invented--iso-eg--member-1951"}


def test_source_and_licence_are_stated(read):
    licences = {quad.object.value for quad in read(MEMBER).about if quad.predicate == DCTERMS.license}

    assert licences == {"https://www.gnu.org/licenses/gpl-3.0.html"}


def test_the_evidence_of_a_membership_are_its_rows(read, tmp_path):
    imported = read({}, MEMBER, MEMBER, {})
    [evidence] = values(imported, ID.term("participation/cow-igo-9010--iso-eg--member-1952"), HG.evidence)
    text = gzip.decompress((tmp_path / "organizations.csv.gz").read_bytes()).decode()
    start, end = (int(next(iter(values(imported, evidence, term))).value) for term in (HG.start, HG.end))

    assert text[start:end] == "\r\n".join(text.split("\r\n")[2:4])


def test_evidence_is_verifiable_in_the_unpacked_files(read, tmp_path):
    imported = read({}, MEMBER, MEMBER, {}, state_years=[{}])
    unpacked = gzip.decompress((tmp_path / "organizations.csv.gz").read_bytes())
    (tmp_path / "organizations.csv").write_bytes(unpacked)
    spans = spans_of(imported.quads)

    assert (len(spans), verify_spans(spans, documents_in(tmp_path))) == (4, [])


# What becomes of each row


def test_every_row_of_every_table_is_accounted_for(read):
    report = read({}, MEMBER, state_years=[{}, {}]).report

    assert (len(report), report.count(Outcome.ACCEPTED)) == (6, 6)


@pytest.mark.parametrize(
    ("years", "kinds"),
    [
        ([{"egypt": "7.0"}], [["code-unknown"]]),
        ([{"imputed": "1.0"}], [["imputed"]]),
        ([{}, {"year": "1955"}], [[], ["years-missing"]]),
        ([{"year": "soon"}], [["year-unreadable"]]),
        ([{}, {"year": "1951"}], [[], ["year-out-of-order"]]),
        ([{"orgname": "", "longorgname": " "}], [["no-name"]]),
        ([{"ionum": "none"}], [["number-unreadable"]]),
        ([{}, {"ionum": "9020"}, {}], [[], [], ["organization-again"]]),
    ],
)
def test_what_is_odd_in_a_year_is_flagged_or_refused(read, years, kinds):
    assert remarks(read(*years))[2:] == kinds


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        ({}, []),
        ({"year": "1952.0", "iho": "1.0"}, []),
        ({"iho": "1.0"}, ["files-disagree"]),
        ({"year": "1952.0"}, ["files-disagree"]),
        ({"year": "1952.0", "iho": "3.0"}, ["files-disagree"]),
        ({"state": "atlantis"}, ["state-year-unreadable"]),
        ({"year": ""}, ["state-year-unreadable"]),
    ],
)
def test_states_by_year_are_held_against_organizations_by_year(read, row, kinds):
    assert remarks(read({}, MEMBER, state_years=[row]))[-1] == kinds


def test_states_by_year_state_nothing_themselves(read):
    without = read({}, MEMBER)
    imported = read({}, MEMBER, state_years=[{"iho": "1.0"}])

    assert paths(imported, HG.Participation) == paths(without, HG.Participation)


def test_a_state_without_a_number_is_refused(read):
    assert remarks(read({}, states=[*STATES, STATES[0] | {"ccode": ""}]))[2] == ["state-unreadable"]


def test_a_second_time_of_a_state_says_nothing_more(read):
    assert remarks(read({}, states=[*STATES, STATES[0]]))[2] == []


def test_the_table_of_organizations_may_be_named_itself(read, tmp_path):
    folder = read({}, MEMBER)
    file = read_data("igo-membership", tmp_path / "organizations.csv.gz")

    assert file.quads == folder.quads


@pytest.mark.parametrize("name", ["organizations.csv.gz", "states.csv"])
def test_a_table_that_is_missing_is_a_fault(tmp_path, name):
    (tables(tmp_path, {}) / name).unlink()

    with pytest.raises(SyntaxFault, match="there is no CSV file of"):
        read_data("igo-membership", tmp_path)


def test_two_tables_of_one_kind_are_a_fault(tmp_path):
    tables(tmp_path, {})
    (tmp_path / "more.csv").write_bytes((tmp_path / "states.csv").read_bytes())

    with pytest.raises(SyntaxFault, match="both tables of states"):
        read_data("igo-membership", tmp_path)
