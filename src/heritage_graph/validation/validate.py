"""Check a state of the graph, or what a change of it can influence, against shapes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode

from heritage_graph.errors import TooLarge
from heritage_graph.namespaces import RDFS, SH, SKOS
from heritage_graph.validation.copies import DataCopy, copied, from_rdflib, ill_typed_in_silence
from heritage_graph.validation.read_paths import ReadPath, beginnings, near_end, nodes_behind, triples_ahead
from heritage_graph.validation.report import Report, Result, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyoxigraph import Triple

    from heritage_graph.graph_view import GraphView, Term
    from heritage_graph.validation.shapes import ShapeSet

Foci = dict[NamedNode, set["Term"]]
"""For the IRI of a shape, the nodes at which its verdict may have changed."""

Broken = tuple[NamedNode, "Term", "Term | None"]
"""Shape, focus node and value, if there is one, of a result."""

_SH: Final = rdflib.Namespace(SH)


def validate(triples: Iterable[Triple], shapes: ShapeSet) -> Report:
    """Check a whole state, given as its distinct triples, the class hierarchy of the ontology among them.

    Raises:
        TooLarge: when a chain of links in the data is too long to follow.
    """
    with ill_typed_in_silence():
        data = copied(triples)
        broken = list(broken_in(data, shapes.graph))

    def label(node: Term) -> str | None:
        if isinstance(node, Literal):
            return None
        return best_label(
            from_rdflib(value)
            for predicate in (rdflib.SKOS.prefLabel, rdflib.RDFS.label)
            for value in data.objects(_subject(node), predicate)
        )

    return _report(broken, shapes, label)


def validate_change(view: GraphView, changed: Iterable[Triple], shapes: ShapeSet) -> Report:
    """Check what a change can influence; *view* is the state after it.

    *changed* are the triples that the change added to the published view or removed from it. When the state before
    conformed, the state after conforms if and only if this report does: the results of any other focus node are
    those of the state before.

    Raises:
        TooLarge: when a chain of links in the data is too long to follow.
    """
    foci = affected(view, changed, shapes)

    def label(node: Term) -> str | None:
        if isinstance(node, Literal):
            return None
        return best_label(
            triple.object
            for predicate in (SKOS.prefLabel, RDFS.label)
            for triple in view.triples(node, predicate, None)
        )

    if not foci:
        return Report(conforms=True, results=())
    with ill_typed_in_silence():
        broken = list(broken_in(copied(_needed(view, foci, shapes)), shapes.graph))
    return _report([found for found in broken if found[1] in foci.get(found[0], ())], shapes, label)


def affected(view: GraphView, changed: Iterable[Triple], shapes: ShapeSet) -> Foci:
    """The nodes, by shape, whose verdict may differ from the one before the change; no shape has an empty set.

    A verdict depends on the triples on the shape's read paths alone. Where a change cut such a path, all steps before
    the first cut are still there, so walking back in the state after the change finds every such node.
    """
    readers: dict[ReadPath, set[NamedNode]] = defaultdict(set)
    for shape in shapes.roots():
        for path in shape.reads:
            for beginning in beginnings(path):
                readers[beginning].add(shape.iri)
    changes: dict[NamedNode, list[Triple]] = defaultdict(list)
    for triple in changed:
        changes[triple.predicate].append(triple)
    foci: Foci = defaultdict(set)
    for path, iris in readers.items():
        step = path[-1]
        starts = {near_end(step, triple) for triple in changes.get(step.predicate, ())}
        if starts:
            nodes = nodes_behind(view, path if step.repeats else path[:-1], starts)
            for iri in iris:
                foci[iri] |= nodes
    return {iri: nodes for iri, nodes in foci.items() if nodes}


def _needed(view: GraphView, foci: Foci, shapes: ShapeSet) -> set[Triple]:
    """Every triple of *view* that the shapes read from their foci."""
    starts: dict[ReadPath, set[Term]] = defaultdict(set)
    for iri, nodes in foci.items():
        for path in shapes.shapes[iri].reads:
            starts[path] |= nodes
    needed: set[Triple] = set()
    for path, nodes in starts.items():
        needed |= triples_ahead(view, path, nodes)
    return needed


def broken_in(data: DataCopy, shapes: rdflib.Graph) -> Iterator[Broken]:
    """Each result that pySHACL finds in *data* for the targets in *shapes*, a graph like `ShapeSet.graph`.

    Its options `focus_nodes` and `use_shapes` are not used: with either, it passes over shapes that others refer to
    (0.40.1), so that what stands under sh:not, sh:or or sh:node is taken as met.
    """
    try:
        _, results, _ = pyshacl.validate(
            data,
            shacl_graph=shapes,
            inplace=True,
            advanced=False,
            meta_shacl=False,
            inference="none",
            do_owl_imports=False,
        )
    except RecursionError as fault:
        raise TooLarge(
            "a chain of links (renewals, parts of parts) is longer than validation can follow; "
            "a chain has at most a few hundred members"
        ) from fault
    # Results that only explain another (sh:detail) are not results of the report.
    for result in results.objects(None, _SH.result):
        shape = results.value(result, _SH.sourceShape)
        focus = results.value(result, _SH.focusNode)
        value = results.value(result, _SH.value)
        yield (
            NamedNode(str(shape)),
            from_rdflib(focus),
            None if value is None else from_rdflib(value),
        )


def result_of(broken: Broken, shapes: ShapeSet, label: str | None) -> Result:
    """The result, with the words of its shape; *label* is that of the focus node."""
    iri, focus, value = broken
    shape = shapes.shapes[iri]
    return Result(
        focus=focus,
        focus_label=label,
        shape=iri,
        severity=shape.severity,
        path=shape.path,
        value=value,
        messages=shape.messages,
    )


def _report(broken: Iterable[Broken], shapes: ShapeSet, label: Callable[[Term], str | None]) -> Report:
    results = sorted((result_of(each, shapes, label(each[1])) for each in set(broken)), key=Result.sort_key)
    return Report(conforms=all(result.severity is not Severity.VIOLATION for result in results), results=tuple(results))


def best_label(labels: Iterable[object]) -> str | None:
    """The English label, else the first by language; skos:prefLabel and rdfs:label count alike."""
    texts = sorted(
        (label.language != "en", label.language or "", label.value) for label in labels if isinstance(label, Literal)
    )
    return texts[0][2] if texts else None


def _subject(node: NamedNode | BlankNode) -> rdflib.term.Node:
    return rdflib.URIRef(node.value) if isinstance(node, NamedNode) else rdflib.BNode(node.value)
