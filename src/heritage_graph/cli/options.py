"""The flags that several commands share, and the settings they make."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from heritage_graph.errors import UnknownName
from heritage_graph.settings import Settings, load_settings
from heritage_graph.store.generations import generation_folder, published_generations

Data = Annotated[
    Path | None,
    typer.Option("--data", help="The folder of the store.", show_default="data", file_okay=False),
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
