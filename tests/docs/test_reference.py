"""The reference is current, and everything that a user can name has a place in it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from shipped_questions import shipped_questions

from heritage_graph.assets import asset_folder
from heritage_graph.settings import Settings

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module", autouse=True)
def _generator_on_the_path():
    sys.path.insert(0, str(DOCS))
    yield
    sys.path.remove(str(DOCS))


def reference(name):
    return (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8")


def test_the_generated_pages_are_what_the_code_says_today():
    from generate_reference import stale  # noqa: PLC0415 - the generator is no package of ours

    assert sorted(stale()) == []


def test_every_command_has_a_heading():
    from reference_pages.software import command_names  # noqa: PLC0415

    assert [name for name in command_names() if f"\n## {name}\n" not in reference("cli")] == []


def test_every_setting_has_a_row():
    assert [name for name in Settings.model_fields if f"\n| `{name}` |" not in reference("settings")] == []


def test_every_stored_question_has_a_heading_or_a_row():
    page = reference("queries")
    names = shipped_questions().queries

    assert [name for name in names if f"\n### {name}\n" not in page and f"\n| `{name}` |" not in page] == []


def test_every_error_has_a_row():
    from reference_pages.software import error_kinds  # noqa: PLC0415

    assert [kind.__name__ for kind, _ in error_kinds() if f"`{kind.__name__}`" not in reference("errors")] == []


def test_every_route_has_a_heading():
    from reference_pages.routes import described  # noqa: PLC0415

    headings = set(re.findall(r"^## (\S+)$", reference("http"), re.MULTILINE))
    routes = {path for path in described()["paths"] if not path.startswith("/queries/")}

    assert routes == headings


def test_every_shape_with_a_message_has_a_heading():
    files = sorted(asset_folder("shapes").rglob("*.ttl"))
    names = [
        name
        for path in files
        for name in re.findall(
            r"^hgs:([\w-]+)\n(?:    .*\n)*?    sh:message", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    ]

    assert [name for name in names if f"\n### {name}\n" not in reference("shapes")] == []
