"""Who takes part in a thing, in which roles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG, HGV
from heritage_graph.web.entity_pages.shown import Shown, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heritage_graph.web.api.statements import Statement
    from heritage_graph.web.entity_pages.facts import Fact, Mark, Telling
    from heritage_graph.web.entity_pages.reading import Reading

_FIRST_ROLES: Final = tuple(
    f"{HGV}role/{name}" for name in ("party", "signatory", "organizer", "co-organizer", "host", "funder",
                                     "third-party-funder")
)  # fmt: skip
_PARTICIPANT: Final = HG.participant.value
_AS_NAMED: Final = HG.participantAsNamed.value


@dataclass(frozen=True)
class Part:
    """Somebody's part in a thing: who, as a link or as the name is printed; the roles; for whom; notes of curators.

    `marks` are those of the sources that say the same, each of a participation of its own.
    """

    who: Shown
    as_named: bool
    roles: Sequence[Shown]
    on_behalf_of: Sequence[Shown]
    notes: Sequence[Shown]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Participants:
    """Everybody's part; `is_open` is None where no source says whether the list is complete.

    `count` is how many take part, each once, whatever parts they have.
    """

    parts: Sequence[Part]
    count: int
    is_open: bool | None
    openness: Sequence[Fact]


def participants(reading: Reading, telling: Telling) -> Participants:
    """Who takes part in the thing: parties and organizers first, then by name."""
    found = []
    for node, statements in reading.nodes.get("participation", {}).items():
        part = _part(node, statements, telling)
        if part is not None:
            found.append((_rank(statements), part.who.text, part))
    openness = [each for each in reading.statements if each.predicate == HG.listIsOpen.value]
    told = {each.cell["value"] in {"true", "1"} for each in openness}
    parts = _told_once(part for _, _, part in sorted(found, key=lambda each: each[:2]))
    return Participants(
        parts,
        len({part.who for part in parts}),
        True if True in told else (False if told else None),
        [telling.fact(reading.iri, each) for each in openness],
    )


def _part(node: str, statements: Sequence[Statement], telling: Telling) -> Part | None:
    who = [each for each in statements if each.predicate in {_PARTICIPANT, _AS_NAMED}]
    if not who:
        return None
    names = telling.names
    agent = who[0]
    return Part(
        shown(agent.cell, names),
        agent.predicate == _AS_NAMED,
        _values(statements, HG.role.value, telling),
        _values(statements, HG.onBehalfOf.value, telling),
        [shown(each.cell, names) for each in statements if each.predicate == HG.note.value],
        (telling.mark(node, agent),),
    )


def _told_once(parts: Iterable[Part]) -> list[Part]:
    """*parts* in their order, those that several sources tell alike as one with all their marks."""
    found: dict[object, Part] = {}
    for part in parts:
        same = (part.who, part.as_named, tuple(part.roles), tuple(part.on_behalf_of), tuple(part.notes))
        found[same] = replace(found[same], marks=found[same].marks + part.marks) if same in found else part
    return list(found.values())


def _values(statements: Sequence[Statement], property_: str, telling: Telling) -> list[Shown]:
    cells = [each.cell for each in statements if each.predicate == property_]
    return sorted((shown(cell, telling.names) for cell in cells), key=lambda each: each.text)


def _rank(statements: Sequence[Statement]) -> int:
    roles = {each.cell["value"] for each in statements if each.predicate == HG.role.value}
    return next((place for place, role in enumerate(_FIRST_ROLES) if role in roles), len(_FIRST_ROLES))
