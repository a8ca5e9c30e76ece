"""Measure the proposals of who a printed name means against what curators decided by reading.

python bench/mentions.py --pairs 200 --seed 1

So many of the shipped decisions are taken at random, states and bodies as often as they are there. What is known is
then every name in the register, and every name on which was decided in other records, but not what this record alone
prints. Printed are for several least scores how many got a proposal, how many of these are right (precision) and how
many of all are (recall); and how many of as many mentions on which nobody could decide got one all the same.
"""

from __future__ import annotations

import argparse
import random
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, parse

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.importers.records.identities import read_identities
from heritage_graph.importers.records.proposing import KnownNames
from heritage_graph.importers.records.reading import Seen, open_records, records
from heritage_graph.importers.records.record import Record
from heritage_graph.importers.records.withheld import read_withheld
from heritage_graph.importers.records.writing import printed
from heritage_graph.namespaces import ID, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCORES = (60, 70, 80, 85, 90, 95, 98)
_AGENTS = ("organization/", "state/")
_NAMES = ("party-", "funding-")


def main() -> None:
    """Draw the mentions, propose, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    sources = asset_folder("sources")
    decided = [
        (record, each.printed, each.identity.value.removeprefix(ID))
        for record, decisions in read_identities(sources / "records").items()
        for mention, each in decisions.items()
        if mention.startswith(_NAMES) and each.certain
    ]
    registered = list(_registered())
    undecided = list(_undecided())
    pairs = chance.sample(decided, arguments.pairs)
    found = []
    for record, name, agent in pairs:
        elsewhere = [(who, other) for slug, other, who in decided if slug != record]
        texts = {other for _, other in elsewhere}
        others = [each for each in registered if each[1] not in name or any(each[1] in text for text in texts)]
        likely = KnownNames([*others, *elsewhere]).likely(name)
        found.append((likely.score, likely.agent == agent) if likely else (0.0, False))
    known = KnownNames([*registered, *((who, name) for _, name, who in decided)])
    absent = chance.sample(undecided, min(arguments.pairs, len(undecided)))
    of_absent = [likely.score for name in absent if (likely := known.likely(name))]
    print(f"{len(pairs)} of {len(decided):,} decided mentions, and {len(absent)} on which nobody could decide")
    print(f"{'score from':>10}{'proposed':>10}{'precision':>11}{'recall':>8}{'of undecided':>14}")
    for least in _SCORES:
        right = [is_right for score, is_right in found if score >= least]
        precision = f"{sum(right) / len(right):.3f}" if right else "-"
        print(
            f"{least:>10}{len(right):>10}{precision:>11}{sum(right) / len(pairs):>8.3f}"
            f"{sum(score >= least for score in of_absent):>14}"
        )


def _registered() -> Iterator[tuple[str, str]]:
    """The names of agents in the shipped files, each with the agent."""
    for path in asset_files("sources", ".trig"):
        for quad in parse(path=str(path)):
            if quad.predicate in {SKOS.prefLabel, SKOS.altLabel} and isinstance(quad.subject, NamedNode):
                agent = quad.subject.value.removeprefix(ID)
                if agent.startswith(_AGENTS) and isinstance(quad.object, Literal):
                    yield agent, quad.object.value


def _undecided() -> Iterator[str]:
    """The names of parties and funders on which no decision is shipped."""
    sources = asset_folder("sources")
    identities = read_identities(sources / "records")
    for each in records(open_records([sources / "records"]), read_withheld(sources), Seen()):
        if isinstance(each, Record):
            decisions = identities.get(each.slug, {})
            yield from (
                name for mention, name in printed(each) if mention.startswith(_NAMES) and mention not in decisions
            )


if __name__ == "__main__":
    main()
