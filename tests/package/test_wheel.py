"""The wheel works away from the checkout: ontology, shapes, queries and sources travel inside it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder in which nothing but the installed wheel is found, and a runner of its command."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)

    def run(*arguments):
        program = "import sys; from heritage_graph.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            check=False,
        )

    run.site = site
    return run


def test_the_installed_package_is_not_the_checkout(installed):
    program = "import heritage_graph; print(heritage_graph.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=installed.site.parent,
        env={**os.environ, "PYTHONPATH": str(installed.site)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert Path(found.stdout.strip()).is_relative_to(installed.site)


def test_the_installed_command_makes_a_store_and_answers(installed):
    made = installed("init", "--data", "data", "--json")
    answer = installed("query", "agreements-in-force", "--param", "on=2026-11-21", "--format", "json", "--data", "data")

    assert (made.returncode, len(json.loads(answer.stdout)["results"]["bindings"]) > 0) == (0, True), made.stderr


@pytest.mark.parametrize("folder", ["ontology", "shapes", "queries", "sources"])
def test_the_wheel_holds_every_file_of(installed, folder):
    packed = installed.site / "heritage_graph" / "_assets" / folder
    here = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*.*") if path.is_file()}

    assert {path.relative_to(packed) for path in packed.rglob("*.*") if path.is_file()} == here


def test_the_wheel_holds_the_editor_as_it_was_built(installed):
    built = Path("src/heritage_graph/web/static/built")
    packed = installed.site / built.relative_to("src")

    assert {path.name for path in packed.iterdir()} == {path.name for path in (ROOT / built).iterdir()}
