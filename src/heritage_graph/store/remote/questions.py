"""What we ask an engine for ourselves: the number of its last generation, and the names of things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import DCTERMS, RDFS, SKOS
from heritage_graph.terms import serialise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import NamedNode

ALIVE: Final = "ASK { }"
"""What any engine answers at once."""
WINDOW: Final = 32
"""How many numbers `later_generations` asks for."""

_LAST: Final = """
PREFIX hg: <https://w3id.org/heritage-graph/ns#>
SELECT (MAX(?each) AS ?generation)
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/log> { ?commit hg:generation ?each } }
"""
_LATER: Final = """
PREFIX hg: <https://w3id.org/heritage-graph/ns#>
PREFIX j: <https://w3id.org/heritage-graph/graph/journal#>
SELECT ?generation ?to
WHERE {
  { VALUES ?generation { $numbers }
    GRAPH <https://w3id.org/heritage-graph/graph/log> { ?commit hg:generation ?generation } }
  UNION
  { GRAPH <https://w3id.org/heritage-graph/graph/log> {
      <https://w3id.org/heritage-graph/graph/journal> j:changesTo ?to } }
}
"""
_NAMES: Final = """
CONSTRUCT { ?thing ?naming ?name }
WHERE { VALUES ?thing { $things } VALUES ?naming { $namings } ?thing ?naming ?name }
"""
_NAMINGS: Final = " ".join(serialise(term) for term in (SKOS.prefLabel, RDFS.label, DCTERMS.term("title")))


def last_generation() -> str:
    """The question for `?generation`, the number of the last one; unbound when nothing was committed. Reads the log."""
    return _LAST


def later_generations(known: int) -> str:
    """The question for those of *known* and the `WINDOW` - 1 numbers after it that are `?generation`, by look-up.

    Generations are numbered without gaps, so that what is asked costs the same however long the log is. A row with
    `?to` tells that a commit is under way that an engine shows before it is whole (see `journal`).
    """
    return _LATER.replace("$numbers", " ".join(str(known + step) for step in range(WINDOW)))


def names_of(things: Iterable[NamedNode]) -> str:
    """The question for the names of *things* in the published view, as a graph."""
    listed = " ".join(serialise(thing) for thing in things)
    return _NAMES.replace("$namings", _NAMINGS).replace("$things", listed)
