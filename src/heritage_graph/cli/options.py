"""The flags that several commands share, and the settings they make."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from heritage_graph.errors import SettingError, UnknownName
from heritage_graph.settings import Settings, load_settings
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.remote.engine import Dialect
from heritage_graph.store.remote.engine import Engine as RemoteEngine
from heritage_graph.store.remote.state import EngineState
from heritage_graph.store.state import FolderState, State

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
    """The settings that *flags* (None: not given), the environment and the settings file give.

    Raises:
        SettingError: a setting is not as it should be; or one names an engine, and the command has `--data` without
            `--engine`: it would work on another graph than the one that is served.
    """
    settings = load_settings(flags, environment=os.environ)
    if settings.engine and "data" in flags and "engine" not in flags:
        raise SettingError(
            "this command works on a data folder, and the settings say that the graph is on an engine "
            f"({settings.engine}); unset `engine` to work on the folder {settings.data}"
        )
    return settings


def place_of(settings: Settings) -> Path | RemoteEngine:
    """Where the graph is: the data folder, or the engine."""
    return settings.remote_engine() or settings.data


def last_state(settings: Settings) -> State:
    """The last generation, wherever it is.

    Raises:
        UnknownName: there is none yet, in the data folder.
    """
    engine = settings.remote_engine()
    return FolderState(last_generation(settings)) if engine is None else EngineState(engine)


def last_generation(settings: Settings) -> Path:
    """The folder of the last published generation.

    Raises:
        UnknownName: there is none yet.
    """
    published = published_generations(settings.data)
    if not any(published):
        raise UnknownName(f"{settings.data} holds no store; make one with: heritage-graph init --data {settings.data}")
    return generation_folder(settings.data, published[-1])
