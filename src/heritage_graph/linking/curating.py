"""Bring proposals and decisions into graph/curation of a store of this machine, through the gate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import StaleBase
from heritage_graph.ingest.changes import GraphChange, Mode
from heritage_graph.ingest.local import bring_in
from heritage_graph.linking.proposing import propose
from heritage_graph.linking.subjects import gather
from heritage_graph.model.link_decisions import CurationChange, change_of
from heritage_graph.model.link_proposals import LinkStatus, Proposal, read_proposals, triples_of
from heritage_graph.namespaces import CURATION
from heritage_graph.query_files import bind, load_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyoxigraph import Triple

    from heritage_graph.ingest.pipeline import Base, Prepared
    from heritage_graph.ingest.rulebook import Rulebook
    from heritage_graph.linking.proposing import Candidate
    from heritage_graph.linking.subjects import LinkKind
    from heritage_graph.model.link_decisions import Ruling
    from heritage_graph.store.state import State

_QUERIES: Final = Path(__file__).parent / "queries"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a state: the pairs, those that are proposed for the first time, and what that changes."""

    candidates: Sequence[Candidate]
    new: frozenset[str]
    change: CurationChange


def proposals_in(state: State) -> dict[str, Proposal]:
    """The proposals of graph/curation in *state*, by IRI, in order.

    Raises:
        EngineTrouble, OSError, ValueError, RuntimeError: as `State.triples`.
    """
    query = load_catalogue(_QUERIES).query("proposed")
    return read_proposals(state.triples(bind(query, {})))


def find(state: State, kinds: Sequence[LinkKind], *, least: float) -> Found:
    """The pairs of *kinds* in *state* with a score of *least* or more; what was decided is not proposed again.

    An open proposal about things of these kinds that is not found any more goes; others stay as they are.

    Raises:
        EngineTrouble, OSError, ValueError, RuntimeError: as `State.triples`.
    """
    before = proposals_in(state)
    gathered = gather(state, kinds)
    decided = frozenset(each.pair for each in before.values() if each.status is not LinkStatus.PROPOSED)
    candidates = propose(gathered, least=least, known=decided)
    things = {subject.iri for subjects in gathered.subjects.values() for subject in subjects}
    found = {proposal.iri: proposal for proposal in map(proposal_of, candidates)}
    renewed = {
        iri: each
        for iri, each in before.items()
        if each.status is LinkStatus.PROPOSED and (iri in found or set(each.pair) <= things)
    }
    change = CurationChange.between(_triples(renewed.values()), _triples(found.values()))
    return Found(candidates, frozenset(found.keys() - before.keys()), change)


def proposal_of(candidate: Candidate) -> Proposal:
    """The proposal that a pair which was found makes."""
    return Proposal(
        candidate.pair,
        candidate.weighed.score,
        candidate.weighed.method.value,
        tuple(map(str, candidate.weighed.identifiers)),
        tuple(sorted(set(candidate.names or ()), key=str)),
        tuple(sorted(candidate.weighed.agrees)),
        tuple(sorted(candidate.weighed.differs)),
    )


def bring_in_proposals(data: Path, found: Found, *, generation: int, rulebook: Rulebook, message: str) -> Prepared:
    """Write what was *found* in *generation* into graph/curation of the store in *data*, as one commit.

    Raises:
        StaleBase: the store has moved on from *generation*; nothing has changed.
        RefusedInput, EngineTrouble: as `local.bring_in`.
    """

    def changed(base: Base) -> list[GraphChange]:
        if base.generation != generation:
            raise StaleBase(
                f"the store moved on from generation {generation} to {base.generation} meanwhile; propose again",
                expected=generation,
                generation=base.generation,
            )
        return [graph_change(base, found.change)]

    return bring_in(data, changed, rulebook=rulebook, message=message)


def decide(
    data: Path, ruling: Ruling, wanted: Sequence[str], *, rulebook: Rulebook, keep: Sequence[str] = ()
) -> Prepared:
    """Write what *ruling* on the proposals with the IRIs *wanted* changes into the store in *data*, as one commit.

    *keep* is as in `link_decisions.change_of`.

    Raises:
        UnknownName, ParameterError: as `link_decisions.change_of`; nothing has changed.
        RefusedInput, EngineTrouble: as `local.bring_in`.
    """

    def changed(base: Base) -> list[GraphChange]:
        proposals = read_proposals(base.graph(CURATION))
        return [graph_change(base, change_of(ruling, wanted, proposals, keep=keep))]

    return bring_in(data, changed, rulebook=rulebook, message=ruling.message)


def graph_change(base: Base, change: CurationChange) -> GraphChange:
    """*change* of graph/curation as it is in *base*, as the gate takes it."""
    return GraphChange(CURATION, Mode.REPLACE, (base.graph(CURATION) - change.removed) | change.added)


def _triples(proposals: Iterable[Proposal]) -> frozenset[Triple]:
    return frozenset().union(*map(triples_of, proposals))
