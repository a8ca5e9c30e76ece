"""The mentions for which the file of decisions proposes an identity, with the decision that the graph has on each."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from heritage_graph.errors import UnknownName
from heritage_graph.importers.records.answers import held_on, nodes_of
from heritage_graph.importers.records.identities import IDENTIFIED, PROPOSED, REJECTED, Decision
from heritage_graph.model.dates import date_of
from heritage_graph.model.link_decisions import Outcome
from heritage_graph.namespaces import ID, is_slug, source_graph
from heritage_graph.web.pages.desk.queue import IDENTITIES
from heritage_graph.web.pages.desk.telling import shipped_identities, triple_of, triples_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyoxigraph import Triple

    from heritage_graph.model.link_decisions import Ruling
    from heritage_graph.web.api.references import Asking


@dataclass(frozen=True)
class Case:
    """A mention of a record for which the file of decisions proposes an identity, and the decision that the graph has.

    That is the proposal itself while nobody has decided.
    """

    slug: str
    mention: str
    proposal: Decision
    held: Decision

    @property
    def address(self) -> str:
        """Its page."""
        return f"{IDENTITIES}/{self.slug}/{self.mention}"

    @property
    def waits(self) -> bool:
        """Tell whether nobody has decided."""
        return self.held.outcome == PROPOSED

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """What can be decided on it now."""
        return (Outcome.ACCEPT, Outcome.REJECT) if self.waits else (Outcome.UNDO,)

    def decided(self, ruling: Ruling) -> Decision:
        """What stands once *ruling* has been made: when it takes a decision back, the proposal as it was."""
        if ruling.outcome is Outcome.UNDO:
            return self.proposal
        outcome = IDENTIFIED if ruling.outcome is Outcome.ACCEPT else REJECTED
        return replace(self.proposal, outcome=outcome, by=ruling.by, on=date_of(ruling.on), why=ruling.because)

    def row(self) -> list[str]:
        """It as a row of the file of decisions."""
        held = self.held
        identity = held.identity.value.removeprefix(ID)
        return [self.slug, self.mention, held.printed, identity, held.outcome, held.by, held.on.text, held.why]


async def cases_of(asking: Asking) -> dict[str, Case]:
    """The mentions that the file proposes identities for and the graph has, by the IRI of their node.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
        SyntaxFault: the file of the curators' decisions is none.
    """
    identities = await asyncio.to_thread(shipped_identities)
    places = {
        node: (slug, mention, decision)
        for slug, decisions in identities.items()
        for mention, decision in decisions.items()
        if decision.outcome == PROPOSED
        for node in nodes_of(slug, mention)
    }
    stated: defaultdict[tuple[str, str], list[Triple]] = defaultdict(list)
    for row in await asking.rows_about("identities-held", "nodes", places):
        stated[row["graph"]["value"], row["thing"]["value"]].append(triple_of(row))
    found: dict[str, Case] = {}
    for node, (slug, mention, proposal) in places.items():
        case = _case(slug, mention, proposal, stated[source_graph(slug).value, node])
        found |= {} if case is None else {node: case}
    return found


async def case_of(asking: Asking, slug: str, mention: str) -> Case:
    """The case of *mention* of the record *slug*, on the generation of *asking*.

    Raises:
        UnknownName: there is none.
        LimitReached, EngineTrouble, SyntaxFault: as `cases_of`.
    """
    if is_slug(slug):
        proposal = (await asyncio.to_thread(shipped_identities)).get(slug, {}).get(mention)
        if proposal is not None and proposal.outcome == PROPOSED:
            case = _case(slug, mention, proposal, await triples_of(asking, slug))
            if case is not None:
                return case
    raise UnknownName(
        f"no identity is proposed for {mention[:40]!r} of {slug[:80]!r}; {IDENTITIES} lists those there are"
    )


def _case(slug: str, mention: str, proposal: Decision, triples: Iterable[Triple]) -> Case | None:
    held = held_on(slug, mention, triples)
    if held is None or (held.printed, held.identity) != (proposal.printed, proposal.identity):
        return None
    return Case(slug, mention, proposal, held)
