"""Make sure that servers answer alike before they are measured, and see how large and how slow their answers are."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, RdfFormat, parse
from workloads import ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servers import Server
    from workloads import Workload

_COMPARED: Final = 5
_LENIENT: Final = frozenset({"virtuoso"})
"""Servers that write some values in a way of their own; their datatypes are not compared."""

Fact = tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """What the comparison saw of one workload: how many rows or triples an answer has, and seconds by server."""

    rows: int
    seconds: dict[str, float]


def check_alike(servers: Sequence[Server], workload: Workload, reference: str) -> Seen:
    """Ask all *servers* some texts of *workload*, and compare what each says with what *reference* says.

    Raises:
        SystemExit: they differ; the message names the servers and the query.
    """
    sizes = []
    seconds: dict[str, list[float]] = {server.name: [] for server in servers}
    for text in workload.texts[:_COMPARED]:
        answers = {}
        for server in servers:
            began = time.perf_counter()
            answers[server.name] = server.ask(text, workload.accept)
            seconds[server.name].append(time.perf_counter() - began)
        for name, answer in answers.items():
            lenient = name in _LENIENT
            found = facts(answer, workload.accept, lenient=lenient)
            wanted = facts(answers[reference], workload.accept, lenient=lenient)
            alike = len(found) == len(wanted) if workload.answers_vary else found == wanted
            if not alike:
                raise SystemExit(f"{name} and {reference} differ ({_difference(found, wanted)}) on:\n{text}")
        sizes.append(len(facts(answers[reference], workload.accept, lenient=False)))
    return Seen(round(sum(sizes) / len(sizes)), {name: median(taken) for name, taken in seconds.items()})


def facts(answer: bytes, accept: str, *, lenient: bool) -> list[Fact]:
    """The rows or triples of *answer* in an order of their own; *lenient* leaves datatypes out."""
    return sorted(_rows(answer, lenient=lenient) if accept == ROWS else _triples(answer, lenient=lenient))


def _rows(answer: bytes, *, lenient: bool) -> list[Fact]:
    return [
        tuple(part for name in sorted(row) for part in (name, *_of_json(row[name], lenient=lenient)))
        for row in json.loads(answer)["results"]["bindings"]
    ]


def _of_json(term: dict[str, str], *, lenient: bool) -> Fact:
    return _term(term["value"], term.get("datatype", ""), term.get("xml:lang", ""), lenient=lenient)


def _triples(answer: bytes, *, lenient: bool) -> list[Fact]:
    """The triples of a Turtle document, each once."""
    found = set()
    for triple in parse(answer, format=RdfFormat.TURTLE):
        thing = triple.object
        if isinstance(thing, Literal):
            told = _term(thing.value, thing.datatype.value, thing.language or "", lenient=lenient)
        else:
            told = (str(thing), "", "")
        found.add((str(triple.subject), str(triple.predicate), *told))
    return list(found)


def _term(value: str, datatype: str, language: str, *, lenient: bool) -> Fact:
    """A term without the differences in writing that all servers may make (xsd:string, the case of a language)."""
    if lenient:
        return _plain(value), "", language.lower()
    plain = datatype.endswith(("XMLSchema#string", "rdf-syntax-ns#langString"))
    return value, "" if plain else datatype, language.lower()


def _plain(value: str) -> str:
    """One way of writing a number and a truth value."""
    try:
        return f"{float(value):g}"
    except ValueError:
        return {"true": "1", "false": "0"}.get(value, value)


def _difference(found: list[Fact], wanted: list[Fact]) -> str:
    missing = sorted(set(wanted) - set(found))[:1]
    surplus = sorted(set(found) - set(wanted))[:1]
    return f"{len(found)} and {len(wanted)} answers; missing {missing}, surplus {surplus}"
