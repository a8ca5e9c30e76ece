"""The flags that several commands share, and the settings they make."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from heritage_graph.errors import UnknownName
from heritage_graph.settings import Settings, load_settings
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.remote.engine import Dialect

Data = Annotated[
    Path | None,
    typer.Option("--data", help="The folder of the store.", show_default="data", file_okay=False),
]
Engine = Annotated[
    str | None,
    typer.Option("--engine", help="The SPARQL engine that holds the graph, in place of --data: where it is queried."),
]
EngineUpdate = Annotated[
    str | None,
    typer.Option("--engine-update", help="Where it takes updates.", show_default="as --engine"),
]
EngineGraphStore = Annotated[
    str | None,
    typer.Option("--engine-graph-store", help="Where it answers the Graph Store Protocol.", show_default="not used"),
]
EngineDialect = Annotated[
    Dialect | None,
    typer.Option("--engine-dialect", help="How it differs from SPARQL 1.1.", show_default="sparql11"),
]


def settings_with(**flags: object) -> Settings:
    """The settings that *flags* (None: not given), the environment and the settings file give."""
    return load_settings(flags, environment=os.environ)


def last_generation(settings: Settings) -> Path:
    """The folder of the last published generation.

    Raises:
        UnknownName: there is none yet.
    """
    published = published_generations(settings.data)
    if not any(published):
        raise UnknownName(f"{settings.data} holds no store; make one with: heritage-graph init --data {settings.data}")
    return generation_folder(settings.data, published[-1])
