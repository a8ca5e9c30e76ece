"""The command on releases: keep a generation under a name, or list those that are kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Column, Table

from heritage_graph.cli.options import Data, last_generation, settings_with
from heritage_graph.cli.output import AsJson, console, print_json, print_text
from heritage_graph.errors import ParameterError
from heritage_graph.store.releases import list_releases, make_release

app = typer.Typer()


@app.command(epilog="Example: heritage-graph release 2026-autumn --generation 12")
def release(
    name: Annotated[
        str | None, typer.Argument(help="The name: a-z, 0-9, '.' and '-'. Without one, the releases are listed.")
    ] = None,
    *,
    generation: Annotated[
        int | None, typer.Option(help="The generation to keep.", min=0, show_default="the last one")
    ] = None,
    data: Data = None,
    json: AsJson = False,
) -> None:
    """Keep a generation under a name, for good; a service on the same folder may go on meanwhile."""
    settings = settings_with(data=data)
    if name is not None:
        last_generation(settings)
        made = make_release(settings.data, name, generation=generation, now=datetime.now(UTC))
        if json:
            print_json(asdict(made))
        else:
            print_text(f"generation {made.generation} is kept as {made.name}")
        return
    if generation is not None:
        raise ParameterError("--generation goes with the name of a release")
    found = list_releases(settings.data)
    if json:
        print_json([asdict(each) for each in found])
        return
    table = Table(Column("name", no_wrap=True), "generation", "created", box=None, header_style="bold")
    for each in found:
        table.add_row(each.name, str(each.generation), each.created)
    console.print(table)
