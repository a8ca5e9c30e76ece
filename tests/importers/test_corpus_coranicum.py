"""Descriptions of manuscripts in TEI become objects with a holder and a span of years, and no file is lost."""

import pytest
from pyoxigraph import Literal, NamedNode

from heritage_graph.errors import SyntaxFault
from heritage_graph.evidence import documents_in, spans_of, verify_spans
from heritage_graph.importers.known import Known
from heritage_graph.importers.report import Outcome
from heritage_graph.namespaces import DCTERMS, HG, HGV, ID, META, RDF, RDFS, SKOS, XSD

from .reading import ALONE, remarks, values
from .reading import read as read_data

CODEX = ID.term("artifact/corpus-coranicum-9001")
HOLDER = ID.term("organization/corpus-coranicum-77")
TEI = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="mysql_id_9001">
  <teiHeader><fileDesc>
    <titleStmt><title>Exampletown, Invented Library, Or. 1</title></titleStmt>
    <sourceDesc><msDesc xml:lang="en">
      <msIdentifier><repository key="77">Invented  Library
            , Exampletown, Example State</repository><idno>Or. 1</idno></msIdentifier>
      <msContents><summary>Seen at <ref target="https://library.example/or-1">the library</ref>.</summary></msContents>
      <physDesc><objectDesc><supportDesc material="parchment"/></objectDesc></physDesc>
      <history><origin><origDate>750-900</origDate></origin><provenance>Othertown</provenance></history>
    </msDesc></sourceDesc>
  </fileDesc></teiHeader>
</TEI>
"""
DATE = "<origDate>750-900</origDate>"


def year(text: str) -> Literal:
    return Literal(text, datatype=XSD.gYear)


@pytest.fixture
def read(tmp_path):
    """What the importer makes of descriptions that differ from the plain one in one place each."""

    def made(*changes: tuple[str, str], known=ALONE):
        for number, (before, after) in enumerate(changes):
            text = TEI.replace(before, after).replace("_9001", f"_{9001 + number}")
            (tmp_path / f"m{number}.xml").write_text(text, encoding="utf-8")
        return read_data("corpus-coranicum", tmp_path, known)

    return made


def test_a_plain_description_is_accepted_without_remark(read):
    assert remarks(read(("", ""))) == [[]]


@pytest.mark.parametrize(
    ("thing", "predicate", "told"),
    [
        (CODEX, RDF.type, {HG.Artifact}),
        (CODEX, SKOS.prefLabel, {Literal("Exampletown, Invented Library, Or. 1", language="und")}),
        (CODEX, HG.heritageType, {HGV.term("heritage-type/manuscripts")}),
        (CODEX, HG.heldBy, {HOLDER}),
        (CODEX, HG.shelfMark, {Literal("Or. 1")}),
        (CODEX, HG.material, {HGV.term("material/parchment")}),
        (CODEX, HG.dateAsWritten, {Literal("750-900")}),
        (CODEX, HG.notBefore, {year("0750")}),
        (CODEX, HG.notAfter, {year("0900")}),
        (CODEX, HG.provenanceAsNamed, {Literal("Othertown", language="und")}),
        (CODEX, HG.externalIdentifier, {NamedNode("https://corpuscoranicum.de/en/manuscripts/9001")}),
        (CODEX, RDFS.seeAlso, {NamedNode("https://library.example/or-1")}),
        (HOLDER, RDF.type, {HG.Organization}),
        (HOLDER, SKOS.prefLabel, {Literal("Invented Library", language="und")}),
        (HOLDER, HG.seatAsNamed, {Literal("Exampletown, Example State", language="und")}),
    ],
)
def test_a_manuscript_and_its_holder_are_told_as_the_file_has_them(read, thing, predicate, told):
    assert values(read(("", "")), thing, predicate) == told


@pytest.mark.parametrize(
    ("date", "bounds", "certainty"),
    [
        ("<origDate>-750</origDate>", (set(), {year("0750")}), set()),
        ("<origDate>750-</origDate>", ({year("0750")}, set()), set()),
        ("<origDate>1260</origDate>", ({year("1260")}, {year("1260")}), set()),
        ("<origDate>1260 \u2013 1270</origDate>", ({year("1260")}, {year("1270")}), set()),
        ('<origDate when="1260-05">May</origDate>', ({year("1260")}, {year("1260")}), set()),
        ('<origDate notBefore="0750" cert="low"/>', ({year("0750")}, set()), {Literal("low")}),
        ('<origDate from="0750" to="0800">x</origDate>', ({year("0750")}, {year("0800")}), set()),
    ],
)
def test_a_date_has_the_bounds_and_the_certainty_that_the_file_gives(read, date, bounds, certainty):
    imported = read((DATE, date))
    told = values(imported, CODEX, HG.notBefore), values(imported, CODEX, HG.notAfter)

    assert (told, values(imported, CODEX, HG.dateAccuracy)) == (bounds, certainty)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (DATE, "<origDate/>", "no-date"),
        (DATE, "", "no-date"),
        (DATE, "<origDate>early</origDate>", "date-unreadable"),
        (DATE, "<origDate>900-750</origDate>", "date-unreadable"),
        (DATE, "<origDate>-</origDate>", "date-unreadable"),
        (DATE, '<origDate calendar="#hijiri-qamari">150-300</origDate>', "calendar-foreign"),
        ('material="parchment"', "", "no-material"),
        ('material="parchment"', 'material="coin"', "material-unknown"),
        ("<idno>Or. 1</idno>", "", "no-shelf-mark"),
        ("<idno>Or. 1</idno>", "<idno>unknown call number</idno>", "no-shelf-mark"),
        (' key="77"', "", "no-holder"),
        ("https://library.example/or-1", "javascript:alert(1)", "link-unreadable"),
        ("Othertown", "E\u0301xample", "name-not-composed"),
    ],
)
def test_what_is_odd_in_a_description_is_flagged(read, before, after, kind):
    imported = read((before, after))

    assert (remarks(imported), imported.report.count(Outcome.FLAGGED)) == ([[kind]], 1)


def test_a_foreign_calendar_gives_no_years(read):
    imported = read((DATE, '<origDate calendar="hijiri-qamari">150</origDate>'))

    assert (values(imported, CODEX, HG.notAfter), values(imported, CODEX, HG.dateAsWritten)) == (
        set(),
        {Literal("150")},
    )


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("</TEI>", "", "not-xml"),
        ("<TEI ", "<!DOCTYPE TEI [<!ENTITY a 'b'>]><TEI ", "doctype"),
        ("<TEI ", "<!doctype TEI SYSTEM 'file:///etc/passwd'><TEI ", "doctype"),
        ("Or. 1</title>", "&a;</title>", "not-xml"),
        ("http://www.tei-c.org/ns/1.0", "https://other.example/", "not-tei"),
        ("mysql_id_9001", "m9001", "id-unreadable"),
        ("msDesc", "msFrag", "no-description"),
        ("Exampletown, Invented Library, Or. 1", " ", "no-description"),
        ('encoding="UTF-8"', 'encoding="ISO-8859-6"', "encoding-differs"),
        ('encoding="UTF-8"', 'encoding="none"', "encoding-differs"),
    ],
)
def test_a_file_that_is_no_description_is_refused_and_the_others_are_read(read, before, after, kind):
    imported = read((before, after), ("", ""))

    assert (remarks(imported), imported.report.count(Outcome.ACCEPTED)) == ([[kind], []], 1)


def test_a_manuscript_that_is_described_twice_is_told_once(read):
    assert remarks(read(("_9001", "_9000"), ("_9001", "_9000"))) == [[], ["id-repeated"]]


def test_the_curators_say_which_organization_has_a_key(read):
    known = Known(registered={("corpus-coranicum", "77"): "ror-0aaaaaa01"})
    imported = read(("", ""), known=known)

    assert values(imported, CODEX, HG.heldBy) == {ID.term("organization/ror-0aaaaaa01")}


def test_the_licence_of_the_descriptions_is_stated(read):
    imported = read(("", ""))
    licences = {quad.object.value for quad in imported.about if quad.predicate == DCTERMS.license}

    assert ({quad.graph_name for quad in imported.about}, licences) == (
        {META},
        {"https://creativecommons.org/licenses/by-sa/4.0/"},
    )


def test_evidence_is_a_file_by_its_name_and_verifiable(read, tmp_path):
    imported = read(("", ""), ("", ""))
    joined = tmp_path / "joined"
    joined.mkdir()
    (joined / "all").write_bytes(b"".join(path.read_bytes() for path in sorted(tmp_path.glob("*.xml"))))
    spans = spans_of(imported.quads)
    names = {quad.object.value for quad in imported.quads if quad.predicate == HG.fileName}

    assert (names, len(spans), verify_spans(spans, documents_in(joined))) == ({"m0.xml", "m1.xml"}, 2, [])


def test_a_folder_without_descriptions_is_a_fault(tmp_path):
    with pytest.raises(SyntaxFault, match=r"no \.xml file"):
        read_data("corpus-coranicum", tmp_path)
