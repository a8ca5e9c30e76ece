"""The command that brings published data sets and records of pages in: import KIND PATH."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import orjson
import typer

from heritage_graph.assets import asset_folder
from heritage_graph.cli.bulk import Shown, print_loaded
from heritage_graph.cli.options import Data, Engine, EngineDialect, EngineUpdate, place_of, settings_with
from heritage_graph.cli.output import AsJson, print_bytes, print_receipt, print_text, rows_counted
from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.importers import IMPORTERS
from heritage_graph.importers.in_bulk import bring_in_bulk
from heritage_graph.importers.into_store import bring_in_file
from heritage_graph.importers.known import read_curated
from heritage_graph.importers.morph import MAPPING_PYTHON
from heritage_graph.importers.records.bringing import bring_in_records
from heritage_graph.importers.records.identities import read_identities
from heritage_graph.importers.records.reading import Seen
from heritage_graph.importers.records.withheld import read_withheld
from heritage_graph.importers.report import Outcome
from heritage_graph.importers.table import table_importer
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.model.dates import read_date
from heritage_graph.namespaces import is_slug
from heritage_graph.store.priority import give_way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.importers import Importer
    from heritage_graph.importers.list_changes import ListChanges
    from heritage_graph.importers.report import ImportReport
    from heritage_graph.ingest.pipeline import Receipt
    from heritage_graph.settings import Settings

_TABLE: Final = "table"
_RECORDS: Final = "records"
_KINDS: Final = "; ".join(
    [
        *(f"{importer.name}: {importer.doc.rstrip('.')}" for importer in IMPORTERS.values()),
        f"{_TABLE}: anyone's CSV, workbook or JSON, by a mapping in YARRRML or RML",
        f"{_RECORDS}: what public pages state, each as /schemas/v1/collaboration-record.json says or rows of a table.",
    ]
)


app = typer.Typer()


@app.command("import", epilog="Example: heritage-graph import unesco-whc whc-sites-2019.csv")
def import_(
    kind: Annotated[str, typer.Argument(help=_KINDS)],
    files: Annotated[
        list[Path],
        typer.Argument(help="The file as it was published, or the folder of them; of records several.", exists=True),
    ],
    *,
    mapping: Annotated[
        Path | None, typer.Option(help="For table: the mapping, YARRRML or RML in Turtle (.ttl).", exists=True)
    ] = None,
    source: Annotated[str | None, typer.Option(help="For table: the slug of its source graph.")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="The encoding of the files, where it is not UTF-8; it is never guessed.")
    ] = None,
    read_on: Annotated[
        str | None, typer.Option(help="For records: when the pages were read of which no record says it.")
    ] = None,
    in_copy: Annotated[
        bool,
        typer.Option("--in-copy", help="For records: the pages were read in stored copies, unless a record denies it."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    bulk: Annotated[
        bool, typer.Option("--bulk", help="Build the next state aside: for a data set that is large for the memory.")
    ] = False,
    data: Data = None,
    engine: Engine = None,
    engine_update: EngineUpdate = None,
    engine_dialect: EngineDialect = None,
    json: AsJson = False,
) -> None:
    """Bring a published data set in as a source of its own, through the gate, and account for each of its rows."""
    settings = settings_with(data=data, engine=engine, engine_update=engine_update, engine_dialect=engine_dialect)
    if kind == _RECORDS:
        if mapping is not None or source is not None or bulk:
            raise ParameterError(f"--mapping, --source and --bulk are not for {_RECORDS}")
        seen = Seen(None if read_on is None else read_date(read_on), in_copy or None)
        _import_records(files, settings, seen, encoding=encoding, dry_run=dry_run, as_json=json)
        return
    if read_on is not None or in_copy:
        raise ParameterError(f"--read-on and --in-copy are for {_RECORDS}, not for {kind}")
    importer = _importer(kind, mapping, source, settings)
    if len(files) != 1:
        raise ParameterError(f"{kind} is read from one file or one folder, not from {len(files)}")
    (file,) = files
    if bulk:
        _import_in_bulk(importer, file, settings, encoding=encoding, dry_run=dry_run, as_json=json)
        return
    with rows_counted(f"reading and checking {file.name}") as progress:
        brought = bring_in_file(
            place_of(settings),
            importer,
            file,
            curated=read_curated(asset_folder("sources")),
            rulebook=load_rulebook(asset_folder("shapes")),
            encoding=encoding,
            progress=progress,
            dry_run=dry_run,
        )
    if json:
        _print_as_json(brought.prepared.receipt, brought.imported.report, brought.changes)
        return
    _print_rows(brought.imported.report)
    for edition, changes in brought.changes.items():
        _print_changes(edition, changes)
    print_receipt(brought.prepared, stored=not dry_run)


def _import_records(
    files: list[Path], settings: Settings, seen: Seen, *, encoding: str | None, dry_run: bool, as_json: bool
) -> None:
    with rows_counted("reading and checking records") as progress:
        brought = bring_in_records(
            place_of(settings),
            files,
            withheld=read_withheld(asset_folder("sources")),
            identities=read_identities(asset_folder("sources") / "records"),
            seen=seen,
            rulebook=load_rulebook(asset_folder("shapes")),
            encoding=encoding,
            progress=progress,
            dry_run=dry_run,
        )
    if as_json:
        _print_as_json(brought.prepared.receipt, brought.report, {})
        return
    _print_rows(brought.report)
    print_receipt(brought.prepared, stored=not dry_run)


def _import_in_bulk(
    importer: Importer, file: Path, settings: Settings, *, encoding: str | None, dry_run: bool, as_json: bool
) -> None:
    if settings.engine:
        raise ParameterError("--bulk is for a store of this machine; without it, the import goes to the engine")
    give_way()
    with Shown() as shown:
        report, loaded = bring_in_bulk(
            settings.data,
            importer,
            file,
            curated=read_curated(asset_folder("sources")),
            rulebook=load_rulebook(asset_folder("shapes")),
            told=shown.told,
            encoding=encoding,
            dry_run=dry_run,
        )
    if as_json:
        _print_as_json(loaded.receipt, report, {})
        return
    _print_rows(report)
    print_loaded(loaded, stored=not dry_run, as_json=False)


def _importer(kind: str, mapping: Path | None, source: str | None, settings: Settings) -> Importer:
    if kind == _TABLE:
        if mapping is None or source is None or not is_slug(source):
            raise ParameterError(
                "a table needs --mapping FILE and --source SLUG, of small letters, digits and single hyphens"
            )
        return table_importer(mapping, source, settings.mapping_python or MAPPING_PYTHON)
    if mapping is not None or source is not None:
        raise ParameterError(f"--mapping and --source are for {_TABLE}, not for {kind}")
    if kind not in IMPORTERS:
        raise UnknownName(f"there is no importer {kind!r}; there are: {', '.join([*IMPORTERS, _TABLE, _RECORDS])}")
    return IMPORTERS[kind]


def _print_as_json(receipt: Receipt, report: ImportReport, differences: Mapping[str, ListChanges]) -> None:
    """One object; its rows come one a line, however many they are."""
    print_bytes(b'{"receipt": ' + orjson.dumps(asdict(receipt)))
    print_bytes(b',\n"counts": ' + orjson.dumps({outcome.value: report.count(outcome) for outcome in Outcome}))
    print_bytes(b',\n"remarks": ' + orjson.dumps(dict(report.remarks.most_common())))
    changes = {edition: asdict(each) for edition, each in differences.items()}
    print_bytes(b',\n"changes": ' + orjson.dumps(changes, default=_in_json))
    print_bytes(b',\n"rows": [')
    for at, row in enumerate(report.rows):
        print_bytes((b",\n" if at else b"\n") + orjson.dumps(asdict(row)))
    print_bytes(b"\n]}\n")


def _in_json(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else getattr(value, "value", str(value))


def _print_rows(report: ImportReport) -> None:
    for row in report.rows:
        for remark in row.remarks:
            print_text(f"{row.file}, line {row.line}, {row.identifier}: {row.outcome.value}: {remark.text}")
    print_text(report.summary())
    for kind, count in report.remarks.most_common():
        print_text(f"  {count:,} with {kind}")


def _print_changes(edition: str, changes: ListChanges) -> None:
    print_text(
        f"against {edition}: {len(changes.added)} added, {len(changes.gone)} gone, {len(changes.renamed)} renamed, "
        f"{len(changes.moved)} moved, {len(changes.into_danger)} into danger, "
        f"{len(changes.out_of_danger)} out of danger"
    )
