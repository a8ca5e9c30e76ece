"""Answer what the repository is, which formats it has and which sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lxml import etree

from heritage_graph.web.api.envelope import LICENCE
from heritage_graph.web.oai.dublin_core import dublin_core
from heritage_graph.web.oai.identifiers import DELIMITER, REPOSITORY, SCHEME
from heritage_graph.web.oai.xml import OAI, add, document, moment_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from heritage_graph.web.oai.formats import MetadataFormat
    from heritage_graph.web.oai.xml import Element

_IDENTIFIERS: Final = f"{OAI}oai-identifier"
_RIGHTS: Final = f"{OAI}rights/"


def add_identity(root: Element, base_url: str, *, contact: str, earliest: datetime, sample: str) -> None:
    """Say what the repository is (4.2).

    Args:
        root: the answer.
        base_url: the address of the repository.
        contact: the mail address of whoever runs it; empty: the one that RFC 2142 gives to the host.
        earliest: no record changed before.
        sample: the identifier of some item.
    """
    identity = add(root, "Identify")
    add(identity, "repositoryName", "heritage-graph")
    add(identity, "baseURL", base_url)
    add(identity, "protocolVersion", "2.0")
    add(identity, "adminEmail", contact or _contact_at(base_url))
    add(identity, "earliestDatestamp", moment_text(earliest))
    add(identity, "deletedRecord", "persistent")
    add(identity, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    add(identity, "compression", "gzip")
    add(identity, "description").append(_identifiers(sample))
    add(identity, "description").append(_rights())


def add_formats(root: Element, formats: Iterable[MetadataFormat]) -> None:
    """List *formats* (4.4)."""
    parent = add(root, "ListMetadataFormats")
    for each in formats:
        told = add(parent, "metadataFormat")
        add(told, "metadataPrefix", each.prefix)
        add(told, "schema", each.schema)
        add(told, "metadataNamespace", each.namespace)


def add_sets(root: Element, sets: Iterable[tuple[str, str]]) -> None:
    """List *sets*, each with its name (4.6)."""
    parent = add(root, "ListSets")
    for spec, name in sets:
        told = add(parent, "set")
        add(told, "setSpec", spec)
        add(told, "setName", name)


def _contact_at(base_url: str) -> str:
    host = urlsplit(base_url).hostname or "localhost"
    return f"webmaster@{host}" if "." in host else f"webmaster@{host}.invalid"  # the schema wants a dot


def _identifiers(sample: str) -> Element:
    """How identifiers are made, in the form of the guidelines."""
    told = document("oai-identifier", _IDENTIFIERS, f"{_IDENTIFIERS}.xsd")
    parts = {"scheme": SCHEME, "repositoryIdentifier": REPOSITORY, "delimiter": DELIMITER, "sampleIdentifier": sample}
    for name, text in parts.items():
        etree.SubElement(told, f"{{{_IDENTIFIERS}}}{name}").text = text
    return told


def _rights() -> Element:
    """Under which licence the metadata are given, in the form of the guidelines."""
    manifest = document("rightsManifest", _RIGHTS, f"{OAI}rightsManifest.xsd")
    manifest.set("appliesTo", f"{OAI}entity#metadata")
    rights = etree.SubElement(manifest, f"{{{_RIGHTS}}}rights")
    etree.SubElement(rights, f"{{{_RIGHTS}}}rightsDefinition").append(dublin_core([("rights", LICENCE, None)]))
    return manifest
