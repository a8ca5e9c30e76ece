"""Commands around the service: serve, query, settings."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from heritage_graph.analysis.process import analysed
from heritage_graph.assets import asset_folder
from heritage_graph.cli.options import Data, Engine, EngineDialect, EngineGraphStore, EngineUpdate, settings_with
from heritage_graph.cli.output import (
    AsJson,
    console,
    error_console,
    print_bytes,
    print_json,
    print_receipt,
    print_text,
    stage,
)
from heritage_graph.errors import ParameterError
from heritage_graph.ingest.local import initialise, is_initialised
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.query_files import Query, bind, load_catalogue, values_for_analysis
from heritage_graph.rdf_io import GRAPH_FORMATS
from heritage_graph.service import answer_once
from heritage_graph.settings import Settings, origins
from heritage_graph.store.base import QueryRequest
from heritage_graph.supervisor import supervise

_STDIN = "-"


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command(epilog="Example: heritage-graph serve --data data --port 8000 --readers 3")(serve)
    app.command(epilog="Example: heritage-graph query agreements-in-force --param on=2026-11-21 --format csv")(query)
    app.command("settings", epilog="Example: HERITAGE_GRAPH_PORT=9000 heritage-graph settings")(settings_)


def serve(
    data: Data = None,
    *,
    engine: Engine = None,
    engine_update: EngineUpdate = None,
    engine_graph_store: EngineGraphStore = None,
    engine_dialect: EngineDialect = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 picks a free one.", show_default="8000")] = None,
    public_url: Annotated[str | None, typer.Option(help="The address that clients use behind a proxy.")] = None,
    readers: Annotated[int | None, typer.Option(help="How many reader processes.", show_default="3")] = None,
    query_timeout: Annotated[
        float | None, typer.Option(help="Seconds that a query may run.", show_default="10")
    ] = None,
    query_memory_mb: Annotated[int | None, typer.Option(help="MiB that a query may use.", show_default="512")] = None,
) -> None:
    """Serve the graph. An empty data folder is initialised first."""
    settings = settings_with(
        data=data,
        engine=engine,
        engine_update=engine_update,
        engine_graph_store=engine_graph_store,
        engine_dialect=engine_dialect,
        host=host,
        port=port,
        public_url=public_url,
        readers=readers,
        query_timeout=query_timeout,
        query_memory_mb=query_memory_mb,
    )
    if not is_initialised(settings.data):
        with stage(f"bringing the shipped dataset through the gate into {settings.data}"):
            prepared = initialise(settings.data, rulebook=load_rulebook(asset_folder("shapes")))
        print_receipt(prepared, stored=True)
    # Loaded here, since only this command serves.
    from heritage_graph.front import load  # noqa: PLC0415

    supervise(settings, load=load, on_ready=_announce)


def query(
    question: Annotated[
        str, typer.Argument(help="A query file, the name of a catalogue query, or - for standard input.")
    ] = _STDIN,
    *,
    param: Annotated[list[str] | None, typer.Option(help="A parameter of a catalogue query: name=value.")] = None,
    answer_format: Annotated[
        str, typer.Option("--format", help="json csv tsv xml, or ttl nt rdf jsonld for graphs.")
    ] = "tsv",
    listed: Annotated[bool, typer.Option("--list", help="List the questions of the catalogue.")] = False,
    data: Data = None,
) -> None:
    """Ask the last generation: a file, a question of the catalogue, or standard input."""
    if listed:
        _list_questions()
        return
    settings = settings_with(data=data)
    is_graph = answer_format in GRAPH_FORMATS
    if not is_graph and answer_format not in {"json", "csv", "tsv", "xml"}:
        raise ParameterError(f"--format takes json, csv, tsv, xml, {', '.join(GRAPH_FORMATS)}, not {answer_format!r}")
    values = _values(param or [])
    stored = _stored(question)
    analysis = stored.analysis if stored else None
    wanted = "tsv" if is_graph else answer_format
    request = QueryRequest(
        bind(stored, values) if stored else _text(question),
        bindings_format="json" if analysis else wanted,
        graph_format=answer_format if is_graph else "ttl",
        timeout_s=settings.query_timeout,
        max_bytes=settings.result_mb << 20,
    )
    with stage("asking"):
        answer = asyncio.run(
            answer_once(
                settings.data,
                request,
                memory_bytes=settings.query_memory_mb << 20,
                confined=not settings.allow_unconfined,
            )
        )
    if stored and analysis:
        print_bytes(analysed(analysis, answer.first, values_for_analysis(stored, values), wanted))
    else:
        print_bytes(answer.first)


def settings_(*, json: AsJson = False) -> None:
    """Print every setting with its value and where it comes from."""
    found = settings_with()
    whence = origins({}, environment=os.environ)
    values = found.model_dump(mode="json")
    if json:
        print_json({name: {"value": value, "origin": whence[name]} for name, value in values.items()})
        return
    table = Table("setting", "value", "origin", "what", box=None, header_style="bold")
    for name, value in values.items():
        table.add_row(name, str(value), whence[name], Settings.model_fields[name].description or "")
    console.print(table)


def _announce(address: str) -> None:
    print_text(f"heritage-graph serves on {address} (stop with Ctrl+C)")
    error_console.file.flush()
    sys.stdout.flush()


def _list_questions() -> None:
    catalogue = load_catalogue(asset_folder("queries"))
    table = Table("topic", Column("name", no_wrap=True), "answers", "title", box=None, header_style="bold")
    for question in catalogue.queries.values():
        table.add_row(question.topic, question.name, " ".join(question.answers), str(question.title))
    console.print(table)


def _values(pairs: list[str]) -> dict[str, str]:
    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ParameterError(f"--param takes name=value, not {pair!r}")
        values[name] = value
    return values


def _stored(question: str) -> Query | None:
    """The query of the catalogue called *question*; None for a file or standard input."""
    if question == _STDIN or Path(question).suffix == ".rq" or Path(question).exists():
        return None
    return load_catalogue(asset_folder("queries")).query(question)


def _text(question: str) -> str:
    return sys.stdin.read() if question == _STDIN else Path(question).read_text(encoding="utf-8")
