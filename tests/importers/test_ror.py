"""Records of the Research Organization Registry become organizations, and no record is lost."""

import json
from hashlib import sha256

import pytest
from pyoxigraph import Literal, NamedNode, Store

from heritage_graph.errors import SyntaxFault
from heritage_graph.evidence import documents_in, spans_of, verify_spans
from heritage_graph.importers import IMPORTERS
from heritage_graph.importers.into_store import bring_in_file
from heritage_graph.importers.known import Curated
from heritage_graph.importers.report import Outcome
from heritage_graph.namespaces import HG, HGV, ID, RDF, RDFS, SKOS, XSD, source_graph
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.view import graph_triples

from .reading import ALONE, remarks, values
from .reading import read as read_data
from .ror_records import SCHOOL, name, tie, written

ORGANIZATION = ID.term("organization/ror-0aaaaaa01")
OTHER = ID.term("organization/ror-0bbbbbb02")
PLACE = ID.term("place/geonames-9999991")


@pytest.fixture
def read(tmp_path):
    """What the importer makes of records, each told by its difference from the plain one."""
    return lambda *records, known=ALONE: read_data("ror", written(tmp_path, *records), known)


def place_at(**details: object) -> dict[str, object]:
    """A location that differs from the plain one in *details*."""
    location = SCHOOL["locations"][0]
    return {"locations": [location | {"geonames_details": location["geonames_details"] | details}]}


def test_a_plain_record_is_accepted_without_remark(read):
    assert remarks(read({})) == [[]]


def test_everything_is_said_in_the_source_graph_of_the_registry(read):
    assert {quad.graph_name for quad in read({}).quads} == {source_graph("ror")}


def test_a_label_is_preferred_once_a_language_and_the_displayed_one_comes_first(read):
    names = [name("First", "label"), name("Shown", "ror_display", "label"), name("Premier", "label", lang="fr")]
    imported = read({"names": names})

    assert (values(imported, ORGANIZATION, SKOS.prefLabel), values(imported, ORGANIZATION, SKOS.altLabel)) == (
        {Literal("Shown", language="en"), Literal("Premier", language="fr")},
        {Literal("First", language="en")},
    )


def test_an_alias_is_never_preferred(read):
    imported = read({"names": [name("Shown", "ror_display", "label"), name("Name", "alias", lang="de")]})

    assert values(imported, ORGANIZATION, SKOS.altLabel) == {Literal("Name", language="de")}


def test_an_acronym_without_a_language_says_that_it_is_undetermined(read):
    imported = read({})

    assert values(imported, ORGANIZATION, HG.acronym) == {Literal("ISE", language="und")}


@pytest.mark.parametrize(
    ("thing", "predicate", "told"),
    [
        (ORGANIZATION, RDF.type, {HG.AcademicInstitution}),
        (ORGANIZATION, HG.organizationType, {HGV.term("organization-type/academic")}),
        (
            ORGANIZATION,
            HG.organizationTypeAsNamed,
            {Literal("education", language="en"), Literal("funder", language="en")},
        ),
        (ORGANIZATION, HG.registryStatus, {HGV.term("registry-status/active")}),
        (ORGANIZATION, HG.foundedOn, {Literal("1951", datatype=XSD.gYear)}),
        (ORGANIZATION, HG.homepage, {NamedNode("https://school.example/")}),
        (ORGANIZATION, RDFS.seeAlso, {NamedNode("https://wiki.example/Invented_School")}),
        (ORGANIZATION, HG.country, {ID.term("country/iso-ma")}),
        (ORGANIZATION, HG.seat, {PLACE}),
        (PLACE, HG.country, {ID.term("country/iso-ma")}),
        (PLACE, HG.latitude, {Literal("34.01325", datatype=XSD.decimal)}),
        (PLACE, HG.longitude, {Literal("-6.83255", datatype=XSD.decimal)}),
        (PLACE, SKOS.prefLabel, {Literal("Exampletown", language="und")}),
        (ID.term("country/iso-ma"), HG.isoAlpha2, {Literal("MA")}),
    ],
)
def test_an_organization_and_its_place_are_told_as_the_record_has_them(read, thing, predicate, told):
    assert values(read({}), thing, predicate) == told


def test_identifiers_of_other_registries_are_their_addresses(read):
    assert {each.value for each in values(read({}), ORGANIZATION, HG.externalIdentifier)} == {
        "https://ror.org/0aaaaaa01",
        "http://www.wikidata.org/entity/Q99999999",
        "https://isni.org/isni/0000000123456789",
        "https://doi.org/10.13039/100999991",
        "https://doi.org/10.13039/100999992",
        "https://www.grid.ac/institutes/grid.999999.9",
    }


def test_a_type_that_only_resembles_one_of_ours_is_kept_as_named(read):
    imported = read({"types": ["government"]})

    assert (values(imported, ORGANIZATION, RDF.type), values(imported, ORGANIZATION, HG.organizationType)) == (
        {HG.Organization},
        set(),
    )


@pytest.mark.parametrize(
    ("kind", "predicate"),
    [
        ("parent", HG.partOf),
        ("child", HG.hasPart),
        ("related", HG.relatedTo),
        ("successor", HG.succeededBy),
        ("predecessor", HG.succeeds),
    ],
)
def test_a_relation_is_stated_in_its_own_direction_only(read, kind, predicate):
    imported = read({"relationships": [tie(kind, "0bbbbbb02")]}, {"id": "https://ror.org/0bbbbbb02"})
    between = {(q.subject, q.predicate) for q in imported.quads if {q.subject, q.object} == {ORGANIZATION, OTHER}}

    assert between == {(ORGANIZATION, predicate)}


def test_an_organization_that_only_a_relation_names_is_told_with_that_name(read):
    imported = read({"relationships": [tie("parent", "0bbbbbb02", "Elsewhere")]})

    assert (values(imported, OTHER, SKOS.prefLabel), values(imported, OTHER, RDF.type)) == (
        {Literal("Elsewhere", language="und")},
        {HG.Organization},
    )


def test_a_relation_does_not_name_an_organization_that_has_a_record(read):
    imported = read({"relationships": [tie("parent", "0bbbbbb02")]}, {"id": "https://ror.org/0bbbbbb02"})

    assert Literal("Another School", language="und") not in values(imported, OTHER, SKOS.prefLabel)


@pytest.mark.parametrize("status", ["inactive", "withdrawn"])
def test_a_status_is_told_whatever_it_is(read, status):
    assert values(read({"status": status}), ORGANIZATION, HG.registryStatus) == {HGV.term(f"registry-status/{status}")}


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"names": [name("Two  spaces", "ror_display", "label")]}, "spaces-in-name"),
        ({"names": [name("مثال\u200f", "ror_display", "label", lang="ar")]}, "marks-in-name"),
        ({"names": [name("E\u0301cole", "ror_display", "label", lang="fr")]}, "name-not-composed"),
        ({"names": [name("Name", "ror_display", "label"), name("", "alias")]}, "name-empty"),
        ({"names": [name("Name", "ror_display", "label", lang="english!")]}, "language-unreadable"),
        ({"names": [name("Name", "ror_display", "nickname")]}, "name-kind-unknown"),
        ({"names": [name("Name", "label")]}, "no-display-name"),
        ({"names": [name("One", "ror_display"), name("Two", "ror_display")]}, "display-names-several"),
        ({"types": ["circus"]}, "type-unknown"),
        ({"status": "asleep"}, "status-unknown"),
        ({"status": "withdrawn"}, "withdrawn"),
        ({"established": 0}, "year-impossible"),
        ({"established": "1951"}, "year-impossible"),
        ({"established": True}, "year-impossible"),
        ({"relationships": [tie("cousin", "0bbbbbb02")]}, "relation-unknown"),
        ({"relationships": [tie("parent", "elsewhere")]}, "relation-unreadable"),
        ({"relationships": [tie("parent", "0bbbbbb02", "")]}, "relation-unreadable"),
        ({"relationships": [tie("parent", "0aaaaaa01")]}, "relation-to-itself"),
        ({"external_ids": [{"type": "passport", "all": ["1"]}]}, "identifier-kind-unknown"),
        ({"external_ids": [{"type": "wikidata", "all": ["P31"]}]}, "identifier-unreadable"),
        ({"external_ids": [{"type": "isni", "all": ["0000 0001 2345 678X"]}]}, "identifier-unreadable"),
        ({"links": [{"type": "website", "value": "javascript:alert(1)"}]}, "link-unreadable"),
        ({"links": [{"type": "website", "value": "https://a b.example/"}]}, "link-unreadable"),
        ({"locations": []}, "no-location"),
        ({"locations": [{"geonames_id": "x", "geonames_details": {}}]}, "location-unreadable"),
        (place_at(name=""), "location-unreadable"),
        (place_at(country_code="XX"), "country-unknown"),
        (place_at(lat=91), "coordinates-unreadable"),
        (place_at(lng=None), "coordinates-unreadable"),
        (place_at(lat=True), "coordinates-unreadable"),
    ],
)
def test_what_is_odd_in_a_record_is_flagged(read, record, kind):
    assert remarks(read(record)) == [[kind]]


def test_a_check_character_of_ten_is_written_as_x(read):
    imported = read({"external_ids": [{"type": "isni", "all": ["0000 0000 0001 004X"]}]})

    assert NamedNode("https://isni.org/isni/000000000001004X") in values(imported, ORGANIZATION, HG.externalIdentifier)


def test_a_place_has_the_position_of_the_first_record_that_gives_one(read):
    imported = read({}, {"id": "https://ror.org/0bbbbbb02"} | place_at(lat=35))

    assert (remarks(imported), len(values(imported, PLACE, HG.latitude))) == ([[], ["position-differs"]], 1)


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"id": "https://ror.org/short"}, "id-unreadable"),
        ({"id": None}, "id-unreadable"),
        ({"names": []}, "no-name"),
        ({"names": "Invented School"}, "no-name"),
    ],
)
def test_a_record_that_cannot_be_an_organization_is_refused_with_the_reason(read, record, kind):
    imported = read(record)

    assert (remarks(imported), imported.report.count(Outcome.REFUSED)) == ([[kind]], 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"id": "https://ror.org/0aaaaaa01", "name": "Invented School"}', "not-version-2"),
        ('{"id": "https://ror.org/0aaaaaa01"}', "members-missing"),
        ('"a text"', "members-missing"),
        ('{"id": ', "not-json"),
        ("[" * 100_000, "not-json"),
    ],
)
def test_what_is_no_record_is_refused_and_the_others_are_read(tmp_path, text, kind):
    written(tmp_path, {})
    (tmp_path / "zzz.json").write_text(text, encoding="utf-8")

    assert remarks(read_data("ror", tmp_path)) == [[], [kind]]


def test_an_identifier_that_comes_again_is_refused(read):
    assert remarks(read({}, {})) == [[], ["id-repeated"]]


def test_a_list_in_one_file_reads_like_a_folder(tmp_path, read):
    folder = read({}, {"id": "https://ror.org/0bbbbbb02"})
    path = tmp_path / "all.json"
    path.write_text(json.dumps([SCHOOL, SCHOOL | {"id": "https://ror.org/0bbbbbb02"}]), encoding="utf-8")
    listed = read_data("ror", path)

    assert [row.identifier for row in listed.report.rows] == [row.identifier for row in folder.report.rows]


@pytest.mark.parametrize("content", [None, b"\xff"], ids=["no file", "not UTF-8"])
def test_what_holds_no_records_at_all_is_a_fault(tmp_path, content):
    (tmp_path / ("a.json" if content else "a.txt")).write_bytes(content or b"")

    with pytest.raises(SyntaxFault):
        read_data("ror", tmp_path)


def test_evidence_stands_in_the_files_put_one_after_the_other(tmp_path, read):
    imported = read({}, {"id": "https://ror.org/0bbbbbb02"})
    joined = tmp_path / "joined"
    joined.mkdir()
    (joined / "all").write_bytes(b"".join(path.read_bytes() for path in sorted(tmp_path.glob("*.json"))))
    spans = spans_of(imported.quads)

    assert (len(spans), verify_spans(spans, documents_in(joined))) == (2, [])


def test_the_document_bears_the_digest_of_all_files(tmp_path, read):
    imported = read({}, {"id": "https://ror.org/0bbbbbb02"})
    content = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("*.json")))

    assert values(imported, ID.term("document/ror"), HG.digest) == {
        Literal(sha256(content).hexdigest(), datatype=XSD.hexBinary)
    }


# Into a store


@pytest.fixture
def bring(data, tmp_path, rulebook):
    """Bring records into a store that holds the shipped dataset."""
    folder = tmp_path / "records"
    folder.mkdir()

    def run(*records):
        path = written(folder, *records)
        return bring_in_file(data, IMPORTERS["ror"], path, curated=Curated(), rulebook=rulebook)

    run.data = data
    return run


def triples_of(data):
    store = Store.read_only(str(generation_folder(data, published_generations(data)[-1])))
    return graph_triples(store, source_graph("ror"))


def test_records_pass_the_gate_with_every_relation_and_status(bring):
    ties = [tie(kind, "0bbbbbb02") for kind in ("parent", "child", "related", "successor", "predecessor")]
    brought = bring({"relationships": ties, "status": "inactive"})

    assert len(triples_of(bring.data)) == len(brought.imported.quads)


def test_a_record_that_the_curators_identified_is_told_of_that_thing(bring):
    bring({"id": "https://ror.org/00y86zy26"})

    assert HG.acronym in {
        each.predicate for each in triples_of(bring.data) if each.subject == ID.term("organization/icomos")
    }


def test_importing_the_same_records_again_changes_nothing(bring):
    bring({})

    assert bring({}).prepared.changeset is None
