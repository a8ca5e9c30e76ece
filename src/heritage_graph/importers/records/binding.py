"""Find who is bound by the agreement of a record, where the record does not say it of two."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from heritage_graph.importers.records import keys
from heritage_graph.importers.records.vocabulary import folded
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow
from heritage_graph.namespaces import HGV

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import NamedNode

    from heritage_graph.importers.records.record import Party, Record
    from heritage_graph.importers.records.vocabulary import Vocabulary

FEWEST_PARTIES: Final = 2

_PARTY: Final = HGV.term("role/party")
_FUNDER: Final = HGV.term("role/funder")
_WORKING: Final = (_FUNDER, HGV.term("role/implementer"), HGV.term("role/academic-partner"))
"""Who is bound by what their role means, the clearest first: one who pays without being a party has another role."""
_RENEWAL: Final = HGV.term("agreement-kind/renewal")


def settled(record: Record, vocabulary: Vocabulary) -> Record | RefusedRow:
    """*record* with two parties at least where it is an agreement, what it does not say itself remarked on.

    Beside those with the role party, these are bound: those who signed, for themselves; then, when the list of those
    named is whole, those whose role says that they pay for, carry out or work on what was agreed, as far as it takes
    to have two. A record of which nobody can tell two, and in which somebody pays, is told as funding; another is
    refused.
    """
    if record.kind not in keys.AGREEMENTS:
        return record
    roles = [{vocabulary.concept("role", role) for role in party.roles} for party in record.parties]
    stated = {at for at, each in enumerate(roles) if _PARTY in each}
    bound = set(stated)
    for more in _further(record, roles, vocabulary):
        if _how_many(record, bound) < FEWEST_PARTIES:
            bound |= more
    if _how_many(record, bound) >= FEWEST_PARTIES:
        return _binding(record, bound - stated, roles) if bound > stated else record
    if any(_FUNDER in each for each in roles):
        return _as_funding(record)
    text = (
        f"an agreement binds at least two, and of those named {_how_many(record, stated)} has the role “party”; one "
        "who is bound and does something else, too, has both: “party|host”"
    )
    return RefusedRow(record.place, record.slug, Remark("parties-missing", text))


def _how_many(record: Record, bound: Iterable[int]) -> int:
    return len({record.parties[at].as_named or f"withheld {at}" for at in bound})


def _further(record: Record, roles: list[set[NamedNode | None]], vocabulary: Vocabulary) -> Iterator[set[int]]:
    """Who else is bound, the surest first."""
    yield {at for at, party in enumerate(record.parties) if party.signs and "on_behalf_of" not in party.texts}
    is_whole = not record.parties_open and not record.page.in_part
    if is_whole and (
        record.kind == "agreement" or any(_PARTY in each for each in roles) or _agrees(record, vocabulary)
    ):
        for role in _WORKING:
            yield {at for at, each in enumerate(roles) if role in each}


def _agrees(record: Record, vocabulary: Vocabulary) -> bool:
    """Tell whether what the page calls it names a kind of agreement: a grant is renewed, too."""
    words = folded(record.texts.get("kind_as_stated", "")).split()
    runs = (" ".join(words[at:end]) for at in range(len(words)) for end in range(at + 1, len(words) + 1))
    return any(vocabulary.concept("agreement-kind", run) not in {None, _RENEWAL} for run in runs)


def _binding(record: Record, implied: set[int], roles: list[set[NamedNode | None]]) -> Record:
    """*record* with those *implied* as parties; a funder who is one is no third party."""
    parties = tuple(_bound(party) if at in implied else party for at, party in enumerate(record.parties))
    names = ", ".join(f"“{record.parties[at].as_named or keys.NAME_WITHHELD}”" for at in sorted(implied))
    remarks = [Remark("party-implied", f"told as bound by the agreement, by signature or role: {names}")]
    funding = record.funding
    if any(_FUNDER in roles[at] for at in implied) and any(money.mode == "third-party" for money in funding):
        funding = tuple(
            replace(money, mode="unspecified") if money.mode == "third-party" else money for money in funding
        )
        remarks.append(Remark("no-third-party", "“third-party” is left out: who gives the means is told as a party"))
    return replace(record, parties=parties, funding=funding, remarks=(*record.remarks, *remarks))


def _bound(party: Party) -> Party:
    return replace(party, roles=("party", *party.roles))


def _as_funding(record: Record) -> Record:
    text = "told as funding: it names who pays, and not two who are bound by an agreement"
    lost = sorted(keys.DATES_OF_AGREEMENTS & record.dates.keys())
    remarks = [Remark("told-as-funding", text)]
    remarks += [Remark("date-of-an-agreement", f"“{key}” is left out: only an agreement has one") for key in lost]
    dates = {key: date for key, date in record.dates.items() if key not in lost}
    return replace(record, kind="funding", dates=dates, remarks=(*record.remarks, *remarks))
