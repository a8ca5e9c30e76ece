"""Where the files live that a domain expert edits: ontology, shapes, queries, sources.

In a checkout they stand at the top of the tree; in an installed wheel they travel inside the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_CHECKOUT: Final = _PACKAGE.parent.parent


def asset_folder(name: str) -> Path:
    """The folder of the asset kind *name* (`ontology`, `shapes`, `queries` or `sources`).

    Raises:
        FileNotFoundError: when neither the package nor the checkout holds it.
    """
    for folder in (_PACKAGE / "_assets" / name, _CHECKOUT / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation has no folder {name!r}; reinstall heritage-graph")


def asset_files(name: str, suffix: str) -> list[Path]:
    """All files below the asset folder *name* whose name ends in *suffix*, sorted by path."""
    return sorted(path for path in asset_folder(name).rglob(f"*{suffix}") if path.is_file())
