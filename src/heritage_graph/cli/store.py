"""Commands on a whole store: init, check, export, history."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from heritage_graph.assets import asset_folder
from heritage_graph.checks import check_evidence, check_withheld, run_checks
from heritage_graph.cli.options import (
    Data,
    Engine,
    EngineDialect,
    EngineUpdate,
    last_generation,
    last_state,
    settings_with,
)
from heritage_graph.cli.output import AsJson, console, counted, print_json, print_receipt, print_text, stage
from heritage_graph.cli.shipped import bring_in_shipped
from heritage_graph.cli.site import BaseUrl, Replace, ServiceUrl, Site, export_site
from heritage_graph.errors import ParameterError, StaleBase
from heritage_graph.export import export
from heritage_graph.history import commits
from heritage_graph.importers.records.exporting import export_records
from heritage_graph.importers.records.withheld import read_withheld, told_in
from heritage_graph.query_files import load_catalogue
from heritage_graph.tables.writing import write_tables
from heritage_graph.views import PROFILES, Profile
from heritage_graph.views.archive import write_archive


class DumpFormat(StrEnum):
    """The formats of `export`."""

    NQ = "nq"
    TRIG = "trig"
    TTL = "ttl"
    JSONL = "jsonl"
    JSONLD = "jsonld"
    EDM = "edm"
    LINKED_ART = "linked-art"
    RECORDS = "records"
    TABLES = "tables"


app = typer.Typer()


@app.command(epilog="Example: heritage-graph init --data data")
def init(
    data: Data = None,
    *,
    engine: Engine = None,
    engine_update: EngineUpdate = None,
    engine_dialect: EngineDialect = None,
    json: AsJson = False,
) -> None:
    """Make a store and bring in ontology, vocabularies and the shipped dataset.

    On a store that exists, these are brought up to date; what was loaded besides stays. The dataset is documents and
    records of public pages; HERITAGE_GRAPH_RECORDS=false leaves the records out. With --json the last commit is told.
    """
    settings = settings_with(data=data, engine=engine, engine_update=engine_update, engine_dialect=engine_dialect)
    last = None
    for last in bring_in_shipped(settings):
        if not json:
            print_receipt(last, stored=True)
    if last is None:
        raise StaleBase("somebody else has committed meanwhile, and nothing was stored; try again")
    if json:
        print_json(asdict(last.receipt))


@app.command(epilog="Example: heritage-graph check --documents documents/")
def check(
    data: Data = None,
    *,
    engine: Engine = None,
    documents: Annotated[
        Path | None,
        typer.Option(help="A folder of documents: evidence that cites one of them is verified.", exists=True),
    ] = None,
    json: AsJson = False,
) -> None:
    """Check every promise about the whole graph, and evidence against the documents at hand.

    No graph tells a name of sources/withheld.csv; what is found is told by its place, without the name.
    """
    settings = settings_with(data=data, engine=engine)
    if documents is not None and settings.engine:
        raise ParameterError("--documents goes with a data folder, not with an engine")
    with stage("checking"):
        state = last_state(settings)
        outcomes = list(run_checks(state, catalogue=load_catalogue(asset_folder("queries"))))
        outcomes.append(check_withheld(told_in(state, read_withheld(asset_folder("sources")))))
    if documents is not None:
        outcomes.append(check_evidence(last_generation(settings), documents))
    if json:
        print_json([asdict(outcome) for outcome in outcomes])
    else:
        for outcome in outcomes:
            print_text(f"{'ok   ' if not outcome.faults else 'FAULT'} {outcome.promise}")
            for example in outcome.examples:
                print_text(f"        {example}")
    if any(outcome.faults for outcome in outcomes):
        raise typer.Exit(1)


@app.command("export", epilog="Example: heritage-graph export --format trig --out dumps/")
def export_(
    data: Data = None,
    *,
    dump_format: Annotated[
        DumpFormat,
        typer.Option(
            "--format",
            help="nq, trig: every graph; ttl: the view; jsonld (or jsonl): its records as JSON-LD, a line each; edm, "
            "linked-art: the things that this model can describe, a file each in a ZIP archive; records: the records "
            "of pages, as `import records` reads them; tables: a folder of CSV files for a spreadsheet, described as a "
            "Data Package and as CSV on the Web.",
        ),
    ] = DumpFormat.NQ,
    out: Annotated[Path, typer.Option(help="The folder to write to.", file_okay=False)] = Path(),
    site: Site = False,
    base_url: BaseUrl = None,
    service: ServiceUrl = None,
    replace: Replace = False,
) -> None:
    """Write the last generation to a file, heritage-graph-{generation}.{format}, or as a site of static files."""
    settings = settings_with(data=data)
    if site:
        export_site(settings, out, base_url=base_url, service=service, replace=replace)
        return
    if (base_url, service, replace) != (None, None, False):
        raise ParameterError("--base-url, --service and --replace belong to --site")
    generation = last_generation(settings)
    out.mkdir(parents=True, exist_ok=True)
    if dump_format.value in PROFILES:
        _export_archive(generation, out, PROFILES[dump_format.value])
        return
    if dump_format is DumpFormat.RECORDS:
        _export_records(generation, out)
        return
    if dump_format is DumpFormat.TABLES:
        committed = next(commits(last_state(settings), catalogue=load_catalogue(asset_folder("queries")))).when
        _export_tables(generation, out, committed)
        return
    extension = DumpFormat.JSONL.value if dump_format is DumpFormat.JSONLD else dump_format.value
    target = out / f"heritage-graph-{generation.name}.{extension}"
    with stage(f"writing {target}"):
        size = export(generation, target, extension)
    print_text(f"{target}  {size:,} bytes")


def _export_records(generation: Path, out: Path) -> None:
    target = out / f"heritage-graph-{generation.name}.records.jsonl"
    with stage(f"writing {target}"):
        count = export_records(generation, target)
    print_text(f"{target}  {target.stat().st_size:,} bytes, {count:,} records")


def _export_tables(generation: Path, out: Path, committed: datetime) -> None:
    target = out / f"heritage-graph-{generation.name}-tables"
    with counted(f"writing {target}") as told:
        rows = write_tables(generation, target, committed=committed, told=told)
    print_text(f"{target}  {', '.join(f'{name} {count:,}' for name, count in rows.items())}")


def _export_archive(generation: Path, out: Path, profile: Profile) -> None:
    target = out / f"heritage-graph-{generation.name}.{profile.name}.zip"
    query = load_catalogue(asset_folder("queries")).query(profile.name)
    with counted(f"writing {target}") as told:
        things = write_archive(generation, target, profile, query, told=told)
    print_text(f"{target}  {target.stat().st_size:,} bytes, {things:,} things in {profile.title}")


@app.command(epilog="Example: heritage-graph history --json")
def history(data: Data = None, *, engine: Engine = None, json: AsJson = False) -> None:
    """List the commits, newest first."""
    state = last_state(settings_with(data=data, engine=engine))
    found = list(commits(state, catalogue=load_catalogue(asset_folder("queries"))))
    if json:
        print_json([asdict(commit) for commit in found])
        return
    table = Table(
        "generation",
        Column("when", no_wrap=True),
        "added",
        "removed",
        "graphs",
        "message",
        box=None,
        header_style="bold",
    )
    for commit in found:
        table.add_row(
            str(commit.generation),
            commit.when.isoformat(sep=" ", timespec="seconds"),
            f"{commit.added:,}",
            f"{commit.removed:,}",
            str(commit.graphs),
            commit.message,
        )
    console.print(table)
