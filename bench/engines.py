"""This service over the engines that it can have in place of a data folder, each holding the same statements."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from processes import free_port, started
from pyoxigraph import RdfFormat, serialize
from servers import Server, bulk_store, heritage_graph, oxigraph_program, wait_for, written_log
from virtuoso import virtuoso

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from generator import Data


@contextmanager
def over_oxigraph(data: Data, folder: Path, settings: Mapping[str, str], *, now: datetime) -> Iterator[Server]:
    """This service over an Oxigraph server that holds *data*, the two of them with their files in *folder*."""
    loading_s = bulk_store(data, folder / "made", now)
    port = free_port()
    location = str(folder / "made" / "store")  # both have the same files
    with started([oxigraph_program(), "serve", "--location", location, "--bind", f"127.0.0.1:{port}"]) as process:
        wait_for(Server("oxigraph", port, "/query", loading_s, process.pid), process)
        engine = {"engine": f"http://127.0.0.1:{port}/query", "engine_update": f"http://127.0.0.1:{port}/update"}
        with heritage_graph(folder / "node", {**settings, **engine}, loading_s=loading_s) as server:
            yield replace(server, name="over-oxigraph")


@contextmanager
def over_virtuoso(data: Data, folder: Path, settings: Mapping[str, str], *, now: datetime) -> Iterator[Server]:
    """This service over a Virtuoso that holds *data*, the two of them with their files in *folder*."""
    folder.mkdir()
    log = data.quads.with_name("log.nq")
    serialize(written_log(now), str(log), format=RdfFormat.N_QUADS)
    with virtuoso(data, folder / "virtuoso", also=[log]) as store:
        engine = {
            "engine": f"http://127.0.0.1:{store.port}/sparql-auth",
            "engine_dialect": "virtuoso",
            "engine_authentication": "digest",
            "engine_user": "dba",
            "engine_password": "dba",
        }
        with heritage_graph(folder / "node", {**settings, **engine}, loading_s=store.loading_s) as server:
            yield replace(server, name="over-virtuoso")
