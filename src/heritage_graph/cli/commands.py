"""The commands by their names; the module of a command is imported when the command is wanted."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from typer.core import TyperGroup
from typer.main import get_group

if TYPE_CHECKING:
    from typer._click import Command, Context

_MODULES: Final = {
    "init": "store",
    "check": "store",
    "export": "store",
    "history": "store",
    "load": "documents",
    "validate": "documents",
    "import": "imports",
    "release": "releases",
    "copy": "copying",
    "serve": "serving",
    "query": "serving",
    "settings": "serving",
    "key": "keys",
    "link": "links",
}


class Commands(TyperGroup):
    """All commands; whoever wants one does not wait for what the others need."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - the base class's
        """The names, in the order of the help."""
        return list(_MODULES)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002 - the base class's
        """The command of a name; for an unknown one all are loaded, so that the error can tell which is like it."""
        if cmd_name not in _MODULES:
            self.commands.update((name, _command(name)) for name in _MODULES)
        elif cmd_name not in self.commands:
            self.commands[cmd_name] = _command(cmd_name)
        return self.commands.get(cmd_name)


def _command(name: str) -> Command:
    group = get_group(import_module(f"heritage_graph.cli.{_MODULES[name]}").app)
    return group.commands.get(name, group)
