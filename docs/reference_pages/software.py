"""The pages about the program: commands, settings and errors."""

from __future__ import annotations

from enum import Enum
from inspect import getdoc
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from heritage_graph.cli import app, exit_code
from heritage_graph.errors import HeritageGraphError
from heritage_graph.settings import FILE, PREFIX, Settings
from heritage_graph.web import faults  # noqa: F401 - its classes join the tree of errors
from heritage_graph.web.problems import CONTENT_KINDS, status_of
from reference_pages.markdown import code, page, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CLI = """Exit codes: 0 done · 1 the data were refused or a limit was reached · 2 wrong usage · 3 trouble with the
store or a file. Results go to standard output, progress and errors to standard error. Every command has `--help`."""

_SETTINGS = f"""A flag beats the environment, which beats the file `{FILE}` in the working folder.
The environment variable of a setting is `{PREFIX}` and its name in capitals. `heritage-graph settings` shows what
holds and where it comes from. An unknown setting, or one out of its range, stops the program before it serves."""

_ERRORS = """Over HTTP an error is a problem document (RFC 9457) whose `type` is `/problems/` and the slug; on the
command line it is one line on standard error and an exit code. What was refused has changed nothing."""


def cli_page() -> str:
    """Every command with its arguments and options."""
    command = typer.main.get_command(app)
    return page("Command line", _CLI, _commands("heritage-graph", command), source="the commands themselves")


def command_names() -> list[str]:
    """The full name of every command: `key create`."""
    return [name.removeprefix("heritage-graph ") for name, _ in _leaves("heritage-graph", typer.main.get_command(app))]


def settings_page() -> str:
    """Every setting with its default and range."""
    schemas = Settings.model_json_schema()["properties"]
    rows = [
        (
            code(name),
            code(f"{PREFIX}{name.upper()}"),
            code(str(field.default)) if str(field.default) else "(empty)",
            _range(schemas[name]),
            plain(field.description or ""),
        )
        for name, field in Settings.model_fields.items()
    ]
    head = ("setting", "in the environment", "default", "range", "what it is")
    return page("Settings", _SETTINGS, table(head, rows), source="`settings.Settings`")


def errors_page() -> str:
    """Every deliberate error, as a tree, with its status and exit code."""
    rows = [
        (
            f"{'·&nbsp;' * depth}`{kind.__name__}`",
            code(kind.slug),
            str(status_of(kind)),
            _exit(kind),
            plain(first_sentence(kind)),
        )
        for kind, depth in error_kinds()
    ]
    contents = [(code(slug), str(status), title) for slug, (status, title) in CONTENT_KINDS.items()]
    body = [
        *table(("error", "slug", "status", "exit", "when"), rows),
        "## Kinds of content that are refused",
        "",
        "An error `ForbiddenContent` or `TooLarge` tells more exactly what it refuses by its slug:",
        "",
        *table(("slug", "status", "title"), contents),
    ]
    return page("Errors", _ERRORS, body, source="`errors.py`, `web/faults.py` and `web/problems.py`")


def error_kinds(
    kind: type[HeritageGraphError] = HeritageGraphError, depth: int = 0
) -> Iterator[tuple[type[HeritageGraphError], int]]:
    """Every class of the tree with its depth, parents before children."""
    yield kind, depth
    for child in sorted(kind.__subclasses__(), key=lambda each: (each.__module__, each.__qualname__)):
        yield from error_kinds(child, depth + 1)


def first_sentence(thing: object) -> str:
    """The first paragraph of the docstring of *thing*."""
    return (getdoc(thing) or "").partition("\n\n")[0]


def _exit(kind: type[HeritageGraphError]) -> str:
    return str(exit_code(kind.__new__(kind)))


def _range(schema: Mapping[str, Any]) -> str:
    words = {"minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most"}
    return ", ".join(f"{word} {schema[key]:g}" for key, word in words.items() if key in schema)


def _leaves(name: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer has no public type
    if not isinstance(command, TyperGroup):
        yield name, command
        return
    context = typer.Context(command)
    for child in command.list_commands(context):
        yield from _leaves(f"{name} {child}", command.get_command(context, child))


def _commands(name: str, root: Any) -> Iterator[str]:  # noqa: ANN401 - typer has no public type
    for full_name, command in _leaves(name, root):
        arguments = [each for each in command.params if not each.opts[0].startswith("-")]
        usage = " ".join([full_name, "[OPTIONS]", *(_placeholder(each) for each in arguments)])
        yield from (f"## {full_name.removeprefix(name + ' ')}", "")
        yield from (plain((command.help or "").replace("\n\n", " ")), "")
        yield from ("```console", f"$ {usage}", "```", "")
        if command.epilog:
            yield from (f"Example: `{command.epilog.removeprefix('Example: ')}`", "")
        rows = [(_names(each), _type(each), _default(each), plain(each.help or "")) for each in command.params]
        yield from table(("argument or option", "type", "default", "what it is"), rows)


def _placeholder(argument: Any) -> str:  # noqa: ANN401 - typer has no public type
    name = argument.name.upper() + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _names(parameter: Any) -> str:  # noqa: ANN401 - typer has no public type
    is_option = parameter.opts[0].startswith("-")
    return ", ".join(code(name) for name in parameter.opts) if is_option else code(parameter.name.upper())


def _type(parameter: Any) -> str:  # noqa: ANN401 - typer has no public type
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(code(str(member.value)) for member in kind)
    if kind is bool:
        return "flag"
    name = kind.__name__ if isinstance(kind, type) and not getattr(kind, "__args__", ()) else str(kind)
    many = "list[" in name
    name = name.rpartition("[")[2].rstrip("]").rpartition(".")[2].partition(" ")[0]
    words = {"str": "text", "Path": "path", "int": "whole number", "float": "number"}
    return words.get(name, name) + (", repeatable" if many else "")


def _default(parameter: Any) -> str:  # noqa: ANN401 - typer has no public type
    if parameter.required:
        return "required"
    if isinstance(parameter.show_default, str):
        return code(parameter.show_default)
    default = parameter.default
    return "" if default in (None, False, "") else code(str(default.value if isinstance(default, Enum) else default))
