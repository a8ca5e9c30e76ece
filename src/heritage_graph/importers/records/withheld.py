"""Names that a page withholds to keep somebody safe: nobody is told here whose, and no record brings them in."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.importers.records.vocabulary import folded
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow
from heritage_graph.namespaces import BASE
from heritage_graph.query_files import bind, load_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyoxigraph import Triple

    from heritage_graph.importers.records.record import Party, Record
    from heritage_graph.store.state import State

Withheld = dict[str, str]
"""Why a name is withheld, by the SHA-256 of the name as `digest_of` folds it."""

_MOST_WORDS: Final = 16
_TELLING: Final = "(an address that tells it)"


def read_withheld(folder: Path) -> Withheld:
    """What `withheld.csv` in *folder* says, by its columns `digest` and `because`; a missing file says nothing."""
    file = folder / "withheld.csv"
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["digest"]: row["because"] for row in csv.DictReader(lines)}


def digest_of(name: str) -> str:
    """The SHA-256, in hexadecimal, of *name* but for case, hyphens and how many spaces there are, in UTF-8."""
    return sha256(folded(name).encode()).hexdigest()


def withhold(record: Record, withheld: Mapping[str, str]) -> Record | RefusedRow:
    """*record* with nobody named whose name is withheld; refused where its words tell the name in another place."""
    if not withheld:
        return record
    parties = tuple(_without_name(party, withheld) for party in record.parties)
    safe = replace(record, parties=parties)
    funders = (money.as_named for money in record.funding if money.as_named)
    if any(_tells(text, withheld) for text in (*safe.words(), *funders)):
        text = "it tells, in other words than the name of a party, a name that is withheld to keep somebody safe"
        return RefusedRow(record.place, record.slug, Remark("name-withheld", text))
    if parties == record.parties:
        return record
    remark = Remark("name-withheld", "a party is not named: its name is withheld to keep somebody safe")
    return replace(safe, remarks=(*record.remarks, remark))


def _without_name(party: Party, withheld: Mapping[str, str]) -> Party:
    because = withheld.get(digest_of(party.as_named)) if party.as_named else None
    if because is None:
        return party
    return replace(party, as_named=None, texts={"withheld": because}, note=None)


def told_in(state: State, withheld: Mapping[str, str]) -> Iterator[str]:
    """Each place in *state* where a name is told that is withheld: graph, thing and property, and never the name.

    Texts are looked at, and the addresses of things, in the words that they are made of.

    Raises:
        EngineTrouble, OSError, ValueError, RuntimeError: as `State.rows`.
    """
    tells = cache(partial(_tells, withheld=withheld))
    catalogue = load_catalogue(Path(__file__).parent / "queries")
    for (graph,) in state.rows(bind(catalogue.query("graphs"), {})):
        assert isinstance(graph, NamedNode)
        triples = state.triples(bind(catalogue.query("contents"), {"graph": graph.value}))
        name = _safe(graph, tells)
        yield from (f"{name}  {place}" for place in sorted({*_places(triples, tells)}))


def _places(triples: Iterable[Triple], tells: Callable[[str], bool]) -> Iterator[str]:
    """Where *triples* have what *tells* a name that is withheld."""
    for triple in triples:
        assert isinstance(triple.subject, NamedNode)
        place = _safe(triple.subject, tells)
        if place == _TELLING:
            yield place
        if isinstance(triple.object, Literal) and tells(triple.object.value):
            yield f"{place}  {triple.predicate.value}"


def _safe(thing: NamedNode, tells: Callable[[str], bool]) -> str:
    """The address of *thing*, unless it tells a name itself."""
    return _TELLING if tells(thing.value.removeprefix(BASE)) else thing.value


def _tells(text: str, withheld: Mapping[str, str]) -> bool:
    """Tell whether any run of words of *text* is a name that is withheld."""
    words = folded("".join(each if each.isalnum() else " " for each in folded(text))).encode().split()
    for start in range(len(words)):
        begun = sha256()
        for number, word in enumerate(words[start : start + _MOST_WORDS]):
            begun.update(b" " + word if number else word)
            if begun.hexdigest() in withheld:
                return True
    return False
