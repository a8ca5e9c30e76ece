"""Write a record in unqualified Dublin Core, the format that every repository has (5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree
from pyoxigraph import Literal, NamedNode

from heritage_graph.views.rdf_xml import XML, writable
from heritage_graph.web.oai.xml import XSI, place_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from heritage_graph.web.oai.xml import Element

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
DC: Final = "http://purl.org/dc/elements/1.1/"
ELEMENTS: Final = (
    "title",
    "creator",
    "subject",
    "description",
    "publisher",
    "contributor",
    "date",
    "type",
    "format",
    "identifier",
    "source",
    "language",
    "relation",
    "coverage",
    "rights",
)
"""The elements that there are, in the order of the standard."""
_NSMAP: Final = {"oai_dc": NAMESPACE, "dc": DC, "xsi": XSI}
_PLACE: Final = {name: place for place, name in enumerate(ELEMENTS)}


def dublin_core(values: Iterable[tuple[str, str, str | None]]) -> Element:
    """An oai_dc:dc with *values*: the name of an element, its text and its language, in the order of the standard."""
    root = etree.Element(f"{{{NAMESPACE}}}dc", nsmap=_NSMAP)
    place_schema(root, NAMESPACE, SCHEMA)
    for name, text, language in sorted(set(values), key=lambda value: (_PLACE[value[0]], value[2] or "", value[1])):
        element = etree.SubElement(root, f"{{{DC}}}{name}")
        element.text = writable(text)
        if language:
            element.set(f"{{{XML}}}lang", language)
    return root


def dublin_core_of(iri: str, triples: Iterable[Triple]) -> Element:
    """The record of the thing *iri* out of its view; its IRI is always one of its identifiers."""
    values: list[tuple[str, str, str | None]] = [("identifier", iri, None)]
    for triple in triples:
        name = triple.predicate.value.removeprefix(DC)
        if name not in _PLACE:
            continue
        if isinstance(triple.object, Literal):
            values.append((name, triple.object.value, triple.object.language))
        elif isinstance(triple.object, NamedNode):
            values.append((name, triple.object.value, None))
    return dublin_core(values)
