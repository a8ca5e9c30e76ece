"""The partners of an agent as a picture: a ring of circles around it, drawn on the server."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from heritage_graph.model.records import family_of
from heritage_graph.namespaces import HG, INFERRED
from heritage_graph.web.entity_pages.shown import Shown, linked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.web.entity_pages.facts import Mark, Telling
    from heritage_graph.web.entity_pages.reading import Reading

_MOST: Final = 16
_LONGEST: Final = 26
WIDTH: Final = 720
HEIGHT: Final = 400
_RADII: Final = (190, 150)
_SIDE: Final = 0.25  # how far from the middle a name begins to stand beside its circle


@dataclass(frozen=True)
class Partner:
    """A partner: in how many agreements, and in how many things of those that the page lists, both take part."""

    who: Shown
    agreements: int
    times: int
    mark: Mark


@dataclass(frozen=True)
class Spoke:
    """A partner in the picture: where its circle and its name stand, and how thick the line to it is."""

    partner: Partner
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str
    text: str
    thickness: float


@dataclass(frozen=True)
class Ring:
    """The partners, those with most in common first; the picture has the first of them, and `total` is all."""

    partners: Sequence[Partner]
    spokes: Sequence[Spoke]
    total: int
    width: int = WIDTH
    height: int = HEIGHT


def ring_of(reading: Reading, telling: Telling) -> Ring | None:
    """The partners of the agent of the page; None when there are none."""
    if not reading.partners:
        return None
    agreements: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for thing, taking_part in reading.taking_part.items():
        for agent in {each.agent for each in taking_part if each.agent}:
            times[agent] += 1
            agreements[agent] += family_of(thing) == "agreement"
    partners = [
        Partner(
            linked(iri, telling.names),
            agreements[iri],
            times[iri],
            telling.linking(reading.iri, HG.collaboratesWith.value, iri, (INFERRED.value,)),
        )
        for iri in reading.partners
    ]
    partners.sort(key=lambda each: (-each.agreements, -each.times, each.who.text))
    first = partners[:_MOST]
    return Ring(partners, [_spoke(each, place, len(first)) for place, each in enumerate(first)], reading.partner_count)


def _spoke(partner: Partner, place: int, count: int) -> Spoke:
    angle = 2 * pi * place / count - pi / 2
    across, down = cos(angle), sin(angle)
    x, y = WIDTH / 2 + _RADII[0] * across, HEIGHT / 2 + _RADII[1] * down
    anchor = "middle" if abs(across) < _SIDE else ("start" if across > 0 else "end")
    offset = {"middle": 0, "start": 14, "end": -14}[anchor]
    lift = (20 if down > 0 else -14) if anchor == "middle" else 4
    text = partner.who.text
    return Spoke(
        partner,
        round(x, 1),
        round(y, 1),
        round(x + offset, 1),
        round(y + lift, 1),
        anchor,
        text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…",
        min(1 + partner.times, 5),
    )
