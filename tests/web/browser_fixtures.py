"""Chromium for the tests of the editor: one browser, and a page a test that may speak to the service only."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

FRONTEND = Path(__file__).parents[2] / "frontend"
BROWSER = {"Accept": "text/html"}
expect.set_options(timeout=20_000)
_ENDED = re.compile(r"generation|No answer|in [0-9]")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # what asks another host is told so, and reaches none
]


@contextmanager
def launched():
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        yield browser
        browser.close()


# Not for the session: Playwright keeps an event loop running, and other tests run loops of their own.
@pytest.fixture(scope="module")
def chromium():
    """That browser."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def context(chromium, address):
    """What the pages share: the files of the editor, which the browser keeps."""
    context = chromium.new_context(base_url=address, viewport={"width": 1200, "height": 1000})
    yield context
    context.close()


@pytest.fixture
def page(context, address):
    """The page at /sparql with its editor ready; the test fails when it asks another host or breaks its policy."""
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/sparql")
    page.wait_for_selector("#editor[data-ready]")
    yield page
    page.close()
    elsewhere = [url for url in asked if not url.startswith((address, "data:", "blob:", "about:"))]
    refused = [text for text in complaints if not text.startswith("Failed to load resource: the server responded")]
    assert (elsewhere, refused) == ([], [])


@pytest.fixture
def open_page(context, address):
    """What opens an address in a new page of the browser; the test fails on a complaint or a request elsewhere."""
    opened, complaints, asked = [], [], []

    def opens(path):
        page = context.new_page()
        opened.append(page)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path)
        return page

    yield opens
    for page in opened:
        page.close()
    assert (complaints, [url for url in asked if not url.startswith((address, "data:"))]) == ([], [])


@pytest.fixture
def tab(chromium, address):
    """A page of a browser, with what it complains of as `complaints` and what it asked for as `asked`."""
    context = chromium.new_context(base_url=address, viewport={"width": 1200, "height": 1000}, reduced_motion="reduce")
    tab = context.new_page()
    tab.complaints, tab.asked = [], []
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.on("console", lambda message: tab.complaints.append(message.text))
    tab.on("dialog", lambda dialog: tab.complaints.append(dialog.message))
    tab.on("request", lambda request: tab.asked.append(request.url))
    yield tab
    context.close()


@pytest.fixture
def context_without_scripts(chromium):
    """A browser context in which no script runs."""
    context = chromium.new_context(java_script_enabled=False)
    yield context
    context.close()


def fill(page, query, line=None):
    """Put *query* into the editor, and the cursor at the end of *line* (from 0)."""
    page.evaluate(
        """([query, line]) => {
          const editor = document.querySelector(".query .CodeMirror").CodeMirror;
          editor.setValue(query);
          if (line === null) return;
          editor.focus();
          editor.setCursor({ line, ch: editor.getLine(line).length });
        }""",
        [query, line],
    )


def run(page):
    """Run the query, and wait until it is answered or refused."""
    page.click("#run")
    expect(page.locator(".status")).to_have_text(_ENDED)


def views(page):
    """The names of the views that are offered."""
    return [button.inner_text() for button in page.locator(".yasr_btnGroup button:visible").all()]


def serious_faults(page):
    """What axe-core finds that is serious or critical: the rule and the element."""
    page.evaluate((FRONTEND / "node_modules" / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run()")["violations"]
    return [
        (fault["id"], node["html"])
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]
