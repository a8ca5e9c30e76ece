"""What was decided in the graph on proposals of identities.csv: read there, kept by an import, taken to the file."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Store

from heritage_graph.importers.records.identities import (
    FILE,
    IDENTIFIED,
    PROPOSED,
    REJECTED,
    Decision,
    read_identities,
)
from heritage_graph.importers.report import Remark
from heritage_graph.model.dates import read_date
from heritage_graph.namespaces import HG, ID, source_graph
from heritage_graph.store.view import graph_triples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from pyoxigraph import Triple

    from heritage_graph.graph_view import Term
    from heritage_graph.importers.records.identities import Identities
    from heritage_graph.importers.records.record import Record

_NODES: Final = {
    "party": ("participation/{slug}--{number}",),
    "funding": ("grant/{slug}-{number}", "funding/{slug}-{number}", "contribution/{slug}-{number}"),
}
"""The addresses that a mention may have in the graph, by the first part of its name."""

_OUTCOMES: Final = {
    HG.participant: IDENTIFIED,
    HG.funder: IDENTIFIED,
    HG.proposedIdentity: PROPOSED,
    HG.rejectedIdentity: REJECTED,
}
_PRINTED: Final = (HG.participantAsNamed, HG.funderAsNamed, HG.namedAs)
_MENTION: Final = re.compile(r"(party|funding)-([1-9][0-9]*)")


def nodes_of(slug: str, mention: str) -> list[str]:
    """The IRIs of which one is that of *mention* of the record *slug*; [] for a mention on which no answer is held."""
    found = _MENTION.fullmatch(mention)
    return [ID + each.format(slug=slug, number=found[2]) for each in _NODES[found[1]]] if found else []


def held_on(slug: str, mention: str, triples: Iterable[Triple]) -> Decision | None:
    """The decision on *mention* that *triples*, those of the source graph *slug*, hold; None when there is none."""
    stated = list(triples)
    return next((held for node in nodes_of(slug, mention) if (held := _held_at(node, stated))), None)


def answers(slug: str, decisions: Mapping[str, Decision], triples: Iterable[Triple]) -> dict[str, Decision]:
    """What the source graph *slug*, of which *triples* are, answers to proposals among *decisions*, by mention.

    An answer stands while the proposal is on the same words and the same agent, and of no later day than the answer.
    """
    stated = list(triples)
    held = {mention: held_on(slug, mention, stated) for mention in decisions}
    return {mention: each for mention, each in held.items() if each and _answers(each, decisions[mention])}


def keep_answers(
    records: Iterable[Record], identities: Identities, stated: Callable[[str], Iterable[Triple]]
) -> tuple[dict[str, Record], Identities]:
    """*records* by slug, and *identities* with the answers in place of the proposals that they answer.

    *stated* gives the triples of the source graph of a slug. A record of which an answer is kept says so.
    """
    kept = {}
    found = dict(identities)
    for record in records:
        decisions = identities.get(record.slug, {})
        given = answers(record.slug, decisions, stated(record.slug)) if _asks(decisions) else {}
        found |= {record.slug: {**decisions, **given}} if given else {}
        kept[record.slug] = replace(record, remarks=(*record.remarks, *map(_kept, given)))
    return kept, found


def write_answered(generation: Path, folder: Path, target: Path) -> int:
    """Write `identities.csv` of *folder* to *target*, with what the generation in the folder *generation* answers.

    A row that is answered is replaced by the answer, the others stay as they are. Count the answers. The file appears
    only when it is whole.

    Raises:
        SyntaxFault: as `read_identities`.
    """
    store = Store.read_only(str(generation))
    given = {
        slug: answers(slug, decisions, graph_triples(store, source_graph(slug)))
        for slug, decisions in read_identities(folder).items()
        if _asks(decisions)
    }
    unfinished = target.with_name(target.name + ".tmp")
    with (
        (folder / FILE).open(encoding="utf-8", newline="") as lines,
        unfinished.open("w", encoding="utf-8", newline="") as output,
    ):
        rows = csv.DictReader(lines)
        writer = csv.DictWriter(output, rows.fieldnames or (), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            answer = given.get(row["record"], {}).get(row["mention"])
            writer.writerow(row if answer is None else row | dict(_cells(answer)))
    unfinished.replace(target)
    return sum(map(len, given.values()))


def _held_at(node: str, triples: Iterable[Triple]) -> Decision | None:
    said: dict[NamedNode, Term] = {}
    for triple in triples:
        if triple.subject == NamedNode(node) and isinstance(triple.object, (NamedNode, Literal)):
            said[triple.predicate] = triple.object
    name = next((said[each] for each in _PRINTED if each in said), None)
    decided = next(((said[each], outcome) for each, outcome in _OUTCOMES.items() if each in said), None)
    texts = [said.get(each) for each in (HG.decidedBy, HG.decidedOn, HG.decidedBecause)]
    if name is None or decided is None or None in texts or not isinstance(decided[0], NamedNode):
        return None
    by, on, why = (str(text.value) for text in texts if text is not None)
    return Decision(str(name.value), decided[0], decided[1], by, read_date(on), why)


def _asks(decisions: Mapping[str, Decision]) -> bool:
    """Tell whether any of *decisions* is a proposal to which a graph can hold the answer."""
    return any(each.outcome == PROPOSED and _MENTION.fullmatch(mention) for mention, each in decisions.items())


def _answers(held: Decision, proposal: Decision) -> bool:
    return (
        (proposal.outcome, held.outcome == PROPOSED) == (PROPOSED, False)
        and (held.printed, held.identity) == (proposal.printed, proposal.identity)
        and proposal.on.earliest <= held.on.latest
    )


def _kept(mention: str) -> Remark:
    text = f"the proposal on {mention} is answered in the graph, and the answer stays; take it into {FILE}"
    return Remark("identity-answered", text)


def _cells(answer: Decision) -> Iterator[tuple[str, str]]:
    yield "decision", answer.outcome
    yield "decided_by", answer.by
    yield "decided_on", answer.on.text
    yield "why", answer.why
