"""Draw the network of the shipped dataset: the largest part that hangs together, who did most with their names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import networkx as nx
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NAMED: Final = 25

_WIDTH: Final = 1200
_HEIGHT: Final = 820
_MARGIN: Final = 50
_FOOT: Final = 50
_LONGEST_NAME: Final = 34
_LETTER: Final = 9.6
"""How wide a letter of a name is at most, on average, in the fonts that may be at hand."""
_LINE: Final = 19
_STEPS_AWAY: Final = (0, 14, 28, 44, 62, 82, 104, 130)
_WAYS: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (0.8, -0.8), (-0.8, -0.8), (0.8, 0.8), (-0.8, 0.8))
"""How far from its dot, and in which direction, a name may stand."""
_STYLE: Final = (
    "text{font-family:Arial,DejaVu Sans,sans-serif;fill:#1f2937}.name{font-size:17px;font-weight:600;"
    "paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}.note{font-size:16px;fill:#4b5563}"
    ".organization{fill:#1d4ed8}.state{fill:#b45309}circle{stroke:#fff}path{fill:none;stroke:#94a3b8}"
    ".few{opacity:.8;stroke-width:1.4}.some{opacity:.5;stroke-width:.8}.many{opacity:.28;stroke-width:.6}"
    ".leader{stroke:#475569}"
)

_SEED: Final = 11
_ROUNDS: Final = 150
_PUSH: Final = 20.0
_TO_THE_MIDDLE: Final = 0.05
_LONGEST_STEP: Final = 12.0
_TURN: Final = 0.3
"""How far the angles from the middle are evened out, from 0 to 1."""


@dataclass(frozen=True)
class Agent:
    """One who works with others: its name, its kind (`organization` or `state`), in how many contexts it took part."""

    name: str
    kind: str
    contexts: int


@dataclass(frozen=True)
class _Box:
    """Room that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        """Tell whether the two have room in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def largest_part(graph: nx.Graph[int]) -> nx.Graph[int]:
    """The largest component of *graph*, its nodes and edges in an order that depends on nothing else."""
    nodes = max(nx.connected_components(graph), key=lambda found: (len(found), -min(found)))
    part: nx.Graph[int] = nx.Graph()
    part.add_nodes_from(sorted(nodes))
    part.add_weighted_edges_from(
        sorted((min(one, other), max(one, other), weight) for one, other, weight in graph.edges(nodes, data="weight"))
    )
    return part


def picture(part: nx.Graph[int], agents: Mapping[int, Agent], *, title: str, note: str) -> str:
    """*part* as SVG text; *agents* tells of each node, *title* what is seen, *note* how to read it."""
    places = _places(part)
    most = sorted(part, key=lambda node: (-agents[node].contexts, agents[node].name))[:NAMED]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="title">',
        f'<title id="title">{escape(title)}</title>',
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        *_links(part, places),
        *_dots(part, agents, places),
        *_names(most, agents, places),
        *_legend(note),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _places(part: nx.Graph[int]) -> dict[int, tuple[float, float]]:
    """Where each node stands: partners pull each other, all push each other away, and the middle holds them.

    The forces are those of ForceAtlas2 (Jacomy and others 2014, doi:10.1371/journal.pone.0098679).
    """
    nodes = list(part)
    number = {node: place for place, node in enumerate(nodes)}
    ends = np.array([(number[one], number[other]) for one, other in part.edges])
    pulls = np.array([weight for _, _, weight in part.edges(data="weight")]) ** 0.7
    mass = np.array([part.degree(node, weight="weight") for node in nodes]) ** 0.9 + 1
    at = np.random.default_rng(_SEED).normal(size=(len(nodes), 2)) * 10
    for heat in np.linspace(1, 0.01, _ROUNDS):
        apart = at[:, None, :] - at[None, :, :]
        squared = (apart**2).sum(axis=2) + 0.01
        force = (apart * (_PUSH * mass[:, None] * mass[None, :] / squared)[:, :, None]).sum(axis=1)
        force -= at * mass[:, None] * _TO_THE_MIDDLE
        pull = (at[ends[:, 1]] - at[ends[:, 0]]) * pulls[:, None]
        np.add.at(force, ends[:, 0], pull)
        np.add.at(force, ends[:, 1], -pull)
        size = np.sqrt((force**2).sum(axis=1)) + 1e-9
        at += force / size[:, None] * np.minimum(size / mass * 0.1, _LONGEST_STEP * heat)[:, None]
    middle = (at * mass[:, None] ** 2).sum(axis=0) / (mass**2).sum()
    return _spread({node: (x, y) for node, (x, y) in zip(nodes, (at - middle).tolist(), strict=True)})


def _spread(apart: Mapping[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """Fill the picture: as far from its middle as on a disc of as many, in nearly the same direction."""
    across, down = _WIDTH / 2 - _MARGIN, (_HEIGHT - _FOOT) / 2 - _MARGIN / 2
    angles = {node: math.atan2(y, x) for node, (x, y) in apart.items()}
    evened = {
        node: -math.pi + 2 * math.pi * rank / len(apart)
        for rank, node in enumerate(sorted(apart, key=lambda node: (angles[node], node)))
    }
    places = {}
    for rank, node in enumerate(sorted(apart, key=lambda node: (math.hypot(*apart[node]), node))):
        angle = (1 - _TURN) * angles[node] + _TURN * evened[node]
        radius = math.sqrt((rank + 0.5) / len(apart))
        places[node] = (
            _WIDTH / 2 + across * radius * math.cos(angle),
            (_HEIGHT - _FOOT) / 2 + down * radius * math.sin(angle),
        )
    return places


def _links(part: nx.Graph[int], places: Mapping[int, tuple[float, float]]) -> Iterator[str]:
    """The links, those fainter of who met among many only."""
    for least, most, kind in ((0, 0.34, "many"), (0.34, 1.0, "some"), (1.0, math.inf, "few")):
        drawn = "".join(
            f"M{places[one][0]:.0f} {places[one][1]:.0f}L{places[other][0]:.0f} {places[other][1]:.0f}"
            for one, other, weight in part.edges(data="weight")
            if least <= weight < most
        )
        yield f'<path class="{kind}" d="{drawn}"/>'


def _dots(part: nx.Graph[int], agents: Mapping[int, Agent], places: Mapping[int, tuple[float, float]]) -> Iterator[str]:
    """The agents, the large ones above the others."""
    for node in sorted(part, key=lambda node: (agents[node].contexts, node)):
        x, y = places[node]
        yield f'<circle class="{agents[node].kind}" cx="{x:.0f}" cy="{y:.0f}" r="{_radius(agents[node]):.1f}"/>'


def _radius(agent: Agent) -> float:
    return 2.4 + 1.35 * math.sqrt(agent.contexts)


def _names(
    named: Sequence[int], agents: Mapping[int, Agent], places: Mapping[int, tuple[float, float]]
) -> Iterator[str]:
    """Each name beside its dot, or farther off with a line to it: where it meets no other name and no named dot."""
    dots = {node: _around(places[node], _radius(agents[node])) for node in named}
    taken: list[_Box] = []
    for node in named:
        x, y = places[node]
        name = _cut(agents[node].name)
        wide, gap = _LETTER * len(name), _radius(agents[node]) + 3
        others = [*taken, *(box for other, box in dots.items() if other != node)]
        for far, (right, below) in ((far, way) for far in _STEPS_AWAY for way in _WAYS):
            middle = (x + right * (gap + far + wide / 2), y + below * (gap + far + _LINE / 2))
            box = _Box(middle[0] - wide / 2, middle[1] - _LINE / 2, middle[0] + wide / 2, middle[1] + _LINE / 2)
            inside = box.left > 0 and box.right < _WIDTH and box.top > 0 and box.bottom < _HEIGHT - _FOOT
            if inside and not any(box.meets(other) for other in others):
                break
        taken.append(box)
        if far:
            end = (middle[0] - right * wide / 2, middle[1] - below * _LINE / 2)
            yield f'<path class="leader" d="M{x:.0f} {y:.0f}L{end[0]:.0f} {end[1]:.0f}"/>'
        place = f'text-anchor="middle" x="{middle[0]:.0f}" y="{middle[1] + 6:.0f}"'
        yield f'<text class="name" {place}>{escape(name)}</text>'


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def _around(place: tuple[float, float], radius: float) -> _Box:
    return _Box(place[0] - radius, place[1] - radius, place[0] + radius, place[1] + radius)


def _legend(note: str) -> Iterator[str]:
    y = _HEIGHT - 18
    for x, kind in ((_MARGIN, "organization"), (_MARGIN + 140, "state")):
        yield f'<circle class="{kind}" cx="{x}" cy="{y - 5}" r="7"/>'
        yield f'<text class="note" x="{x + 14}" y="{y}">{kind}</text>'
    yield f'<text class="note" text-anchor="end" x="{_WIDTH - _MARGIN}" y="{y}">{escape(note)}</text>'
