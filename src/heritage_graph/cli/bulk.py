"""What `load --bulk` shows: a bar while files are read, then what is done and how fast, then the receipt."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from heritage_graph.assets import asset_folder
from heritage_graph.cli.output import error_console, print_json, print_receipt_of, print_text
from heritage_graph.ingest.bulk.build import Stage
from heritage_graph.ingest.bulk.load import Loaded, load_in_bulk, statements_of_files
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.store.priority import give_way
from heritage_graph.validation.report import as_dict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Self

    from pyoxigraph import NamedNode

    from heritage_graph.ingest.changes import Mode

_COUNTED = {
    Stage.READING: "statements read",
    Stage.MERGING: "statements differ",
    Stage.INFERRING: "things looked at",
    Stage.RECORDING: "statements recorded",
}


def load_files_in_bulk(
    data: Path, files: Sequence[Path], *, graph: NamedNode, mode: Mode, dry_run: bool, as_json: bool
) -> None:
    """Bring *files* into *graph* by a bulk load beside the service, if one runs, and print what it did.

    Raises:
        HeritageGraphError: as `load_in_bulk`.
    """
    give_way()
    with Shown(files) as shown:
        loaded = load_in_bulk(
            data,
            statements_of_files(files, graph=graph, mode=mode, told=shown.read),
            rulebook=load_rulebook(asset_folder("shapes")),
            message=f"{graph.value.rpartition('/')[2]}: {', '.join(path.name for path in files)}",
            told=shown.told,
            dry_run=dry_run,
        )
    print_loaded(loaded, stored=not dry_run, as_json=as_json)


def print_loaded(loaded: Loaded, *, stored: bool, as_json: bool) -> None:
    """Print the receipt of a bulk load, and what it took."""
    if as_json:
        print_json(
            {
                "receipt": asdict(loaded.receipt),
                "report": as_dict(loaded.report),
                "statements": loaded.statements,
                "seconds": loaded.seconds,
                "peakBytes": loaded.peak_bytes,
            }
        )
        return
    print_receipt_of(loaded.receipt, loaded.report, changes=loaded.changes, stored=stored)
    seconds = sum(loaded.seconds.values())
    print_text(
        f"{loaded.statements:,} statements in {seconds:,.1f} s ({loaded.statements / max(seconds, 0.001):,.0f} a "
        f"second), with at most {loaded.peak_bytes >> 20:,} MiB of memory"
    )


class Shown:
    """A bar and a clock on standard error (on a terminal only) while a load runs."""

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._sizes = {file: file.stat().st_size for file in files}
        self._done: dict[Path, int] = {}
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            console=error_console,
            transient=True,
            disable=not error_console.is_terminal,
        )
        self._task = self._progress.add_task(Stage.READING.value, total=sum(self._sizes.values()) or None, told="")
        self._began = time.monotonic()
        self._stage = Stage.READING

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def read(self, file: Path, done: int) -> None:
        """Show that *done* bytes of *file* have been read."""
        self._done[file] = done
        self._progress.update(self._task, completed=sum(self._done.values()))

    def told(self, stage: Stage, done: int) -> None:
        """Show what the load is busy with, how much of it is done, and how fast."""
        if stage is not self._stage:
            self._stage, self._began = stage, time.monotonic()
        rate = done / max(time.monotonic() - self._began, 0.001)
        told = f"{done:,} {_COUNTED[stage]}, {rate:,.0f} a second" if stage in _COUNTED else ""
        self._progress.update(self._task, description=stage.value, told=told)
