from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from heritage_graph.evidence import Span, digest_of, documents_in, spans_of, verifiable, verify_spans

FOLDER = Path(__file__).parent / "documents"
DOCUMENT = "c7b740d5e53e5b3996ebe7e75023e1cd86159b857c53ff9124d7c039354819c6"
DESCRIBED = f"""
PREFIX hg:  <https://w3id.org/heritage-graph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX :    <https://example.org/>

:note a hg:SourceDocument ; hg:digest "{DOCUMENT}"^^xsd:hexBinary .
:tower a hg:EvidenceSpan ;
    hg:document :note ; hg:line 1 ; hg:start 32 ; hg:end 37 ; hg:spanDigest "aa"^^xsd:hexBinary .
:meeting a hg:EvidenceSpan ;
    hg:document :note ; hg:line 3 ; hg:start 47 ; hg:end 76 ; hg:spanDigest "bb"^^xsd:hexBinary .
:unplaced a hg:EvidenceSpan ;
    hg:document :note ; hg:line 3 .
:foreign a hg:EvidenceSpan ;
    hg:document :lost ; hg:line 1 ; hg:start 0 ; hg:end 1 ; hg:spanDigest "cc"^^xsd:hexBinary .
"""
MEETING = Span(
    iri="https://example.org/meeting",
    document_digest=DOCUMENT,
    line=3,
    start=47,
    end=76,
    digest=digest_of("The Friends of the Lighthouse"),
)


@pytest.fixture
def documents():
    return documents_in(FOLDER)


def test_documents_are_found_by_the_digest_of_their_bytes(documents):
    assert list(documents) == [DOCUMENT]


def test_a_file_that_is_no_utf_8_text_is_left_out(tmp_path):
    (tmp_path / "picture.bin").write_bytes(b"\xff\xfe\x00")

    assert documents_in(tmp_path) == {}


def test_spans_are_read_in_the_order_of_their_places_and_incomplete_ones_left_out():
    spans = spans_of(parse(DESCRIBED, format=RdfFormat.TURTLE))

    assert [span.iri for span in spans] == ["https://example.org/tower", "https://example.org/meeting"]


def test_a_span_that_stands_as_described_has_no_fault(documents):
    assert verify_spans([MEETING], documents) == []


def test_offsets_count_characters_and_not_bytes(documents):
    tower = replace(MEETING, line=1, start=32, end=37, digest=digest_of("منارة"))

    assert verify_spans([tower], documents) == []


def test_a_span_past_the_end_of_its_document_is_a_fault(documents):
    (fault,) = verify_spans([replace(MEETING, end=10_000)], documents)

    assert fault.message.startswith("characters 47 to 10000 are no span of a document of 122 characters")


def test_a_span_that_ends_before_it_starts_is_a_fault(documents):
    (fault,) = verify_spans([replace(MEETING, end=47)], documents)

    assert fault.message.startswith("characters 47 to 47 are no span")


def test_a_span_on_another_line_is_a_fault(documents):
    (fault,) = verify_spans([replace(MEETING, line=2)], documents)

    assert fault.message == "character 47 stands on line 3, not on line 2"


def test_a_span_with_other_words_is_a_fault(documents):
    (fault,) = verify_spans([replace(MEETING, digest=digest_of("The Foes of the Lighthouse"))], documents)

    assert f"have the digest {MEETING.digest}, not" in fault.message


def test_a_span_of_a_document_that_is_not_at_hand_is_not_verifiable(documents):
    elsewhere = replace(MEETING, document_digest="00" * 32)

    assert verifiable([elsewhere, MEETING], documents) == [MEETING]


def test_a_span_of_a_document_that_is_not_at_hand_has_no_fault(documents):
    assert verify_spans([replace(MEETING, document_digest="00" * 32, end=10_000)], documents) == []
