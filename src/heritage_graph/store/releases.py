"""Releases: names under which generations are kept, whoever writes or reads meanwhile.

    {data}/releases/{name}.json    one release; the file appears whole or not at all
    {data}/releases/.lock          held while a generation is named, and while one is retired

The lock makes the promise: a generation is never retired between being found and being named.
"""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import EngineTrouble, GenerationNotKept, ParameterError
from heritage_graph.store.generations import published_generations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

FOLDER: Final = "releases"
"""The folder of the releases, in the data folder."""
_LOCK: Final = ".lock"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_ANOTHER_THING: Final = re.compile(r"[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}.*|last")
"""What `asOf` takes for a generation or a day."""


@dataclass(frozen=True)
class Release:
    """A generation that is kept as *name*; `created` is ISO 8601 in UTC."""

    name: str
    generation: int
    created: str


def make_release(data: Path, name: str, *, generation: int | None = None, now: datetime) -> Release:
    """Keep *generation* (None: the last one) of the store in *data* under *name*, for good.

    The same name for the same generation changes nothing.

    Raises:
        ParameterError: the name is not one, or names another generation already.
        GenerationNotKept: the generation is not there.
        EngineTrouble: the files of the releases cannot be read.
    """
    if not _NAME.fullmatch(name) or _ANOTHER_THING.fullmatch(name):
        raise ParameterError(
            f"a release is named by up to 64 of a-z, 0-9, '.' and '-', beginning with a letter or a digit, and not "
            f"like a number or a day; not {name[:80]!r}"
        )
    with releases_locked(data):
        published = published_generations(data)
        wanted = max(published, default=0) if generation is None else generation
        if wanted not in published:
            raise GenerationNotKept(
                f"generation {wanted} is not kept; kept are {', '.join(map(str, published)) or 'none'}",
                generations=published,
            )
        before = {release.name: release for release in list_releases(data)}.get(name)
        if before is not None and before.generation != wanted:
            raise ParameterError(f"{name} is generation {before.generation} already, and a release never moves")
        release = before or Release(name, wanted, now.astimezone(UTC).isoformat(timespec="seconds"))
        if before is None:
            _save(data / FOLDER, release)
        return release


def list_releases(data: Path) -> list[Release]:
    """All releases of the store in *data*, by generation, then by name.

    Raises:
        EngineTrouble: one of the files cannot be read.
    """
    found = []
    for path in (data / FOLDER).glob("[a-z0-9]*.json"):
        try:
            found.append(Release(**orjson.loads(path.read_bytes())))
        except (OSError, orjson.JSONDecodeError, TypeError) as fault:
            raise EngineTrouble(f"the release in {path} cannot be read; restore the file or remove it") from fault
    return sorted(found, key=lambda release: (release.generation, release.name))


def kept_generations(data: Path) -> frozenset[int]:
    """The generations of the store in *data* that a release keeps.

    Raises:
        EngineTrouble: as `list_releases`; what cannot be read may keep anything.
    """
    return frozenset(release.generation for release in list_releases(data))


@contextmanager
def releases_locked(data: Path) -> Iterator[None]:
    """Keep other processes from naming or retiring a generation meanwhile."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _save(folder: Path, release: Release) -> None:
    unfinished = folder / f".{release.name}.tmp"
    with unfinished.open("wb") as file:
        file.write(orjson.dumps(asdict(release), option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / f"{release.name}.json")
