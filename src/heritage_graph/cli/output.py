"""What commands print: progress on the terminal, results on standard output, errors on standard error."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import orjson
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from heritage_graph.validation.report import Report, as_text, findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heritage_graph.errors import InvalidData
    from heritage_graph.ingest.pipeline import Prepared, Receipt

_WIDTH_OF_FILES: Final = 200

# Tables that go to a file or a pipe are not wrapped at the width of a terminal.
console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_FILES)
error_console = Console(stderr=True)

_MOST_SHOWN = 100

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@contextmanager
def stage(what: str) -> Iterator[None]:
    """Show *what* with a running clock on standard error while the block runs (on a terminal only)."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=error_console, transient=True, disable=not error_console.is_terminal) as progress:
        progress.add_task(what, total=None)
        yield


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """As `stage`, with a bar; the block tells how many of how many are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=error_console, transient=True, disable=not error_console.is_terminal) as progress:
        task = progress.add_task(what, total=None)

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield told


@contextmanager
def rows_counted(what: str) -> Iterator[Callable[[int], None]]:
    """As `stage`, with the number of rows; the block tells how many are read."""
    columns = (SpinnerColumn(), TextColumn("{task.description}: {task.completed:,} rows"), TimeElapsedColumn())
    with Progress(*columns, console=error_console, transient=True, disable=not error_console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda rows: progress.update(task, completed=rows)


def print_json(value: object) -> None:
    """Print *value* as indented JSON."""
    print_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")


def print_bytes(content: bytes) -> None:
    """Print *content* as it is."""
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def print_text(text: str) -> None:
    """Print *text* as it is, without markup."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def print_receipt(prepared: Prepared, *, stored: bool) -> None:
    """Say in a few lines what a commit did, or would do."""
    changes = prepared.changeset is not None
    print_receipt_of(prepared.receipt, prepared.report, changes=changes, stored=stored)


def print_receipt_of(receipt: Receipt, report: Report, *, changes: bool, stored: bool) -> None:
    """Say in a few lines what a change did, or would do, if it *changes* anything."""
    if not changes:
        print_text(f"nothing to do: generation {receipt.generation} says all of this already")
        return
    print_text(
        f"{'generation' if stored else 'dry run: would make generation'} {receipt.generation}: "
        f"{receipt.added:,} statements added, {receipt.removed:,} removed; "
        f"{receipt.inferred_added:,} inferred, {receipt.inferred_removed:,} no longer inferred\n"
        f"{receipt.created:,} entities created, {receipt.updated:,} updated, {receipt.deleted:,} deleted"
    )
    print_text(f"the gate found: {findings(report) or 'nothing to remark'}")


def show_refusal(refusal: InvalidData) -> None:
    """Print the report of a refusal on standard error."""
    assert isinstance(refusal.report, Report)
    error_console.print(as_text(refusal.report, most=_MOST_SHOWN), markup=False, highlight=False, soft_wrap=True)
    error_console.print(f"heritage-graph: {refusal}", style="red", markup=False, highlight=False)
