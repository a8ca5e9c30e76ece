"""`export --site`: write a static mirror."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

import typer

from heritage_graph.cli.output import counted, print_text
from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import BASE

if TYPE_CHECKING:
    from pathlib import Path

    from heritage_graph.settings import Settings

_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~-]+)*/?")

Site = Annotated[bool, typer.Option("--site", help="Write a static mirror: every document in every format, as files.")]
BaseUrl = Annotated[
    str | None,
    typer.Option(help="The address that the mirror will have.", show_default="public_url, else that of the IRIs"),
]
ServiceUrl = Annotated[
    str | None, typer.Option("--service", help="The address of the service to which the mirror leads for questions.")
]
Replace = Annotated[bool, typer.Option("--replace", help="Put the mirror in the place of an earlier one.")]


def export_site(settings: Settings, out: Path, *, base_url: str | None, service: str | None, replace: bool) -> None:
    """Write the mirror of the last generation into the folder *out*, and say how to serve it.

    Raises:
        ParameterError: an address is not one.
    """
    # The application takes as long to load as everything else of the command line together.
    from heritage_graph.site.mirror import Wanted, write_mirror  # noqa: PLC0415

    base = _address("--base-url", base_url or settings.public_url or BASE)
    wanted = Wanted(out, base, None if service is None else _address("--service", service), replace)
    with counted(f"writing {out}") as progress:
        receipt = write_mirror(settings, wanted, progress=progress)
    print_text(
        f"generation {receipt.generation}: {receipt.things:,} things, {receipt.withdrawn:,} withdrawn, "
        f"{receipt.merged:,} merged; {receipt.files:,} files, {receipt.bytes:,} bytes\n"
        f"{out / 'README.md'} tells how to serve them at {base}"
    )


def _address(option: str, text: str) -> str:
    """*text* as an address without a slash at its end."""
    if not _ADDRESS.fullmatch(text):
        raise ParameterError(f"{option} takes an address like https://data.example.org, not {text!r}")
    return text.rstrip("/")
