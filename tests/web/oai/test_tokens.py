"""Resumption tokens: they hold where a list goes on, and nobody else can make one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from heritage_graph.changes.entries import LogState
from heritage_graph.web.oai.arguments import Selection
from heritage_graph.web.oai.refusals import Refusal
from heritage_graph.web.oai.tokens import Position, Tokens
from heritage_graph.web.signing import Signer

DAY = datetime(2026, 11, 21, tzinfo=UTC)
STATE = LogState(generation=3, sequence=500, first=DAY, last=DAY, records=400)
POSITION = Position(
    "ListRecords", Selection("rdf", "kind:agreement", DAY, datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)), 200, 180, 400
)


@pytest.fixture
def tokens(tmp_path):
    return Tokens(tmp_path)


@pytest.mark.parametrize("position", [POSITION, replace(POSITION, selection=Selection("oai_dc"))])
def test_a_token_holds_its_position(tokens, position):
    assert tokens.read(tokens.text(position, STATE), "ListRecords", STATE) == position


def test_a_token_is_good_whatever_is_added(tokens):
    later = replace(STATE, generation=90, sequence=9000, last=datetime(2027, 1, 1, tzinfo=UTC), records=8000)

    assert tokens.read(tokens.text(POSITION, STATE), "ListRecords", later) == POSITION


@pytest.mark.parametrize(
    "state", [replace(STATE, first=datetime(2026, 11, 22, tzinfo=UTC)), replace(STATE, sequence=199)]
)
def test_a_token_of_a_graph_that_was_made_anew_is_bad(tokens, state):
    with pytest.raises(Refusal, match="made anew") as refused:
        tokens.read(tokens.text(POSITION, STATE), "ListRecords", state)

    assert refused.value.code == "badResumptionToken"


def test_a_token_with_another_key_is_bad(tokens, tmp_path_factory):
    other = Tokens(tmp_path_factory.mktemp("other"))

    with pytest.raises(Refusal, match="no token of this service"):
        other.read(tokens.text(POSITION, STATE), "ListRecords", STATE)


def test_what_the_same_key_signed_for_something_else_is_no_token(tokens, tmp_path):
    with pytest.raises(Refusal, match="no token of this service"):
        tokens.read(Signer(tmp_path, "cursor").signed(b"[1]"), "ListRecords", STATE)
