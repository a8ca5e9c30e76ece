"""The command that brings published data sets in: import KIND PATH."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from heritage_graph.assets import asset_folder
from heritage_graph.cli.options import Data, settings_with
from heritage_graph.cli.output import AsJson, print_json, print_receipt, print_text, stage
from heritage_graph.errors import UnknownName
from heritage_graph.importers import IMPORTERS
from heritage_graph.importers.into_store import bring_in_file
from heritage_graph.importers.report import Outcome
from heritage_graph.importers.state_slugs import read_state_slugs
from heritage_graph.ingest.rulebook import load_rulebook

if TYPE_CHECKING:
    from heritage_graph.importers.list_changes import ListChanges
    from heritage_graph.importers.report import ImportReport

_KINDS = "; ".join(f"{importer.name}: {importer.doc}" for importer in IMPORTERS.values())


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command("import", epilog="Example: heritage-graph import unesco-whc whc-sites-2019.csv")(import_)


def import_(
    kind: Annotated[str, typer.Argument(help=_KINDS)],
    file: Annotated[Path, typer.Argument(help="The file as it was published, or the folder of them.", exists=True)],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    data: Data = None,
    json: AsJson = False,
) -> None:
    """Bring a published data set in as a source of its own, through the gate, and account for each of its rows."""
    if kind not in IMPORTERS:
        raise UnknownName(f"there is no importer {kind!r}; there are: {', '.join(IMPORTERS)}")
    settings = settings_with(data=data)
    with stage(f"reading and checking {file.name}"):
        brought = bring_in_file(
            settings.data,
            IMPORTERS[kind],
            file,
            slugs=read_state_slugs(asset_folder("sources") / "registry.csv"),
            rulebook=load_rulebook(asset_folder("shapes")),
            dry_run=dry_run,
        )
    report = brought.imported.report
    if json:
        print_json(
            {
                "receipt": asdict(brought.prepared.receipt),
                "rows": [asdict(row) for row in report.rows],
                "changes": {edition: asdict(changes) for edition, changes in brought.changes.items()},
            }
        )
        return
    _print_rows(report)
    for edition, changes in brought.changes.items():
        _print_changes(edition, changes)
    print_receipt(brought.prepared, stored=not dry_run)


def _print_rows(report: ImportReport) -> None:
    for row in report.rows:
        for remark in row.remarks:
            print_text(f"line {row.line}, {row.identifier}: {row.outcome.value}: {remark.text}")
    remarks = Counter(remark.kind for row in report.rows for remark in row.remarks)
    counts = Counter(row.outcome for row in report.rows)
    print_text(
        f"{len(report.rows):,} rows: " + ", ".join(f"{counts[outcome]:,} {outcome.value}" for outcome in Outcome)
    )
    for kind, count in remarks.most_common():
        print_text(f"  {count:,} with {kind}")


def _print_changes(edition: str, changes: ListChanges) -> None:
    print_text(
        f"against {edition}: {len(changes.added)} added, {len(changes.gone)} gone, {len(changes.renamed)} renamed, "
        f"{len(changes.moved)} moved, {len(changes.into_danger)} into danger, "
        f"{len(changes.out_of_danger)} out of danger"
    )
