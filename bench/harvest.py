"""Measure a whole harvest by OAI-PMH: is the last page as quick as the first, and does the front stay as it was?

    .venv/bin/python bench/harvest.py --entities 100000

Invents agreements until there are as many entities beside the shipped dataset (see `generator`), serves them, and takes
everything page by page.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
from processes import forget_peak, peak, serving_front
from run import written_data
from servers import bulk_store, heritage_graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servers import Server

STATEMENTS_OF_AN_ENTITY: Final = 30
HARVESTS: Final = (
    {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"},
    {"verb": "ListRecords", "metadataPrefix": "oai_dc"},
    {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "kind:organization"},
    {"verb": "ListRecords", "metadataPrefix": "rdf"},
)
"""What is harvested; pages of one kind of thing are alike, so that they tell whether the place of a page matters."""
_EDGE: Final = 10
_PLACES: Final = ("first 10, ms", "middle 10", "last 10", "slowest")
_PATIENCE_S: Final = 600.0
_TOKEN: Final = re.compile(rb"<resumptionToken[^>]*>([^<]+)<")


@dataclass(frozen=True)
class Page:
    """One page: how long it took, in seconds, how many records it has, and its bytes."""

    seconds: float
    records: int
    size: int


def wait(client: httpx.Client) -> float:
    """Wait until the change log has been made; the seconds that it took."""
    began = time.monotonic()
    while client.get("/oai", params={"verb": "Identify"}).status_code == httpx.codes.SERVICE_UNAVAILABLE:
        if time.monotonic() > began + _PATIENCE_S:
            raise SystemExit("the change log is not ready in time")
    return time.monotonic() - began


def pages(client: httpx.Client, arguments: dict[str, str]) -> Iterator[Page]:
    """All pages of the list that *arguments* ask for."""
    while True:
        began = time.perf_counter()
        answer = client.get("/oai", params=arguments)
        seconds = time.perf_counter() - began
        if answer.status_code != httpx.codes.OK:
            raise SystemExit(f"{answer.status_code}: {answer.text[:300]}")
        yield Page(seconds, answer.content.count(b"<header"), len(answer.content))
        token = _TOKEN.search(answer.content)
        if token is None:
            return
        arguments = {"verb": arguments["verb"], "resumptionToken": token[1].decode("ascii")}


def report(server: Server, client: httpx.Client) -> Iterator[str]:
    """The rows of the table, one a harvest."""
    front = serving_front(server.pid)
    columns = ("harvest", "records", "pages", "s", *_PLACES, "MB", "front before, MiB", "at most")
    yield "| " + " | ".join(columns) + " |"
    yield "|---|" + "---:|" * (len(columns) - 1)
    for arguments in HARVESTS:
        before = forget_peak(front)
        taken = list(pages(client, arguments))
        middle = len(taken) // 2
        cells = [
            f"{sum(page.records for page in taken):,}",
            f"{len(taken):,}",
            f"{sum(page.seconds for page in taken):,.1f}",
            _median_ms(taken[:_EDGE]),
            _median_ms(taken[middle - _EDGE // 2 :][:_EDGE]),
            _median_ms(taken[-_EDGE:]),
            f"{max(page.seconds for page in taken) * 1000:,.0f}",
            f"{sum(page.size for page in taken) / 1e6:,.0f}",
            f"{before / (1 << 20):,.0f}",
            f"{peak(front) / (1 << 20):,.0f}",
        ]
        yield f"| {' '.join(arguments.values())} | " + " | ".join(cells) + " |"


def _median_ms(taken: Sequence[Page]) -> str:
    return f"{statistics.median(page.seconds for page in taken) * 1000:,.1f}"


def main() -> None:
    """Make the data, serve them, harvest, and print the table."""
    parser = argparse.ArgumentParser(description="Measure a whole harvest by OAI-PMH.")
    parser.add_argument("--entities", type=int, default=100_000, help="how many entities, about")
    wanted = parser.parse_args().entities
    settings = {"client_seconds": "86400"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = written_data(wanted * STATEMENTS_OF_AN_ENTITY, folder)
        loading_s = bulk_store(data, folder / "data", datetime.now(UTC))
        with (
            heritage_graph(folder / "data", settings, loading_s=loading_s) as server,
            httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=_PATIENCE_S) as client,
        ):
            print(f"{data.statements:,} statements; change log ready after {wait(client):.1f} s\n", flush=True)
            for row in report(server, client):
                print(row, flush=True)


if __name__ == "__main__":
    main()
