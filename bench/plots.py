"""Draw how loads and commits grow with the graph, from what `bulk.py` has written, as SVG.

    .venv/bin/python bench/plots.py build/bench/bulk-*.json --out docs

Figures of the same size in several files are drawn from the last of them.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDTH: Final = 620
_HEIGHT: Final = 380
_LEFT: Final = 70
_RIGHT: Final = 170
_TOP: Final = 40
_BOTTOM: Final = 46
_ROOM_FOR_A_LINE: Final = 15
_COLOURS: Final = ("#1d4ed8", "#b45309", "#047857", "#be123c")
_DASHES: Final = ("", "6 3", "2 3", "8 3 2 3")
_STYLE: Final = (
    "text{font-family:Arial,DejaVu Sans,sans-serif;font-size:12px;fill:#111}.title{font-size:15px;font-weight:600}"
    ".grid{stroke:#ddd}.line{fill:none;stroke-width:2}"
)

Json = dict[str, Any]
Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One line of a plot: what it shows, and its points."""

    label: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Plot:
    """A picture with logarithmic axes; `limit` is a value to stay below, and its name."""

    name: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    limit: tuple[float, str] | None = None


def plots(sizes: Sequence[Json]) -> list[Plot]:
    """The pictures of *sizes*, smallest first; what was not measured of a size has no point, nor of any size a line."""

    def line(label: str, figure: str, part: str | None = None, *, unit: int = 1) -> Line:
        measured = [size for size in sizes if size[figure] is not None]
        values = [size[figure] if part is None else size[figure][part] for size in measured]
        return Line(label, tuple((size["graph"], value / unit) for size, value in zip(measured, values, strict=True)))

    return [
        Plot(
            "bulk-seconds",
            "Seconds to load",
            "s",
            (
                line("load --bulk", "load_s"),
                line("oxigraph load", "oxigraph_s"),
            ),
        ),
        Plot(
            "bulk-memory",
            "Memory of a load, at most",
            "MiB",
            (
                line("load --bulk", "load_peak_bytes", unit=1 << 20),
                line("oxigraph load", "oxigraph_peak_bytes", unit=1 << 20),
            ),
        ),
        Plot(
            "commit-latency",
            "A commit of ten statements",
            "ms",
            (
                line("p50, alone", "alone", "p50"),
                line("p50, beside a load", "beside", "p50"),
                line("p99, alone", "alone", "p99"),
                line("p99, beside a load", "beside", "p99"),
            ),
            limit=(50, "p50 at most 50 ms"),
        ),
    ]


def drawn(plot: Plot) -> str:
    """The plot as SVG."""
    measured = [line for line in plot.lines if line.points]
    values = [value for line in measured for _, value in line.points] + ([plot.limit[0]] if plot.limit else [])
    across = _Axis([statements for line in measured for statements, _ in line.points], _LEFT, _WIDTH - _RIGHT)
    up = _Axis(values, _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(plot.title)} ({plot.unit}) by the number of statements in the graph</title>",
        f'<style>{_STYLE}</style><rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        _text(_LEFT, 22, f"{plot.title} ({plot.unit})", "title"),
        *_grid(across, up),
        _text(
            (_LEFT + _WIDTH - _RIGHT) / 2,
            _HEIGHT - 8,
            "statements in the graph, with what follows from them",
            anchor="middle",
        ),
    ]
    if plot.limit:
        height = up.place(plot.limit[0])
        parts.append(_path([(_LEFT, height), (_WIDTH - _RIGHT, height)], "#444", "3 3"))
        parts.append(_text(_LEFT + 6, height - 5, plot.limit[1]))
    parts += _lines(measured, across, up)
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Axis:
    """A logarithmic axis over whole powers of ten, from place *begin* to place *end*."""

    def __init__(self, values: Sequence[float], begin: float, end: float) -> None:
        self.lowest = math.floor(math.log10(min(values)))
        self.highest = max(math.ceil(math.log10(max(values))), self.lowest + 1)
        self._begin, self._end = begin, end

    def place(self, value: float) -> float:
        """Where *value* stands."""
        part = (math.log10(value) - self.lowest) / (self.highest - self.lowest)
        return round(self._begin + part * (self._end - self._begin), 1)

    def marks(self) -> Iterator[tuple[float, str]]:
        """The places of the powers of ten, and how these are written."""
        for power in range(self.lowest, self.highest + 1):
            yield self.place(10**power), f"{10**power:,g}" if power < 6 else f"{10 ** (power - 6):,} M"


def _grid(across: _Axis, up: _Axis) -> Iterator[str]:
    for place, mark in across.marks():
        yield f'<path class="grid" d="M{place} {_TOP}V{_HEIGHT - _BOTTOM}"/>'
        yield _text(place, _HEIGHT - _BOTTOM + 18, mark, anchor="middle")
    for place, mark in up.marks():
        yield f'<path class="grid" d="M{_LEFT} {place}H{_WIDTH - _RIGHT}"/>'
        yield _text(_LEFT - 8, place + 4, mark, anchor="end")


def _lines(lines: Sequence[Line], across: _Axis, up: _Axis) -> Iterator[str]:
    """The lines, each with its label at its end; labels keep their distance."""
    ends = sorted((up.place(line.points[-1][1]), number) for number, line in enumerate(lines))
    lowest = 0.0
    for end, number in ends:
        line, colour = lines[number], _COLOURS[number]
        points = [(across.place(statements), up.place(value)) for statements, value in line.points]
        yield _path(points, colour, _DASHES[number])
        yield from (f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in points)
        lowest = max(end, lowest + _ROOM_FOR_A_LINE)
        yield _text(_WIDTH - _RIGHT + 10, lowest + 4, line.label, colour=colour)


def _path(points: Sequence[Point], colour: str, dashes: str) -> str:
    way = "L".join(f"{x} {y}" for x, y in points)
    return f'<path class="line" stroke="{colour}" stroke-dasharray="{dashes or "none"}" d="M{way}"/>'


def _text(x: float, y: float, text: str, kind: str = "", *, anchor: str = "start", colour: str = "#111") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x}" y="{y}" text-anchor="{anchor}" style="fill:{colour}">{escape(text)}</text>'


def main() -> None:
    """Read the figures and write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", type=Path, nargs="+", help="what bulk.py has written")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="where the pictures go")
    arguments = parser.parse_args()
    found: dict[int, Json] = {}
    for path in sorted(arguments.figures):
        found |= {size["graph"]: size for size in json.loads(path.read_text(encoding="utf-8"))["sizes"]}
    for plot in plots([found[statements] for statements in sorted(found)]):
        if not any(line.points for line in plot.lines):
            continue
        target = arguments.out / f"{plot.name}.svg"
        target.write_text(drawn(plot), encoding="utf-8")
        print(f"written to {target}")


if __name__ == "__main__":
    main()
