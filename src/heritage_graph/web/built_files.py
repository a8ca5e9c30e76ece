"""The files that `make setup` builds of frontend/: the editor, and the islands of the pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILT: Final = Path(__file__).parent / "static" / "built"
"""Where they stand; every file but the manifest bears a hash of its content."""

_MANIFEST: Final = "manifest.json"


def built(name: str) -> Mapping[str, str]:
    """The files that what is called *name* loads: its `script`, and its `style` if any; empty when it is not built.

    Raises:
        SettingError: the list of the files is damaged.
    """
    path = BUILT / _MANIFEST
    if not path.is_file():
        return {}
    try:
        manifest: dict[str, dict[str, str]] = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as fault:
        raise SettingError(f"{path} is damaged; build its files again with: make setup") from fault
    return manifest.get(name, {})


def built_file(name: str) -> bytes | None:
    """The built file of this name, None when there is none."""
    files = {path.name: path for path in BUILT.iterdir()} if BUILT.is_dir() else {}
    return files[name].read_bytes() if name in files and name != _MANIFEST else None
