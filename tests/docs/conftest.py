"""A real server over the shipped dataset, in a folder that looks like a clone after `make serve`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from service_fixtures import serving


@pytest.fixture
def clone(tmp_path):
    commands = tmp_path / ".venv" / "bin"
    commands.mkdir(parents=True)
    program = commands / "heritage-graph"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from heritage_graph.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    (tmp_path / "node_modules").symlink_to(Path(__file__).resolve().parents[1] / "clients" / "node_modules")
    return tmp_path


@pytest.fixture
def address(clone):
    with serving(clone / "data") as (address, _):
        yield address


@pytest.fixture(scope="session")
def shared_address(tmp_path_factory):
    """That of a service for whoever changes nothing."""
    with serving(tmp_path_factory.mktemp("shared") / "data") as (address, _):
        yield address


@pytest.fixture(scope="session")
def repository():
    return Path(__file__).resolve().parents[2]
