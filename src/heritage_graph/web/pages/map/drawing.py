"""The map for who runs no scripts: dots and countries on a plain picture of the world, one degree being ten units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from heritage_graph.web.built_files import built, built_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.web.pages.map.features import Feature

_STEPS: Final = 10
_OUTLINE: Final = re.compile(r'<path id="([A-Z]{2})" d="([-0-9 MLlz]+)"/>')


@dataclass(frozen=True)
class Dot:
    """Things of one kind at one point."""

    x: float
    y: float
    kind: str


@dataclass(frozen=True)
class Drawing:
    """What is drawn over the picture of the world: outlines of the countries that things are known by, and dots."""

    countries: Sequence[str]
    dots: Sequence[Dot]


def drawing_of(features: Iterable[Feature]) -> Drawing:
    """The drawing of *features*; countries are left out when the picture of the world has not been built."""
    shown = list(features)
    codes = {each.country.code for each in shown if each.position is None and each.country}
    outlines = _outlines()
    return Drawing(
        countries=[outlines[code] for code in sorted(codes) if code in outlines],
        dots=sorted({_dot(each) for each in shown if each.position}, key=lambda dot: (dot.kind, dot.x, dot.y)),
    )


def _dot(feature: Feature) -> Dot:
    assert feature.position is not None
    latitude, longitude = map(float, feature.position)
    return Dot(round(longitude * _STEPS, 1), round(-latitude * _STEPS, 1), feature.kind)


@cache
def _outlines() -> Mapping[str, str]:
    """The outlines of countries by their two letters; empty when they have not been built."""
    picture = built("world").get("picture")
    content = built_file(picture) if picture else None
    return dict(_OUTLINE.findall(content.decode())) if content else {}
