"""Write decisions on proposals to a CSV file, and read such a file: one row a decision, in an order that stays."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError, RefusedInput, SyntaxFault
from heritage_graph.linking.subjects import pair_of
from heritage_graph.model.link_decisions import Outcome, Ruling, usual_keep
from heritage_graph.model.link_proposals import Decision, LinkStatus, proposal_iri
from heritage_graph.namespaces import ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from heritage_graph.model.link_proposals import Pair, Proposal

COLUMNS: Final = ("proposal", "one", "other", "outcome", "by", "on", "because", "keeps")

_THING: Final = re.compile(r"[a-z-]+/[A-Za-z0-9._~-]+")
_OUTCOMES: Final = {LinkStatus.ACCEPTED: Outcome.ACCEPT, LinkStatus.REJECTED: Outcome.REJECT}
_STATUSES: Final = {outcome: status for status, outcome in _OUTCOMES.items()}


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision in a file: the line on which it stands, the proposal and its two things, and what was decided."""

    line: int
    proposal: str
    pair: Pair
    status: LinkStatus
    decision: Decision


def write_decisions(proposals: Iterable[Proposal], target: Path) -> int:
    """Write what was decided on *proposals* to *target*, by proposal; count the rows.

    The file is UTF-8 with LF at the end of lines, and appears only when it is whole.
    """
    decided = sorted((each for each in proposals if each.decision is not None), key=lambda each: each.iri)
    unfinished = target.with_name(target.name + ".tmp")
    with unfinished.open("w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(_cells, decided))
    unfinished.replace(target)
    return len(decided)


def decided_on(proposal: Proposal) -> Decision | None:
    """The decision on *proposal*, with the thing that keeps its IRI also where nobody chose one."""
    if proposal.decision is None:
        return None
    return _whole(proposal.status, proposal.pair, proposal.decision)


def read_decisions(file: Path) -> list[DecisionRow]:
    """The rows of *file*, in their order.

    Raises:
        SyntaxFault: it is no CSV in UTF-8 with the columns `COLUMNS`, in whatever order.
        RefusedInput: rows are not as they should be; each is named with its line, column and cure.
    """
    rows: list[DecisionRow] = []
    faults: list[str] = []
    lines: dict[str, int] = {}
    for line, cells in _rows(file):
        try:
            row = _read(line, cells)
        except ParameterError as fault:
            faults.append(f"{file.name}, line {line}: {fault}")
            continue
        if row.proposal in lines:
            faults.append(
                f"{file.name}, line {line}: line {lines[row.proposal]} decides on {short(row.proposal)}, too; keep one"
            )
        lines.setdefault(row.proposal, line)
        rows.append(row)
    refuse_if(faults)
    return rows


def refuse_if(faults: list[str]) -> None:
    """Refuse a file of which rows have *faults*.

    Raises:
        RefusedInput: there are any.
    """
    if faults:
        raise RefusedInput("\n".join((*faults, "nothing was changed")), rows=faults)


def short(iri: str) -> str:
    """*iri* as files and commands have it, without the base."""
    return iri.removeprefix(ID)


def _cells(proposal: Proposal) -> Iterator[str]:
    decision = decided_on(proposal)
    assert decision is not None
    yield short(proposal.iri)
    yield from map(short, proposal.pair)
    yield _OUTCOMES[proposal.status].value
    yield decision.by
    yield decision.on.isoformat()
    yield decision.because
    yield short(decision.keeps or "")


def _whole(status: LinkStatus, pair: Pair, decision: Decision) -> Decision:
    keeps = (decision.keeps or usual_keep(pair)) if status is LinkStatus.ACCEPTED else None
    return Decision(decision.by, decision.on, decision.because, keeps)


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows that are not blank, each with its line."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise SyntaxFault(f"{file.name}: the byte at offset {fault.start} is not UTF-8; save it as UTF-8") from fault
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if sorted(header) != sorted(COLUMNS):
            raise SyntaxFault(f"{file.name}: the first line would be {','.join(COLUMNS)}, in any order")
        for cells in reader:
            if len(cells) == len(header):
                yield reader.line_num, dict(zip(header, cells, strict=True))
            elif cells:
                text = f"line {reader.line_num} has {len(cells)} cells, where the header has {len(header)}"
                raise SyntaxFault(f"{file.name}: {text}; put quotes around a cell that has commas")
    except csv.Error as fault:
        raise SyntaxFault(f"{file.name}, line {reader.line_num}: this is no CSV: {fault}") from fault


def _read(line: int, cells: Mapping[str, str]) -> DecisionRow:
    """The decision that *cells* are.

    Raises:
        ParameterError: a cell is not as it should be.
    """
    if not cells["proposal"].strip():
        raise ParameterError("column “proposal” is empty; every row names one, as link list does")
    if cells["outcome"] not in _STATUSES:
        raise ParameterError(f"column “outcome” is accept or reject, not {cells['outcome'][:80]!r}")
    outcome = Outcome(cells["outcome"])
    pair = pair_of(_thing("one", cells), _thing("other", cells))
    keeps = _thing("keeps", cells) if cells["keeps"] else None
    if keeps is not None and (outcome is not Outcome.ACCEPT or keeps not in pair):
        raise ParameterError("column “keeps” is one of the two things of a row that accepts, and empty when it rejects")
    try:
        on = date.fromisoformat(cells["on"])
    except ValueError as fault:
        raise ParameterError(f"column “on” is a day like 2026-11-21, not {cells['on'][:80]!r}") from fault
    ruling = Ruling(outcome, cells["by"], cells["because"], on)
    decision = _whole(_STATUSES[outcome], pair, Decision(ruling.by, ruling.on, ruling.because, keeps))
    return DecisionRow(line, proposal_iri(cells["proposal"]), pair, _STATUSES[outcome], decision)


def _thing(column: str, cells: Mapping[str, str]) -> str:
    name = short(cells[column])
    if not _THING.fullmatch(name):
        raise ParameterError(f"column “{column}” is a kind and a slug, like organization/icom, not {name[:80]!r}")
    return ID + name
