"""What the servers are asked: the texts are the files in `queries/`, filled in with the terms of the generated data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import generator

ROWS: Final = "application/sparql-results+json"
GRAPH: Final = "text/turtle"
_DISTINCT: Final = 2_000
_QUERIES: Final = Path(__file__).with_name("queries")


@dataclass(frozen=True)
class Workload:
    """One kind of query: its texts, the media type of its answers, and whether any rows of the right number will do."""

    name: str
    texts: tuple[str, ...]
    accept: str = ROWS
    answers_vary: bool = False


def workloads(data: generator.Data) -> tuple[Workload, ...]:
    """Every kind of query that is measured on *data*."""
    random = Random(generator.SEED)
    agreements = [str(generator.agreement(number)) for number in _some(data.agreements, random)]
    hubs = [str(generator.organization(number)) for number in range(generator.HUBS)]
    # Those whose parts of parts are all there, so that answers have one size whatever the size of the data.
    whole = data.organizations // generator.PARTS**2
    wholes = [str(generator.organization(number)) for number in range(max(whole // 2, 1), max(whole, 2))]
    return (
        Workload("point lookup", _filled("lookup", "$agreement", agreements)),
        # A LIMIT without an order: any rows will do.
        Workload("100-row join", _filled("participants", "$organization", hubs), answers_vary=True),
        Workload("1,000-row list", _filled("agreements-on-topic", "$topic", generator.topics()), answers_vary=True),
        Workload("CONSTRUCT of an entity", _filled("described", "$agreement", agreements), accept=GRAPH),
        Workload("text search", _filled("find", "$part", [f'"{part}"' for part in generator.name_parts()])),
        Workload("partners per country", (_text("partners-per-country"),)),
        Workload("co-parties", (_text("co-parties"),)),
        Workload("agreements per year", (_text("agreements-per-year"),)),
        Workload("path", _filled("parts", "$organization", wholes[:_DISTINCT])),
    )


def _some(available: int, random: Random) -> list[int]:
    return random.sample(range(available), min(available, _DISTINCT))


def _filled(name: str, parameter: str, values: list[str]) -> tuple[str, ...]:
    return tuple(_text(name).replace(parameter, value) for value in values)


def _text(name: str) -> str:
    return (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")
