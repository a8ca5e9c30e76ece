"""Ranges of bytes, as clients that resume ask for them."""

from __future__ import annotations

import pytest

from heritage_graph.web.faults import RangeNotSatisfiable
from heritage_graph.web.ranges import Span, spans_of

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "spans"),
    [
        ("bytes=0-0", [Span(0, 0)]),
        ("bytes=0-99", [Span(0, 99)]),
        ("bytes=900-", [Span(900, 999)]),
        ("bytes=-100", [Span(900, 999)]),
        ("bytes=-5000", [Span(0, 999)]),
        ("bytes=0-5000", [Span(0, 999)]),
        ("bytes=0-9, 20-29", [Span(0, 9), Span(20, 29)]),
        ("bytes=0-9,5000-", [Span(0, 9)]),
        ("bytes=0-9,,-1", [Span(0, 9), Span(999, 999)]),
        ("Bytes=0-9", [Span(0, 9)]),
    ],
)
def test_ranges_are_read_as_the_standard_has_them(header, spans):
    assert spans_of(header, SIZE) == spans


@pytest.mark.parametrize(
    "header",
    [
        "",
        "lines=0-9",
        "bytes=" + ",".join(f"{at}-{at}" for at in range(17)),
        "bytes=0-,0-",
        "bytes",
    ],
)
def test_what_nobody_resumes_with_means_everything(header):
    assert spans_of(header, SIZE) is None


@pytest.mark.parametrize(
    "header", ["bytes=1000-", "bytes=-0", "bytes=9-0", "bytes=", "bytes=a-b", "bytes=-", "bytes=0-9,x", "bytes=٣-٤"]
)
def test_a_range_without_a_byte_is_refused_with_how_many_there_are(header):
    with pytest.raises(RangeNotSatisfiable) as refusal:
        spans_of(header, SIZE)

    assert refusal.value.details["bytes"] == SIZE
