"""One TEI description of a manuscript, read strictly and checked."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lxml import etree
from pyoxigraph import NamedNode

from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow, RowPlace
from heritage_graph.importers.source_text import without_mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.importers.source_text import SourceFile

LONGEST: Final = 16 * 1024 * 1024
"""Characters beyond which a file is no description of a manuscript, but something that would fill the memory."""

MATERIALS: Final = ("paper", "papyrus", "parchment")
UNDETERMINED: Final = "und"

_TEI: Final = "{http://www.tei-c.org/ns/1.0}"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_ID: Final = re.compile("mysql_id_([1-9][0-9]*)")
_DOCTYPE: Final = re.compile("<!doctype", re.IGNORECASE)
_DECLARED: Final = re.compile(r"""\A<\?xml[^>]*?\bencoding\s*=\s*["']([^"']+)["']""")
_YEARS: Final = re.compile(r"(?:([0-9]{3,4})?\s*[-\u2013]\s*)?([0-9]{3,4})?")
_YEAR: Final = re.compile("[0-9]{4}")
_UNKNOWN_SHELF_MARK: Final = "unknown call number"


@dataclass(frozen=True, slots=True)
class Made:
    """When a manuscript was made, in years; None where that is open.

    `written` and `certainty` are the words of the source.
    """

    written: str
    not_before: int | None = None
    not_after: int | None = None
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """The institution that holds a manuscript: its key with the project, its name and its town as written."""

    key: str
    name: str
    town: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A manuscript as its file describes it; None and empty mean that it does not say."""

    place: RowPlace
    identifier: str
    title: str
    language: str
    holder: Holder | None
    shelf_mark: str
    made: Made | None
    material: str | None
    provenance: tuple[str, ...]
    links: tuple[NamedNode, ...]
    remarks: tuple[Remark, ...]


def read_manuscript(file: SourceFile) -> Manuscript | RefusedRow:
    """The description in *file*, or why it is none.

    The file is read without entities, network and DOCTYPE (docs/adr/0016).
    """
    if file.characters > LONGEST:
        place = RowPlace(file.name, 1, file.line, file.start, file.start + file.characters, _digest(file))
        return _refused(place, "too-large", f"the file has more than {LONGEST:,} characters")
    text = "".join(file.chunks())
    digest = sha256(text.encode()).hexdigest()
    place = RowPlace(file.name, 1, file.line, file.start, file.start + len(text), digest)
    text = without_mark(text)
    if _DOCTYPE.search(text):
        return _refused(place, "doctype", "the file holds a DOCTYPE, through which entities can explode")
    if (declared := _DECLARED.match(text)) and not _is_encoding(declared[1], file.encoding):
        text = f"the file says that it is in {declared[1]}, and was read as {file.encoding}"
        return _refused(place, "encoding-differs", text)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as fault:
        return _refused(place, "not-xml", f"the file is no XML: {fault}")
    return _manuscript(root, place)


def _manuscript(root: etree._Element, place: RowPlace) -> Manuscript | RefusedRow:
    if root.tag != f"{_TEI}TEI":
        return _refused(place, "not-tei", f"the root of a description is TEI in its namespace, not {root.tag!r}")
    named = _ID.fullmatch(root.get(f"{_XML}id", ""))
    if named is None:
        text = f"{root.get(f'{_XML}id')!r} is no number of a manuscript, which is written like mysql_id_14"
        return _refused(place, "id-unreadable", text)
    described = _first(root, "teiHeader/fileDesc/sourceDesc/msDesc")
    heading = _first(root, "teiHeader/fileDesc/titleStmt/title")
    remarks: list[Remark] = []
    title = _name(heading, remarks)
    if described is None or heading is None or not title:
        return RefusedRow(
            place, named[1], Remark("no-description", "the file has no title, or describes no manuscript")
        )
    return Manuscript(
        place=place,
        identifier=named[1],
        title=title,
        language=(heading.get(f"{_XML}lang") or UNDETERMINED).lower(),
        holder=_holder(_first(described, "msIdentifier/repository"), remarks),
        shelf_mark=_shelf_mark(_first(described, "msIdentifier/idno"), remarks),
        made=_made(_first(described, "history/origin/origDate"), remarks),
        material=_material(_first(described, "physDesc/objectDesc/supportDesc"), remarks),
        provenance=tuple(
            dict.fromkeys(name for each in _all(described, "history/provenance") if (name := _name(each, remarks)))
        ),
        links=tuple(dict.fromkeys(_links(described, remarks))),
        remarks=tuple(remarks),
    )


def _holder(element: etree._Element | None, remarks: list[Remark]) -> Holder | None:
    name, _, town = _name(element, remarks).partition(" , ")
    key = element.get("key", "") if element is not None else ""
    if not name.strip() or not re.fullmatch("[0-9]+", key):
        remarks.append(
            Remark("no-holder", f"the file names no institution with a key that holds it ({name!r}, {key!r})")
        )
        return None
    return Holder(str(int(key)), name.strip(), town.strip())


def _shelf_mark(element: etree._Element | None, remarks: list[Remark]) -> str:
    mark = _name(element, remarks)
    if mark in {"", _UNKNOWN_SHELF_MARK}:
        remarks.append(Remark("no-shelf-mark", f"the file gives no shelf mark ({mark!r})"))
        return ""
    return mark


def _material(element: etree._Element | None, remarks: list[Remark]) -> str | None:
    material = element.get("material", "") if element is not None else ""
    if material in MATERIALS:
        return material
    kind = "material-unknown" if material else "no-material"
    remarks.append(Remark(kind, f"{material!r} is no material that is known; none was written"))
    return None


def _made(element: etree._Element | None, remarks: list[Remark]) -> Made | None:
    if element is None:
        remarks.append(Remark("no-date", "the file does not say when the manuscript was made"))
        return None
    written = _name(element, remarks)
    certainty = element.get("cert", "")
    calendar = element.get("calendar", "gregorian").removeprefix("#")
    bounds = _stated(element) or _bounds(written)
    if not written and bounds is None:
        remarks.append(Remark("no-date", "the file does not say when the manuscript was made"))
        return None
    if calendar != "gregorian":
        text = f"{written!r} counts in the calendar {calendar!r}; it was written as it stands, without years"
        remarks.append(Remark("calendar-foreign", text))
        return Made(written, certainty=certainty)
    if bounds is None or not _ordered(bounds):
        text = f"{written!r} gives no first and last year; it was written as it stands"
        remarks.append(Remark("date-unreadable", text))
        return Made(written, certainty=certainty)
    return Made(written, bounds[0], bounds[1], certainty)


def _stated(element: etree._Element) -> tuple[int | None, int | None] | None:
    """The years in the attributes of TEI for dates; None when there are none, and a date within a year is its year."""
    first = element.get("notBefore") or element.get("from") or element.get("when")
    last = element.get("notAfter") or element.get("to") or element.get("when")
    years = [int(year[0]) if (year := _YEAR.match(each or "")) else None for each in (first, last)]
    return (years[0], years[1]) if any(years) else None


def _bounds(written: str) -> tuple[int | None, int | None] | None:
    """The years of `750-900`, `-750`, `750-` or `750`."""
    if not (found := _YEARS.fullmatch(written)) or not written:
        return None
    first, last = (int(year) if year else None for year in found.groups())
    return (first, last) if re.search("[-\u2013]", written) else (last, last)


def _ordered(bounds: tuple[int | None, int | None]) -> bool:
    first, last = bounds
    return bool(first or last) and not (first and last and first > last)


def _links(described: etree._Element, remarks: list[Remark]) -> Iterator[NamedNode]:
    for reference in described.iter(f"{_TEI}ref"):
        address = (reference.get("target") or "").strip()
        if re.match("https?://[^/]", address):
            try:
                yield NamedNode(address)
                continue
            except ValueError:
                pass
        remarks.append(Remark("link-unreadable", f"{address!r} is no address of a page, and was not written"))


def _name(element: etree._Element | None, remarks: list[Remark]) -> str:
    """The text of *element* with single spaces, in Unicode form NFC."""
    if element is None:
        return ""
    text = " ".join("".join(str(part) for part in element.itertext()).split())
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        remarks.append(Remark("name-not-composed", f"{composed!r} was brought into Unicode form NFC"))
    return composed


def _first(element: etree._Element, path: str) -> etree._Element | None:
    return next(iter(_all(element, path)), None)


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    return element.findall("/".join(_TEI + step for step in path.split("/")))


def _is_encoding(name: str, encoding: str) -> bool:
    try:
        return codecs.lookup(name).name == encoding
    except LookupError:
        return False


def _digest(file: SourceFile) -> str:
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk.encode())
    return digest.hexdigest()


def _refused(place: RowPlace, kind: str, text: str) -> RefusedRow:
    return RefusedRow(place, place.file, Remark(kind, text))
