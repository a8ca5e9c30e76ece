"""The rule that two agents collaborate when both take an active part in one context."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.model.rules.inference import Inference, name_of, rule_iri
from heritage_graph.model.rules.reading import asserting, evidence_beside, nodes, sources
from heritage_graph.namespaces import HG, RDF, XSD

if TYPE_CHECKING:
    from heritage_graph.graph_view import GraphView

SHARED_CONTEXT: Final = rule_iri("collaborates-by-shared-context")
_TRUE: Final = frozenset({Literal("true", datatype=XSD.boolean), Literal("1", datatype=XSD.boolean)})


def collaborations(context: NamedNode, view: GraphView) -> list[Inference]:
    """Who collaborates with whom in *context*, each pair both ways.

    Two distinct agents, neither a generic actor, each with a role there that implies collaboration (a property
    of the role in the vocabulary).
    """
    active = {agent: grounds for agent, grounds in _active(context, view).items() if not _generic(agent, view)}
    return [
        Inference(
            unit=context,
            subject=one,
            predicate=HG.collaboratesWith,
            object=other,
            rule=SHARED_CONTEXT,
            premises=active[one] | active[other],
            name=f"{name_of(context)}--{name_of(one)}--{name_of(other)}",
        )
        for one, other in permutations(sorted(active, key=str), 2)
    ]


def _active(context: NamedNode, view: GraphView) -> dict[NamedNode, frozenset[NamedNode]]:
    agents: dict[NamedNode, frozenset[NamedNode]] = {}
    for participation in sources(view, HG.inContext, context):
        roles = [role for role in nodes(view, participation, HG.role) if _implying(role, view)]
        for agent in nodes(view, participation, HG.participant) if roles else ():
            said = Triple(participation, HG.participant, agent)
            graphs = asserting(
                view,
                [
                    said,
                    Triple(participation, HG.inContext, context),
                    *(Triple(participation, HG.role, role) for role in roles),
                    *(triple for role in roles for triple in _implying(role, view)),
                ],
            )
            grounds = graphs | {participation} | evidence_beside(view, said)
            agents[agent] = agents.get(agent, frozenset()) | grounds
    return agents


def _implying(role: NamedNode, view: GraphView) -> list[Triple]:
    return [triple for triple in view.triples(role, HG.impliesCollaboration) if triple.object in _TRUE]


def _generic(agent: NamedNode, view: GraphView) -> bool:
    return HG.GenericActor in nodes(view, agent, RDF.type)
