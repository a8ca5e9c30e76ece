"""How a query is put to an engine so that it means there what it means here, and what its answers mean.

Tried with Virtuoso 07.20.3229 (7.2.5).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from heritage_graph.namespaces import JOURNAL, VIEW, XSD
from heritage_graph.store.query_text import filter_graphs, has_dataset, over_graph
from heritage_graph.store.remote.engine import Dialect
from heritage_graph.store.remote.literals import restored
from heritage_graph.terms import serialise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.store.remote.engine import Engine
    from heritage_graph.store.state import Term

_OURS: Final = 0.9
_NO_GRAPH: Final = VIEW.value + "/none"
_PREAMBLE: Final = 'DEFINE sql:describe-mode "CBD" '
_HIDDEN: Final = {
    Dialect.SPARQL11: (JOURNAL,),
    Dialect.VIRTUOSO: (
        JOURNAL,
        VIEW,
        NamedNode("http://www.openlinksw.com/schemas/virtrdf#"),
        NamedNode("http://localuriqaserver/sparql"),
        NamedNode("http://www.w3.org/ns/ldp#"),
    ),
}
"""What `GRAPH ?g` does not show (`input:named-graph-exclude` of Virtuoso takes it out of the default graph, too)."""
_IS_NAMED: Final = {
    dialect: " && ".join(f"{{graph}} != {serialise(graph)}" for graph in graphs) for dialect, graphs in _HIDDEN.items()
}
_COMPUTED: Final = frozenset({XSD.boolean, XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.dateTime})

Parameters = list[tuple[str, str]]


def asked(
    engine: Engine, text: str, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
) -> tuple[str, Parameters]:
    """The text to send for the query *text* over this dataset (none: its own, or the published view), and parameters.

    On Virtuoso the default graph of a query that names none is the view. No engine shows as a named graph what is not
    one of the model.
    """
    defaults = list(default_graphs)
    text = filter_graphs(text, _IS_NAMED[engine.dialect])
    if engine.dialect is Dialect.VIRTUOSO:
        if named_graphs and not defaults:
            defaults = [_NO_GRAPH]
        elif not defaults and not has_dataset(text):
            # Not by default-graph-uri alone: GRAPH <iri> would find nothing then, though GRAPH ?variable does.
            over_view = over_graph(text, serialise(VIEW))
            text, defaults = (text, [VIEW.value]) if over_view is None else (over_view, [])
        text = _PREAMBLE + text
    return text, [
        *(("default-graph-uri", iri) for iri in defaults),
        *(("named-graph-uri", iri) for iri in named_graphs),
    ]


def own_timeout(engine: Engine, timeout_s: float) -> Parameters:
    """The parameter by which the engine ends a query itself, 10 % before we do; none when it has none."""
    written = engine.own_timeout or ("timeout={ms}" if engine.dialect is Dialect.VIRTUOSO else "")
    name, _, value = written.partition("=")
    seconds = timeout_s * _OURS
    told = value.replace("{ms}", str(int(seconds * 1000))).replace("{s}", str(max(1, int(seconds))))
    return [(name, told)] if name else []


def read(engine: Engine, term: Term | None) -> Term | None:
    """*term* of an answer of *engine*, as the embedded store would give it.

    Virtuoso keeps some literals under other datatypes (see `literals`), and writes the values that it computes in its
    own way: `1` for true.
    """
    if engine.dialect is not Dialect.VIRTUOSO or not isinstance(term, Literal | Triple):
        return term
    if isinstance(term, Triple):
        return read_triple(engine, term)
    term = restored(term)
    if isinstance(term, Literal) and term.datatype in _COMPUTED:
        return _canonical(term)
    return term


def read_triple(engine: Engine, triple: Triple) -> Triple:
    """*triple* of an answer of *engine*, as the embedded store would give it."""
    if engine.dialect is not Dialect.VIRTUOSO or not isinstance(triple.object, Literal):
        return triple
    object_ = read(engine, triple.object)
    assert object_ is not None
    return Triple(triple.subject, triple.predicate, object_)


@lru_cache(maxsize=10_000)
def _canonical(literal: Literal) -> Literal:
    """*literal* as the embedded store gives it back."""
    store = Store()
    store.add(Quad(XSD.integer, XSD.integer, literal))
    stored = next(iter(store)).object
    assert isinstance(stored, Literal)
    return stored
