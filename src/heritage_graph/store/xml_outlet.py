"""Where XML is written so that it stays XML: what it cannot hold is refused, what parsers would change is escaped.

pyoxigraph 0.5.13 writes every character as it is. XML 1.0 has no spelling at all for most control characters, and a
parser reads a carriage return as a line feed unless it is escaped.
"""

from __future__ import annotations

import re
from typing import Final

from heritage_graph.errors import NotInXml
from heritage_graph.store.outlet import Outlet

_NOT_IN_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # the second are U+FFFE, U+FFFF
_OVERLAP: Final = 2  # bytes of such a character that may have come in the part before


def checked_xml(document: bytes) -> bytes:
    """An XML *document* with its carriage returns escaped.

    Raises:
        NotInXml: it holds what no XML can hold.
    """
    return _XmlText().checked(document)


class _XmlText:
    """The parts of an XML document on their way out."""

    def __init__(self) -> None:
        self._before = b""

    def checked(self, part: bytes) -> bytes:
        """The next *part*, its carriage returns escaped.

        Raises:
            NotInXml: it holds what no XML can hold.
        """
        found = _NOT_IN_XML.search(self._before + part)
        if found is not None:
            raise NotInXml(f"U+{ord(found.group().decode()):04X}")
        self._before = part[-_OVERLAP:]
        return part.replace(b"\r", b"&#13;")


class XmlOutlet(Outlet):
    """An outlet for XML; `write` raises `NotInXml` as well."""

    _text: _XmlText | None = None

    def write(self, data: bytes) -> int:
        """Take *data*, a part of an XML document."""
        self._text = self._text or _XmlText()
        super().write(self._text.checked(data))
        return len(data)
