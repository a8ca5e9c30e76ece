"""The rest of the repository speaks of no term that the ontology does not define."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import NamedNode, parse

from heritage_graph.assets import asset_files
from heritage_graph.namespaces import BASE, HG, HGV, RDF

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


@pytest.fixture(scope="module")
def defined(everything):
    return everything.having(RDF.type)


@pytest.mark.parametrize("path", asset_files("sources", ".trig"), ids=lambda path: path.stem)
def test_shipped_data_uses_defined_terms_only(path, defined):
    assert sorted(names_in_data(path) - defined, key=str) == []


@pytest.mark.parametrize("path", asset_files("queries", ".rq"), ids=lambda path: path.stem)
def test_queries_use_defined_terms_only(path, defined):
    assert sorted(names_in_text(path) - defined, key=str) == []


@pytest.mark.parametrize("path", asset_files("shapes", ".ttl"), ids=lambda path: path.stem)
def test_shapes_use_defined_terms_only(path, defined):
    assert sorted(names_in_data(path) - defined, key=str) == []
