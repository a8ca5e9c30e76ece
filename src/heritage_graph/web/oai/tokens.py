"""Resumption tokens: where a list goes on, signed, and good for as long as the change log is the same one.

Nothing is kept of them: a token holds the arguments of the list and the sequence number of the last record before. What
changed since the list began has a greater number, so that it comes again later in the same list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from heritage_graph.web.oai.arguments import Selection
from heritage_graph.web.oai.refusals import Refusal
from heritage_graph.web.signing import Signer

if TYPE_CHECKING:
    from pathlib import Path

    from heritage_graph.changes.entries import LogState


@dataclass(frozen=True)
class Position:
    """Where a page of a list begins.

    Attributes:
        verb: ListIdentifiers or ListRecords.
        selection: the records of the list.
        after: the sequence number of the last record of the page before; 0 at the beginning.
        cursor: how many records came before.
        size: how many records the list had when it began.
    """

    verb: str
    selection: Selection
    after: int
    cursor: int
    size: int


class Tokens:
    """The tokens of the folder *data*."""

    def __init__(self, data: Path) -> None:
        self._signer = Signer(data, "oai")

    def text(self, position: Position, state: LogState) -> str:
        """The token for *position* in the log that is as *state* says."""
        chosen = position.selection
        packed = [
            _seconds(state.first),
            position.verb,
            chosen.prefix,
            chosen.set_spec,
            _seconds(chosen.since),
            _seconds(chosen.until),
            position.after,
            position.cursor,
            position.size,
        ]
        return self._signer.signed(orjson.dumps(packed))

    def read(self, text: str, verb: str, state: LogState) -> Position:
        """The position that the token *text* is for.

        Raises:
            Refusal: badResumptionToken: it is none of this service, or of another verb, or of another log than this.
        """
        packed = self._signer.read(text)
        if packed is None:
            raise Refusal("badResumptionToken", "this is no token of this service; begin the list again")
        first, of_verb, prefix, set_spec, since, until, after, cursor, size = orjson.loads(packed)
        if of_verb != verb:
            raise Refusal("badResumptionToken", f"the token belongs to {of_verb}; ask that verb for more")
        if first != _seconds(state.first) or after > state.sequence:
            raise Refusal("badResumptionToken", "the graph was made anew since; begin the list again")
        return Position(verb, Selection(prefix, set_spec, _moment(since), _moment(until)), after, cursor, size)


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
