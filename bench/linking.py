"""Measure how well and how fast names of two sources are linked, against records of the Research Organization Registry.

python bench/linking.py ROR_FOLDER --names 500 --subjects 100000 --seed 1

One source are the records, as the importer has them; the other are bodies under names made of some of the records: see
`noisy_names`. Printed are, for each kind of noise, with the name alone and with the country beside it:

- recall: for how many bodies the record that is meant is proposed
- precision: how many of the proposals are right
- then how long it takes to compare so many subjects, half of them in either source, under names of words of records
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from noisy_names import noisy_names
from pyoxigraph import Literal

from heritage_graph.importers.ror_files import find_records
from heritage_graph.importers.ror_files import records as records_of
from heritage_graph.importers.ror_record import RorRecord
from heritage_graph.linking.proposing import LEAST_SCORE, propose
from heritage_graph.linking.subjects import Gathered, LinkKind, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from noisy_names import Asked

_RECORDS: Final = frozenset({"records"})
_TABLE: Final = frozenset({"table"})


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="records of the registry, a file each")
    parser.add_argument("--names", type=int, default=500, help="how many names are made, of all kinds together")
    parser.add_argument("--subjects", type=int, default=100_000, help="how many subjects are compared for the time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=LEAST_SCORE, help="the least score of a proposal")
    arguments = parser.parse_args()
    records = [row for row in records_of(find_records(arguments.folder, None)) if isinstance(row, RorRecord)]
    asked = noisy_names(records, count=arguments.names, seed=arguments.seed)
    print(f"{len(records):,} records, {len(asked):,} names, proposals from {arguments.least:g} on\n")
    for title, with_country in (("the name alone", False), ("the name and the country", True)):
        print(title)
        _print_recall(records, asked, with_country=with_country, least=arguments.least)
    _print_time(records, arguments.subjects, seed=arguments.seed)


def _print_recall(records: Sequence[RorRecord], asked: Sequence[Asked], *, with_country: bool, least: float) -> None:
    table = [
        Subject(
            f"table/{number}",
            sources=_TABLE,
            names=(Literal(each.text, language="und"),),
            countries=frozenset({each.country} - {""}) if with_country else frozenset(),
        )
        for number, each in enumerate(asked)
    ]
    subjects = [*(_subject(record) for record in records), *table]
    proposed: defaultdict[int, set[str]] = defaultdict(set)
    for candidate in propose(Gathered({LinkKind.ORGANIZATION: subjects}, frozenset()), least=least):
        record, row = candidate.pair
        proposed[int(row.removeprefix("table/"))].add(record.removeprefix("records/"))
    totals, right, given = Counter[str](), Counter[str](), Counter[str]()
    for number, each in enumerate(asked):
        for title in (each.noise, "all of them"):
            totals[title] += 1
            right[title] += each.identifier in proposed[number]
            given[title] += len(proposed[number])
    print(f"{'':22}{'names':>7}{'recall':>9}{'proposals':>11}{'precision':>11}")
    for title, total in totals.items():
        precision = f"{right[title] / given[title]:.3f}" if given[title] else "-"
        print(f"{title:22}{total:>7}{right[title] / total:>9.3f}{given[title]:>11}{precision:>11}")
    print()


def _subject(record: RorRecord) -> Subject:
    names = [Literal(name.text, language="und") for name in record.names if "acronym" not in name.kinds]
    acronyms = [Literal(name.text, language="und") for name in record.names if "acronym" in name.kinds]
    return Subject(
        f"records/{record.identifier}",
        sources=_RECORDS,
        names=tuple(dict.fromkeys(names)),
        acronyms=tuple(dict.fromkeys(acronyms)),
        countries=frozenset(place.alpha_2 for place in record.places if place.alpha_2),
    )


def _print_time(records: Sequence[RorRecord], count: int, *, seed: int) -> None:
    """Names of three to five words, drawn as often as the records have them; each tenth stands in both sources."""
    chance = random.Random(seed)
    words = [word for record in records for name in record.names for word in name.text.split()]
    countries = sorted({place.alpha_2 for record in records for place in record.places if place.alpha_2})
    names: list[str] = []
    subjects = []
    for number in range(count):
        source = (_RECORDS, _TABLE)[number % 2]
        again = number % 20 == 1 and names
        name = chance.choice(names) if again else " ".join(chance.choices(words, k=chance.randint(3, 5)))
        names.append(name)
        known = frozenset({chance.choice(countries)})
        literal = Literal(name, language="und")
        subjects.append(Subject(f"{number}", sources=source, names=(literal,), countries=known))
    began = time.perf_counter()
    found = propose(Gathered({LinkKind.ORGANIZATION: subjects}, frozenset()))
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:,} subjects: {seconds:.1f} s, {len(found):,} proposals, at most {memory:,.0f} MiB of memory")


if __name__ == "__main__":
    main()
