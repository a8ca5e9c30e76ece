"""The World Heritage List becomes sites, inscriptions, states and times in danger, and no row is lost."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from pyoxigraph import Literal, Quad

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers import IMPORTERS
from heritage_graph.importers.known import Known
from heritage_graph.importers.report import Outcome
from heritage_graph.importers.state_slugs import StateSlugs, read_state_slugs
from heritage_graph.namespaces import BASE, HG, HGV, ID, META, RDF, SKOS, XSD, source_graph

from .reading import read, remarks, values

DATA = Path(__file__).with_name("workbooks")
SITE = ID.term("site/whc-9001")
INSCRIPTION = ID.term("designation/whc-9001-inscription")


def subjects(imported, kind) -> set[str]:
    """The paths of the things of class *kind*."""
    return {
        quad.subject.value.removeprefix(ID)
        for quad in imported.quads
        if quad.predicate == RDF.type and quad.object == kind
    }


def en(text: str) -> Literal:
    return Literal(text, language="en")


# The list of 2019


def test_a_plain_row_is_accepted_without_remark(list_of_2019):
    imported = read("unesco-whc", list_of_2019({}))

    assert remarks(imported) == [[]]


def test_everything_is_said_in_the_source_graph_of_the_edition(list_of_2019):
    imported = read("unesco-whc", list_of_2019({}))

    assert {quad.graph_name for quad in imported.quads} == {source_graph("unesco-whc-2019")}


def test_a_site_has_its_names_in_english_and_french(list_of_2019):
    imported = read("unesco-whc", list_of_2019({}))

    assert values(imported, SITE, SKOS.prefLabel) == {
        en("Harbour of Example"),
        Literal("Port d'Exemple", language="fr"),
    }


def test_markup_entities_and_superfluous_space_leave_a_name(list_of_2019):
    name = " The <I>Riad</I>s of Example<br /><small>Old &amp; New  Town</small>"
    imported = read("unesco-whc", list_of_2019({"name_en": name}))

    assert values(imported, SITE, SKOS.prefLabel) >= {en("The Riads of Example Old & New Town")}


def test_markup_in_a_name_is_flagged(list_of_2019):
    imported = read("unesco-whc", list_of_2019({"name_fr": "XX<sup>e</sup> siècle"}))

    assert remarks(imported) == [["html-in-name"]]


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        (HG.worldHeritageId, Literal("9001")),
        (HG.latitude, Literal("34.0209", datatype=XSD.decimal)),
        (HG.longitude, Literal("-6.8361", datatype=XSD.decimal)),
        (HG.areaHectares, Literal("12.50", datatype=XSD.decimal)),
        (HG.heritageType, HGV.term("heritage-type/cultural")),
        (HG.country, ID.term("country/iso-ma")),
    ],
)
def test_a_site_is_told_as_the_row_has_it(list_of_2019, predicate, value):
    imported = read("unesco-whc", list_of_2019({}))

    assert values(imported, SITE, predicate) == {value}


def test_texts_of_others_are_not_taken(list_of_2019):
    imported = read("unesco-whc", list_of_2019({}))

    assert not [quad for quad in imported.quads if "text of others" in str(quad.object)]


def test_an_inscription_has_a_year_and_its_criteria(list_of_2019):
    imported = read("unesco-whc", list_of_2019({}))

    assert (values(imported, INSCRIPTION, HG.startsOn), values(imported, INSCRIPTION, HG.criterion)) == (
        {Literal("1999", datatype=XSD.gYear)},
        {Literal("(ii)"), Literal("(iv)")},
    )


def test_every_state_of_a_transboundary_site_takes_part_in_its_inscription(list_of_2019):
    imported = read(
        "unesco-whc",
        list_of_2019(
            {
                "iso_code": "es,fr,ma",
                "udnp_code": "esp,fra,mar",
                "states_name_en": "Spain,France,Morocco",
                "states_name_fr": "Espagne,France,Maroc",
            }
        ),
    )

    assert subjects(imported, HG.Participation) == {
        "participation/whc-9001-inscription--iso-es",
        "participation/whc-9001-inscription--iso-fr",
        "participation/whc-9001-inscription--iso-ma",
    }


def test_a_country_has_its_codes_and_its_names_as_the_list_gives_them(list_of_2019):
    imported = read("unesco-whc", list_of_2019({}))
    country = ID.term("country/iso-ma")

    assert [values(imported, country, each) for each in (HG.isoAlpha2, HG.isoAlpha3, SKOS.prefLabel)] == [
        {Literal("MA")},
        {Literal("MAR")},
        {en("Morocco"), Literal("Maroc", language="fr")},
    ]


def test_a_row_without_a_code_keeps_its_state_as_a_name(list_of_2019):
    imported = read(
        "unesco-whc", list_of_2019({"iso_code": "", "udnp_code": "", "states_name_en": "Example (proposed)"})
    )
    participation = ID.term("participation/whc-9001-inscription--as-named")

    assert values(imported, participation, HG.participantAsNamed) >= {en("Example (proposed)")}


@pytest.mark.parametrize(
    ("written", "periods"),
    [
        ("", set()),
        ("Y 2003", {("2003", None)}),
        ("P 1984-1988", {("1984", "1988")}),
        ("P 1984-1988 P 2000-2006", {("1984", "1988"), ("2000", "2006")}),
        ("Y 1996 P 1984-1992", {("1984", "1992"), ("1996", None)}),
    ],
)
def test_each_period_in_danger_is_a_dated_listing(list_of_2019, written, periods):
    imported = read("unesco-whc", list_of_2019({"danger_list": written}))
    listings = [ID.term(path) for path in subjects(imported, HG.DangerListing)]
    told = {
        tuple(next((end.value for end in values(imported, one, each)), None) for each in (HG.startsOn, HG.endsOn))
        for one in listings
    }

    assert told == periods


@pytest.mark.parametrize("written", ["2003", "Y 03", "P 1988-1984", "Y 2003 Z", "P 1984", "Y 2020", "Y 1950"])
def test_a_danger_list_that_cannot_be_read_is_flagged_and_not_written(list_of_2019, written):
    imported = read("unesco-whc", list_of_2019({"danger_list": written}))

    assert (subjects(imported, HG.DangerListing), remarks(imported)) == (set(), [["danger-unreadable"]])


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"latitude": "0", "longitude": "0"}, "coordinates-zero"),
        ({"latitude": "", "longitude": ""}, "no-coordinates"),
        ({"latitude": "north", "longitude": "1"}, "coordinates-unreadable"),
        ({"latitude": "91", "longitude": "1"}, "coordinates-out-of-range"),
        ({"latitude": "1", "longitude": "-180.1"}, "coordinates-out-of-range"),
        ({"area_hectares": ""}, "no-area"),
        ({"area_hectares": "0"}, "area-zero"),
        ({"area_hectares": "large"}, "area-unreadable"),
        ({"area_hectares": "-3"}, "area-unreadable"),
        ({"area_hectares": "NaN"}, "area-unreadable"),
        ({"iso_code": "", "udnp_code": ""}, "no-country-code"),
        ({"iso_code": "xx", "udnp_code": "xxx"}, "unknown-country-code"),
        ({"udnp_code": "pal"}, "country-codes-disagree"),
        ({"iso_code": "ma,es"}, "states-do-not-match"),
        ({"category": "Other"}, "category-unknown"),
        ({"criteria_txt": "(i)"}, "criteria-disagree"),
        ({"rev_bis": "Rev"}, "reference-suffix"),
        ({"danger": "1"}, "danger-disagrees"),
        ({"danger_list": "P 1984-1988", "date_end": "2001"}, "danger-disagrees"),
        ({"name_en": "Two  spaces"}, "spaces-in-name"),
    ],
)
def test_what_is_odd_in_a_row_is_flagged(list_of_2019, row, kind):
    imported = read("unesco-whc", list_of_2019(row))

    assert remarks(imported) == [[kind]]


@pytest.mark.parametrize(("suffix", "number"), [("Bis", "9001bis"), ("ter", "9001ter"), ("-552", "9001")])
def test_only_bis_ter_and_quater_belong_to_the_number(list_of_2019, suffix, number):
    imported = read("unesco-whc", list_of_2019({"rev_bis": suffix}))

    assert values(imported, SITE, HG.worldHeritageId) == {Literal(number)}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"id_no": "12a"}, "number-unreadable"),
        ({"name_en": "<br />", "name_fr": " "}, "no-name"),
        ({"date_inscribed": "2020"}, "year-impossible"),
        ({"date_inscribed": "99"}, "year-impossible"),
    ],
)
def test_a_row_that_cannot_be_a_site_is_refused_with_the_reason(list_of_2019, row, kind):
    imported = read("unesco-whc", list_of_2019(row))

    assert (remarks(imported), subjects(imported, HG.Site)) == ([[kind]], set())


def test_a_number_that_comes_again_is_refused(list_of_2019):
    imported = read("unesco-whc", list_of_2019({}, {"name_en": "Another"}))

    assert remarks(imported) == [[], ["number-repeated"]]


def test_a_row_with_too_few_cells_is_refused(list_of_2019):
    path = list_of_2019({})
    path.write_text(path.read_text(encoding="utf-8") + "9,9002,short\r\n", encoding="utf-8", newline="")
    imported = read("unesco-whc", path)

    assert remarks(imported) == [[], ["cells-do-not-match"]]


def test_a_cell_too_large_for_any_row_is_a_fault_of_the_file(list_of_2019):
    path = list_of_2019({"name_en": "x" * 200_000})

    with pytest.raises(SyntaxFault) as refusal:
        read("unesco-whc", path)

    assert "field larger than field limit" in str(refusal.value)


def test_the_three_outcomes_add_up_to_the_rows(list_of_2019):
    rows = [{"id_no": "1"}, {"id_no": "2", "area_hectares": ""}, {"id_no": "x"}, {"id_no": "3"}]
    report = read("unesco-whc", list_of_2019(*rows)).report

    assert report.summary() == "4 rows: 2 accepted, 1 flagged, 1 refused"


def test_each_remarked_row_is_named_by_number_and_line(list_of_2019):
    report = read("unesco-whc", list_of_2019({"id_no": "1"}, {"id_no": "2", "latitude": "0", "longitude": "0"})).report

    assert [(row.identifier, row.line, row.outcome) for row in report.rows if row.remarks] == [
        ("2", 4, Outcome.FLAGGED)
    ]


@pytest.mark.parametrize(("form", "column"), [("list_of_2019", "id_no"), ("list_of_2026", "id")])
def test_evidence_is_verifiable_in_the_file(request, form, column):
    path = request.getfixturevalue(form)({}, {column: "9002"})
    imported = read("unesco-whc", path)
    text = path.read_bytes().decode()
    spans = {
        evidence: [next(iter(values(imported, evidence, each))).value for each in (HG.start, HG.end, HG.spanDigest)]
        for evidence in map(ID.term, subjects(imported, HG.EvidenceSpan))
    }
    found = [sha256(text[int(start) : int(end)].encode()).hexdigest() for start, end, _ in spans.values()]

    assert found == [digest for _, _, digest in spans.values()]


def test_the_line_of_evidence_is_that_on_which_the_row_begins(list_of_2019):
    imported = read("unesco-whc", list_of_2019({"id_no": "1"}, {"id_no": "2"}))
    lines = {quad.object.value for quad in imported.quads if quad.predicate == HG.line}

    assert lines == {"2", "4"}


def test_the_document_has_the_digest_of_the_file(list_of_2019):
    path = list_of_2019({})
    imported = read("unesco-whc", path)

    assert values(imported, ID.term("document/unesco-whc-2019"), HG.digest) == {
        Literal(sha256(path.read_bytes()).hexdigest(), datatype=XSD.hexBinary)
    }


def test_every_node_with_a_class_has_evidence_or_is_evidence(list_of_2019):
    imported = read("unesco-whc", list_of_2019({"danger_list": "Y 2003"}))
    typed = {quad.subject: quad.object for quad in imported.quads if quad.predicate == RDF.type}
    bare = [thing for thing in typed if not values(imported, thing, HG.evidence)]

    assert {typed[thing] for thing in bare} == {HG.EvidenceSpan, HG.SourceDocument}


# The list of 2019 as a workbook


@pytest.mark.parametrize("name", ["list.xls", "list.xlsx"])
def test_a_workbook_tells_the_same_sites_as_the_csv_file(list_of_2019, name):
    csv_file = read("unesco-whc", list_of_2019({}, {"id_no": "9002", "latitude": "0", "longitude": "0"}))
    workbook = read("unesco-whc", DATA / name)
    told = [
        {q for q in each.quads if q.subject == SITE and q.predicate != HG.evidence} for each in (csv_file, workbook)
    ]

    assert (told[0] == told[1], remarks(workbook)) == (True, [[], ["coordinates-zero"]])


def test_the_evidence_of_a_row_in_a_workbook_is_its_sheet_and_number():
    imported = read("unesco-whc", DATA / "list.xls")
    [evidence] = values(imported, SITE, HG.evidence)
    told = [values(imported, evidence, term) for term in (RDF.type, HG.fileName, HG.sheet, HG.row)]

    assert told == [{HG.RowEvidence}, {Literal("list.xls")}, {Literal("sites")}, {Literal(2)}]


def test_a_workbook_bears_the_digest_of_its_file():
    imported = read("unesco-whc", DATA / "list.xls")
    document = ID.term("document/unesco-whc-2019")

    assert values(imported, document, HG.digest) == {
        Literal(sha256((DATA / "list.xls").read_bytes()).hexdigest(), datatype=XSD.hexBinary)
    }


@pytest.mark.parametrize("content", [b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1nothing"])
def test_a_workbook_that_cannot_be_read_is_refused(tmp_path, content):
    path = tmp_path / "list.xls"
    path.write_bytes(content)

    with pytest.raises(SyntaxFault, match="the workbook cannot be read"):
        read("unesco-whc", path)


@pytest.mark.parametrize("limit", ["LARGEST", "LARGEST_UNPACKED"])
def test_a_workbook_that_would_fill_the_memory_is_refused(monkeypatch, limit):
    monkeypatch.setattr(f"heritage_graph.importers.workbook_rows.{limit}", 100)

    with pytest.raises(SyntaxFault, match="save a larger one as CSV"):
        read("unesco-whc", DATA / "list.xlsx")


# The list of 2026


def test_both_editions_call_a_site_and_its_country_the_same(list_of_2019, list_of_2026):
    one, other = read("unesco-whc", list_of_2019({})), read("unesco-whc", list_of_2026({}))

    assert [subjects(one, each) for each in (HG.Site, HG.Country, HG.State)] == [
        subjects(other, each) for each in (HG.Site, HG.Country, HG.State)
    ]


def test_numbers_of_json_are_written_as_they_stand(list_of_2026):
    imported = read("unesco-whc", list_of_2026({"latitude": -0.0000001, "area_hectares": 1e3}))

    assert (values(imported, SITE, HG.latitude), values(imported, SITE, HG.areaHectares)) == (
        {Literal("-0.0000001", datatype=XSD.decimal)},
        {Literal("1000.0", datatype=XSD.decimal)},
    )


def test_a_site_in_danger_without_years_is_reported_on_the_day_of_the_file(list_of_2026):
    imported = read("unesco-whc", list_of_2026({"is_endangered": True}))
    listing = ID.term("designation/whc-9001-danger-reported-2026")

    assert (remarks(imported), values(imported, listing, HG.reportedOn)) == (
        [["danger-undated"]],
        {Literal("2026-05-04", datatype=XSD.date)},
    )


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"country": None, "state_party": None}, "no-country-code"),
        ({"state_party": "XXX"}, "unknown-country-code"),
        ({"latitude": None, "longitude": None}, "no-coordinates"),
        ({"latitude": float("nan"), "longitude": 1}, "coordinates-unreadable"),
        ({"area_hectares": None}, "no-area"),
        ({"area_hectares": 0}, "area-zero"),
        ({"criteria": ["ii", "xi"]}, "criteria-unreadable"),
        ({"criteria": "ii and iv"}, "criteria-unreadable"),
        ({"category": None}, "category-unknown"),
        ({"id": "A-1"}, "number-unreadable"),
        ({"id": 1.5}, "number-unreadable"),
        ({"name": None}, "no-name"),
        ({"year_inscribed": None}, "year-impossible"),
    ],
)
def test_what_is_odd_in_an_object_is_flagged_or_refused(list_of_2026, row, kind):
    imported = read("unesco-whc", list_of_2026(row))

    assert remarks(imported) == [[kind]]


def test_an_object_without_a_member_is_refused(tmp_path):
    path = tmp_path / "list.json"
    whole = {"results": [{"id": 5}, 7], "meta": {"schema": "world_heritage_sites.import.v1"}}
    path.write_text(json.dumps(whole), encoding="utf-8")
    imported = read("unesco-whc", path)

    assert remarks(imported) == [["members-missing"], ["members-missing"]]


# Which file it is, and what others call its things


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"id,name\n1,A\n", b'{"meta": {"schema": "other"}, "results": []}', b"{", b"\xff\xfe", b"[]"),
        *(b'{"results": []}', b'{"meta": {"schema": "world_heritage_sites.import.v1"}, "results": {}}'),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(tmp_path, content):
    path = tmp_path / "list"
    path.write_bytes(content)

    with pytest.raises(SyntaxFault) as refusal:
        read("unesco-whc", path)

    assert str(refusal.value).startswith("list: the ")


def test_a_name_is_alternative_where_another_graph_prefers_a_different_one(list_of_2026):
    imported = read(
        "unesco-whc", list_of_2026({}), Known(lambda thing: [en("Port of Example")] if thing == SITE else [])
    )

    assert (values(imported, SITE, SKOS.prefLabel), values(imported, SITE, SKOS.altLabel)) == (
        set(),
        {en("Harbour of Example")},
    )


def test_a_name_that_another_graph_prefers_too_stays_preferred(list_of_2026):
    imported = read(
        "unesco-whc", list_of_2026({}), Known(lambda thing: [en("Harbour of Example")] if thing == SITE else [])
    )

    assert values(imported, SITE, SKOS.prefLabel) == {en("Harbour of Example")}


def test_a_registered_state_goes_by_its_slug(list_of_2019):
    imported = read("unesco-whc", list_of_2019({}), Known(slugs=StateSlugs({"MA": "morocco"})))

    assert subjects(imported, HG.State) == {"state/morocco"}


@pytest.mark.parametrize(
    ("registry", "slug"),
    [
        ("kind,slug,iso_alpha2\nstate,kingdom-of-morocco,ma\n", "kingdom-of-morocco"),
        ("kind,slug\ncountry,morocco\n", "iso-ma"),
        ("kind,slug,iso_alpha2\norganization,morocco,MA\n", "iso-ma"),
        ("", "iso-ma"),
    ],
)
def test_the_registry_gives_slugs_by_code(tmp_path, registry, slug):
    path = tmp_path / "registry.csv"
    path.write_text(registry, encoding="utf-8")

    assert read_state_slugs(path).slug("MA") == slug


def test_without_a_registry_every_state_goes_by_its_code(tmp_path):
    slugs = read_state_slugs(tmp_path / "absent.csv")

    assert slugs.slug("MA") == "iso-ma"


def test_the_graph_is_described_in_the_meta_graph(list_of_2019):
    imported = read("unesco-whc", list_of_2019({}))
    graph, document = source_graph("unesco-whc-2019"), ID.term("document/unesco-whc-2019")

    assert Quad(graph, HG.describes, document, META) in imported.about


def test_the_editions_of_the_importer_are_those_that_it_reads(list_of_2019, list_of_2026):
    slugs = [read("unesco-whc", path).source for path in (list_of_2019({}), list_of_2026({}))]

    assert list(IMPORTERS["unesco-whc"].editions) == slugs


def test_each_importer_is_listed_under_its_name():
    names = [importer.name for importer in IMPORTERS.values()]

    assert names == list(IMPORTERS)


def test_every_subject_is_a_thing_of_ours(list_of_2019):
    imported = read("unesco-whc", list_of_2019({}))

    assert all(quad.subject.value.startswith(BASE) for quad in imported.quads)
