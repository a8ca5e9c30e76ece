"""Answer a batch of queries: find candidates by name and identifier, weigh the evidence, tell which one is meant."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heritage_graph.matching.likeness import SAME
from heritage_graph.namespaces import HGV, ID
from heritage_graph.web.reconciliation.described import DESCRIBING, description_of, types_of
from heritage_graph.web.reconciliation.evidence import StatedValue, agreement, identifier_address
from heritage_graph.web.reconciliation.identifiers import long_id, short_id
from heritage_graph.web.reconciliation.named import Named, named_like
from heritage_graph.web.reconciliation.ranking import Candidate, matches, ranked
from heritage_graph.web.reconciliation.stated import (
    COUNTRY,
    REGISTRY_STATUS,
    all_names,
    codes_of_countries,
    preferred_name,
    stated_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.index.entries import Thing
    from heritage_graph.index.index import Index
    from heritage_graph.web.names import Names
    from heritage_graph.web.reconciliation.batch import ReconciliationQuery
    from heritage_graph.web.reconciliation.stated import Asking, Stated

_WEIGHED: Final = 15
"""How many candidates the evidence is looked up for, or as many as the query asks for."""

_WITHDRAWN: Final = HGV.term("registry-status/withdrawn").value
_WITHOUT_TYPE: Final = 10.0
_ADDRESS: Final = re.compile(r'https?://[^\x00-\x20<>"{}|^`\\]+')


async def answer_batch(asking: Asking, queries: Mapping[str, ReconciliationQuery]) -> dict[str, object]:
    """The result of each query by its key.

    Raises:
        LimitReached, EngineTrouble: as `Index.search` and `rows_of`.
    """
    named = {key: await asyncio.to_thread(_named, asking.index, query) for key, query in queries.items()}
    identified = await _identified(asking, queries)
    chosen = {
        key: _together(named[key][: max(_WEIGHED, query.limit)], identified[key]) for key, query in queries.items()
    }
    properties = {each.property.iri for query in queries.values() for each in query.evidence}
    iris = list(dict.fromkeys(each.thing.iri for some in chosen.values() for each in some))
    stated = await stated_of(asking, iris, sorted({*properties, *DESCRIBING, REGISTRY_STATUS}))
    codes = await codes_of_countries(asking, iris) if COUNTRY in properties else {}
    names = await asking.context.term_names.of(asking.request, asking.context, asking.index.generation)
    weighing = _Weighing(stated, codes, names, asking.language)
    return {
        key: {"result": await asyncio.to_thread(weighing.result, query, chosen[key])} for key, query in queries.items()
    }


def _named(index: Index, query: ReconciliationQuery) -> list[Named]:
    """The things that the text of *query* names or identifies, of the types that it asks for."""
    if not query.text:
        return []
    own = long_id(query.text)
    if own is not None and (things := index.things([own])):
        return [Named(things[0], SAME)]
    match query.strict:
        case "any":
            return named_like(index, query.text, {"type": query.types})
        case "should":
            of_type = {each.thing.iri for each in named_like(index, query.text, {"type": query.types})}
            found = [
                each if each.thing.iri in of_type else replace(each, score=max(0.0, each.score - _WITHOUT_TYPE))
                for each in named_like(index, query.text, {})
            ]
            return sorted(found, key=lambda each: (-each.score, each.thing.iri))
        case "all":
            if not query.types:
                return named_like(index, query.text, {})
            lists = [named_like(index, query.text, {"type": [each]}) for each in query.types]
            others = [{each.thing.iri for each in some} for some in lists[1:]]
            return [each for each in lists[0] if all(each.thing.iri in some for some in others)]


async def _identified(asking: Asking, queries: Mapping[str, ReconciliationQuery]) -> dict[str, list[Named]]:
    """The things that identifiers in a query identify, whatever they are called: for certain when one is the text."""
    records = {key: _records(query) for key, query in queries.items()}
    wanted = sorted({record for some in records.values() for record in some})
    rows = await asking.rows("reconcile-identified", {"records": wanted})
    found = [(row["record"]["value"], row["thing"]["value"]) for row in rows]
    things = await asking.things(dict.fromkeys(thing for _, thing in found if thing.startswith(ID)))
    return {
        key: [
            Named(things[thing], SAME if record == query.text else 0.0)
            for record, thing in found
            if record in records[key] and thing in things
        ]
        for key, query in queries.items()
    }


def _records(query: ReconciliationQuery) -> set[str]:
    """The addresses that *query* gives as identifiers of other registries, be it as its text."""
    given = [
        identifier_address(each.property, value.text)
        for each in query.evidence
        if each.property.start
        for value in each.values
    ]
    return {address for address in (*given, query.text) if _ADDRESS.fullmatch(address)}


def _together(named: Sequence[Named], identified: Sequence[Named]) -> list[Named]:
    """Each thing once, with the better of its scores."""
    found = {each.thing.iri: each for each in identified}
    for each in named:
        if each.thing.iri not in found or each.score > found[each.thing.iri].score:
            found[each.thing.iri] = each
    return list(found.values())


@dataclass(frozen=True)
class _Weighing:
    """What is known when candidates are weighed."""

    stated: Stated
    codes: Mapping[str, tuple[str, ...]]
    names: Names
    language: str

    def result(self, query: ReconciliationQuery, found: Sequence[Named]) -> list[dict[str, object]]:
        """The candidates of *query*, best first, the one that is meant marked as the match."""
        things = {each.thing.iri: each.thing for each in found}
        best_first = ranked(self._candidate(query, each) for each in found)
        is_match = matches(best_first)
        return [
            self._told(things[each.iri], each, is_match=is_match and place == 0)
            for place, each in enumerate(best_first[: query.limit])
        ]

    def _candidate(self, query: ReconciliationQuery, named: Named) -> Candidate:
        iri = named.thing.iri
        agreements = {
            each.property: agreement(each.property, each.values, self._values(iri, each.property.iri))
            for each in query.evidence
        }
        return Candidate(
            iri,
            named.score,
            {property_: value for property_, value in agreements.items() if value is not None},
            withdrawn=any(cell["value"] == _WITHDRAWN for cell in self.stated.of(iri, REGISTRY_STATUS)),
        )

    def _values(self, iri: str, property_: str) -> list[StatedValue]:
        found = []
        for cell in self.stated.of(iri, property_):
            value = cell["value"]
            names = all_names(self.stated.things[value]) if value in self.stated.things else ()
            found.append(StatedValue(value, (*names, *self.codes.get(value, ()))))
        return found

    def _told(self, thing: Thing, candidate: Candidate, *, is_match: bool) -> dict[str, object]:
        return {
            "id": short_id(thing.iri),
            "name": preferred_name(thing, self.language),
            "description": description_of(thing, self.stated, self.names, self.language),
            "type": types_of(thing, self.names, self.language),
            "score": candidate.score,
            "match": is_match,
            "features": [
                {"id": "name", "value": round(candidate.name_score, 2)},
                *({"id": each.id, "value": value} for each, value in candidate.agreement.items()),
            ],
        }
