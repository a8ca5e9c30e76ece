"""Answer a query of an engine whose answers differ: have it find the statements, and work out the answer here.

Virtuoso 7.2.5 joins patterns as SPARQL says, and counts. What it computes is another matter: an IRI that goes through
IF, COALESCE, MIN or SAMPLE becomes a string, a truth value a number, what is unbound an empty string; sub-selects lose
or multiply rows, and some valid queries end in errors of its compiler (SP031, SQ074). So it is asked only for patterns
and counts. The statements on which an answer can depend (`branches`) are put into a store in memory, and the query is
answered from that one, by the engine that answers it in the embedded store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store, Triple, Variable

from heritage_graph.store.remote.asked_for import Group, InGraph, Query, Select, Statement, Union, Values
from heritage_graph.store.remote.branches import needs
from heritage_graph.store.remote.group_contents import asks_for_graphs, closures
from heritage_graph.store.remote.literals import kept, restored_triple
from heritage_graph.store.remote.path_reading import written
from heritage_graph.store.remote.query_reading import read_query
from heritage_graph.store.remote.ways import OneOf, Pattern
from heritage_graph.terms import serialise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from heritage_graph.store.remote.asked_for import Node
    from heritage_graph.store.remote.needed import Needed
    from heritage_graph.store.remote.ways import Atom
    from heritage_graph.store.state import Row, Term

Graphs = tuple[str, ...]

_P, _O = Variable("p"), Variable("o")
_ALL_GRAPHS: Final = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"


class Engine(Protocol):
    """What an engine is asked, over default graphs and named graphs; without any it is over all there are."""

    def rows(self, text: str, default_graphs: Graphs, named_graphs: Graphs) -> Iterable[Row]:
        """The rows of a SELECT."""

    def triples(self, text: str, default_graphs: Graphs, named_graphs: Graphs) -> Iterable[Triple]:
        """The triples of a CONSTRUCT."""


@dataclass(frozen=True)
class Gathered:
    """All that an answer depends on: the query *text* gives over *store* what the one asked gives over the engine."""

    store: Store
    text: str


def gathered(
    text: str,
    engine: Engine,
    *,
    base_iri: str | None = None,
    default_graphs: Graphs = (),
    named_graphs: Graphs = (),
) -> Gathered:
    """What the answer to the query *text*, which parses, depends on in *engine*.

    Non-empty graphs replace the dataset of the query (SPARQL 1.1 Protocol 2.1.4).

    Raises:
        QueryTooComplex: the query is written in a way that is not read here.
        UpstreamTrouble: the engine failed.
    """
    query = read_query(text, base_iri=base_iri)
    dataset = _Dataset(default_graphs, named_graphs)
    if not default_graphs and not named_graphs:
        dataset = _Dataset(query.default_graphs, query.named_graphs)
    return _Gathering(query, engine, dataset).gathered()


@dataclass(frozen=True)
class _Dataset:
    default_graphs: Graphs
    named_graphs: Graphs

    @property
    def is_given(self) -> bool:
        """Whether it is other than the published view and all named graphs."""
        return bool(self.default_graphs or self.named_graphs)

    def has(self, graph: Node | None) -> bool:
        """Tell whether a pattern in *graph* (None is the default one) can match at all."""
        return not self.is_given or bool(self.default_graphs if graph is None else self.named_graphs)

    @property
    def default_graph(self) -> NamedNode | DefaultGraph:
        """Where what is in its default graph is put."""
        return NamedNode(self.default_graphs[0]) if self.default_graphs else DefaultGraph()


class _Gathering:
    """A query, and what has been fetched for it."""

    def __init__(self, query: Query, engine: Engine, dataset: _Dataset) -> None:
        self._query = query
        self._engine = engine
        self._dataset = dataset
        self._store = Store()

    def gathered(self) -> Gathered:
        """All of it."""
        query = self._query
        if asks_for_graphs(query.select.group):
            graphs = (self._dataset.default_graphs, self._dataset.named_graphs)
            for (named,) in self._engine.rows(_ALL_GRAPHS, *graphs) if self._dataset.has(Variable("g")) else ():
                assert isinstance(named, NamedNode)
                self._store.add_graph(named)
        if self._is_answered(query.select, whole=True):
            return Gathered(self._store, self._text({query.select: self._rows(query.select)}))
        for graph, properties in closures(query).items():
            for number, each in enumerate(sorted(properties, key=lambda node: node.value)):
                subject, object_ = Variable(f"s{number}"), Variable(f"o{number}")
                self._fetch([Pattern(graph, subject, each, object_)], [])
        done = {select: self._rows(select) for select in _selects(query.select.group) if self._is_answered(select)}
        found = needs(query, self._reached, done=done.keys())
        for one in found.statements:
            self._get(one)
        for graph, node in found.present:
            self._find(graph, node)
        return Gathered(self._store, self._text(done))

    def _is_answered(self, select: Select, *, whole: bool = False) -> bool:
        """Tell whether the engine answers *select* itself: a count of patterns, or a few of their solutions."""
        if not select.group.is_plain or self._dataset.is_given or not _is_told_alike(select.group):
            return False
        if whole and self._query.form == "ASK":
            return True
        if select.counts:
            return True
        return whole and self._query.form == "SELECT" and select.is_cut and not (select.is_ordered or select.computes)

    def _rows(self, select: Select) -> str:
        """What stands for *select*: its rows, in the order and number that its end asks for."""
        query = self._query
        names = select.names or tuple(_variables(select.group))
        columns = " ".join(map(str, names))
        if query.form == "ASK" and select is query.select:
            rows = self._engine.rows(
                f"{query.prologue}SELECT * WHERE {query.text[select.begin : select.end]} LIMIT 1", (), ()
            )
            return "{ }" if any(True for _ in rows) else "{ FILTER(false) }"
        body = query.text[select.begin : select.end if select.is_cut and not select.is_ordered else select.tail]
        if select.shown is None:
            body = body.replace("*", columns, 1)
        rows = self._engine.rows(query.prologue + body, (), ())
        values = " ".join(f"({' '.join(_value(term) for term in row)})" for row in rows)
        return f"SELECT {columns} WHERE {{ VALUES ({columns}) {{ {values} }} }} {query.text[select.tail : select.end]}"

    def _text(self, done: dict[Select, str]) -> str:
        """The text of the query with what stands for the selects *done*."""
        text = self._query.text
        for select in sorted(done, key=lambda select: select.begin, reverse=True):
            text = text[: select.begin] + done[select] + text[select.end :]
        return text

    def _reached(self, graph: Node | None, walk: Statement) -> Iterator[NamedNode]:
        """The nodes at the open end of a path that repeats, whose statements have been fetched."""
        here = f"{_node(walk.subject)} {written(walk.path)} {_node(walk.object)}"
        end = walk.subject if isinstance(walk.subject, Variable) else walk.object
        place = self._dataset.default_graph if graph is None else graph
        pattern = f"{{ {here} }}" if isinstance(place, DefaultGraph) else f"{{ GRAPH {_node(place)} {{ {here} }} }}"
        rows = self._store.query(f"SELECT DISTINCT {end} WHERE {pattern}")
        assert isinstance(rows, QuerySolutions)
        return (row[0] for row in rows if isinstance(row[0], NamedNode))

    def _get(self, one: Needed) -> None:
        """Fetch the statements of *one*, those whose patterns hang together at once."""
        for atoms in _together(one.branch):
            targets = [target for target in one.targets if target in atoms]
            self._fetch(targets, [atom for atom in atoms if atom not in targets])

    def _find(self, graph: Node | None, node: NamedNode) -> None:
        """Fetch one statement of *node* in *graph*, if there is any; all of them when it is any graph."""
        if isinstance(graph, Variable):
            self._fetch([Pattern(graph, node, _P, _O)], [])
            self._fetch([Pattern(graph, _O, _P, node)], [])
        if isinstance(graph, Variable) or not self._dataset.has(graph):
            return
        place = self._dataset.default_graph if graph is None else graph
        for pattern in (Pattern(graph, node, _P, _O), Pattern(graph, _O, _P, node)):
            text = f"CONSTRUCT {{ {_triple(pattern)} }} WHERE {{ {_condition(pattern)} }} LIMIT 1"
            found = [*self._engine.triples(text, self._dataset.default_graphs, self._dataset.named_graphs)]
            self._store.extend(Quad(one.subject, one.predicate, one.object, place) for one in found)  # type: ignore[arg-type]
            if found:
                return

    def _fetch(self, targets: Sequence[Pattern], beside: Sequence[Atom]) -> None:
        if not targets or any(
            isinstance(atom, Pattern) and not self._dataset.has(atom.graph) for atom in (*targets, *beside)
        ):
            return
        where = _where([*targets, *beside])
        graphs = (self._dataset.default_graphs, self._dataset.named_graphs)
        for graph, patterns in _by_graph(targets):
            if isinstance(graph, Variable):
                for pattern in patterns:
                    self._fetch_from_graphs(pattern, where, graphs)
                continue
            template = " ".join(_triple(pattern) for pattern in patterns)
            place = self._dataset.default_graph if graph is None else graph
            assert isinstance(place, NamedNode | DefaultGraph)
            # The constants of the template come back as they went.
            found = map(
                restored_triple, self._engine.triples(f"CONSTRUCT {{ {template} }} WHERE {{ {where} }}", *graphs)
            )
            self._store.extend(Quad(triple.subject, triple.predicate, triple.object, place) for triple in found)

    def _fetch_from_graphs(self, pattern: Pattern, where: str, graphs: tuple[Graphs, Graphs]) -> None:
        names = [node for node in dict.fromkeys(pattern.nodes) if isinstance(node, Variable)]
        rows = self._engine.rows(f"SELECT {' '.join(map(str, names))} WHERE {{ {where} }}", *graphs)
        for row in rows:
            bound = dict(zip(names, row, strict=True))
            graph, subject, predicate, object_ = (
                bound[node] if isinstance(node, Variable) else node for node in pattern.nodes
            )
            self._store.add(Quad(subject, predicate, object_, graph))  # type: ignore[arg-type]  # the engine's own


def _selects(group: Group) -> Iterator[Select]:
    """The sub-selects of *group* that stand where all named graphs are to be seen."""
    for part in group.parts:
        match part:
            case Select():
                yield part
                yield from _selects(part.group)
            case Group():
                yield from _selects(part)
            case Union():
                for one in part.groups:
                    yield from _selects(one)
            case _ if hasattr(part, "group") and not isinstance(part, InGraph):
                yield from _selects(part.group)


def _is_told_alike(group: Group) -> bool:
    """Tell whether Virtuoso has all terms of *group* as they are written."""
    return all(kept(term) == term for part in group.parts for term in _terms(part))


def _terms(part: object) -> Iterator[Literal]:
    match part:
        case Statement():
            yield from (node for node in (part.subject, part.object) if isinstance(node, Literal))
        case Values():
            yield from (term for row in part.rows for term in row if isinstance(term, Literal))
        case Group():
            for one in part.parts:
                yield from _terms(one)
        case Union():
            for group in part.groups:
                yield from _terms(group)
        case InGraph():
            yield from _terms(part.group)


def _variables(group: Group) -> Iterator[Variable]:
    """The variables of a plain group, each once, in the order of the text."""
    seen: dict[Variable, None] = {}
    for part in group.parts:
        match part:
            case Statement():
                found: Iterable[object] = (part.subject, part.path, part.object)
            case Values():
                found = part.variables
            case Group():
                found = _variables(part)
            case InGraph():
                found = (part.graph, *_variables(part.group))
            case Union():
                found = (variable for one in part.groups for variable in _variables(one))
            case _:
                found = ()
        seen |= dict.fromkeys(node for node in found if isinstance(node, Variable))
    yield from (variable for variable in seen if not variable.value.startswith(("nameless_", "blank_")))


def _together(atoms: Iterable[Atom]) -> list[list[Atom]]:
    """*atoms* in groups that share variables with one another and with no other group."""
    groups: list[tuple[set[Variable], list[Atom]]] = []
    for atom in atoms:
        variables = {node for node in _nodes(atom) if isinstance(node, Variable)}
        joined = [group for group in groups if group[0] & variables]
        groups = [group for group in groups if group not in joined]
        for names, _ in joined:
            variables |= names
        groups.append((variables, [other for _, others in joined for other in others] + [atom]))
    return [members for _, members in groups]


def _nodes(atom: Atom) -> tuple[Node | None, ...]:
    return atom.nodes if isinstance(atom, Pattern) else (atom.variable,) if isinstance(atom, OneOf) else ()


def _by_graph(patterns: Iterable[Pattern]) -> list[tuple[Node | None, list[Pattern]]]:
    found: dict[Node | None, list[Pattern]] = {}
    for pattern in patterns:
        found.setdefault(pattern.graph, []).append(pattern)
    return [*found.items()]


def _where(atoms: Iterable[Atom]) -> str:
    return " ".join(_condition(atom) for atom in atoms)


def _condition(atom: Atom) -> str:
    """*atom* as Virtuoso is asked for it; one that it might take for another is left out, which finds more."""
    if isinstance(atom, Pattern):
        return _triple(atom) if atom.graph is None else f"GRAPH {_node(atom.graph)} {{ {_triple(atom)} }}"
    if isinstance(atom, OneOf) and all(isinstance(term, NamedNode) for term in atom.terms):
        return f"FILTER({atom.variable} IN ({', '.join(map(_node, atom.terms))}))"
    return ""


def _triple(pattern: Pattern) -> str:
    return f"{_node(pattern.subject)} {_node(pattern.predicate)} {_node(pattern.object)} ."


def _node(node: Node) -> str:
    if isinstance(node, Variable):
        return str(node)
    term = kept(node)
    assert isinstance(term, NamedNode | Literal)
    return serialise(term)


def _value(term: Term | None) -> str:
    """*term* as it stands in VALUES."""
    assert term is None or isinstance(term, NamedNode | Literal)
    return "UNDEF" if term is None else serialise(term)
