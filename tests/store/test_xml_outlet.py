"""XML stays XML whatever the graph holds."""

from __future__ import annotations

import socket
import xml.etree.ElementTree as ET

import pytest

from heritage_graph.errors import NotInXml
from heritage_graph.store.frames import DATA, read_frame
from heritage_graph.store.xml_outlet import XmlOutlet


@pytest.fixture
def outlet():
    """An outlet, and what reads the document that it was given."""
    ours, theirs = socket.socketpair()
    outlet = XmlOutlet(ours, b"", max_bytes=1000)

    def document():
        outlet.finish()
        kind, payload = read_frame(theirs)
        assert kind == DATA
        return payload

    with ours, theirs:
        yield outlet, document


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_no_xml_can_hold_is_refused(outlet, character):
    with pytest.raises(NotInXml) as refusal:
        outlet[0].write(f"<a>{character}</a>".encode())

    assert refusal.value.details["character"] == f"U+{ord(character):04X}"


def test_it_is_seen_across_two_parts(outlet):
    whole = "<a>\ufffe</a>".encode()
    outlet[0].write(whole[:4])

    with pytest.raises(NotInXml):
        outlet[0].write(whole[4:])


@pytest.mark.parametrize("text", ["a\tb\nc", "a\rb", "a\r\nb", "\ufffd\ue000\U0001f600", "\u0085\u2028"])
def test_all_else_is_read_back_as_it_was_written(outlet, text):
    outlet[0].write(f"<a>{text}</a>".encode())

    assert ET.fromstring(outlet[1]()).text == text


def test_what_is_taken_is_counted_as_it_came(outlet):
    assert outlet[0].write(b"<a>\r</a>") == 8
