"""The rule that names the first agreement of a chain of renewals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Triple

from heritage_graph.model.rules.inference import Inference, inferences, rule_iri
from heritage_graph.model.rules.reading import asserting, nodes, sources
from heritage_graph.namespaces import HG

if TYPE_CHECKING:
    from heritage_graph.graph_view import GraphView

RENEWAL_CHAIN: Final = rule_iri("renewal-chain")


def chain_roots(agreement: NamedNode, view: GraphView) -> list[Inference]:
    """The first agreement of the chain that *agreement* is in; the first one is its own root.

    An agreement that neither renews nor is renewed is in no chain. An agreement that renews several may have
    several roots. A cycle has no first member, so what only leads into one has no root; each agreement is
    visited once, so a cycle ends the search.
    """
    links: list[Triple] = []
    roots: list[NamedNode] = []
    reached: set[NamedNode] = set()
    ahead = [agreement]
    while ahead:
        each = ahead.pop()
        if each not in reached:
            reached.add(each)
            renewed = nodes(view, each, HG.renews)
            links += [Triple(each, HG.renews, one) for one in renewed]
            roots += [] if renewed else [each]
            ahead += renewed
    if not links:
        links = [Triple(each, HG.renews, agreement) for each in sources(view, HG.renews, agreement)]
        reached.update(sources(view, HG.renews, agreement))
    if not links:
        return []
    premises = asserting(view, links) | (reached - {agreement})
    return inferences(agreement, HG.renewalChainRoot, RENEWAL_CHAIN, ((root, premises) for root in roots))


def later_renewals(agreement: NamedNode, view: GraphView) -> set[NamedNode]:
    """The agreements that renew *agreement*, directly or through others."""
    found: set[NamedNode] = set()
    ahead = [agreement]
    while ahead:
        for each in sources(view, HG.renews, ahead.pop()):
            if each not in found:
                found.add(each)
                ahead.append(each)
    return found
