"""The command that moves a graph: copy."""

from __future__ import annotations

import tomllib
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from heritage_graph.cli.output import AsJson, counted, print_json, print_text
from heritage_graph.copying.copy import copy
from heritage_graph.copying.engines import EngineSource, EngineTarget
from heritage_graph.copying.folders import FolderSource, FolderTarget
from heritage_graph.errors import SettingError
from heritage_graph.store.remote.engine import Authentication, Dialect, Engine, Scheme

_Access = typer.Option(
    help="A TOML file that says who we are to the engine: authentication (basic, digest, bearer), user, password.",
    show_default="nobody",
    dir_okay=False,
    exists=True,
)


app = typer.Typer()


@app.command(
    "copy",
    epilog="Example: heritage-graph copy data http://127.0.0.1:7878/query --to-update http://127.0.0.1:7878/update",
)
def copy_(
    source: Annotated[str, typer.Argument(help="A data folder, or the address at which an engine is queried.")],
    target: Annotated[str, typer.Argument(help="A data folder, or the address at which an engine is queried.")],
    *,
    from_dialect: Annotated[Dialect, typer.Option(help="How the source differs from SPARQL 1.1.")] = Dialect.SPARQL11,
    from_access: Annotated[Path | None, _Access] = None,
    to_update: Annotated[
        str | None, typer.Option(help="Where the target takes updates.", show_default="where it is queried")
    ] = None,
    to_dialect: Annotated[Dialect, typer.Option(help="How the target differs from SPARQL 1.1.")] = Dialect.SPARQL11,
    to_access: Annotated[Path | None, _Access] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Let go what the target holds.")] = False,
    json: AsJson = False,
) -> None:
    """Copy a whole graph from a data folder or an engine to another, and compare the two.

    The log, the generation and the published view go with it. After an interruption, the same command goes on where
    it was. Nobody may write to either of the two meanwhile.
    """
    from_ = (
        EngineSource(Engine(source, source, dialect=from_dialect, authentication=_who(from_access)))
        if _is_address(source)
        else FolderSource(Path(source))
    )
    to = (
        EngineTarget(Engine(target, to_update or target, dialect=to_dialect, authentication=_who(to_access)))
        if _is_address(target)
        else FolderTarget(Path(target))
    )
    with closing(from_), closing(to), counted(f"copying {source}") as told:
        copied = copy(from_, to, replace=replace, told=told)
    if json:
        print_json(
            {
                "generation": copied.generation,
                "statements": copied.statements,
                "graphs": {
                    graph.value: {"statements": one.count, "sha256": one.digest} for graph, one in copied.graphs.items()
                },
            }
        )
    else:
        print_text(
            f"generation {copied.generation}: {copied.statements:,} statements in {len(copied.graphs)} graphs, "
            "the same in both"
        )


def _is_address(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _who(access: Path | None) -> Authentication:
    """Who we are by the file *access*.

    Raises:
        SettingError: it says so in another way than it should.
    """
    if access is None:
        return Authentication()
    try:
        said = tomllib.loads(access.read_text(encoding="utf-8"))
        return Authentication(Scheme(said["authentication"]), said.get("user", ""), said.get("password", ""))
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as fault:
        raise SettingError(
            f'{access} has lines like authentication = "digest", user = "dba", password = "…"; it has not'
        ) from fault
