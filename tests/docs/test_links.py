"""Every link within the repository leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "queries" / "README.md"])

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


def anchors(path):
    return {
        _NOT_IN_ANCHORS.sub("", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(path.read_text(encoding="utf-8"))
    }


def leads_somewhere(page, link):
    target, _, anchor = link.partition("#")
    path = (page.parent / target).resolve() if target else page
    return path.exists() and (not anchor or anchor in anchors(path))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_internal_link_of_the_page_resolves(page):
    links = _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))
    internal = [link for link in links if "://" not in link and not link.startswith("mailto:")]

    assert [link for link in internal if not leads_somewhere(page, link)] == []


def test_the_contents_page_leads_to_every_page():
    contents = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    decisions = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    pages = [path for path in (ROOT / "docs").rglob("*.md") if path.name != "README.md"]

    assert [path.name for path in pages if f"{path.name})" not in contents + decisions] == []
