"""The shapes by which each group of graphs is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from heritage_graph.validation.shapes import ShapeSet, load_shapes

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Rulebook:
    """Shapes for the published view, for generic graphs, and for our own terms."""

    published: ShapeSet
    generic: ShapeSet
    ontology: ShapeSet


def load_rulebook(folder: Path) -> Rulebook:
    """The shapes below *folder*: its own files, and those in `generic/` and `ontology/`.

    Raises:
        SettingError: when a shape file is wrong, naming it.
    """
    return Rulebook(
        published=load_shapes(folder),
        generic=load_shapes(folder / "generic"),
        ontology=load_shapes(folder / "ontology"),
    )
