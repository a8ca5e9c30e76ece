"""The command line: thin, no logic of its own.

Exit codes: 0 done, 1 refused data, 2 wrong usage, 3 engine or file trouble.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated, Final

import typer

from heritage_graph.cli.commands import Commands
from heritage_graph.cli.output import error_console, print_text, show_refusal
from heritage_graph.errors import HeritageGraphError, InvalidData, LimitReached, RefusedInput, WrongUsage

REFUSED: Final = 1
WRONG_USAGE: Final = 2
TROUBLE: Final = 3

app = typer.Typer(
    name="heritage-graph",
    cls=Commands,
    help="The knowledge graph of heritage collaborations: who works with whom, under which agreement, and who says so.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer's own signature
    if wanted:
        print_text(f"heritage-graph {version('heritage-graph')}")
        raise typer.Exit


@app.callback()
def _program(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """What comes before the command."""


def main() -> None:
    """Run the command that the arguments name, and end with its exit code."""
    try:
        app()
    except InvalidData as refusal:
        show_refusal(refusal)
        sys.exit(REFUSED)
    except HeritageGraphError as fault:
        error_console.print(f"heritage-graph: {fault}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(exit_code(fault))
    except OSError as fault:
        error_console.print(f"heritage-graph: {fault}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(TROUBLE)


def exit_code(fault: HeritageGraphError) -> int:
    """The exit code that *fault* stands for."""
    match fault:
        case RefusedInput() | LimitReached():
            return REFUSED
        case WrongUsage():
            return WRONG_USAGE
        case _:
            return TROUBLE
