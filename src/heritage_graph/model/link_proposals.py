"""Proposals as graph/curation holds them: what each says, whether it was decided, by whom, when and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import HG, HGV, ID, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_STATUS: Final = HGV + "link-status/"
_METHOD: Final = HGV + "link-method/"
_LINK: Final = ID + "link/"


Pair = tuple[str, str]
"""The IRIs of two things, the lesser first."""


class LinkStatus(StrEnum):
    """The states of a proposal; the names of concepts of `hgv:link-status`."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, on which day, and why; `keeps` is the thing whose IRI stays, None unless they are one."""

    by: str
    on: date
    because: str
    keeps: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """That two things, the lesser IRI first, may be one.

    `score` is from 0 to 100, `method` the name of a concept of `hgv:link-method`. `identifiers` are what both have,
    with the registry before each; `names` the likest ones, `agrees` and `differs` the IRIs of properties. `decision` is
    there in the states accepted and rejected.
    """

    pair: Pair
    score: float
    method: str
    identifiers: tuple[str, ...] = ()
    names: tuple[Literal, ...] = ()
    agrees: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    status: LinkStatus = LinkStatus.PROPOSED
    decision: Decision | None = None

    @property
    def iri(self) -> str:
        """Made of the two things, so that it stays when it is proposed again."""
        return _LINK + "--".join(each.removeprefix(ID).replace("/", "-") for each in self.pair)

    def decided(self, status: LinkStatus, decision: Decision | None) -> Proposal:
        """It in another state."""
        return replace(self, status=status, decision=decision)


def proposal_iri(text: str) -> str:
    """The IRI of the proposal that *text* names: in full, from `id/` or `link/` on, or by its last part."""
    bare = text.strip().removeprefix(ID).removeprefix("/id/").removeprefix("id:").removeprefix("link/")
    return _LINK + bare


def triples_of(proposal: Proposal) -> frozenset[Triple]:
    """What graph/curation holds of *proposal*; what follows from it is told by `link_decisions`."""
    return frozenset(Triple(NamedNode(proposal.iri), *each) for each in _said_of(proposal))


def _said_of(proposal: Proposal) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    yield RDF.type, HG.LinkProposal
    for thing in proposal.pair:
        yield HG.proposesSame, NamedNode(thing)
    yield HG.linkScore, Literal(f"{proposal.score:g}", datatype=XSD.decimal)
    yield HG.linkMethod, NamedNode(_METHOD + proposal.method)
    yield HG.linkStatus, NamedNode(_STATUS + proposal.status)
    for identifier in proposal.identifiers:
        yield HG.sharedIdentifier, Literal(identifier)
    for name in proposal.names:
        yield HG.comparedName, name
    for property_ in proposal.agrees:
        yield HG.agreesOn, NamedNode(property_)
    for property_ in proposal.differs:
        yield HG.differsOn, NamedNode(property_)
    if proposal.decision is not None:
        yield HG.decidedBy, Literal(proposal.decision.by)
        yield HG.decidedOn, Literal(proposal.decision.on.isoformat(), datatype=XSD.date)
        yield HG.decidedBecause, Literal(proposal.decision.because)
        if proposal.decision.keeps is not None:
            yield HG.keeps, NamedNode(proposal.decision.keeps)


def read_proposals(triples: Iterable[Triple]) -> dict[str, Proposal]:
    """The proposals among *triples*, whole or as far as they tell: by IRI, in order."""
    said: defaultdict[str, defaultdict[NamedNode, list[NamedNode | Literal]]]
    said = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(_LINK):
            assert isinstance(triple.object, NamedNode | Literal)
            said[triple.subject.value][triple.predicate].append(triple.object)
    return {iri: _read(said[iri]) for iri in sorted(said) if len(said[iri][HG.proposesSame]) == 2}  # noqa: PLR2004 - a pair


def require(proposals: Mapping[str, Proposal], iri: str) -> Proposal:
    """The proposal called *iri*.

    Raises:
        UnknownName: there is none.
    """
    if iri not in proposals:
        raise UnknownName(f"there is no proposal {iri}; heritage-graph link list and /links list those there are")
    return proposals[iri]


def _read(said: Mapping[NamedNode, list[NamedNode | Literal]]) -> Proposal:
    def texts(property_: NamedNode) -> tuple[str, ...]:
        return tuple(sorted(each.value for each in said.get(property_, ())))

    def text(property_: NamedNode) -> str:
        return next(iter(texts(property_)), "")

    first, second = texts(HG.proposesSame)
    decision = None
    if text(HG.decidedOn):
        on = date.fromisoformat(text(HG.decidedOn))
        decision = Decision(text(HG.decidedBy), on, text(HG.decidedBecause), text(HG.keeps) or None)
    return Proposal(
        (first, second),
        float(text(HG.linkScore) or 0),
        text(HG.linkMethod).removeprefix(_METHOD),
        texts(HG.sharedIdentifier),
        tuple(sorted((each for each in said.get(HG.comparedName, ()) if isinstance(each, Literal)), key=str)),
        texts(HG.agreesOn),
        texts(HG.differsOn),
        LinkStatus(text(HG.linkStatus).removeprefix(_STATUS) or LinkStatus.PROPOSED),
        decision,
    )
