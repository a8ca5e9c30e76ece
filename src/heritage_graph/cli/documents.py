"""Commands that bring documents in or judge them: load, validate, import."""

from __future__ import annotations

from dataclasses import asdict
from dataclasses import replace as replace_fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from heritage_graph.assets import asset_folder
from heritage_graph.cli.bulk import load_files_in_bulk
from heritage_graph.cli.options import Data, Engine, EngineDialect, EngineUpdate, place_of, settings_with
from heritage_graph.cli.output import AsJson, print_bytes, print_json, print_receipt, print_text, stage
from heritage_graph.errors import InvalidData, ParameterError, SyntaxFault
from heritage_graph.ingest.changes import Mode, changes_of_document
from heritage_graph.ingest.judgement import with_document_lines
from heritage_graph.ingest.local import bring_in, judge
from heritage_graph.ingest.rulebook import Rulebook, load_rulebook
from heritage_graph.namespaces import is_slug, source_graph
from heritage_graph.rdf_io import GRAPH_FORMATS, GraphFormat, parse_document
from heritage_graph.validation.report import as_dict, as_text, as_turtle
from heritage_graph.validation.shapes import load_shapes

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Quad

Files = Annotated[
    list[Path], typer.Argument(help="RDF files: .ttl .nt .rdf .jsonld .trig .nq", metavar="FILE…", exists=True)
]


class ReportFormat(StrEnum):
    """The forms of a validation report."""

    TEXT = "text"
    TURTLE = "turtle"
    JSON = "json"


app = typer.Typer()


@app.command(epilog="Example: heritage-graph load report.ttl --source my-report --dry-run")
def load(
    files: Files,
    *,
    source: Annotated[str, typer.Option(help="The slug of the source document whose graph this is.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what the source said before; else add to it.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    bulk: Annotated[
        bool,
        typer.Option("--bulk", help="Build the next generation aside: for files of any length, also gzipped (.nt.gz)."),
    ] = False,
    data: Data = None,
    engine: Engine = None,
    engine_update: EngineUpdate = None,
    engine_dialect: EngineDialect = None,
    json: AsJson = False,
) -> None:
    """Bring documents into the graph of one source, through the gate. Nothing is stored when they are refused."""
    settings = settings_with(data=data, engine=engine, engine_update=engine_update, engine_dialect=engine_dialect)
    if bulk:
        if settings.engine:
            raise ParameterError("--bulk builds a generation aside in a data folder; an engine has a loader of its own")
        load_files_in_bulk(
            settings.data,
            files,
            graph=_graph_of(source),
            mode=Mode.REPLACE if replace else Mode.MERGE,
            dry_run=dry_run,
            as_json=json,
        )
        return
    graph = _graph_of(source)
    quads, texts = _read(files, graph.value)
    changes = changes_of_document(quads, graph=graph, mode=Mode.REPLACE if replace else Mode.MERGE)
    with stage(f"checking {len(quads):,} statements"):
        try:
            prepared = bring_in(
                place_of(settings),
                changes,
                rulebook=_rulebook(),
                message=f"{source}: {', '.join(path.name for path in files)}",
                dry_run=dry_run,
            )
        except InvalidData as refusal:
            raise InvalidData(str(refusal), report=with_document_lines(refusal.report, *texts)) from refusal
    if json:
        print_json({"receipt": asdict(prepared.receipt), "report": as_dict(prepared.report)})
    else:
        print_receipt(prepared, stored=not dry_run)


@app.command(epilog="Example: heritage-graph validate report.ttl --format turtle")
def validate(
    files: Files,
    *,
    report_format: Annotated[ReportFormat, typer.Option("--format", help="The form of the report.")] = (
        ReportFormat.TEXT
    ),
    shapes: Annotated[
        Path | None,
        typer.Option(help="Judge by the shapes of this file or folder instead of the model's.", exists=True),
    ] = None,
    source: Annotated[str, typer.Option(help="Judge them in the place of what this source says now.")] = (
        "document-under-validation"
    ),
    data: Data = None,
    engine: Engine = None,
    engine_update: EngineUpdate = None,
    engine_dialect: EngineDialect = None,
) -> None:
    """Judge documents by the rules of the model, beside what the store holds, and store nothing.

    Where there is no store, they are judged beside the shipped dataset.
    """
    settings = settings_with(data=data, engine=engine, engine_update=engine_update, engine_dialect=engine_dialect)
    graph = _graph_of(source)
    quads, texts = _read(files, graph.value)
    changes = changes_of_document(quads, graph=graph, mode=Mode.REPLACE)
    with stage(f"checking {len(quads):,} statements"):
        try:
            found: object = judge(place_of(settings), changes, rulebook=_rulebook(shapes)).report
        except InvalidData as refusal:
            found = refusal.report
    report = with_document_lines(found, *texts)
    match report_format:
        case ReportFormat.TEXT:
            print_text(as_text(report))
        case ReportFormat.TURTLE:
            print_bytes(as_turtle(report))
        case ReportFormat.JSON:
            print_json(as_dict(report))
    if not report.conforms:
        raise typer.Exit(1)


def _graph_of(source: str) -> NamedNode:
    if not is_slug(source):
        raise ParameterError(f"--source takes small letters, digits and hyphens, like my-report, not {source!r}")
    return source_graph(source)


def _read(files: list[Path], base_iri: str) -> tuple[list[Quad], list[str]]:
    """The quads of all *files*, and their texts."""
    quads: list[Quad] = []
    texts = []
    for path in files:
        content = path.read_bytes()
        try:
            quads += parse_document(content, _format_of(path), base_iri=base_iri)
        except SyntaxFault as fault:
            line = fault.details.get("line")
            raise SyntaxFault(f"{path}{f', line {line}' if line else ''}: {fault}", **fault.details) from fault
        texts.append(content.decode())
    return quads, texts


def _format_of(path: Path) -> GraphFormat:
    extension = path.suffix.removeprefix(".")
    if extension not in GRAPH_FORMATS:
        raise ParameterError(f"{path}: the name ends in none of {', '.join(f'.{known}' for known in GRAPH_FORMATS)}")
    return GRAPH_FORMATS[extension]


def _rulebook(shapes: Path | None = None) -> Rulebook:
    """The rules of the model; *shapes*, when given, stand in for those of the published view."""
    rulebook = load_rulebook(asset_folder("shapes"))
    return rulebook if shapes is None else replace_fields(rulebook, published=load_shapes(shapes))
