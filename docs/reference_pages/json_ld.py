"""The JSON-LD context of the JSON API, made of the ontology: which key stands for which term, and in which form."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Final

import rdflib
from rdflib import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD

from heritage_graph.assets import asset_folder
from heritage_graph.namespaces import HG, HGV
from reference_pages.model import graph_of

if TYPE_CHECKING:
    from rdflib.term import Node

PREFIXES: Final = {
    "hg": HG,
    "hgv": HGV,
    "dcterms": str(DCTERMS),
    "foaf": str(FOAF),
    "owl": str(OWL),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "skos": str(SKOS),
    "xsd": str(XSD),
}
TEXTS: Final[dict[str, object]] = {"@container": ["@language", "@set"]}
_REFERENCES: Final[dict[str, object]] = {"@type": "@id", "@container": "@set"}
_STRINGS: Final[dict[str, object]] = {"@container": "@set"}
BORROWED: Final[dict[str, tuple[rdflib.URIRef, dict[str, object]]]] = {
    "label": (SKOS.prefLabel, TEXTS),
    "altLabel": (SKOS.altLabel, TEXTS),
    "definition": (SKOS.definition, TEXTS),
    "name": (RDFS.label, TEXTS),
    "title": (DCTERMS.title, TEXTS),
    "description": (DCTERMS.description, TEXTS),
    "language": (DCTERMS.language, _STRINGS),
    "notation": (SKOS.notation, _STRINGS),
    "publisher": (DCTERMS.publisher, _REFERENCES),
    "isReplacedBy": (DCTERMS.isReplacedBy, _REFERENCES),
    "replaces": (DCTERMS.replaces, _REFERENCES),
    "page": (FOAF.page, _REFERENCES),
    "sameAs": (OWL.sameAs, _REFERENCES),
    "exactMatch": (SKOS.exactMatch, _REFERENCES),
    "closeMatch": (SKOS.closeMatch, _REFERENCES),
    "inScheme": (SKOS.inScheme, _REFERENCES),
    "topConceptOf": (SKOS.topConceptOf, _REFERENCES),
    "broader": (SKOS.broader, _REFERENCES),
    "narrower": (SKOS.narrower, _REFERENCES),
    "related": (SKOS.related, _REFERENCES),
    "seeAlso": (RDFS.seeAlso, _REFERENCES),
    "isDefinedBy": (RDFS.isDefinedBy, _REFERENCES),
    "wasAttributedTo": (PROV.wasAttributedTo, _REFERENCES),
    "wasDerivedFrom": (PROV.wasDerivedFrom, _REFERENCES),
}
"""The keys that stand for terms of others."""
_REVERSE: Final = {"participations": "hg:inContext", "participatesIn": "hg:participant"}
_KINDS: Final = (OWL.ObjectProperty, OWL.DatatypeProperty)
_WRITTEN_AS: Final = rdflib.URIRef(HG + "writtenAs")
_USED_ON: Final = rdflib.URIRef(HG + "usedOn")
_OF_THE_LOG: Final = frozenset({rdflib.URIRef(HG + "Commit"), rdflib.URIRef(HG + "Change")})
_DATE_TYPES: Final = (XSD.gYear, XSD.gYearMonth, XSD.date)


def context_file() -> str:
    """The context as it is committed and served."""
    model = ontology()
    entries: dict[str, object] = {"@version": 1.1, "id": "@id", "type": "@type", "items": "@graph"}
    entries |= PREFIXES
    entries |= {local(term): short(term) for term in classes(model)}
    entries |= {key: {"@id": short(iri), **form} for key, (iri, form) in BORROWED.items()}
    entries |= {local(term): {"@id": short(term), **form_of(model, term)} for term in properties(model)}
    entries |= {key: {"@reverse": of, "@container": "@set"} for key, of in _REVERSE.items()}
    return json.dumps({"@context": entries}, indent=2, ensure_ascii=False) + "\n"


@cache
def ontology() -> rdflib.Graph:
    """The modules of the ontology together."""
    return graph_of(sorted(asset_folder("ontology").glob("*.ttl")))


def classes(model: rdflib.Graph) -> list[rdflib.URIRef]:
    """Our classes, sorted."""
    return _ours(set(model.subjects(RDF.type, OWL.Class)))


def properties(model: rdflib.Graph) -> list[rdflib.URIRef]:
    """Our properties, sorted, without those of the log: no answer is about commits, and their names are taken."""
    found = {term for kind in _KINDS for term in model.subjects(RDF.type, kind)}
    return [term for term in _ours(found) if not _is_of_the_log(model, term)]


def homes(model: rdflib.Graph, term: Node) -> set[Node]:
    """The classes on which *term* is at home; none when it may stand on anything."""
    return set(model.objects(term, RDFS.domain)) | set(model.objects(term, _USED_ON))


def form_of(model: rdflib.Graph, term: Node) -> dict[str, object]:
    """How the values of *term* are written: the part of its entry besides `@id`."""
    if (term, RDF.type, OWL.ObjectProperty) in model:
        return _REFERENCES
    types = {*model.objects(term, RDFS.range), *model.objects(term, _WRITTEN_AS)}
    if RDF.langString in types:
        return TEXTS
    if types >= set(_DATE_TYPES):
        return {"@container": "@set", "@context": _of_values(_DATE_TYPES, "earliest", "latest")}
    if types == {XSD.decimal}:
        return {"@container": "@set", "@context": _of_values((XSD.decimal,), "number")}
    if types == {XSD.string}:
        return _STRINGS
    (datatype,) = types
    return {"@type": short(datatype), "@container": "@set"}


def local(term: Node) -> str:
    """The name of *term* without its namespace."""
    return str(term).rpartition("#")[2]


def short(term: Node) -> str:
    """*term* with its prefix."""
    return next(
        f"{prefix}:{str(term).removeprefix(namespace)}"
        for prefix, namespace in PREFIXES.items()
        if str(term).startswith(namespace)
    )


def _of_values(types: tuple[Node, ...], *told: str) -> dict[str, object]:
    """The context within a value: its text and datatype make the literal, what is *told* besides says nothing."""
    return {"value": "@value", **{local(each): short(each) for each in types}, **dict.fromkeys(told)}


def _ours(terms: set[Node]) -> list[rdflib.URIRef]:
    return sorted(term for term in terms if isinstance(term, rdflib.URIRef) and term.startswith(HG))


def _is_of_the_log(model: rdflib.Graph, term: Node) -> bool:
    found = homes(model, term)
    return bool(found) and found <= _OF_THE_LOG
