"""Nodes that meet a condition, found for all at once: an engine joins sets sooner than it looks up node after node.

Oxigraph (0.5) evaluates an EXISTS for every solution anew: which of 55,000 nodes lack a property takes it 0.7 s so, and
0.2 s with MINUS; which have one twice 1.7 s, and 0.2 s with GROUP BY.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Final

from heritage_graph.validation.screening.expressions import TRUE, Existence, Joined, Opposite, every, filtered, no

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_VARIABLE: Final = re.compile(r"[?$]\w+")
_REPEATS: Final = re.compile(r"[*+?]\)|[>)][*+?]")
"""A path of any length: from every node at once it is far slower than from those in question."""

_MOST_ALTERNATIVES: Final = 8


def where(pattern: str, condition: str) -> str:
    """A pattern for the solutions of *pattern* that meet *condition*; it may give one of them more than once."""
    ways = [_joined(pattern, parts) for parts in _alternatives(condition)]
    return ways[0] if len(ways) == 1 else " UNION ".join(f"{{ {way} }}" for way in ways)


def _joined(pattern: str, parts: Iterable[str]) -> str:
    """A pattern for the solutions of *pattern* that meet all of *parts*."""
    first, last, tests = [], [], []
    bound = set(_VARIABLE.findall(pattern))
    for part in parts:
        if isinstance(part, Existence) and part.condition == TRUE and part.at_once is None:
            last.append(part.pattern)
        elif nodes := _nodes(part, bound):
            first.append(f"{{ SELECT DISTINCT {nodes} }}")
        elif isinstance(part, Opposite) and (nodes := _nodes(part.of, bound)):
            last.append(f"MINUS {{ SELECT {nodes} }}")
        else:
            tests.append(part)
    return filtered([*first, pattern, *last], every(tests))


def _nodes(expression: str, bound: set[str]) -> str | None:
    """What a SELECT of the nodes of which *expression* is true says; None unless it is about one of *bound* alone."""
    if not isinstance(expression, Existence) or _REPEATS.search(expression.pattern):
        return None
    node, _, _ = expression.pattern.partition(" ")
    if bound & set(_VARIABLE.findall(expression)) != {node}:
        return None
    return f"{node} WHERE {{ {expression.at_once or where(expression.pattern, expression.condition)} }}"


def _alternatives(condition: str) -> list[tuple[str, ...]]:
    """The ways to meet *condition*, each as the expressions that are all true then."""
    if "EXISTS" not in condition:
        return [(condition,)]
    found = list(_ways(condition))
    return found if len(found) <= _MOST_ALTERNATIVES else [(condition,)]


def _ways(condition: str) -> Iterator[tuple[str, ...]]:
    if isinstance(condition, Opposite) and isinstance(condition.of, Joined):
        inner = condition.of
        condition = Joined([no(part) for part in inner.parts], is_every=not inner.is_every)
    if not isinstance(condition, Joined):
        yield (condition,)
    elif not condition.is_every:
        for part in condition.parts:
            yield from _ways(part)
    else:
        for ways in product(*map(_alternatives, condition.parts)):
            yield tuple(dict.fromkeys(expression for way in ways for expression in way))
