"""What the pages tell a reader to run does what they say.

A fenced block says after its language what is to be done with it: `run`, `run fails`, `file=NAME` (saved under that
name) or `output` (each line is part of what the block before it printed).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

_FENCE = re.compile(r"^```(\S+) ([^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHOWN_ADDRESS = "http://127.0.0.1:8000"

ROOT = Path(__file__).resolve().parents[2]
PAGES_THAT_ASK = (
    "README.md",
    "docs/explanation/open-world.md",
    "docs/how-to/explore-collaborations.md",
    "docs/how-to/find-out-who-says-so.md",
    "docs/how-to/follow-agreements.md",
    "docs/how-to/follow-changes.md",
    "docs/how-to/harvest-with-oai-pmh.md",
    "docs/how-to/match-names.md",
    "docs/how-to/mirror-with-ldes-and-iiif.md",
    "docs/how-to/query-from-javascript.md",
    "docs/how-to/query-from-python.md",
    "docs/how-to/query-from-r.md",
    "docs/how-to/query-with-sparql.md",
    "docs/how-to/use-the-json-api.md",
)
PAGES_THAT_CHANGE_SOMETHING = (
    "docs/tutorial.md",
    "docs/how-to/ask.md",
    "docs/how-to/back-up.md",
    "docs/how-to/bring-in-over-http.md",
    "docs/how-to/cite-a-query.md",
    "docs/how-to/dereference-and-cite.md",
    "docs/how-to/describe-and-register-the-dataset.md",
    "docs/how-to/download-everything.md",
    "docs/how-to/load-in-bulk.md",
    "docs/how-to/move-between-engines.md",
    "docs/how-to/open-in-a-spreadsheet.md",
    "docs/how-to/read-a-refusal.md",
    "docs/how-to/read-in-another-model.md",
    "docs/how-to/run-a-long-query.md",
    "docs/how-to/send-a-source.md",
)
"""Each of them has a service and a data folder of its own."""

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Snippet:
    """A fenced block that says what is to be done with it: `run`, `run fails`, `output` or `file=NAME`."""

    language: str
    purpose: str
    text: str


def snippets_of(path):
    """The blocks of the page that say what is to be done with them, in order."""
    return [Snippet(*found) for found in _FENCE.findall(path.read_text(encoding="utf-8"))]


def surprises(path, folder, address):
    """Run the page; what did not end or print as it says, in words. *folder* holds `data` and `.venv/bin`."""
    found = []
    printed = ""
    for snippet in snippets_of(path):
        if snippet.purpose == "output":
            missing = [line for line in snippet.text.splitlines() if line.strip() not in printed]
            found += [f"{path.name}: not printed: {line!r}; printed was: {printed[-2000:]}" for line in missing]
        elif snippet.purpose.startswith("file="):
            (folder / snippet.purpose.removeprefix("file=")).write_text(snippet.text, encoding="utf-8")
        else:
            code, printed = _run(snippet, folder, address)
            if (code != 0) != (snippet.purpose == "run fails"):
                found.append(f"{path.name}: ended with {code}: {snippet.text!r}: {printed[-2000:]}")
    return found


def _run(snippet, folder, address):
    text = snippet.text.replace(_SHOWN_ADDRESS, address)
    if snippet.language == "sparql":
        request = Request(f"{address}/sparql", urlencode({"query": text}).encode(), {"Accept": "text/csv"})
        with urlopen(request) as answer:
            return 0, answer.read().decode()
    command = {
        "sh": ["sh", "-e", "-c"],
        "python": [sys.executable, "-c"],
        "r": ["Rscript", "--vanilla", "-e"],
        "javascript": ["node", "--input-type=module", "--eval"],
    }[snippet.language]
    path = f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}"  # make test may have put Node there
    done = subprocess.run(
        [*command, text],
        cwd=folder,
        env={**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES_THAT_ASK)
def test_each_snippet_that_asks_runs_and_prints_what_the_page_shows(page, clone, shared_address):
    found = surprises(ROOT / page, clone, shared_address)

    assert found == []


@pytest.mark.parametrize("page", PAGES_THAT_CHANGE_SOMETHING)
def test_each_snippet_that_changes_something_runs_and_prints_what_the_page_shows(page, clone, address):
    found = surprises(ROOT / page, clone, address)

    assert found == []


def test_no_page_has_marked_snippets_that_nobody_runs():
    marked = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
        if any(snippet.purpose.startswith("run") for snippet in snippets_of(path))
    }

    assert marked == {*PAGES_THAT_ASK, *PAGES_THAT_CHANGE_SOMETHING}
