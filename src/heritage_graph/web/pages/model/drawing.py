"""Boxes, lines and texts of a picture, which a template writes as SVG; from right to left they are mirrored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heritage_graph.web.page_language import direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CUT: Final = "…"


@dataclass(frozen=True)
class Text:
    """A text that begins at `x` (is centred there when `role` is `label`), on the base line `y`."""

    x: float
    y: float
    text: str
    role: str
    language: str = ""
    address: str | None = None


@dataclass(frozen=True)
class Box:
    """A rectangle with the texts in it; `colour` names the module whose colour it has."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    texts: Sequence[Text] = ()
    is_foreign: bool = False


@dataclass(frozen=True)
class Line:
    """An arrow through `points`: two make it straight, four are those of a cubic Bézier curve.

    Its labels stand on a ground of their own, whose width is in `label_width`.
    """

    points: Sequence[tuple[float, float]]
    labels: Sequence[Text] = ()
    label_width: float = 0

    @property
    def path(self) -> str:
        """The line in the words of SVG."""
        written = [f"{x:.0f} {y:.0f}" for x, y in self.points]
        return f"M{written[0]}{'C' if len(written) > 2 else 'L'}{' '.join(written[1:])}"  # noqa: PLR2004 - see above


@dataclass(frozen=True)
class Picture:
    """What is drawn, on a ground of `width` by `height`."""

    width: float
    height: float
    boxes: Sequence[Box]
    lines: Sequence[Line]


def for_language(picture: Picture, language: str) -> Picture:
    """*picture* as it is, mirrored for a language that is written from right to left."""
    if direction(language) == "ltr":
        return picture
    width = picture.width

    def turned(text: Text) -> Text:
        return replace(text, x=width - text.x)

    return replace(
        picture,
        boxes=[
            replace(box, x=width - box.x - box.width, texts=[turned(text) for text in box.texts])
            for box in picture.boxes
        ],
        lines=[
            replace(
                line,
                points=[(width - x, y) for x, y in line.points],
                labels=[turned(label) for label in line.labels],
            )
            for line in picture.lines
        ],
    )


def cut(text: str, most: int) -> str:
    """*text* in at most *most* characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + _CUT


def wrapped(words: Iterable[str], *, characters: int, lines: int, separator: str = " ") -> list[str]:
    """*words* on at most so many *lines* of at most so many *characters*; what has no room is left out with a sign."""
    found: list[str] = []
    for word in words:
        longer = f"{found[-1]}{separator}{word}" if found else word
        if found and len(longer) <= characters:
            found[-1] = longer
        else:
            found.append(word)
    kept = [cut(line, characters) for line in found[:lines]]
    return [*kept[:-1], f"{kept[-1].removesuffix(_CUT)} {_CUT}"] if len(found) > lines else kept
