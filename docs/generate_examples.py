"""Write the examples of the interface from what the service answers over the shipped data.

Each is kept beside the code in web/examples/{operation}.json; the description and the pages at /docs show them, and a
test tells when one is no longer what is answered.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
from reference_pages.examples import examples, written

from heritage_graph.web.openapi_operations import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM: Final = Path(sys.executable).with_name("heritage-graph")
_SETTINGS: Final = {"HERITAGE_GRAPH_CLIENT_SECONDS": "3600", "HERITAGE_GRAPH_RECORDS": "false"}


@contextmanager
def _service() -> Iterator[httpx.Client]:
    """A client of a service over a new store with the shipped documents, while it runs."""
    environment = {**os.environ, **_SETTINGS}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        subprocess.run([_PROGRAM, "init", "--data", data], check=True, env=environment, stdout=subprocess.DEVNULL)
        serve: list[str | Path] = [_PROGRAM, "serve", "--data", data, "--port", "0"]
        with subprocess.Popen(
            serve, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server:
            assert server.stdout is not None
            address = server.stdout.readline().split(" on ")[1].split()[0]
            try:
                with httpx.Client(base_url=address, timeout=60) as client:
                    yield client
            finally:
                server.terminate()


def main() -> None:
    """Write the files that differ, and remove those of operations that are gone."""
    with _service() as client:
        found = {f"{name}.json": written(example) for name, example in examples(client).items()}
    EXAMPLES.mkdir(exist_ok=True)
    for path in EXAMPLES.glob("*.json"):
        if path.name not in found:
            path.unlink()
            print(f"removed {path.name}")
    for name, text in found.items():
        path = EXAMPLES / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")


if __name__ == "__main__":
    main()
