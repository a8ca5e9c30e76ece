"""A thing as it was in a state that is not kept any more: the version that the change log has kept of its record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import DCTERMS, RDFS, SKOS, XSD
from heritage_graph.web.as_of import not_kept
from heritage_graph.web.memento import versions_of
from heritage_graph.web.names import Names
from heritage_graph.web.standing import withdrawn

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pyoxigraph import Quad
    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.as_of import State
    from heritage_graph.web.context import Context

_NAMING: Final = frozenset({SKOS.prefLabel, RDFS.label, DCTERMS.term("title")})


@dataclass(frozen=True)
class PastVersion:
    """A version of a record: when it came, and what it stated, in the graphs that did."""

    at: datetime
    quads: tuple[Quad, ...]


async def version_at(request: Request, context: Context, iri: str, state: State) -> PastVersion:
    """The version of *iri* that stood in *state*.

    Raises:
        UnknownName: nothing was known of it then.
        Gone: it had been withdrawn by then.
        GenerationNotKept: that version was followed by another before the log could keep it.
        Busy, EngineTrouble, LimitReached: the log cannot be asked.
    """
    before = [each for each in await versions_of(request, context, iri) if each.generation <= state.generation]
    if not before:
        raise UnknownName(f"nothing was known of {iri} in generation {state.generation}", iri=iri)
    version = before[-1]
    if version.kind == "delete":
        raise withdrawn(iri, at=version.at.isoformat(), generation=version.generation)
    log = await context.changes.log()
    sequences = [
        each.sequence for each in await asyncio.to_thread(log.history, iri) if each.generation == version.generation
    ]
    contents = await asyncio.to_thread(log.contents, sequences)
    if not contents:
        raise not_kept(f"{state.told} is not kept, nor is what {iri} was then", context, generation=state.generation)
    (content,) = contents.values()
    return PastVersion(version.at, tuple(await asyncio.to_thread(_read, content)))


def rows_of_quads(quads: Iterable[Quad]) -> list[Row]:
    """*quads* as the rows of a query for ?s ?p ?o ?g, sorted."""
    return [
        {
            "s": _cell(quad.subject),
            "p": _cell(quad.predicate),
            "o": _cell(quad.object),
            "g": _cell(quad.graph_name),
        }
        for quad in sorted(quads, key=str)
    ]


def names_in(quads: Iterable[Quad], terms: Names) -> Names:
    """The names that *quads* give, and *terms* for the rest."""
    rows = [{"thing": _cell(quad.subject), "name": _cell(quad.object)} for quad in quads if quad.predicate in _NAMING]
    return Names(rows, terms.by_iri, language=terms.language)


def _read(content: bytes) -> list[Quad]:
    return list(parse(content, RdfFormat.N_QUADS))


def _cell(term: object) -> dict[str, str]:
    if isinstance(term, Literal):
        cell = {"type": "literal", "value": term.value}
        if term.language is not None:
            return {**cell, "xml:lang": term.language}
        return cell if term.datatype == XSD.string else {**cell, "datatype": term.datatype.value}
    assert isinstance(term, NamedNode)
    return {"type": "uri", "value": term.value}
