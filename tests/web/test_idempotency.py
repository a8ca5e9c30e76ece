"""Answers to changes that may be sent twice: given again, for a day, to the one who sent them."""

from __future__ import annotations

import asyncio
import stat

import pytest

from heritage_graph.errors import InvalidData, ParameterError
from heritage_graph.web.faults import KeyInUse, KeyUsed
from heritage_graph.web.idempotency import FOLDER, KEPT_S, KeptAnswers, Once, fingerprint_of, key_in
from heritage_graph.web.replies import json_reply

ONCE = Once("sender", "key", fingerprint_of(b"PUT", b"document"))
LOCATION = (b"location", b"/somewhere")


class Changes:
    """A change that counts how often it is made, and what it is to end in."""

    def __init__(self, status=201):
        self.made = 0
        self._status = status

    async def make(self):
        self.made += 1
        return json_reply({"change": self.made}, status=self._status, fields=(LOCATION,))


def answered(answers, once, changes):
    return asyncio.run(answers.answer(once, changes.make))


@pytest.fixture
def clock():
    """Times that pass only when they are moved; the first element is now."""
    return [1_000_000_000.0]


@pytest.fixture
def answers(tmp_path, clock):
    return KeptAnswers(tmp_path, clock=lambda: clock[0])


def test_a_change_that_is_sent_again_is_not_made_again(answers):
    changes = Changes()
    first, again = (answered(answers, ONCE, changes) for _ in range(2))

    assert (changes.made, again.status, again.body) == (1, first.status, first.body)


def test_an_answer_that_is_given_again_says_so_and_keeps_its_fields(answers):
    changes = Changes()
    first, again = (answered(answers, ONCE, changes) for _ in range(2))

    assert (first.fields, again.fields) == ((LOCATION,), (LOCATION, (b"idempotency-replayed", b"true")))


def test_answers_outlive_the_process(answers, tmp_path, clock):
    changes = Changes()
    answered(answers, ONCE, changes)
    answered(KeptAnswers(tmp_path, clock=lambda: clock[0]), ONCE, changes)

    assert changes.made == 1


def test_the_same_key_with_another_request_is_refused(answers):
    answered(answers, ONCE, Changes())

    with pytest.raises(KeyUsed):
        answered(answers, Once("sender", "key", fingerprint_of(b"PUT", b"another")), Changes())


def test_keys_of_different_senders_do_not_meet(answers):
    changes = Changes()
    for sender in ("sender", "another"):
        answered(answers, Once(sender, "key", ONCE.fingerprint), changes)

    assert changes.made == 2


def test_a_change_that_was_refused_may_be_tried_again(answers):
    changes = Changes(status=422)
    for _ in range(2):
        answered(answers, ONCE, changes)

    assert changes.made == 2


def test_a_change_that_failed_may_be_tried_again(answers):
    changes = Changes()

    async def failing():
        raise InvalidData("refused", report={})

    with pytest.raises(InvalidData):
        asyncio.run(answers.answer(ONCE, failing))

    assert answered(answers, ONCE, changes).status == 201


def test_a_key_that_is_being_worked_on_is_told(answers):
    async def twice():
        begun, end = asyncio.Event(), asyncio.Event()

        async def slow():
            begun.set()
            await end.wait()
            return json_reply({})

        running = asyncio.create_task(answers.answer(ONCE, slow))
        await begun.wait()
        try:
            await answers.answer(ONCE, slow)
        finally:
            end.set()
            await running

    with pytest.raises(KeyInUse):
        asyncio.run(twice())


def test_after_a_day_the_key_is_new(answers, clock):
    changes = Changes()
    answered(answers, ONCE, changes)
    clock[0] += KEPT_S + 1
    answered(answers, ONCE, changes)

    assert changes.made == 2


def test_answers_of_days_ago_are_removed(tmp_path):
    old = tmp_path / FOLDER / "old"
    old.parent.mkdir()
    old.write_text("{}")
    answered(KeptAnswers(tmp_path, clock=lambda: old.stat().st_mtime + KEPT_S + 1), ONCE, Changes())

    assert [path.name for path in old.parent.iterdir()] == [ONCE.name]


def test_answers_are_for_the_owner_of_the_data_only(answers, tmp_path):
    answered(answers, ONCE, Changes())
    folder = tmp_path / FOLDER

    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / ONCE.name)] == [0o700, 0o600]


@pytest.mark.parametrize(("header", "key"), [("", None), ('"a-b_1"', "a-b_1"), ("bare", "bare"), ("  x ", "x")])
def test_a_key_is_read_with_and_without_quotation_marks(header, key):
    assert key_in(header) == key


@pytest.mark.parametrize("header", ["two words", "é", "a" * 256, '""', "a\tb"])
def test_what_is_no_key_is_refused(header):
    with pytest.raises(ParameterError):
        key_in(header)


def test_a_fingerprint_tells_where_parts_begin():
    assert fingerprint_of(b"ab", b"c") != fingerprint_of(b"a", b"bc")
