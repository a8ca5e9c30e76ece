"""Boolean expressions of SPARQL that never raise an error, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

TRUE: Final = "true"
FALSE: Final = "false"
_LONGEST: Final = 20_000


class Untranslatable(Exception):  # it becomes the reason for which a shape is judged in full
    """No query can stand for this; the message says what, as the end of a sentence."""


class Existence(str):
    """An expression that is true when `pattern` matches with `condition` met.

    `at_once` is None, or a pattern that binds what `pattern` begins with to just the nodes of which this is true.
    """

    __slots__ = ("at_once", "condition", "pattern")

    def __new__(cls, pattern: str, condition: str, at_once: str | None = None) -> Self:
        """The expression, and what it is made of."""
        made = super().__new__(cls, f"EXISTS {{ {filtered([pattern], condition)} }}")
        made.pattern, made.condition, made.at_once = pattern, condition, at_once
        return made

    pattern: str
    condition: str
    at_once: str | None


class Opposite(str):
    """An expression that is true when `of` is not."""

    __slots__ = ("of",)

    def __new__(cls, of: str) -> Self:
        """The expression, and what it is made of."""
        made = super().__new__(cls, f"(!{of})")
        made.of = of
        return made

    of: str


class Joined(str):
    """An expression that is true when all of `parts` are, or, unless `is_every`, one of them."""

    __slots__ = ("is_every", "parts")

    def __new__(cls, parts: Sequence[str], *, is_every: bool) -> Self:
        """The expression, and what it is made of."""
        made = super().__new__(cls, f"({(' && ' if is_every else ' || ').join(parts)})")
        made.parts, made.is_every = tuple(parts), is_every
        return made

    parts: tuple[str, ...]
    is_every: bool


@dataclass(frozen=True)
class Judgement:
    """What may be said of a node: `fails` is true of all that may break a rule, `holds` of all that may meet it.

    Both are true of a node on which engines may differ.
    """

    fails: str
    holds: str

    def reversed(self) -> Judgement:
        """The judgement by the opposite rule."""
        return Judgement(fails=self.holds, holds=self.fails)


UNKNOWN: Final = Judgement(TRUE, TRUE)
MET: Final = Judgement(fails=FALSE, holds=TRUE)


def surely(expression: str) -> str:
    """*expression*, and false where it raises an error."""
    return f"COALESCE({expression}, false)"


def no(expression: str) -> str:
    """The opposite of *expression*."""
    if isinstance(expression, Opposite):
        return expression.of
    opposites = {TRUE: FALSE, FALSE: TRUE}
    return opposites.get(expression) or Opposite(expression)


def every(expressions: Iterable[str]) -> str:
    """True when all *expressions* are."""
    return _joined(expressions, is_every=True)


def some(expressions: Iterable[str]) -> str:
    """True when one of *expressions* is."""
    return _joined(expressions, is_every=False)


def exists(patterns: Sequence[str], condition: str = TRUE) -> str:
    """True when the triple *patterns*, one after the other, match with *condition* met; without any, the condition.

    Each stands in an EXISTS of its own. Oxigraph (0.5) joins the patterns of one EXISTS without knowing what is bound
    outside, for every solution anew: the parties of 600 agreements took 14 s, and take 0.03 s like this.
    """
    for pattern in reversed(patterns):
        if condition == FALSE:
            return FALSE
        condition = Existence(pattern, condition)
    return condition


def filtered(patterns: Iterable[str], condition: str) -> str:
    """The triple *patterns* where *condition* is met."""
    found = " ".join(patterns)
    return found if condition == TRUE else f"{found} FILTER({condition})"


def all_met(judgements: Iterable[Judgement]) -> Judgement:
    """The judgement by all rules together."""
    rules = list(judgements)
    return Judgement(fails=some(rule.fails for rule in rules), holds=every(rule.holds for rule in rules))


def one_met(judgements: Iterable[Judgement]) -> Judgement:
    """The judgement by a choice of rules."""
    rules = list(judgements)
    return Judgement(fails=every(rule.fails for rule in rules), holds=some(rule.holds for rule in rules))


def _joined(expressions: Iterable[str], *, is_every: bool) -> str:
    empty, decisive = (TRUE, FALSE) if is_every else (FALSE, TRUE)
    parts = [expression for expression in dict.fromkeys(expressions) if expression != empty]
    if decisive in parts:
        return decisive
    if len(parts) < 2:  # noqa: PLR2004 - one part needs no operator
        return parts[0] if parts else empty
    text = Joined(parts, is_every=is_every)
    if len(text) > _LONGEST:
        raise Untranslatable("its condition is too long for a query")
    return text
