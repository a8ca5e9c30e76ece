"""Load a folder of SHACL files: what each shape demands, whom it targets and which triples it reads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, product
from typing import TYPE_CHECKING, Final

import rdflib
from pyoxigraph import NamedNode, RdfFormat, parse

from heritage_graph.errors import SettingError
from heritage_graph.namespaces import HGS, RDF, RDFS, SH
from heritage_graph.validation.copies import copied, named_plainly
from heritage_graph.validation.read_paths import ReadPath, Step
from heritage_graph.validation.report import LANGUAGES, Severity
from heritage_graph.validation.shape_files import ShapeFault, check_allowed, constraint_parameters, members

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_SH: Final = rdflib.Namespace(SH)
_READS: Final = rdflib.URIRef(HGS + "reads")
CLASS_PATH: Final[ReadPath] = (Step(RDF.type), Step(RDFS.subClassOf, repeats=True))
"""From a node to every class that it is an instance of."""

_NOT_RUN: Final = frozenset({_SH.message, _SH.severity, _SH.name, _SH.description, _READS})
_TARGETS: Final = (_SH.targetClass, _SH.targetSubjectsOf)
_SHAPE_VALUED: Final = (_SH.node, _SH["not"], _SH.qualifiedValueShape, _SH.property)
_SHAPE_LISTS: Final = (_SH["and"], _SH["or"], _SH.xone)


@dataclass(frozen=True)
class Shape:
    """One constraint-bearing shape.

    `path` is None on a node shape, and where there are several ways to a value. `classes` and `subjects_of` are its
    targets, its own and those of the node shape that lists it as a property; both are empty when only other shapes
    refer to it. `reads` are the paths, from a focus node, of all triples on which its verdict depends, the target
    declarations' included.
    """

    iri: NamedNode
    severity: Severity
    messages: Mapping[str, str]
    path: ReadPath | None
    classes: frozenset[NamedNode]
    subjects_of: frozenset[NamedNode]
    reads: frozenset[ReadPath]

    @property
    def is_root(self) -> bool:
        """Whether the shape picks focus nodes of its own."""
        return bool(self.classes or self.subjects_of)


@dataclass(frozen=True)
class ShapeSet:
    """The shapes of a folder by IRI, and their graph as pySHACL runs it (every constraint bears its own targets)."""

    shapes: Mapping[NamedNode, Shape]
    graph: rdflib.Graph

    def roots(self) -> Iterator[Shape]:
        """The shapes that pick focus nodes."""
        return (shape for shape in self.shapes.values() if shape.is_root)


def load_shapes(source: Path) -> ShapeSet:
    """The shapes of the file *source*, or of the files `*.ttl` directly in the folder *source*.

    Raises:
        SettingError: when a file does not parse; when a shape has no IRI of ours, no severity, or lacks a message
            in English, Arabic or French; when it uses what is not allowed (scripts, rules, SERVICE, imports,
            anonymous or recursive shapes, …). The message names the file and the shape.
    """
    graph = rdflib.Graph(bind_namespaces="none")
    origin: dict[rdflib.term.Node, Path] = {}
    for path in [source] if source.is_file() else sorted(source.glob("*.ttl")):
        for triple in _read(path):
            graph.add(triple)
            origin.setdefault(triple[0], path)
    if not origin:
        raise SettingError(f"{source}: no shape files; a folder of shapes holds at least one .ttl file")
    try:
        check_allowed(graph)
        shapes = dict(_shapes(graph))
    except ShapeFault as fault:
        raise SettingError(f"{origin.get(fault.shape, source)}: {fault}") from fault
    return ShapeSet(shapes=shapes, graph=_runnable(graph, shapes))


def _read(path: Path) -> Iterator[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]:
    try:
        # Blank nodes of different files must not meet.
        quads = list(parse(path.read_bytes(), format=RdfFormat.TURTLE, rename_blank_nodes=True))
    except SyntaxError as fault:
        raise SettingError(f"{path}: not valid Turtle: {fault}") from fault
    return iter(copied(quad.triple for quad in quads))


def _shapes(graph: rdflib.Graph) -> Iterator[tuple[NamedNode, Shape]]:
    for node in sorted(set(graph.subjects(rdflib.RDF.type, _SH.NodeShape)) | set(graph.subjects(_SH.path)), key=str):
        _check_place(graph, node)
        if not constraint_parameters(graph, node):
            continue
        holders = {node, *graph.subjects(_SH.property, node)}
        classes = frozenset(_targets(graph, holders, _SH.targetClass))
        subjects_of = frozenset(_targets(graph, holders, _SH.targetSubjectsOf))
        reads = set(_reads(graph, node, (), frozenset()))
        reads.update((Step(predicate),) for predicate in subjects_of)
        if classes:
            reads.add(CLASS_PATH)
        paths = _sh_paths(graph, node)
        iri = NamedNode(str(node))
        yield (
            iri,
            Shape(
                iri=iri,
                severity=_severity(graph, node),
                messages=_messages(graph, node),
                path=paths[0] if len(paths) == 1 else None,
                classes=classes,
                subjects_of=subjects_of,
                reads=frozenset(reads),
            ),
        )


def _check_place(graph: rdflib.Graph, node: rdflib.term.Node) -> None:
    """Check how the shape *node* stands among the others, which `_runnable` relies on."""
    if not str(node).startswith(HGS):
        raise ShapeFault(node, f"a shape has an IRI that begins with {HGS}")
    if (node, _SH.path, None) in graph and (node, _SH.property, None) in graph:
        raise ShapeFault(node, "a property shape has no sh:property; write the longer path in sh:path")
    if (node, _SH.sparql, None) in graph and (node, _READS, None) not in graph:
        raise ShapeFault(node, "has a SPARQL constraint and must say with hgs:reads which paths it reads")
    for inner in _inner_shapes(graph, node):
        if any((inner, predicate, None) in graph for predicate in _TARGETS):
            raise ShapeFault(inner, "has a target of its own and is referred to by another shape; make it two shapes")


def _targets(graph: rdflib.Graph, holders: set[rdflib.term.Node], predicate: rdflib.URIRef) -> Iterator[NamedNode]:
    for holder in holders:
        for target in graph.objects(holder, predicate):
            yield NamedNode(str(target))


def _severity(graph: rdflib.Graph, node: rdflib.term.Node) -> Severity:
    stated = [str(value).removeprefix(SH) for value in graph.objects(node, _SH.severity)]
    if len(stated) != 1 or stated[0] not in set(Severity):
        raise ShapeFault(node, "needs one sh:severity: sh:Violation, sh:Warning or sh:Info")
    return Severity(stated[0])


def _messages(graph: rdflib.Graph, node: rdflib.term.Node) -> dict[str, str]:
    stated = {
        value.language or "": str(value)
        for value in graph.objects(node, _SH.message)
        if isinstance(value, rdflib.Literal)
    }
    if set(stated) != set(LANGUAGES):
        raise ShapeFault(node, "needs an sh:message in each of English, Arabic and French (@en, @ar, @fr)")
    return {language: stated[language] for language in LANGUAGES}


def _reads(
    graph: rdflib.Graph, node: rdflib.term.Node, before: ReadPath, within: frozenset[rdflib.term.Node]
) -> Iterator[ReadPath]:
    """The read paths of the shape *node* whose focus lies at the end of *before*."""
    if node in within:
        raise ShapeFault(node, "refers to itself through other shapes; a shape must not be recursive")
    places = [before + path for path in _sh_paths(graph, node)] or [before]
    yield from filter(None, places)
    if (node, _SH["class"], None) in graph:
        yield from (here + CLASS_PATH for here in places)
    for declared in graph.objects(node, _READS):
        yield from (before + path for path in _paths(graph, node, declared))
    for inner, here in product(_inner_shapes(graph, node), places):
        yield from _reads(graph, inner, here, within | {node})


def _inner_shapes(graph: rdflib.Graph, node: rdflib.term.Node) -> Iterator[rdflib.term.Node]:
    for parameter in _SHAPE_VALUED:
        yield from graph.objects(node, parameter)
    for parameter in _SHAPE_LISTS:
        for cell in graph.objects(node, parameter):
            yield from members(graph, node, cell)


def _sh_paths(graph: rdflib.Graph, shape: rdflib.term.Node) -> list[ReadPath]:
    """The ways from the focus of *shape* to its values: one, several where its path has alternatives, none."""
    stated = graph.value(shape, _SH.path)
    paths = [] if stated is None else list(_paths(graph, shape, stated))
    if any(step.repeats for path in paths for step in path):
        raise ShapeFault(shape, "sh:path does not repeat: it is made of predicates, inverses, lists and alternatives")
    return paths


def _paths(graph: rdflib.Graph, shape: rdflib.term.Node, path: rdflib.term.Node) -> Iterator[ReadPath]:
    """The sequences of steps that a SHACL path stands for.

    It is a predicate, sh:inversePath or sh:zeroOrMorePath of one, sh:alternativePath, or a list of these.
    """
    if (path, rdflib.RDF.first, None) in graph:
        parts = [list(_paths(graph, shape, part)) for part in members(graph, shape, path)]
        for choice in product(*parts):
            yield tuple(chain.from_iterable(choice))
        return
    for alternatives in graph.objects(path, _SH.alternativePath):
        for alternative in members(graph, shape, alternatives):
            yield from _paths(graph, shape, alternative)
        return
    repeated = graph.value(path, _SH.zeroOrMorePath)
    inner = path if repeated is None else repeated
    inverse = graph.value(inner, _SH.inversePath)
    predicate = inner if inverse is None else inverse
    if not isinstance(predicate, rdflib.URIRef):
        raise ShapeFault(shape, "a path is made of predicates, inverses, zero-or-more, alternatives and lists")
    yield (Step(NamedNode(str(predicate)), forward=inverse is None, repeats=repeated is not None),)


def _runnable(graph: rdflib.Graph, shapes: Mapping[NamedNode, Shape]) -> rdflib.Graph:
    """The graph with every target on the shapes that bear constraints, and without what pySHACL need not read.

    pySHACL checks a targeted shape once for all its focus nodes, but a shape met through sh:property once for
    each of them, which takes about five times as long. It also walks over every statement of a shape each time it
    meets it, and writes out the messages of every result; `Shape` has messages and severities, so they go.
    """
    runnable = named_plainly(rdflib.Graph(bind_namespaces="none"))
    for triple in graph:
        if triple[1] not in _NOT_RUN:
            runnable.add(triple)
    for holder in {*graph.subjects(_SH.targetClass), *graph.subjects(_SH.targetSubjectsOf)}:
        runnable.remove((holder, _SH.property, None))
    for shape in shapes.values():
        node = rdflib.URIRef(shape.iri.value)
        runnable.add((node, _SH.message, rdflib.Literal("")))
        for iri in shape.classes:
            runnable.add((node, _SH.targetClass, rdflib.URIRef(iri.value)))
        for iri in shape.subjects_of:
            runnable.add((node, _SH.targetSubjectsOf, rdflib.URIRef(iri.value)))
    return runnable
