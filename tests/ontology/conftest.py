"""Read the ontology once: its files as triples, and the parts into which they fall."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.namespaces import OWL, RDF

if TYPE_CHECKING:
    from pathlib import Path

TERM_TYPES = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}


@dataclass
class Triples:
    """A set of triples with the two look-ups that the tests need."""

    all: set[Triple] = field(default_factory=set)

    def of(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode | Literal]:
        """The objects of *subject* and *predicate*, in no order."""
        return [t.object for t in self.all if t.subject == subject and t.predicate == predicate]

    def having(self, predicate: NamedNode, value: NamedNode | None = None) -> set[NamedNode]:
        """The subjects that have *predicate*, with *value* when one is given."""
        return {t.subject for t in self.all if t.predicate == predicate and value in (None, t.object)}


def read_turtle(path: Path) -> Triples:
    """The triples of the Turtle file at *path*."""
    return Triples({quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)})


@pytest.fixture(scope="session")
def files() -> dict[str, Triples]:
    """Every file of the ontology, by its path below `ontology/` without the suffix."""
    root = asset_folder("ontology")
    return {
        path.relative_to(root).with_suffix("").as_posix(): read_turtle(path) for path in asset_files("ontology", ".ttl")
    }


@pytest.fixture(scope="session")
def modules(files) -> dict[str, Triples]:
    """The modules: the files at the top, save the rules."""
    return {name: triples for name, triples in files.items() if "/" not in name and name != "rules"}


@pytest.fixture(scope="session")
def vocabularies(files) -> dict[str, Triples]:
    """The concept schemes, by their slug."""
    return {name.rpartition("/")[2]: t for name, t in files.items() if name.startswith("vocabularies/")}


@pytest.fixture(scope="session")
def alignments(files) -> dict[str, Triples]:
    """The alignments, by the name of their file."""
    return {name.rpartition("/")[2]: t for name, t in files.items() if name.startswith("alignments/")}


@pytest.fixture(scope="session")
def everything(files) -> Triples:
    """All triples of all files of the ontology."""
    return Triples(set().union(*(triples.all for triples in files.values())))


@pytest.fixture(scope="session")
def terms(modules) -> set[NamedNode]:
    """Every class and property that the modules define."""
    return {t.subject for m in modules.values() for t in m.all if t.predicate == RDF.type and t.object in TERM_TYPES}
