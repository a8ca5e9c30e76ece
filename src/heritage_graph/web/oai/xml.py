"""Write the XML of the protocol: the envelope of every answer, headers and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from heritage_graph.views.rdf_xml import writable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from heritage_graph.web.oai.refusals import Refusal

    Element = etree._Element  # noqa: SLF001 - lxml has no other name for the type

OAI: Final = "http://www.openarchives.org/OAI/2.0/"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = f"{OAI}OAI-PMH.xsd"


def moment_text(moment: datetime) -> str:
    """*moment*, of UTC, as the protocol writes it (3.3)."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def place_schema(element: Element, namespace: str, schema: str) -> None:
    """Say in *element* where the schema of *namespace* is."""
    element.set(f"{{{XSI}}}schemaLocation", f"{namespace} {schema}")


def document(name: str, namespace: str, schema: str) -> Element:
    """A new root of *namespace*, which is that of all without a prefix, with the address of its schema."""
    prefixes: dict[str | None, str] = {None: namespace, "xsi": XSI}
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=prefixes)  # type: ignore[arg-type]  # the stubs know no None
    place_schema(root, namespace, schema)
    return root


def envelope(at: datetime, base_url: str, arguments: Mapping[str, str]) -> Element:
    """The root of an answer that was begun at the moment *at*, with the request that it answers."""
    root = document("OAI-PMH", OAI, _SCHEMA)
    add(root, "responseDate", moment_text(at))
    request = add(root, "request", base_url)
    for name, value in arguments.items():
        request.set(name, writable(value))
    return root


def add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    """A new last child of *parent* in the namespace of the protocol."""
    child = etree.SubElement(parent, f"{{{OAI}}}{name}", attributes)
    if text is not None:
        child.text = writable(text)
    return child


def add_error(root: Element, refusal: Refusal) -> None:
    """Tell *refusal* as the answer."""
    add(root, "error", str(refusal), code=refusal.code)


def add_header(parent: Element, identifier: str, at: datetime, sets: Sequence[str], *, deleted: bool) -> None:
    """Add the header of a record (2.5)."""
    header = add(parent, "header", **({"status": "deleted"} if deleted else {}))
    add(header, "identifier", identifier)
    add(header, "datestamp", moment_text(at))
    for spec in sets:
        add(header, "setSpec", spec)


def written(root: Element) -> bytes:
    """The document."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
