"""Bring the decisions of a file into graph/curation of a store of this machine, through the gate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from heritage_graph.ingest.local import bring_in
from heritage_graph.linking.curating import graph_change
from heritage_graph.linking.decision_files import decided_on, read_decisions, refuse_if, short
from heritage_graph.model.link_decisions import CurationChange, identity_of
from heritage_graph.model.link_proposals import LinkStatus, read_proposals, triples_of
from heritage_graph.namespaces import CURATION, RDF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from heritage_graph.graph_view import GraphView
    from heritage_graph.ingest.changes import GraphChange
    from heritage_graph.ingest.pipeline import Base, Prepared
    from heritage_graph.ingest.rulebook import Rulebook
    from heritage_graph.linking.decision_files import DecisionRow
    from heritage_graph.model.link_proposals import Proposal


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of the rows of a file.

    `decided` come in; `unchanged` are in the store as they are in the file; `conflicting` are decided otherwise there,
    and stay so. `beside` are proposals that the store has decisions on and the file has not.
    """

    decided: list[DecisionRow] = field(default_factory=list)
    unchanged: list[DecisionRow] = field(default_factory=list)
    conflicting: list[tuple[DecisionRow, Proposal]] = field(default_factory=list)
    beside: list[Proposal] = field(default_factory=list)


def apply_decisions(
    data: Path, file: Path, *, rulebook: Rulebook, undo_missing: bool = False, dry_run: bool = False
) -> tuple[Judged, Prepared]:
    """Bring the decisions of *file* into the store in *data*, as one commit.

    With *undo_missing* the decisions that the store has and the file has not are taken back.

    Raises:
        SyntaxFault: as `decision_files.read_decisions`.
        RefusedInput: a row is not as it should be, or names a proposal or a thing that is not there; nothing has
            changed. Or as `local.bring_in`.
        EngineTrouble: as `local.bring_in`.
    """
    applying = _Applying(file.name, read_decisions(file), undo_missing=undo_missing)
    message = f"link apply {file.name}" + (", what it does not have undone" if undo_missing else "")
    prepared = bring_in(data, applying.changes, rulebook=rulebook, message=message, dry_run=dry_run)
    return applying.last, prepared


class _Applying:
    """Judges the rows of a file beside a base; `last` is what that came to."""

    def __init__(self, name: str, rows: Sequence[DecisionRow], *, undo_missing: bool) -> None:
        self._name = name
        self._rows = rows
        self._undo_missing = undo_missing
        self.last = Judged()

    def changes(self, base: Base) -> list[GraphChange]:
        proposals = read_proposals(base.graph(CURATION))
        self.last = self._judged(proposals, base.view)
        after = {row.proposal: proposals[row.proposal].decided(row.status, row.decision) for row in self.last.decided}
        if self._undo_missing:
            after |= {each.iri: each.decided(LinkStatus.PROPOSED, None) for each in self.last.beside}
        change = CurationChange.between(
            frozenset().union(*(triples_of(proposals[iri]) for iri in after), identity_of(proposals.values())),
            frozenset().union(*map(triples_of, after.values()), identity_of({**proposals, **after}.values())),
        )
        return [graph_change(base, change)]

    def _judged(self, proposals: Mapping[str, Proposal], view: GraphView) -> Judged:
        judged = Judged()
        faults: list[str] = []
        for row in self._rows:
            proposal = proposals.get(row.proposal)
            if fault := _fault(row, proposal, view):
                faults.append(f"{self._name}, line {row.line}: {fault}")
                continue
            assert proposal is not None
            if proposal.status is LinkStatus.PROPOSED:
                judged.decided.append(row)
            elif (proposal.status, decided_on(proposal)) == (row.status, row.decision):
                judged.unchanged.append(row)
            else:
                judged.conflicting.append((row, proposal))
        refuse_if(faults)
        named = {row.proposal for row in self._rows}
        judged.beside.extend(each for iri, each in proposals.items() if each.decision is not None and iri not in named)
        return judged


def _fault(row: DecisionRow, proposal: Proposal | None, view: GraphView) -> str | None:
    """Why *row* cannot be decided on, and the cure; what was decided already needs no things any more."""
    if proposal is not None and proposal.pair != row.pair:
        return f"{short(row.proposal)} is about {' and '.join(map(short, proposal.pair))}; correct “one” and “other”"
    if proposal is None or proposal.status is LinkStatus.PROPOSED:
        for thing in row.pair:
            if not any(view.triples(NamedNode(thing), RDF.type)):
                return f"nothing here is called {short(thing)}; bring in a source that describes it, or remove the row"
    if proposal is None:
        return (
            f"there is no proposal {short(row.proposal)}; find it with heritage-graph link propose, where a lower "
            "--min-score finds more, or remove the row"
        )
    return None
