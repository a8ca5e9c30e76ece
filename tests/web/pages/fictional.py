"""A service over the shipped dataset and two made-up accounts, in which some names are markup and formulas."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx

DOCUMENTS = Path(__file__).parents[1] / "documents"
MARKUP = "<script>alert(1)</script>"
FORMULA = "=HYPERLINK(1)"


@contextmanager
def fictional_service(shipped, folder, start_server):
    """A client of the service, which is patient with its queries. The accounts contradict each other."""
    shutil.copytree(shipped, folder / "data")
    program = Path(sys.executable).with_name("heritage-graph")
    for name in ("first-account", "second-account"):
        text = (DOCUMENTS / f"{name}.trig").read_text(encoding="utf-8")
        written = text.replace("Tide Museum", MARKUP).replace("متحف المد", FORMULA)
        (folder / f"{name}.trig").write_text(written, encoding="utf-8")
        load = [program, "load", folder / f"{name}.trig", "--source", name, "--data", folder / "data"]
        subprocess.run(load, check=True, capture_output=True)
    patient = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "30", "HERITAGE_GRAPH_CLIENT_QUERIES": "64"}
    with (
        start_server(folder / "data", **patient) as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client
