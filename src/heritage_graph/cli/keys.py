"""Commands on API keys: key create, list, revoke."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Column, Table

from heritage_graph.cli.options import Data, settings_with
from heritage_graph.cli.output import AsJson, console, print_json, print_text
from heritage_graph.web.security import create_key, list_keys, revoke_key

app = typer.Typer(
    name="key", help="API keys for writing and for jobs; only a hash of each is stored.", no_args_is_help=True
)


@app.command(epilog="Example: heritage-graph key create --scope 'https://w3id.org/heritage-graph/graph/source/*'")
def create(
    *,
    scope: Annotated[
        list[str], typer.Option(help="A graph that the key may write, with * for any text; jobs; or * for everything.")
    ],
    days: Annotated[int | None, typer.Option(help="Days until it expires.", min=1)] = None,
    note: Annotated[str, typer.Option(help="Whose it is, or what for.")] = "",
    data: Data = None,
) -> None:
    """Make a key and print it; it is never shown again."""
    now = datetime.now(UTC)
    expires = None if days is None else now + timedelta(days=days)
    folder = settings_with(data=data, engine=None).shared_folder
    text, _ = create_key(folder, scopes=scope, now=now, expires=expires, note=note)
    print_text(text)


@app.command("list", epilog="Example: heritage-graph key list")
def list_(data: Data = None, *, json: AsJson = False) -> None:
    """List the keys: never themselves, only what is known of them."""
    keys = list_keys(settings_with(data=data, engine=None).shared_folder)
    if json:
        print_json([{name: value for name, value in asdict(key).items() if name != "digest"} for key in keys])
        return
    table = Table(
        Column("id", no_wrap=True),
        "scopes",
        "created",
        "expires",
        "revoked",
        "used",
        "note",
        box=None,
        header_style="bold",
    )
    for key in keys:
        table.add_row(
            key.id, " ".join(key.scopes), key.created, key.expires or "", key.revoked or "", key.used or "", key.note
        )
    console.print(table)


@app.command(epilog="Example: heritage-graph key revoke 3f9a0c2b7d11")
def revoke(key_id: Annotated[str, typer.Argument(help="The id, as `key list` shows it.")], data: Data = None) -> None:
    """Make a key invalid at once."""
    key = revoke_key(settings_with(data=data, engine=None).shared_folder, key_id, now=datetime.now(UTC))
    print_text(f"{key.id} is revoked")
