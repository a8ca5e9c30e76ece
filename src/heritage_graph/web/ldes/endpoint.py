"""The addresses of the stream: the root node, and the nodes below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, Quad, RdfFormat, serialize

from heritage_graph.namespaces import DCTERMS, RDF
from heritage_graph.web.addresses import base_of
from heritage_graph.web.exchange import exchange_of
from heritage_graph.web.feeds import CLOSED, PAGE_SIZE, before_page, kept_reply, no_page, worked
from heritage_graph.web.ldes.members import is_member, member_quads
from heritage_graph.web.ldes.stream import description, retention
from heritage_graph.web.ldes.tree import below_root, node_named, relations
from heritage_graph.web.ldes.vocabulary import ALL_PREFIXES, LDES, PATH, TREE, Addresses
from heritage_graph.web.negotiation import JSON_LD, NQUADS, TRIG, Format
from heritage_graph.web.routing import FORMAT, Operation, negotiated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.requests import Request

    from heritage_graph.changes.change_log import ChangeLog
    from heritage_graph.changes.entries import LogState
    from heritage_graph.web.context import Context
    from heritage_graph.web.ldes.tree import Node
    from heritage_graph.web.replies import Reply

OPEN: Final = "public, max-age=10"
"""`Cache-Control` of what grows: clients look again after that, and at the latest when they poll."""
_PROFILE: Final = "https://w3id.org/tree/profile"  # hypermedia first, then each member with all that is said of it
_WRITERS: Final = {
    Format(TRIG.extension, TRIG.media_type, TRIG.aliases, profile=_PROFILE): RdfFormat.TRIG,
    Format(NQUADS.extension, NQUADS.media_type, NQUADS.aliases, profile=_PROFILE): RdfFormat.N_QUADS,
    JSON_LD: RdfFormat.JSON_LD,
}
FORMATS: Final = tuple(_WRITERS)


def operations(_: Context) -> tuple[Operation, ...]:
    """The root node and the others."""
    return (
        Operation(
            "eventStream", PATH, "Every version of every record, as an event stream: where its pages are.", _root,
            values=(FORMAT,), formats=FORMATS, example=f"{PATH}?format=nq", tag="harvesting",
        ),
        Operation(
            "eventStreamNode", PATH + "/{page}", "A page of the event stream, or a node that leads to pages.", _node,
            values=(FORMAT,), formats=FORMATS, problems=("not-found",), example=f"{PATH}/1.nq", tag="harvesting",
        ),
    )  # fmt: skip


async def _root(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, FORMATS)
    addresses = Addresses(base_of(request.scope, context))
    log = await context.changes.log()

    def made() -> tuple[LogState, bytes]:
        state = log.state()
        quads = [
            *description(addresses),
            *(() if context.service.generations.keeps_past else retention(addresses)),
            *relations(addresses.root, below_root(state), addresses, log, state),
        ]
        return state, _written(quads, chosen)

    state, body = await worked(request, context, made)
    exchange_of(request.scope).generation = state.generation
    return kept_reply(request, body, chosen, cache=OPEN)


async def _node(request: Request, context: Context) -> Reply:
    name, _, suffix = request.path_params["page"].partition(".")
    chosen = negotiated(request.scope, FORMATS, suffix=suffix)
    addresses = Addresses(base_of(request.scope, context))
    log = await context.changes.log()

    def made() -> tuple[LogState, bool, bytes]:
        state = log.state()
        node = node_named(name, state)
        if node is None:
            raise no_page(name, state, feed=PATH)
        settled = _is_settled(node, state, context)
        return state, settled, _written(_node_quads(node, addresses, log, state, settled=settled), chosen)

    state, settled, body = await worked(request, context, made)
    if settled:
        return kept_reply(request, body, chosen, cache=CLOSED)
    exchange_of(request.scope).generation = state.generation
    return kept_reply(request, body, chosen, cache=OPEN)


def _is_settled(node: Node, state: LogState, context: Context) -> bool:
    """Tell whether nothing about *node* can change any more; where only last versions stay, pages lose members."""
    return node.is_settled(state) and (context.service.generations.keeps_past or not node.is_page)


def _node_quads(node: Node, addresses: Addresses, log: ChangeLog, state: LogState, *, settled: bool) -> Iterator[Quad]:
    """What the document of *node* says: first where it stands, then its relations or its members."""
    iri = addresses.node(node.name)
    yield Quad(addresses.stream, RDF.type, LDES.EventStream)
    yield Quad(iri, RDF.type, TREE.Node)
    yield Quad(iri, DCTERMS.isPartOf, addresses.stream)
    if settled:
        yield Quad(iri, LDES.immutable, Literal(value=True))
    if not node.is_page:
        yield from relations(iri, node.below(state), addresses, log, state)
        return
    changes = log.changes(after=before_page(node.first), limit=PAGE_SIZE)
    contents = log.contents(change.sequence for change in changes if is_member(change))
    yield from member_quads(changes, contents, addresses.stream)


def _written(quads: Iterable[Quad], chosen: Format) -> bytes:
    """*quads* in their order. The prefixes are sorted: pyoxigraph's order differs between processes."""
    prefixes = ALL_PREFIXES if _WRITERS[chosen] == RdfFormat.TRIG else {}
    written = serialize(quads, format=_WRITERS[chosen], prefixes=prefixes)
    assert written is not None
    lines = written.split(b"\n", len(prefixes))
    return b"\n".join((*sorted(lines[:-1]), lines[-1]))
