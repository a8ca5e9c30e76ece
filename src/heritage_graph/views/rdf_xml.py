"""Write triples as one rdf:RDF element."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from lxml import etree
from pyoxigraph import Literal, NamedNode

from heritage_graph.namespaces import PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Triple

    Element = etree._Element  # noqa: SLF001 - lxml has no other name for the type

XML: Final = "http://www.w3.org/XML/1998/namespace"

_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOCAL_NAME: Final = re.compile(r"[^\W\d][\w.\-·]*\Z")
_PLAIN: Final = (XSD.string, RDF.langString)


def writable(text: str) -> str:
    """*text* as XML 1.0 can hold it: each character that it has no spelling for is replaced by U+FFFD."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def rdf_element(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> Element:
    """An rdf:RDF with a node of each subject, in the order of their IRIs, each statement once.

    Nodes are called by the first of their classes. A property whose IRI ends in no XML name cannot be told in RDF/XML;
    its statements are left out.
    """
    root = etree.Element(f"{{{RDF}}}RDF", nsmap=dict(prefixes))
    in_order = sorted(set(triples), key=str)
    for subject, group in groupby(in_order, key=lambda triple: triple.subject):
        assert isinstance(subject, NamedNode)
        statements = list(group)
        called = next((each for each in statements if each.predicate == RDF.type and _class_name(each)), None)
        name = (called and _class_name(called)) or f"{{{RDF}}}Description"
        node = etree.SubElement(root, name, {f"{{{RDF}}}about": writable(subject.value)})
        for statement in statements:
            if statement is not called:
                _add_statement(node, statement)
    return root


def _add_statement(node: Element, statement: Triple) -> None:
    name = _name(statement.predicate.value)
    if name is None:
        return
    element = etree.SubElement(node, name)
    value = statement.object
    if isinstance(value, NamedNode):
        element.set(f"{{{RDF}}}resource", writable(value.value))
        return
    assert isinstance(value, Literal)
    element.text = writable(value.value)
    if value.language:
        element.set(f"{{{XML}}}lang", value.language)
    elif value.datatype not in _PLAIN:
        element.set(f"{{{RDF}}}datatype", value.datatype.value)


def _class_name(statement: Triple) -> str | None:
    return _name(statement.object.value) if isinstance(statement.object, NamedNode) else None


@lru_cache(maxsize=1024)
def _name(iri: str) -> str | None:
    found = _LOCAL_NAME.search(iri)
    return None if found is None else f"{{{iri[: found.start()]}}}{found[0]}"
