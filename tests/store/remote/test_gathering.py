"""What is gathered of an engine is all that an answer depends on: any query gives over it what it gives over all."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store

from heritage_graph.errors import QueryTooComplex
from heritage_graph.store.remote.gathering import gathered
from heritage_graph.store.remote.literals import kept_quad, restored, restored_triple

NODES = [NamedNode(f"urn:n:{letter}") for letter in "abcd"]
PROPERTIES = [NamedNode(f"urn:p:{number}") for number in (1, 2, 3)]
GRAPHS = [NamedNode(f"urn:g:{number}") for number in (1, 2)]
VALUES = [*NODES, Literal(value=True), Literal(1), Literal("word", language="en")]
VARIABLES = ["?x", "?y", "?z", "?w"]


class Whole:
    """An engine that answers by the book, and keeps literals as Virtuoso is given them."""

    def __init__(self, quads):
        self.store = Store()
        self.store.extend(map(kept_quad, quads))

    def rows(self, text, default_graphs, named_graphs):
        return [tuple(map(restored, row)) for row in self._asked(text, default_graphs, named_graphs)]

    def triples(self, text, default_graphs, named_graphs):
        return list(map(restored_triple, self._asked(text, default_graphs, named_graphs)))

    def _asked(self, text, default_graphs, named_graphs):
        dataset = {}
        if default_graphs or named_graphs:
            dataset["default_graph"] = [NamedNode(graph) for graph in default_graphs]
            dataset["named_graphs"] = [NamedNode(graph) for graph in named_graphs]
        return self.store.query(text, **dataset)


def answer(store, text):
    """Rows as often as they come, in whatever order."""
    result = store.query(text)
    return sorted(map(str, result)) if isinstance(result, QuerySolutions) else bool(result)


quads = some.lists(
    some.builds(
        Quad,
        some.sampled_from(NODES),
        some.sampled_from(PROPERTIES),
        some.sampled_from(VALUES),
        some.sampled_from([DefaultGraph(), DefaultGraph(), *GRAPHS]),
    ),
    max_size=24,
)
variable = some.sampled_from(VARIABLES)
node = some.one_of(variable, variable, some.sampled_from(NODES).map(str))
value = some.one_of(node, node, some.sampled_from(["true", "1", '"word"@en']))
step = some.sampled_from([str(each) for each in PROPERTIES])
path = some.recursive(
    step,
    lambda inner: some.one_of(
        inner.map(lambda one: f"^({one})"),
        some.tuples(inner, inner).map(lambda two: f"({two[0]})/({two[1]})"),
        some.tuples(inner, inner).map(lambda two: f"({two[0]})|({two[1]})"),
        some.tuples(inner, some.sampled_from("*+?")).map("({0[0]}){0[1]}".format),
    ),
    max_leaves=3,
)
pattern = some.one_of(
    some.tuples(node, step, value),
    some.tuples(node, path, node),
    some.tuples(node, variable, node),
).map(lambda three: f"{' '.join(three)} .")
values = some.tuples(variable, some.lists(some.sampled_from(NODES).map(str), min_size=1, max_size=3)).map(
    lambda given: f"VALUES {given[0]} {{ {' '.join(given[1])} }}"
)
equality = some.tuples(variable, some.sampled_from(NODES)).map("FILTER({0[0]} = {0[1]})".format)
graph = some.sampled_from([*map(str, GRAPHS), "?g"])


def groups(inner):
    """The parts of a group around groups *inner*."""
    return some.one_of(
        pattern,
        pattern,
        values,
        equality,
        inner,
        inner.map(lambda group: f"OPTIONAL {group}"),
        inner.map(lambda group: f"MINUS {group}"),
        inner.map(lambda group: f"FILTER NOT EXISTS {group}"),
        inner.map(lambda group: f"FILTER(EXISTS {group} || ?x = ?y)"),
        some.tuples(inner, inner).map("{0[0]} UNION {0[1]}".format),
        some.tuples(graph, inner).map("GRAPH {0[0]} {0[1]}".format),
        some.tuples(variable, inner).map("{{ SELECT DISTINCT {0[0]} WHERE {0[1]} }}".format),
        some.tuples(variable, inner).map("{{ SELECT {0[0]} (COUNT(*) AS ?n) WHERE {0[1]} GROUP BY {0[0]} }}".format),
    ).flatmap(lambda first: some.lists(some.just(first), min_size=1, max_size=1))


simple = some.lists(some.one_of(pattern, values), min_size=1, max_size=3).map(lambda parts: f"{{ {' '.join(parts)} }}")
group = some.recursive(
    simple,
    lambda inner: some.lists(groups(inner), min_size=1, max_size=3).map(
        lambda parts: f"{{ {' '.join(part for one in parts for part in one)} }}"
    ),
    max_leaves=6,
)
query = some.one_of(
    group.map(lambda where: f"SELECT ?x ?y ?z ?w WHERE {where}"),
    group.map(lambda where: f"SELECT ?x (COUNT(?y) AS ?n) WHERE {where} GROUP BY ?x"),
    group.map(lambda where: f"ASK {where}"),
)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(quads, query)
def test_any_query_gives_over_what_is_gathered_what_it_gives_over_all(held, text):
    whole = Store()
    whole.extend(held)

    found = gathered(text, Whole(held))

    assert answer(found.store, found.text) == answer(whole, text), found.text


def test_only_what_hangs_together_with_a_known_thing_is_gathered():
    held = [Quad(NamedNode(f"urn:n:{number}"), PROPERTIES[0], NODES[0]) for number in range(100)]

    found = gathered("SELECT ?o WHERE { <urn:n:7> <urn:p:1> ?o OPTIONAL { ?o <urn:p:2> ?q } }", Whole(held))

    assert len(found.store) == 1


def test_a_count_is_left_to_the_engine():
    held = [Quad(NamedNode(f"urn:n:{number}"), PROPERTIES[0], NODES[0]) for number in range(100)]

    found = gathered("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", Whole(held))

    [row] = found.store.query(found.text)
    assert (len(found.store), row["n"]) == (0, Literal(100))


def test_a_few_rows_of_many_are_left_to_the_engine():
    held = [Quad(NamedNode(f"urn:n:{number}"), PROPERTIES[0], NODES[0]) for number in range(100)]

    found = gathered("SELECT * WHERE { ?s ?p ?o } LIMIT 10", Whole(held))

    assert (len(found.store), len(answer(found.store, found.text))) == (0, 10)


def test_what_cannot_be_read_is_refused():
    with pytest.raises(QueryTooComplex):
        gathered("DESCRIBE * WHERE { ?s ?p ?o }", Whole([]))
