"""Who and what the mentions of records are, as the curators have decided it, each decision with its reason."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError, SyntaxFault
from heritage_graph.model.dates import read_date
from heritage_graph.namespaces import ID

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import NamedNode

    from heritage_graph.model.dates import PartialDate

FILE: Final = "identities.csv"
COLUMNS: Final = ("record", "mention", "printed", "identity", "decision", "decided_by", "decided_on", "why")
IDENTIFIED: Final = "identified"
PROPOSED: Final = "proposed"
REJECTED: Final = "rejected"
_OUTCOMES: Final = (IDENTIFIED, PROPOSED, REJECTED)

THING: Final = "thing"
PLACE: Final = "place"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a mention is: identified, proposed or rejected, that is, not meant; who decided, when, and why.

    It holds while the record prints there what it printed then.
    """

    printed: str
    identity: NamedNode
    outcome: str
    by: str
    on: PartialDate
    why: str

    @property
    def certain(self) -> bool:
        """Tell whether the mention is the identity, and not only likely to be."""
        return self.outcome == IDENTIFIED


Identities = Mapping[str, Mapping[str, Decision]]
"""The decisions on each record, by its slug and by the mention.

A mention is `thing` (what the record is about, printed as its name), `place`, or `party-`, `funding-` or `concern-` and
the number in that list, from 1. `behalf-` and the number of a party that is printed as an office is the body in whose
name that office acts: the office is no name of the body.
"""


def read_identities(folder: Path) -> Identities:
    """The decisions in `identities.csv` in *folder*; a missing file holds none.

    Raises:
        SyntaxFault: a column is missing, a mention has two decisions, a decision is none of identified, proposed and
            rejected, or it is not said who decided and on which day.
    """
    file = folder / FILE
    if not file.is_file():
        return {}
    found: dict[str, dict[str, Decision]] = defaultdict(dict)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        if missing := [column for column in COLUMNS if column not in (rows.fieldnames or ())]:
            raise SyntaxFault(f"{FILE} has no column {missing[0]!r}; it would have: {', '.join(COLUMNS)}")
        for row in rows:
            where = f"{FILE}, line {rows.line_num}"
            if row["mention"] in found[row["record"]]:
                raise SyntaxFault(f"{where}: {row['record']}, {row['mention']} has a decision already; keep one")
            if row["decision"] not in _OUTCOMES:
                raise SyntaxFault(
                    f"{where}: the decision would be {', '.join(_OUTCOMES[:-1])} or {_OUTCOMES[-1]}, "
                    f"not {row['decision']!r}"
                )
            if not (row["decided_by"] and row["decided_on"]):
                raise SyntaxFault(f"{where}: nobody has decided; write who did and when, or take the row out")
            try:
                found[row["record"]][row["mention"]] = _decision(row)
            except ParameterError as fault:
                raise SyntaxFault(f"{where}: {fault}") from fault
    return found


def _decision(row: Mapping[str, str]) -> Decision:
    identity, on = ID.term(row["identity"]), read_date(row["decided_on"])
    return Decision(row["printed"], identity, row["decision"], row["decided_by"], on, row["why"])
