"""Commands on what may be one thing under two names: link propose, mentions, list, accept, reject, undo, files."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from heritage_graph.assets import asset_folder
from heritage_graph.cli.options import Data, last_generation, settings_with
from heritage_graph.cli.output import AsJson, console, print_json, print_receipt, print_text, stage
from heritage_graph.importers.records.answers import write_answered
from heritage_graph.importers.records.proposing import LEAST_SCORE as OF_MENTIONS
from heritage_graph.importers.records.proposing import propose_mentions
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.linking.applying import apply_decisions
from heritage_graph.linking.curating import bring_in_proposals, decide, find, proposal_of, proposals_in
from heritage_graph.linking.decision_files import short, write_decisions
from heritage_graph.linking.proposing import LEAST_SCORE
from heritage_graph.linking.subjects import LinkKind
from heritage_graph.model.link_decisions import Outcome, Ruling
from heritage_graph.model.link_proposals import LinkStatus, proposal_iri
from heritage_graph.namespaces import ID
from heritage_graph.store.state import FolderState

if TYPE_CHECKING:
    from heritage_graph.linking.applying import Judged
    from heritage_graph.linking.decision_files import DecisionRow
    from heritage_graph.model.link_proposals import Proposal

app = typer.Typer(
    name="link",
    help="What may be one thing under two names: proposed with its evidence, joined only when somebody accepts it.",
    no_args_is_help=True,
)

Proposals = Annotated[
    list[str], typer.Argument(help="Proposals, as `link list` shows them.", metavar="PROPOSAL…", show_default=False)
]
By = Annotated[str, typer.Option(help="Who decides; it is published with the decision.", show_default=False)]
Because = Annotated[str, typer.Option(help="Why; it is published with the decision.", show_default=False)]


@app.command(epilog="Example: heritage-graph link propose --kind organization --min-score 80 --dry-run")
def propose(
    *,
    kind: Annotated[
        list[LinkKind] | None, typer.Option(help="Only things of this kind; may be given again.", show_default="all")
    ] = None,
    min_score: Annotated[float, typer.Option(help="The least score, from 0 to 100.", min=0, max=100)] = LEAST_SCORE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be proposed.")] = False,
    data: Data = None,
    json: AsJson = False,
) -> None:
    """Find organizations, places and sites that may be one, and write the proposals into the curators' graph.

    Nothing is joined by it. What was accepted or rejected before is not proposed again; what is open and not found any
    more is taken out.
    """
    settings = settings_with(data=data)
    folder = last_generation(settings)
    with stage("comparing names and identifiers"):
        found = find(FolderState(folder), kind or list(LinkKind), least=min_score)
    prepared = None
    if not dry_run:
        rulebook = load_rulebook(asset_folder("shapes"))
        message = f"link propose: {len(found.candidates):,} proposals from a score of {min_score:g} on"
        with stage(f"checking {len(found.candidates):,} proposals"):
            prepared = bring_in_proposals(
                settings.data, found, generation=int(folder.name), rulebook=rulebook, message=message
            )
    if json:
        print_json(
            {
                "proposals": [
                    {"kind": each.kind.value, "new": proposal.iri in found.new, **_told(proposal)}
                    for each in found.candidates
                    for proposal in (proposal_of(each),)
                ],
                "receipt": None if prepared is None else prepared.receipt,
            }
        )
        return
    methods = Counter((each.kind, each.weighed.method) for each in found.candidates)
    for (of_kind, method), count in sorted(methods.items()):
        print_text(f"{count:>8,}  {of_kind.value:14} {method.value}")
    if dry_run:
        _print_table([proposal_of(each) for each in found.candidates])
    print_text(f"{len(found.candidates):,} proposals, {len(found.new):,} of them new")
    if prepared is not None:
        print_receipt(prepared, stored=True)


@app.command(epilog="Example: heritage-graph link mentions decide.csv --min-score 90")
def mentions(
    file: Annotated[Path, typer.Argument(help="Where to write the rows.", dir_okay=False, show_default=False)],
    *,
    min_score: Annotated[float, typer.Option(help="The least score, from 0 to 100.", min=0, max=100)] = OF_MENTIONS,
    decided: Annotated[
        bool,
        typer.Option(
            "--decided", help="Write identities.csv instead, with what was decided at the desk in place of proposals."
        ),
    ] = False,
    data: Data = None,
) -> None:
    """Propose who the printed names of records may mean, as rows of identities.csv to decide on.

    Nobody is identified by it: a row counts once it stands in sources/records/identities.csv with who decided and when,
    and the records are imported again. With --decided the file is written as it is, save for the proposals that the
    curators have decided on at the desk: what version control keeps.
    """
    folder = last_generation(settings_with(data=data))
    if decided:
        count = write_answered(folder, asset_folder("sources") / "records", file)
        print_text(f"{count:,} proposals were decided on at the desk: {file}")
        return
    with stage("comparing printed names with known ones"):
        written = propose_mentions(folder, file, least=min_score)
    print_text(f"{written:,} printed names have a proposal: {file}")


@app.command("list", epilog="Example: heritage-graph link list --status proposed")
def list_(
    *,
    status: Annotated[
        LinkStatus | None, typer.Option(help="Only those in this state.", show_default="every state")
    ] = None,
    data: Data = None,
    json: AsJson = False,
) -> None:
    """List the proposals, the highest score first, with what was decided."""
    proposals = proposals_in(FolderState(last_generation(settings_with(data=data)))).values()
    chosen = sorted(
        (each for each in proposals if status in {None, each.status}), key=lambda each: (-each.score, each.iri)
    )
    if json:
        print_json([_told(each) for each in chosen])
    else:
        _print_table(chosen)


@app.command(
    epilog='Example: heritage-graph link accept link/place-cairo--place-geonames-360630 --by "A. Curator" '
    '--because "the same city"'
)
def accept(
    proposals: Proposals,
    *,
    by: By,
    because: Because,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            help="A thing whose address stays, like organization/icom; the other leads to it. May be given again.",
            show_default="the one without a registry's number, else the shorter",
        ),
    ] = None,
    data: Data = None,
    json: AsJson = False,
) -> None:
    """State that the two things of each proposal are one. What sources say of either stays where it is."""
    kept = [ID + each.removeprefix(ID) for each in keep or ()]
    _decide(proposals, _ruling(Outcome.ACCEPT, by, because), kept, data=data, json=json)


@app.command(
    epilog='Example: heritage-graph link reject link/place-cairo--place-geonames-360630 --by "A. Curator" '
    '--because "another city"'
)
def reject(proposals: Proposals, *, by: By, because: Because, data: Data = None, json: AsJson = False) -> None:
    """Hold the two things of each proposal apart; they are not proposed again."""
    _decide(proposals, _ruling(Outcome.REJECT, by, because), [], data=data, json=json)


@app.command(
    epilog='Example: heritage-graph link undo link/place-cairo--place-geonames-360630 --by "A. Curator" '
    '--because "decided too soon"'
)
def undo(proposals: Proposals, *, by: By, because: Because, data: Data = None, json: AsJson = False) -> None:
    """Take a decision back: the proposals are open again, and what was stated on their account goes."""
    _decide(proposals, _ruling(Outcome.UNDO, by, because), [], data=data, json=json)


@app.command(epilog="Example: heritage-graph link export decisions.csv")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write; what is there is replaced.", dir_okay=False)],
    *,
    data: Data = None,
) -> None:
    """Write every decision to a CSV file, a row each, in an order that stays: for version control."""
    proposals = proposals_in(FolderState(last_generation(settings_with(data=data)))).values()
    print_text(f"{file}  {write_decisions(proposals, file):,} decisions")


@app.command(epilog="Example: heritage-graph link apply decisions.csv --dry-run")
def apply(
    file: Annotated[Path, typer.Argument(help="Decisions, as `link export` writes them.", exists=True, dir_okay=False)],
    *,
    undo_missing: Annotated[
        bool, typer.Option("--undo-missing", help="Take back the decisions that the file does not have.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    data: Data = None,
    json: AsJson = False,
) -> None:
    """Bring the decisions of a CSV file in. What is decided already stays, also where the file says otherwise."""
    settings = settings_with(data=data)
    last_generation(settings)  # else a new store would be made
    with stage(f"checking {file.name}"):
        judged, prepared = apply_decisions(
            settings.data,
            file,
            rulebook=load_rulebook(asset_folder("shapes")),
            undo_missing=undo_missing,
            dry_run=dry_run,
        )
    if json:
        print_json(_told_of(judged, undo_missing=undo_missing) | {"receipt": prepared.receipt})
    else:
        _print_judged(file.name, judged, undo_missing=undo_missing)
        print_receipt(prepared, stored=not dry_run)
    if judged.conflicting:
        raise typer.Exit(1)


def _ruling(outcome: Outcome, by: str, because: str) -> Ruling:
    return Ruling(outcome, by, because, datetime.now(UTC).date())


def _decide(names: list[str], ruling: Ruling, keep: list[str], *, data: Data, json: bool) -> None:
    settings = settings_with(data=data)
    last_generation(settings)  # else a new store would be made
    with stage("checking the decision"):
        prepared = decide(
            settings.data,
            ruling,
            [*map(proposal_iri, names)],
            rulebook=load_rulebook(asset_folder("shapes")),
            keep=keep,
        )
    if json:
        print_json({"receipt": prepared.receipt})
    else:
        print_receipt(prepared, stored=True)


def _print_table(proposals: list[Proposal]) -> None:
    table = Table(
        Column("score", justify="right"),
        "method",
        "state",
        Column("proposal", no_wrap=True),
        "why",
        box=None,
        header_style="bold",
    )
    for each in proposals:
        table.add_row(f"{each.score:.1f}", each.method, each.status.value, each.iri.removeprefix(ID), _why(each))
    console.print(table)


def _why(proposal: Proposal) -> str:
    """The evidence in a few words, and the decision."""
    names = " / ".join(name.value for name in proposal.names)
    agrees = [f"+{_short(each)}" for each in proposal.agrees]
    differs = [f"-{_short(each)}" for each in proposal.differs]
    decision = proposal.decision
    told = f"[{decision.by}, {decision.on}: {decision.because}]" if decision else ""
    return "  ".join(part for part in (*proposal.identifiers, names, *agrees, *differs, told) if part)


def _short(iri: str) -> str:
    return iri.rpartition("#")[2]


def _told(proposal: Proposal) -> dict[str, object]:
    return {
        "id": proposal.iri,
        "things": list(proposal.pair),
        "score": proposal.score,
        "method": proposal.method,
        "status": proposal.status.value,
        "sharedIdentifiers": list(proposal.identifiers),
        "names": [{"value": name.value, "language": name.language} for name in proposal.names],
        "agreesOn": list(proposal.agrees),
        "differsOn": list(proposal.differs),
        "decision": proposal.decision,
    }


def _print_judged(name: str, judged: Judged, *, undo_missing: bool) -> None:
    for row, proposal in judged.conflicting:
        decision = proposal.decision
        assert decision is not None
        print_text(
            f"{name}, line {row.line}: conflicting: {short(row.proposal)} is {proposal.status.value} by {decision.by}, "
            f"{decision.on}: {decision.because}; take that back by link undo, or into the file by link export"
        )
    print_text(
        f"{len(judged.decided):,} decided, {len(judged.unchanged):,} unchanged, {len(judged.conflicting):,} conflicting"
    )
    if judged.beside:
        done = "undone" if undo_missing else "which stay; --undo-missing takes them back"
        print_text(f"decisions that the file does not have: {len(judged.beside):,}, {done}")


def _told_of(judged: Judged, *, undo_missing: bool) -> dict[str, object]:
    def told(row: DecisionRow) -> dict[str, object]:
        return {"line": row.line, "id": row.proposal, "status": row.status.value}

    return {
        "decided": [told(row) for row in judged.decided],
        "unchanged": [told(row) for row in judged.unchanged],
        "conflicting": [
            told(row) | {"inStore": {"status": proposal.status.value, "decision": proposal.decision}}
            for row, proposal in judged.conflicting
        ],
        "notInFile": [each.iri for each in judged.beside],
        "undone": undo_missing,
    }
