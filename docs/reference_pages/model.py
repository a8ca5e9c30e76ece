"""The pages about the model: terms, vocabularies and shapes, each in its three languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import rdflib
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.namespaces import HG, HGS, HGV, ID, PREFIXES
from reference_pages.markdown import code, page, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rdflib.term import Node

_LANGUAGES: Final = ("en", "ar", "fr")
_KINDS: Final = (
    (OWL.Class, "class"),
    (OWL.ObjectProperty, "object property"),
    (OWL.DatatypeProperty, "data property"),
    (OWL.AnnotationProperty, "annotation property"),
    (rdflib.URIRef(HG + "Rule"), "rule"),
)
_FACTS: Final = (
    (RDFS.subClassOf, "narrower than"),
    (RDFS.subPropertyOf, "narrower than"),
    (OWL.disjointWith, "disjoint with"),
    (RDFS.domain, "domain"),
    (rdflib.URIRef(HG + "usedOn"), "used on"),
    (RDFS.range, "range"),
    (rdflib.URIRef(HG + "pointsTo"), "points to"),
    (rdflib.URIRef(HG + "valuesFrom"), "values from"),
    (rdflib.URIRef(HG + "writtenAs"), "written as"),
    (OWL.inverseOf, "inverse of"),
)
_MORE_PREFIXES: Final = {
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "schema": "https://schema.org/",
    "org": "http://www.w3.org/ns/org#",
    "oa": "http://www.w3.org/ns/oa#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "frapo": "http://purl.org/cerif/frapo/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "wgs": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "project": "http://linked.data.gov.au/def/project#",
}
_TARGETS: Final = (
    (SH.targetClass, "every {}"),
    (SH.targetSubjectsOf, "whatever has {}"),
    (SH.targetObjectsOf, "whatever {} points to"),
    (SH.targetNode, "{}"),
)

_ONTOLOGY = """Prefix `hg:` is `https://w3id.org/heritage-graph/ns#`. OWL says what a term means; what data must have
is said by the [shapes](shapes.md). `used on` and `points to` list the classes where a term is at home, without saying
that whatever has it is of one of them."""

_VOCABULARIES = (
    """A scheme is `https://w3id.org/heritage-graph/vocab/{scheme}`, a concept is the same with `/{notation}`."""
)

_SHAPES = """Prefix `hgs:` is `https://w3id.org/heritage-graph/shapes#`. A *Violation* refuses the document;
a *Warning* and an *Info* are reported, and the document is stored. Shapes without a message are not listed."""


def ontology_page() -> str:
    """Every term and rule of the ontology, module by module."""
    return page("Ontology", _ONTOLOGY, _modules(), source="`ontology/*.ttl` and `ontology/alignments/*.ttl`")


def vocabularies_page() -> str:
    """Every scheme with its concepts."""
    return page("Vocabularies", _VOCABULARIES, _schemes(), source="`ontology/vocabularies/*.ttl`")


def shapes_page() -> str:
    """Every shape that can be broken, with its severity, target and messages."""
    return page("Shapes", _SHAPES, _shape_files(), source="`shapes/**/*.ttl`")


def short(node: Node) -> str:
    """*node* with a prefix that we know, in the order of their length; else as it is."""
    text = str(node)
    for prefix, namespace in sorted((PREFIXES | _MORE_PREFIXES).items(), key=lambda each: -len(each[1])):
        if text.startswith(namespace):
            return f"{prefix}:{text.removeprefix(namespace)}"
    return text


def graph_of(paths: Iterable[Path]) -> rdflib.Graph:
    """The triples of the Turtle files *paths* together."""
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path)
    return graph


def _modules() -> Iterator[str]:
    folder = asset_folder("ontology")
    alignments = graph_of(sorted((folder / "alignments").glob("*.ttl")))
    for path in sorted(folder.glob("*.ttl")):
        module = graph_of([path])
        head = next(module.subjects(RDF.type, OWL.Ontology))
        yield from (f"## {path.stem}", "", _text(module, head, rdflib.DCTERMS.description, "en"), "")
        for kind, word in _KINDS:
            ours = sorted(term for term in module.subjects(RDF.type, kind) if str(term).startswith((HG, ID)))
            for term in ours:
                yield from _term(module, term, word, alignments)


def _term(module: rdflib.Graph, term: Node, word: str, alignments: rdflib.Graph) -> Iterator[str]:
    names = " · ".join(_text(module, term, RDFS.label, language) for language in _LANGUAGES)
    yield from (f"### {short(term)}", "", f"{word} · **{names}**", "")
    yield from (f"- {language}: {_text(module, term, SKOS.definition, language)}" for language in _LANGUAGES)
    for predicate, label in _FACTS:
        values = sorted({short(value) for value in module.objects(term, predicate)})
        if values:
            yield f"- {label}: {', '.join(map(code, values))}"
    others = sorted({f"{short(p)} {short(o)}" for p, o in alignments.predicate_objects(term)})
    if others:
        yield f"- alignments: {', '.join(map(code, others))}"
    yield ""


def _schemes() -> Iterator[str]:
    for path in sorted((asset_folder("ontology") / "vocabularies").glob("*.ttl")):
        graph = graph_of([path])
        scheme = next(graph.subjects(RDF.type, SKOS.ConceptScheme))
        names = " · ".join(_text(graph, scheme, SKOS.prefLabel, language) for language in _LANGUAGES)
        yield from (f"## {short(scheme).removeprefix('hgv:')}", "", f"**{names}**", "")
        yield from (f"- {language}: {_text(graph, scheme, SKOS.definition, language)}" for language in _LANGUAGES)
        yield ""
        rows = [
            (
                code(str(concept).removeprefix(HGV).partition("/")[2]),
                *(
                    f"**{_text(graph, concept, SKOS.prefLabel, tag)}** {_text(graph, concept, SKOS.definition, tag)}"
                    for tag in _LANGUAGES
                ),
            )
            for concept in sorted(graph.subjects(RDF.type, SKOS.Concept))
        ]
        yield from table(("notation", "English", "العربية", "français"), rows)


def _shape_files() -> Iterator[str]:
    folder = asset_folder("shapes")
    for path in asset_files("shapes", ".ttl"):
        graph = graph_of([path])
        shapes = sorted(set(graph.subjects(SH.message)))
        if not shapes:
            continue
        yield from (f"## {path.relative_to(folder).with_suffix('')}", "", _opening(path), "")
        for shape in shapes:
            yield from _shape(graph, shape)


def _shape(graph: rdflib.Graph, shape: Node) -> Iterator[str]:
    severity = short(next(graph.objects(shape, SH.severity), SH.Violation)).removeprefix("sh:")
    yield from (f"### {str(shape).removeprefix(HGS)}", "")
    targets = [
        wording.format(", ".join(code(short(target)) for target in sorted(graph.objects(shape, predicate))))
        for predicate, wording in _TARGETS
        if (shape, predicate, None) in graph
    ]
    owners = sorted(short(owner) for owner in graph.subjects(SH.property, shape))
    whole = f"part of {', '.join(map(code, owners))}" if owners else "a condition that other shapes use"
    yield from (f"*{severity}*, {'on ' + '; '.join(targets) if targets else whole}.", "")
    yield from (f"- {language}: {_text(graph, shape, SH.message, language)}" for language in _LANGUAGES)
    yield ""


def _opening(path: Path) -> str:
    """The comment with which the file begins, without the line about the licence."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return plain(" ".join(line for line in lines if "Licence:" not in line))


def _text(graph: rdflib.Graph, subject: Node, predicate: Node, language: str) -> str:
    found = sorted(
        str(value)
        for value in graph.objects(subject, predicate)
        if isinstance(value, rdflib.Literal) and (value.language == language or value.datatype == XSD.string)
    )
    return plain(" ".join(found))
