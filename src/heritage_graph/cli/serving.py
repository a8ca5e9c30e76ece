"""Commands around the service: serve, query, settings."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from heritage_graph.analysis.process import analysed
from heritage_graph.assets import asset_folder
from heritage_graph.cli.options import (
    Data,
    Engine,
    EngineDialect,
    EngineGraphStore,
    EngineUpdate,
    last_generation,
    settings_with,
)
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
from heritage_graph.errors import ParameterError, SettingError
from heritage_graph.query_files import Query, bind, load_catalogue, values_for_analysis
from heritage_graph.rdf_io import GRAPH_FORMATS
from heritage_graph.service import Pool, answer_once
from heritage_graph.settings import Settings, origins
from heritage_graph.store.base import QueryRequest
from heritage_graph.store.generations import Generations, is_initialised, published_generations
from heritage_graph.store.readers import ReaderPool
from heritage_graph.store.remote.commit import last_generation_on
from heritage_graph.store.remote.pool import RemotePool
from heritage_graph.supervisor import supervise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.ingest.pipeline import Prepared

_STDIN = "-"


app = typer.Typer()


@app.command(epilog="Example: heritage-graph serve --data data --port 8000 --readers 3")
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
    for prepared in _initialised(settings):
        print_receipt(prepared, stored=True)
    # Loaded here, since only this command serves.
    from heritage_graph.front import load  # noqa: PLC0415

    supervise(settings, load=load, on_ready=_announce)


def _initialised(settings: Settings) -> Iterator[Prepared]:
    """What is brought in, where there was nothing.

    Raises:
        SettingError: the graph is on an engine, and the data folder holds a store of its own.
    """
    engine = settings.remote_engine()
    if engine is not None and is_initialised(settings.data):
        raise SettingError(
            f"{settings.data} holds a store, and the graph is on an engine; give this node a folder of its own: --data"
        )
    is_empty = not is_initialised(settings.data) if engine is None else not last_generation_on(engine)
    if not is_empty:
        return
    # Loaded here, since the gate takes as long to load as everything else, and only the first start needs it.
    from heritage_graph.cli.shipped import bring_in_shipped  # noqa: PLC0415

    yield from bring_in_shipped(settings)


@app.command(epilog="Example: heritage-graph query agreements-in-force --param on=2026-11-21 --format csv")
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
    engine: Engine = None,
) -> None:
    """Ask the last generation: a file, a question of the catalogue, or standard input."""
    if listed:
        _list_questions()
        return
    settings = settings_with(data=data, engine=engine)
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
        answer = asyncio.run(answer_once(request, _pool(settings)))
    if stored and analysis:
        print_bytes(analysed(analysis, answer.first, values_for_analysis(stored, values), wanted))
    else:
        print_bytes(answer.first)


def _pool(settings: Settings) -> Pool:
    """What answers one question on the last generation, wherever that is.

    Raises:
        UnknownName: there is none yet.
    """
    memory_bytes, confined = settings.query_memory_mb << 20, not settings.allow_unconfined
    engine = settings.remote_engine()
    if engine is not None:
        return RemotePool(engine, size=1, memory_bytes=memory_bytes, confined=confined)
    last_generation(settings)
    generations = Generations(settings.data, published_generations(settings.data))
    return ReaderPool(generations, size=1, memory_bytes=memory_bytes, confined=confined)


@app.command("settings", epilog="Example: HERITAGE_GRAPH_PORT=9000 heritage-graph settings")
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
