"""The rest of the repository speaks of no term that the ontology does not define."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from pyoxigraph import NamedNode, parse

from heritage_graph.assets import asset_files
from heritage_graph.namespaces import BASE, HG, HGV, OWL, RDF, RDFS

OWN_PREFIX = re.compile(rf"(?i:prefix)\s+([\w-]+):\s*<({re.escape(BASE)}(?:ns#|vocab/)[^>]*)>")
OWN_NAME = re.compile(rf"<({re.escape(BASE)}(?:ns#|vocab/)[^>]*[^>#/])>")


def names_in_data(path):
    return {
        term
        for quad in parse(path=str(path))
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith((HG, HGV))
    }


def names_in_text(path):
    """Every name of ours in a query, whether written in full or with a prefix that the query declares."""
    text = re.sub(r"(?m)^\s*#.*$", "", path.read_text(encoding="utf-8"))
    full = {NamedNode(iri) for iri in OWN_NAME.findall(text)}
    return full.union(
        *(
            {NamedNode(base + name) for name in re.findall(rf"(?<![\w:<-]){prefix}:([A-Za-z](?:[\w-]*\w)?)", text)}
            for prefix, base in OWN_PREFIX.findall(text)
        )
    )


def with_superclasses(cls, everything):
    return {cls}.union(*(with_superclasses(above, everything) for above in everything.of(cls, RDFS.subClassOf)))


@pytest.fixture(scope="module")
def defined(everything):
    return everything.having(RDF.type)


@pytest.fixture(scope="module")
def shipped():
    return {quad.triple for path in asset_files("sources", ".trig") for quad in parse(path=str(path))}


@pytest.fixture(scope="module")
def stated_types(shipped, everything):
    """The classes of each thing in the data: those stated anywhere, and what these are subclasses of."""
    above = {cls: with_superclasses(cls, everything) for cls in everything.having(RDF.type, OWL.Class)}
    types = defaultdict(set)
    for triple in shipped:
        types[triple.subject] |= above.get(triple.object, set()) if triple.predicate == RDF.type else set()
    return types


@pytest.mark.parametrize("path", asset_files("sources", ".trig"), ids=lambda path: path.stem)
def test_shipped_data_uses_defined_terms_only(path, defined):
    assert sorted(names_in_data(path) - defined, key=str) == []


def test_things_in_the_data_are_stated_to_be_what_their_properties_require(shipped, everything, stated_types):
    domains = {t.subject: t.object for t in everything.all if t.predicate == RDFS.domain}
    unstated = {
        (t.subject.value, t.predicate.value)
        for t in shipped
        if t.predicate in domains and domains[t.predicate] not in stated_types[t.subject]
    }

    assert sorted(unstated) == []


def test_values_in_the_data_are_stated_to_be_what_their_properties_require(shipped, everything, stated_types):
    classes = everything.having(RDF.type, OWL.Class)
    ranges = {t.subject: t.object for t in everything.all if t.predicate == RDFS.range and t.object in classes}
    unstated = {
        (t.predicate.value, t.object.value)
        for t in shipped
        if t.predicate in ranges and ranges[t.predicate] not in stated_types[t.object]
    }

    assert sorted(unstated) == []


def test_concepts_in_the_data_are_of_the_scheme_of_their_property(shipped, everything):
    schemes = {t.subject: t.object for t in everything.all if t.predicate == HG.valuesFrom}
    strangers = {
        (t.predicate.value, t.object.value)
        for t in shipped
        if t.predicate in schemes and not t.object.value.startswith(f"{schemes[t.predicate].value}/")
    }

    assert sorted(strangers) == []


@pytest.mark.parametrize("path", asset_files("queries", ".rq"), ids=lambda path: path.stem)
def test_queries_use_defined_terms_only(path, defined):
    assert sorted(names_in_text(path) - defined, key=str) == []


@pytest.mark.parametrize("path", asset_files("shapes", ".ttl"), ids=lambda path: path.stem)
def test_shapes_use_defined_terms_only(path, defined):
    assert sorted(names_in_data(path) - defined, key=str) == []
