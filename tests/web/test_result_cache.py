"""Results are kept as long as there is room, and the one used longest ago goes first."""

from __future__ import annotations

from heritage_graph.web.negotiation import RESULTS_JSON
from heritage_graph.web.result_cache import ResultCache, Stored

ROOM = 100_000


def filled(*names, size=1_000):
    """A cache of `ROOM` bytes into which results of these names were put, in this order."""
    cache = ResultCache(ROOM)
    for name in names:
        cache.put((name,), Stored(b"x" * size, RESULTS_JSON, f'"{name}"', 1), question_bytes=10)
    return cache


def test_what_was_put_is_there():
    assert filled("a", "b").get(("a",)).tag == '"a"'


def test_what_was_never_put_is_not_there():
    assert filled("a").get(("b",)) is None


def test_the_results_take_no_more_than_the_room():
    cache = filled(*map(str, range(200)))

    assert (cache.taken <= ROOM, 20 < len(cache) < 200) == (True, True)


def test_the_result_used_longest_ago_goes_first():
    cache = filled(*map(str, range(30)))
    cache.get(("0",))
    for name in "abcdef":
        cache.put((name,), Stored(b"x" * 1_000, RESULTS_JSON, f'"{name}"', 1), question_bytes=10)

    assert (cache.get(("0",)) is None, cache.get(("1",)) is None) == (False, True)


def test_a_result_that_would_take_much_of_the_room_is_not_kept():
    assert filled("large", size=ROOM // 8).get(("large",)) is None


def test_a_result_that_is_put_again_counts_once():
    assert filled("a", "a").taken == filled("a").taken


def test_without_room_nothing_is_kept():
    cache = ResultCache(0)
    cache.put(("a",), Stored(b"", RESULTS_JSON, '"a"', 1), question_bytes=0)

    assert len(cache) == 0
