"""Hold the screens of set-wise validation against the W3C suite of SHACL: no node that fails may be passed over.

    .venv/bin/python conformance/shacl.py FOLDER, such as w3c-data-shapes/data-shapes-test-suite/tests

For each test, and each of its shapes with targets: the candidates that the screen finds must be among the focus nodes,
and among them every node that pySHACL finds at fault; and every focus node in the report that the suite expects must
be a candidate of some shape. It ends with 1 when one is missing.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyshacl
import rdflib
from pyoxigraph import Quad, RdfFormat, Store, parse
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError, ValidationFailure

from heritage_graph.store.state import StoreState
from heritage_graph.validation.copies import copied, ill_typed_in_silence, to_rdflib
from heritage_graph.validation.screening.classes import Classes
from heritage_graph.validation.screening.expressions import Untranslatable
from heritage_graph.validation.screening.screen import Screening
from heritage_graph.validation.screening.targets import focus_nodes, targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple

    from heritage_graph.graph_view import Term

SH: Final = rdflib.Namespace("http://www.w3.org/ns/shacl#")
SHT: Final = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
MF: Final = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


@dataclass
class Case:
    """A test: its file, and what each graph holds."""

    file: Path
    data: list[Triple]
    shapes: rdflib.Graph
    expected: set[rdflib.term.Node]
    faults: list[str] = field(default_factory=list)
    in_full: list[str] = field(default_factory=list)


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder of the tests")
    folder = parser.parse_args().folder
    logging.disable(logging.CRITICAL)  # pySHACL tells of every result
    counts: Counter[str] = Counter()
    with ill_typed_in_silence():
        for case in (case for file in sorted(folder.rglob("*.ttl")) for case in _cases(file)):
            _judge(case, counts)
            for text in [*case.faults, *case.in_full]:
                print(f"{case.file.relative_to(folder)}: {text}")
            counts["tests"] += 1
            counts["tests at fault"] += bool(case.faults)
            counts["tests with a shape judged in full"] += bool(case.in_full)
    if not counts["tests"]:
        parser.error("there are no tests in this folder")
    print("; ".join(f"{count} {name}" for name, count in counts.items()))
    sys.exit(counts["tests at fault"] > 0)


def _cases(file: Path) -> Iterator[Case]:
    manifest = copied(_triples(file))
    for test in manifest.subjects(rdflib.RDF.type, SHT.Validate):
        action = manifest.value(test, MF.action)
        data, shapes = (
            _triples(Path(str(manifest.value(action, each)).removeprefix("file://")))
            for each in (SHT.dataGraph, SHT.shapesGraph)
        )
        report = manifest.value(test, MF.result)
        results = manifest.objects(report, SH.result)
        # Blank nodes of the manifest are others than those of the data.
        expected = {
            focus
            for result in results
            for focus in manifest.objects(result, SH.focusNode)
            if not isinstance(focus, rdflib.BNode)
        }
        yield Case(file, data, copied(shapes), expected)


def _triples(file: Path) -> list[Triple]:
    return [quad.triple for quad in parse(file.read_bytes(), format=RdfFormat.TURTLE, base_iri=file.resolve().as_uri())]


def _judge(case: Case, counts: Counter[str]) -> None:
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in case.data)
    state = StoreState(store)
    data = rdflib.Graph()
    data += copied(state.triples("CONSTRUCT WHERE { ?s ?p ?o }"))
    for prefix, namespace in rdflib.Graph().parse(case.file).namespaces():
        data.bind(prefix, namespace)
    screening = Screening(state, case.shapes, few=0)
    targeted: set[rdflib.term.Node] = set()
    seen: set[rdflib.term.Node] = set()
    for shape in sorted(_targeted(case.shapes), key=str):
        try:
            found = targets(case.shapes, shape, Classes(state))
            screen = screening.screen(shape)
        except Untranslatable as reason:
            case.in_full.append(f"{shape.n3()} has no queries: {reason}")
            counts["shapes without queries"] += 1
            continue
        if not found:
            continue
        foci = _column(state, f"SELECT DISTINCT ?this WHERE {{ {focus_nodes(found)} }}")
        candidates = {node for text in screen.queries for node in _column(state, text)}
        counts["shapes"] += 1
        counts["focus nodes"] += len(foci)
        counts["candidates"] += len(candidates)
        if screen.in_full is not None:
            case.in_full.append(f"{shape.n3()} is judged in full: {screen.in_full}")
            counts["shapes judged in full"] += 1
        targeted |= foci
        seen |= candidates
        failing = {node for node in foci if _fails(data, case.shapes, shape, node)}
        counts["focus nodes at fault"] += len(failing)
        case.faults += [f"{shape.n3()} passes over {node.n3()}" for node in failing - candidates]
        case.faults += [f"{shape.n3()} finds {node.n3()}, no focus node" for node in candidates - foci]
    # Other nodes of results are values that a shape within a shape looks at.
    missed = (case.expected & targeted) - seen
    case.faults += [f"the suite expects a result for {node.n3()}, no candidate" for node in missed]


def _targeted(shapes: rdflib.Graph) -> set[rdflib.term.Node]:
    """The shapes that may have a target: those that state one, and those that are classes."""
    stated = {shape for target in _TARGETS for shape in shapes.subjects(target)}
    return stated | set(shapes.subjects(rdflib.RDF.type, SH.NodeShape))


def _column(state: StoreState, text: str) -> set[rdflib.term.Node]:
    found = set()
    for (node,) in state.rows(text):
        term: Term = node  # type: ignore[assignment]  # no query of a screen gives a triple
        found.add(to_rdflib(term, {}))
    return found


def _fails(data: rdflib.Graph, shapes: rdflib.Graph, shape: rdflib.term.Node, node: rdflib.term.Node) -> bool:
    """Whether pySHACL finds *node* at fault with *shape*; not when it stops at what it does not know."""
    aimed = rdflib.Graph()
    for triple in shapes:
        if triple[1] not in _TARGETS and triple[2] != rdflib.RDFS.Class:
            aimed.add(triple)
    aimed.add((shape, SH.targetNode, node))
    if (shape, rdflib.RDF.type, None) not in aimed:
        aimed.add((shape, rdflib.RDF.type, SH.NodeShape))
    try:
        conforms, _, _ = pyshacl.validate(data, shacl_graph=aimed, advanced=False, inplace=True)
    except (TypeError, NotImplementedError, ReportableRuntimeError, ShapeLoadError, ValidationFailure):
        return False
    return not conforms


if __name__ == "__main__":
    main()
