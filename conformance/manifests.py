"""Read W3C test manifests into values: what is asked, over which data, and what must come of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rdflib.term import Node

MF: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT: Final = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")

_FROM: Final = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^<>\s]*)>", re.IGNORECASE)
_EVALUATION: Final = frozenset({MF.QueryEvaluationTest, MF.CSVResultFormatTest})
_POSITIVE: Final = frozenset({MF.PositiveSyntaxTest, MF.PositiveSyntaxTest11})
_NEGATIVE: Final = frozenset({MF.NegativeSyntaxTest, MF.NegativeSyntaxTest11})


@dataclass(frozen=True)
class Folder:
    """Where the files of the suites lie, and the address that this folder stands for."""

    path: Path
    base: str

    def iri_of(self, file: Path) -> str:
        """The IRI of a file in the folder."""
        return self.base + file.relative_to(self.path).as_posix()

    def file_of(self, iri: str) -> Path:
        """The file that an IRI below the base names."""
        return self.path / iri.removeprefix(self.base)


@dataclass(frozen=True)
class GraphData:
    """A file of data, and the graph that holds it."""

    graph: str
    file: Path
    base: str


@dataclass(frozen=True)
class QueryTest:
    """A query with what must come of it: a result, or, when `result` is None, a parse or its refusal.

    `default` and `named` are its dataset; with `own_dataset` the query names it, and `named` holds what it names. With
    `lax`, a row may come less often than the result tells.
    """

    iri: str
    name: str
    text: str
    base: str
    default: tuple[GraphData, ...]
    named: tuple[GraphData, ...]
    result: Path | None
    result_base: str
    own_dataset: bool
    parses: bool = True
    lax: bool = False


@dataclass(frozen=True)
class ProtocolTest:
    """Requests over HTTP; `node` tells them in the manifest that *graph* holds."""

    iri: str
    name: str
    graph: Graph
    node: Node
    named: tuple[GraphData, ...]


Test = QueryTest | ProtocolTest


def tests_of(manifest: Path, folder: Folder) -> list[Test]:
    """The tests of a manifest and of those that it includes, in their order; tests of updates are left out."""
    graph = Graph().parse(manifest, format="turtle", publicID=folder.iri_of(manifest))
    node = next(graph.subjects(RDF.type, MF.Manifest))
    found: list[Test] = []
    for included in _listed(graph, node, MF.include):
        found += tests_of(folder.file_of(str(included)), folder)
    for entry in _listed(graph, node, MF.entries):
        found += _test(graph, entry, folder)
    return found


def _listed(graph: Graph, node: Node, predicate: URIRef) -> Iterator[Node]:
    for head in graph.objects(node, predicate):
        yield from Collection(graph, head)


def _test(graph: Graph, entry: Node, folder: Folder) -> Iterator[Test]:
    kinds = set(graph.objects(entry, RDF.type))
    name = str(graph.value(entry, MF.name))
    action = graph.value(entry, MF.action)
    assert action is not None, f"{entry} has no action"
    if MF.ProtocolTest in kinds:
        named = tuple(_labelled(graph, entry, folder))
        yield ProtocolTest(str(entry), name, graph, action, named)
    elif kinds & _EVALUATION:
        result = str(graph.value(entry, MF.result))
        text, base, named, own = _query(str(graph.value(action, QT.query)), folder)
        yield QueryTest(
            str(entry), name, text, base,
            default=tuple(_data(folder, iri, "#default") for iri in graph.objects(action, QT.data)),
            named=(*named, *_named(graph, action, folder), *_labelled(graph, action, folder)),
            result=folder.file_of(result),
            result_base=result,
            own_dataset=own,
            lax=(entry, MF.resultCardinality, MF.LaxCardinality) in graph,
        )  # fmt: skip
    elif kinds & (_POSITIVE | _NEGATIVE):
        text, base, _, own = _query(str(action), folder)
        yield QueryTest(
            str(entry), name, text, base, default=(), named=(), result=None, result_base="", own_dataset=own,
            parses=bool(kinds & _POSITIVE),
        )  # fmt: skip


def _query(iri: str, folder: Folder) -> tuple[str, str, tuple[GraphData, ...], bool]:
    """The text of a query, its base, the files that its FROM clauses name, and whether there are such clauses."""
    text = folder.file_of(iri).read_bytes().decode()
    sources = [URIRef(urljoin(iri, source)) for source in _FROM.findall(text)]
    named = tuple(_data(folder, source) for source in sources if folder.file_of(source).is_file())
    return text, iri, named, bool(sources)


def _data(folder: Folder, iri: Node, suffix: str = "") -> GraphData:
    """The file that *iri* names, in a graph of that name; the default graph of a test has a graph apart.

    So a blank node of a file that is both the default graph and a named graph is two nodes, as the suites mean it.
    """
    return GraphData(f"{iri}{suffix}", folder.file_of(str(iri)), str(iri))


def _named(graph: Graph, node: Node, folder: Folder) -> Iterator[GraphData]:
    """The graphs that bear the name of their file."""
    for iri in graph.objects(node, QT.graphData):
        if isinstance(iri, URIRef):
            yield _data(folder, iri)


def _labelled(graph: Graph, node: Node, folder: Folder) -> Iterator[GraphData]:
    """The graphs whose name stands beside their file, as a label."""
    for kind in (QT, UT):
        for data in graph.objects(node, kind.graphData):
            file, label = graph.value(data, kind.graph), graph.value(data, RDFS.label)
            if file is not None and label is not None:
                yield GraphData(str(label), folder.file_of(str(file)), str(file))
