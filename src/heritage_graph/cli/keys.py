"""Commands on API keys: key create, list, revoke."""

from __future__ import annotations

import typer

app = typer.Typer(help="API keys for writing; only a hash of each is stored.", no_args_is_help=True)
