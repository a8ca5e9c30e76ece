"""Write a picture of every type of pages: English and Arabic wide and narrow, French in between.

    PYTHONPATH=tests/web .venv/bin/python tests/web/pages/screenshots.py [NAME…]

The names are those of page types; without any, all are taken. The pictures are build/screenshots/{page}-{language}-
{width}.png.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
from browser_fixtures import launched
from made_pages import JOB_TIMEOUT, make_pages
from page_types import PAGE_TYPES
from visits import Visitor

from heritage_graph.web.security import create_key

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES: Final = (("en", 1440), ("ar", 1440), ("fr", 768), ("en", 360), ("ar", 360))
_HEIGHT: Final = 900
_HIGHEST: Final = 6000
"""Longer pages are cut there; nobody looks at a picture of more."""


def main() -> None:
    """Serve the shipped dataset, open the pages, and write their pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="page types; all when none is named")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"), help="where the pictures go")
    arguments = parser.parse_args()
    wanted = [kind for kind in PAGE_TYPES if not arguments.names or kind.name in arguments.names]
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "data") as address, launched() as browser:
        key, _ = create_key(Path(folder) / "data", scopes=["*"], now=datetime.now(UTC))
        with httpx.Client(base_url=address, timeout=60) as client:
            made = make_pages(client, {"Authorization": f"Bearer {key}"})
        visitor = Visitor(browser.new_context(), address, made, key)
        for kind in wanted:
            for language, width in SIZES:
                with visitor.opened(kind, language) as (page, _):
                    page.set_viewport_size({"width": width, "height": _HEIGHT})
                    page.keyboard.press("End")  # pictures wait until they are near
                    page.wait_for_load_state("networkidle")
                    page.keyboard.press("Home")
                    height = min(_HIGHEST, page.evaluate("document.documentElement.scrollHeight"))
                    page.screenshot(
                        path=arguments.out / f"{kind.name}-{language}-{width}.png",
                        clip={"x": 0, "y": 0, "width": width, "height": height},
                        full_page=True,
                    )
            sys.stdout.write(f"{kind.name}\n")


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The address of a service over the shipped dataset, which is written to the folder *data*."""
    program = [Path(sys.executable).with_name("heritage-graph"), "serve", "--data", str(data), "--port", "0"]
    settings = {"HERITAGE_GRAPH_CLIENT_QUERIES": "64", "HERITAGE_GRAPH_CLIENT_SECONDS": "3600", **JOB_TIMEOUT}
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **settings}
    ) as server:
        assert server.stdout is not None
        try:
            yield next(line for line in server.stdout if " on http" in line).split(" on ")[1].split()[0]
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
