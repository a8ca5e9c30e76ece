"""Commands while the settings name an engine."""

import shutil

import forked_commands
import pytest
from shipped_stores import shipped_store

ENGINE = "http://127.0.0.1:1/query"


def run(*arguments, **settings):
    """A command with these settings in its environment."""
    environment = {f"HERITAGE_GRAPH_{name.upper()}": value for name, value in settings.items()}
    return forked_commands.run(*arguments, **environment)


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_password_of_an_engine_is_never_shown(form):
    done = run("settings", *form, engine=ENGINE, engine_password="a word that nobody knows")

    assert (done.returncode, "nobody knows" in done.stdout + done.stderr) == (0, False)


def test_a_fault_in_the_settings_of_an_engine_does_not_show_the_password():
    done = run("serve", engine="no address", engine_password="a word that nobody knows")

    assert (done.returncode, "nobody knows" in done.stdout + done.stderr) == (2, False)


@pytest.mark.parametrize("command", [["release", "autumn"], ["export"]])
def test_a_command_on_a_data_folder_does_not_run_while_the_graph_is_on_an_engine(command, tmp_path):
    done = run(*command, "--data", str(tmp_path), engine=ENGINE)

    assert (done.returncode, "on an engine" in done.stderr, list(tmp_path.iterdir())) == (2, True, [])


def test_a_node_does_not_take_a_folder_with_a_store_for_its_cache(tmp_path):
    shutil.copytree(shipped_store(), tmp_path / "data")
    done = run("serve", "--data", str(tmp_path / "data"), "--engine", ENGINE)

    assert (done.returncode, "a folder of its own" in done.stderr) == (2, True)
