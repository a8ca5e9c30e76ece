"""How a term stands on a page: its text, where it leads, its language and its datatype."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import XSD
from heritage_graph.web.templating import local_address, short_iri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.web.names import Names

_PLAIN: Final = frozenset({f"{XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"})
_LINKS: Final = f"{XSD}anyURI"
_DATE: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
_DURATION: Final = re.compile(r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?")
_UNITS: Final = ("years", "months", "days")


@dataclass(frozen=True)
class Shown:
    """A term as a page shows it: its text, where it leads, its language and its datatype when they matter."""

    text: str
    address: str | None = None
    language: str = ""
    datatype: str = ""
    iri: str = ""

    @property
    def is_date(self) -> bool:
        """Tell whether it is a day, a month or a year."""
        return self.datatype in {"xsd:date", "xsd:gYear", "xsd:gYearMonth"} and bool(_DATE.fullmatch(self.text))

    @property
    def lasting(self) -> tuple[tuple[str, int], ...]:
        """The parts of a length of time, such as (("years", 3),); empty when it is none."""
        found = _DURATION.fullmatch(self.text) if self.datatype == "xsd:duration" else None
        return (
            tuple((unit, int(number)) for unit, number in zip(_UNITS, found.groups(), strict=True) if number)
            if found
            else ()
        )


def linked(iri: str, names: Names) -> Shown:
    """What *iri* names, by its name."""
    name = names.of(iri)
    return Shown(name.text, local_address(iri), name.language, iri=iri)


def shown(cell: Mapping[str, str], names: Names) -> Shown:
    """A cell of SPARQL results."""
    if cell["type"] == "uri":
        return linked(cell["value"], names)
    datatype = cell.get("datatype", "")
    return Shown(
        cell["value"],
        local_address(cell["value"]) if datatype == _LINKS else None,
        cell.get("xml:lang", ""),
        "" if datatype in _PLAIN else short_iri(datatype),
    )
