"""Lists of things on the page about another: what each is, when, and how the two belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.model.records import family_of
from heritage_graph.namespaces import HG
from heritage_graph.web.entity_pages.agreement_term import standing_in
from heritage_graph.web.entity_pages.shown import Shown, linked
from heritage_graph.web.kind_classes import class_of, is_of_things

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from heritage_graph.web.entity_pages.agreement_term import Standing
    from heritage_graph.web.entity_pages.facts import Mark, Telling
    from heritage_graph.web.entity_pages.reading import Card, Context, Links, Reading

_DAYS: Final = tuple(each.value for each in (HG.signedOn, HG.startsOn, HG.issuedOn))
_FIRST_KINDS: Final = (
    "agreement", "organization", "state", "person", "collective", "event", "programme", "project", "activity", "plan",
    "site", "artifact", "place", "country",
)  # fmt: skip
"""The kinds that people look for first."""
MOST_OTHERS: Final = 4
"""How many of those who take part in a listed thing are told by name."""
_LAST_DAYS: Final = (HG.endsOn.value,)


@dataclass(frozen=True)
class Item:
    """A thing in a list: its name and class, its first and last days as written, and what else is told of it.

    `standing` is how an agreement stands today; `roles` are those of the thing of the page, `others` are the
    first of whoever else takes part, and `more_others` is how many follow.
    """

    thing: Shown
    kind: Shown | None
    days: Sequence[str]
    last_days: Sequence[str]
    standing: Standing | None
    roles: Sequence[Shown]
    others: Sequence[Shown]
    more_others: int
    mark: Mark | None


@dataclass(frozen=True)
class Listing:
    """A list of the first of `total` things; `complete` is False where there may be more than those.

    Its heading is the class `heading`, or what `name` stands for in `words/reverse.toml`; with neither the heading of
    the section is enough.
    """

    items: Sequence[Item]
    total: int
    name: str = ""
    heading: Shown | None = None
    complete: bool = True


def contexts_listed(reading: Reading, kinds: Iterable[str], telling: Telling, on: date, *, most: int) -> list[Listing]:
    """What the agent of the page takes part in, of *kinds*: one list, with the latest first."""
    found = [context for kind in kinds for context in reading.contexts.get(kind, ())]
    by_thing: dict[str, list[Context]] = {}
    for context in found:
        by_thing.setdefault(context.iri, []).append(context)
    items = []
    for thing, parts in [*by_thing.items()][:most]:
        roles = dict.fromkeys(role for part in parts for role in part.roles)
        mark = telling.linking(parts[0].participation, parts[0].property, reading.iri, parts[0].graphs)
        items.append(_item(reading, thing, telling, on, mark=mark, roles=roles))
    return [Listing(items, len(by_thing), complete=not reading.contexts_cut)] if items else []


def links_listed(reading: Reading, property_: str, links: Links, telling: Telling, on: date, *, name: str) -> Listing:
    """What points to the thing of the page by *property_*."""
    items = [
        _item(reading, node, telling, on, mark=telling.linking(node, property_, reading.iri, graphs))
        for node, graphs in links.nodes.items()
    ]
    return Listing(sorted(items, key=lambda item: (item.days or ["9999"], item.thing.text)), links.count, name)


def asserted_listed(reading: Reading, telling: Telling, *, most: int) -> list[Listing]:
    """What the graph of the document of the page speaks of, by kind; nodes around things are left to those."""
    by_kind: dict[str, list[str]] = {}
    for thing in reading.asserted:
        if thing != reading.iri and is_of_things(family_of(thing)):
            by_kind.setdefault(family_of(thing), []).append(thing)
    return [
        Listing(
            [
                Item(linked(each, telling.names), None, (), (), None, (), (), 0, None)
                for each in sorted(things, key=lambda each: telling.names.of(each).text)[:most]
            ],
            len(things),
            heading=linked(class_of(kind), telling.names),
        )
        for kind, things in sorted(by_kind.items(), key=lambda each: (_place(each[0]), each[0]))
    ]


def _item(reading: Reading, thing: str, telling: Telling, on: date, *, mark: Mark, roles: Iterable[str] = ()) -> Item:
    card = reading.cards.get(thing)
    names = telling.names
    others = [each for each in reading.taking_part.get(thing, ()) if each.agent and each.agent != reading.iri]
    agents = [*dict.fromkeys(each.agent for each in others)]
    return Item(
        linked(thing, names),
        linked(card.classes[0], names) if card and card.classes else None,
        _days(card, _DAYS),
        _days(card, _LAST_DAYS),
        standing_in(reading, thing, on, telling) if family_of(thing) == "agreement" else None,
        [linked(role, names) for role in roles],
        [linked(each, names) for each in agents[:MOST_OTHERS]],
        max(len(agents) - MOST_OTHERS, 0),
        mark,
    )


def _days(card: Card | None, properties: Sequence[str]) -> list[str]:
    return [] if card is None else [text for each in properties for text in card.days.get(each, ())]


def _place(kind: str) -> int:
    return _FIRST_KINDS.index(kind) if kind in _FIRST_KINDS else len(_FIRST_KINDS)
