"""Measure the pages: how long the service takes for each, and how many bytes a browser loads.

    .venv/bin/python bench/pages.py --triples 1000000

First: the first request of its kind after the start. Cold: no address is asked twice, so that no cached answer helps.
Warm: the same address again and again. Sizes are what Chromium takes over the wire for a page and all that it loads,
in an empty cache, when the page is read to its end; without Chromium they are left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import generator
import httpx
from findings import Finding, lines_of
from playwright.sync_api import sync_playwright
from run import all_servers, machine, written_data

from heritage_graph.namespaces import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, Page

BROWSER: Final = {"Accept": "text/html", "Accept-Encoding": "gzip, br, zstd"}
_CHROMIUM: Final = Path("/usr/bin/chromium")
_FIRST_DAY: Final = date(2024, 1, 1)
_PATIENCE_S: Final = 600.0
_FEW: Final = 10
_HOME_KB: Final = 400
_ENTITY_KB: Final = 120
_ENTITY_MS: Final = 100.0
_COLUMNS: Final = (
    "page",
    "requests",
    "first, ms",
    "cold p50",
    "cold p95",
    "warm p50",
    "warm p95",
    "HTML, kB",
    "errors",
)


@dataclass(frozen=True)
class Kind:
    """One kind of page, and different addresses of such pages; `bound_ms` is what its cold p95 may be, if anything."""

    name: str
    addresses: tuple[str, ...]
    bound_ms: float | None = None


@dataclass(frozen=True)
class Figures:
    """What one kind of page took, in milliseconds, and the compressed size of its HTML, in bytes, on average.

    The p50 and p95 are None where a kind has one address, which cannot be asked cold again.
    """

    kind: str
    requests: int
    first: float
    cold_p50: float | None
    cold_p95: float | None
    warm_p50: float
    warm_p95: float
    html: int
    errors: int


@dataclass(frozen=True)
class Transfer:
    """What Chromium loaded for a page: how many files, and their bytes over the wire."""

    page: str
    files: int
    bytes: int


def kinds(data: generator.Data, times: int) -> Iterator[Kind]:
    """Every kind of page that is measured on *data*, with at most *times* addresses each."""
    days = [_FIRST_DAY + timedelta(days=3 * number) for number in range(times)]
    agreements = [_address(generator.agreement(number).value) for number in range(min(times, data.agreements))]
    large = min(generator.HUBS, data.organizations // 2)
    organizations = [generator.organization(number).value for number in range(data.organizations)]
    small = organizations[large : large + times]
    yield Kind("home", ("/",))
    yield Kind("agreement", tuple(agreements), _ENTITY_MS)
    yield Kind("organization with some hundred agreements", tuple(map(_address, organizations[:large])))
    yield Kind("organization", tuple(map(_address, small)), _ENTITY_MS)
    yield Kind("board", tuple(f"/agreements?on={day}" for day in days))
    yield Kind("network", ("/network",))
    few = [f"/network?about={quote(each, safe='')}" for each in small[:_FEW]]
    yield Kind("network of an organization", tuple(few))
    yield Kind("map", ("/map",))
    yield Kind("question", tuple(f"/queries/agreements-in-force?on={day}" for day in days))


def _address(iri: str) -> str:
    return f"/doc/{iri.removeprefix(f'{BASE}id/')}"


def measured(client: httpx.Client, kind: Kind) -> Figures:
    """What the service does with *kind*."""
    asked = [_asked(client, address) for address in kind.addresses]
    cold = sorted(seconds for seconds, _, _ in asked[1:])
    again = [_asked(client, kind.addresses[0]) for _ in range(max(_FEW, len(kind.addresses) // 4))]
    warm = sorted(seconds for seconds, _, _ in again)
    return Figures(
        kind.name,
        len(asked) + len(again),
        asked[0][0],
        _share(cold, 0.5) if cold else None,
        _share(cold, 0.95) if cold else None,
        _share(warm, 0.5),
        _share(warm, 0.95),
        round(sum(size for _, size, _ in asked) / len(asked)),
        sum(not is_well for _, _, is_well in (*asked, *again)),
    )


def _asked(client: httpx.Client, address: str) -> tuple[float, int, bool]:
    """The milliseconds that the page at *address* took, its bytes as sent, and whether it came."""
    began = time.perf_counter()
    with client.stream("GET", address) as answer:
        size = sum(map(len, answer.iter_raw()))
    return 1000 * (time.perf_counter() - began), size, answer.status_code == httpx.codes.OK


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def wait_for_indexes(client: httpx.Client) -> None:
    """Wait until names can be searched, so that the making of the index does not weigh on what is measured."""
    deadline = time.monotonic() + _PATIENCE_S
    while client.get("/api/v1/search?q=a").status_code == httpx.codes.SERVICE_UNAVAILABLE:
        if time.monotonic() > deadline:
            raise SystemExit("the index of names is not ready in time")
        time.sleep(0.5)


def transfers(base: str, pages: dict[str, str]) -> Iterator[Transfer]:
    """What Chromium loads for each of *pages*, names and addresses, with an empty cache each."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, address in pages.items():
            yield _transfer(browser, name, f"{base}{address}")
        browser.close()


def _transfer(browser: Browser, name: str, address: str) -> Transfer:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(1000 * _PATIENCE_S)
    loaded: list[float] = []
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda told: loaded.append(told["encodedDataLength"]))
    answer = page.goto(address)
    if answer is None or not answer.ok:
        raise SystemExit(f"{name}: {address} came with {answer and answer.status}, and not as a page")
    page.wait_for_load_state("networkidle")
    _read_to_the_end(page)
    context.close()
    return Transfer(name, len(loaded), round(sum(loaded)))


def _read_to_the_end(page: Page) -> None:
    """Scroll down, so that pictures that wait until they are seen are loaded too."""
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_timeout(500)
    page.wait_for_load_state("networkidle")


def table(figures: Sequence[Figures]) -> str:
    """The figures as a Markdown table."""
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|---" * len(_COLUMNS) + "|"]
    for each in figures:
        taken = (each.first, each.cold_p50, each.cold_p95, each.warm_p50, each.warm_p95)
        cells = ("-" if number is None else f"{number:,.1f}" for number in taken)
        told = (each.kind, str(each.requests), *cells, f"{each.html / 1000:,.1f}", str(each.errors))
        lines.append("| " + " | ".join(told) + " |")
    return "\n".join(lines) + "\n"


def findings(measured_kinds: Sequence[tuple[Kind, Figures]], loaded: Sequence[Transfer]) -> list[Finding]:
    """What has a bound, held against it."""
    found = [
        Finding(f"{kind.name}: cold p95", f"{figures.cold_p95:.1f} ms", f"{kind.bound_ms:g} ms", holds=holds)
        for kind, figures in measured_kinds
        if kind.bound_ms is not None and figures.cold_p95 is not None
        for holds in [figures.cold_p95 <= kind.bound_ms]
    ]
    bounds = {"home": _HOME_KB, "agreement": _ENTITY_KB}
    found += [
        Finding(f"{each.page}: transfer", f"{each.bytes / 1000:.1f} kB", f"{bound} kB", each.bytes <= 1000 * bound)
        for each in loaded
        if (bound := bounds.get(each.page)) is not None
    ]
    return found


def main() -> None:
    """Make the data, start the service, measure, print the figures and write them to files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000, help="statements in named graphs, at least")
    parser.add_argument("--times", type=int, default=300, help="how many addresses of a kind are asked")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="where the figures go")
    arguments = parser.parse_args()
    now = datetime.now(UTC)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.out) as folder:
        data = written_data(arguments.triples, Path(folder))
        print(f"{data.statements:,} statements, {data.agreements:,} agreements; loading", flush=True)
        with all_servers(["heritage-graph"], data, Path(folder), now=now, settings={}) as (ours,):
            base = f"http://127.0.0.1:{ours.port}"
            with httpx.Client(base_url=base, headers=BROWSER, timeout=_PATIENCE_S) as client:
                wait_for_indexes(client)
                told = []
                for kind in kinds(data, arguments.times):
                    print(f"  {kind.name}", flush=True)
                    told.append((kind, measured(client, kind)))
            plain = _address(generator.agreement(0).value)
            ours_first = {"home": "/", "agreement": plain, "board": "/agreements", "network": "/network", "map": "/map"}
            loaded = list(transfers(base, ours_first)) if _CHROMIUM.exists() else []
    held = findings(told, loaded)
    sizes = "\n".join(f"| {each.page} | {each.files} | {each.bytes / 1000:,.1f} |" for each in loaded)
    report = "\n".join(
        (table([figures for _, figures in told]), "| loaded by Chromium | files | kB |\n|---|---|---|", sizes, "",
         *lines_of(held))
    )  # fmt: skip
    print(report)
    result = arguments.out / f"pages-{now:%Y-%m-%dT%H%M%S}.json"
    document = {
        "statements": data.statements,
        "machine": machine(),
        "figures": [asdict(figures) for _, figures in told],
        "transfers": [asdict(each) for each in loaded],
        "findings": [asdict(each) for each in held],
    }
    result.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    result.with_suffix(".md").write_text(report + "\n", encoding="utf-8")
    print(f"written to {result} and {result.with_suffix('.md').name}")


if __name__ == "__main__":
    main()
