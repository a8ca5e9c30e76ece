"""Make a static mirror: a folder that appears when it is whole."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import WrongUsage
from heritage_graph.site.recalling import RecallingService
from heritage_graph.site.web_servers import MARK, write_configuration
from heritage_graph.site.workspace import copy_dumps, copy_store
from heritage_graph.site.writing import Writing
from heritage_graph.web.app import folder_service_of, make_application

if TYPE_CHECKING:
    from collections.abc import Callable

    from heritage_graph.settings import Settings
    from heritage_graph.site.writing import Receipt

_UNFINISHED: Final = ".tmp"
_QUERIES_AT_ONCE: Final = 64
_LONGEST_S: Final = 3600.0
_RESULT_MB: Final = 1 << 20


@dataclass(frozen=True)
class Wanted:
    """Where a mirror goes and how it will be called: `base` and `service` are addresses without a slash at the end."""

    out: Path
    base: str
    service: str | None = None
    replace: bool = False


def write_mirror(settings: Settings, wanted: Wanted, *, progress: Callable[[int, int], None]) -> Receipt:
    """Write the mirror of the last generation of the store that *settings* name.

    It is made beside `wanted.out`, and takes its place when it is whole. *progress* is told how many things are done,
    of how many.

    Raises:
        WrongUsage: there is something at `wanted.out` that is not to be replaced.
        UnknownName: there is no store.
        EngineTrouble, LimitReached: the service could not give one of its documents.
    """
    out = wanted.out.resolve()
    _require_place(out, replace=wanted.replace)
    unfinished = out.with_name(out.name + _UNFINISHED)
    shutil.rmtree(unfinished, ignore_errors=True)
    files, store = unfinished / "files", unfinished / "store"
    files.mkdir(parents=True)
    try:
        checkpoint = copy_store(settings.data, store)
        if settings.dumps:
            copy_dumps(settings.data, store, reserve_bytes=settings.disk_reserve_mb << 20)
        with Path(os.devnull).open("wb") as log:
            over_copy = _over(store, settings, wanted)
            application = make_application(over_copy, service=folder_service_of(over_copy, RecallingService), log=log)
            writing = Writing(application, checkpoint, files, base=wanted.base, service=wanted.service)
            receipt = asyncio.run(writing.run(progress))
        write_configuration(files, writing.places)
        if out.exists():
            shutil.rmtree(out)
        files.rename(out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return receipt


def _over(store: Path, settings: Settings, wanted: Wanted) -> Settings:
    """*settings* for the one client that asks for everything once."""
    return settings.model_copy(
        update={
            "data": store,
            "public_url": wanted.base,
            "cache_mb": 0,
            "client_queries": _QUERIES_AT_ONCE,
            "client_seconds": float("inf"),
            "query_timeout": _LONGEST_S,
            "result_mb": _RESULT_MB,
            "federation": (),
        }
    )


def _require_place(out: Path, *, replace: bool) -> None:
    """Make sure that a mirror can be made at *out*, and nothing is lost by it.

    Raises:
        WrongUsage: it cannot.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not replace:
        raise WrongUsage(f"{out} is not empty; choose another folder, or add --replace if it is an earlier mirror")
    if not (out / MARK).is_file():
        raise WrongUsage(f"{out} holds no mirror (no {MARK}), so it is not replaced; choose another folder")
