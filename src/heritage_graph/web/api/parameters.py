"""What the parameters mean that several addresses take: numbers, words, IRIs, dates and a language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from heritage_graph import terms
from heritage_graph.errors import ParameterError
from heritage_graph.model.dates import read_date
from heritage_graph.web.routing import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.model.dates import PartialDate

LANGUAGE: Final = Value(
    "lang", "The language of texts that come in one, as in a table: a tag like en, ar or fr; en when not given.",
    example="fr", type="language", default="en",
)  # fmt: skip
PROBLEMS: Final = (
    "bad-parameter", "ambiguous-request", "not-acceptable", "generation-not-kept", "busy", "query-timeout",
    "too-many-requests",
)  # fmt: skip
"""What an address that takes parameters and asks the graph may answer with besides."""

_LONGEST_NUMBER: Final = 15
_LISTED: Final = 5


def number_in(values: Mapping[str, str], value: Value) -> int:
    """The whole number that is given for the parameter *value*, its default when there is none.

    Raises:
        ParameterError: it is none, or not within the bounds of the parameter.
    """
    text = values.get(value.name, value.default or "")
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        number = int(text)
        if number >= (value.least or 0) and (value.most is None or number <= value.most):
            return number
    bounds = f"from {value.least or 0}" + (f" to {value.most}" if value.most is not None else "")
    raise ParameterError(f"{value.name!r} takes a whole number {bounds}, not {text[:40]!r}", parameter=value.name)


def names_in(texts: Iterable[str], value: Value, allowed: Sequence[str]) -> tuple[str, ...]:
    """The names, with commas between, that *texts* give for the parameter *value*: each once, as they come.

    Raises:
        ParameterError: one is not *allowed*; the error lists those that are.
    """
    names = dict.fromkeys(name.strip() for text in texts for name in text.split(",") if name.strip())
    for name in names:
        if name not in allowed:
            listed = ", ".join(allowed) if len(allowed) <= _LISTED else "one or more of the names in `allowed`"
            raise ParameterError(
                f"{value.name!r} takes {listed}, with commas between, not {name[:60]!r}",
                parameter=value.name,
                allowed=list(allowed),
            )
    return tuple(names)


def choice_in(values: Mapping[str, str], value: Value) -> str:
    """The word that is given for the parameter *value*, its default when there is none.

    Raises:
        ParameterError: it is none of the words of its type.
    """
    return _parsed(values.get(value.name, value.default or ""), value)


def iri_in(values: Mapping[str, str], value: Value) -> str | None:
    """The IRI that is given for the parameter *value*, written out; None when there is none.

    Raises:
        ParameterError: it is no IRI, or missing and required.
    """
    text = values.get(value.name)
    if text is None:
        if value.required:
            expected = terms.expected_form("iri")
            raise ParameterError(f"{value.name!r} is missing; it takes {expected}", parameter=value.name)
        return None
    return _parsed(text, value)


def days_in(values: Mapping[str, str], value: Value) -> PartialDate | None:
    """The days that the date given for the parameter *value* can mean; None when there is none.

    Raises:
        ParameterError: it is no day, month or year.
    """
    if value.name not in values:
        return None
    try:
        return read_date(values[value.name])
    except ParameterError as fault:
        raise ParameterError(f"{value.name!r}: {fault}", parameter=value.name) from fault


def language_in(values: Mapping[str, str]) -> str:
    """The language of texts, in lower case.

    Raises:
        ParameterError: it is no language tag.
    """
    return choice_in(values, LANGUAGE)


def today() -> str:
    """This day (UTC), which is meant where a day is not given."""
    return datetime.now(UTC).date().isoformat()


def _parsed(text: str, value: Value) -> str:
    try:
        return terms.parse_parameter(text, value.type).value
    except ParameterError as fault:
        raise ParameterError(
            f"{value.name!r} takes {fault.details['expected']}, not {text[:200]!r}", parameter=value.name
        ) from fault
