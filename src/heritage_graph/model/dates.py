"""Partial dates as the sources write them: their two bounds, durations added to them, and what is in force."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import HG, XSD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

DATED_PROPERTIES: Final[tuple[NamedNode, ...]] = (
    HG.signedOn,
    HG.effectiveFrom,
    HG.validUntil,
    HG.startsOn,
    HG.endsOn,
    HG.notBefore,
    HG.notAfter,
    HG.reportedOn,
    HG.issuedOn,
    HG.retrievedOn,
    HG.readOn,
)
"""The properties whose value is a partial date."""

# XSD 1.1 Part 2, 3.3.9 (date), 3.3.10 (gYearMonth), 3.3.11 (gYear); no sign, no fifth digit, no time zone.
_LEXICAL: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_TIME_ZONE: Final = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})")
# XSD 1.1 Part 2, 3.3.6 (duration), without a sign and without a time of day.
_DURATION: Final = re.compile(r"P(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})D)?")
_MONTHS: Final = 12


class Precision(StrEnum):
    """How much of a date its writer gave; the value is the local name of the XSD datatype."""

    YEAR = "gYear"
    MONTH = "gYearMonth"
    DAY = "date"


_BY_DATATYPE: Final = {XSD.term(precision.value): precision for precision in Precision}


@dataclass(frozen=True, slots=True, order=True)
class Bounds:
    """An inclusive range of calendar days, `earliest` ≤ `latest`."""

    earliest: date
    latest: date

    def contains(self, other: Bounds) -> bool:
        """Tell whether every day of *other* is a day of this range."""
        return self.earliest <= other.earliest and other.latest <= self.latest


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a month or a day, kept as written; made by `read_date` and `date_of`.

    `bounds` are the first and the last calendar day (UTC) that the text can mean. Years run from 0001 to 9999.
    """

    text: str
    precision: Precision
    bounds: Bounds

    @property
    def earliest(self) -> date:
        """The first day that the text can mean."""
        return self.bounds.earliest

    @property
    def latest(self) -> date:
        """The last day that the text can mean."""
        return self.bounds.latest

    @property
    def literal(self) -> Literal:
        """The RDF literal, with the datatype of its precision."""
        return Literal(self.text, datatype=XSD.term(self.precision.value))

    def refines(self, other: PartialDate) -> bool:
        """Tell whether this says the same as *other*, more precisely: `2022-04` refines `2022`."""
        return self.precision is not other.precision and other.bounds.contains(self.bounds)


def read_date(text: str, precision: Precision | None = None) -> PartialDate:
    """Read `2024`, `2024-06` or `2024-06-13` (XSD 1.1 Part 2, 3.3.9 to 3.3.11).

    Args:
        text: the lexical form, without surrounding space.
        precision: what the text must be; None takes whichever of the three it is.

    Raises:
        ParameterError: when the text is none of the three, names a day that the calendar does not have
            (2019-02-29), lies outside the years 0001 to 9999, or carries a time zone: the bounds are calendar
            days, and a shifted day would have to be guessed.
    """
    form = _LEXICAL.match(text)
    rest = text[form.end() :] if form else text
    if form and _TIME_ZONE.fullmatch(rest):
        raise ParameterError(f"a date has no time zone here: write {form.group()!r}, not {text!r}")
    if form is None or rest:
        raise ParameterError(f"a date is written like 2024, 2024-06 or 2024-06-13, not {text!r}")
    year, month, day = (int(part) if part else None for part in form.groups())
    found = Precision.DAY if day is not None else Precision.MONTH if month is not None else Precision.YEAR
    if precision not in (None, found):
        raise ParameterError(f"{text!r} is not the lexical form of an xsd:{precision}, but of an xsd:{found}")
    return PartialDate(text, found, _bounds(year or 0, month, day, text))


def read_literal(literal: Literal) -> PartialDate:
    """Read a typed literal as a partial date.

    Raises:
        ParameterError: when its datatype is not xsd:date, xsd:gYearMonth or xsd:gYear, or its text is not a
            value of that datatype (see `read_date`).
    """
    precision = _BY_DATATYPE.get(literal.datatype)
    if precision is None:
        raise ParameterError(
            f"a date has the datatype xsd:date, xsd:gYearMonth or xsd:gYear, not <{literal.datatype.value}>"
        )
    return read_date(literal.value, precision)


def date_of(day: date) -> PartialDate:
    """The partial date that is exactly *day*."""
    return PartialDate(day.isoformat(), Precision.DAY, Bounds(day, day))


def _bounds(year: int, month: int | None, day: int | None, text: str) -> Bounds:
    try:
        earliest = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError as fault:
        raise ParameterError(f"the calendar has no {text!r}: {fault}") from None
    if month is None:
        return Bounds(earliest, date(year, 12, 31))
    if day is None:
        return Bounds(earliest, date(year, month, calendar.monthrange(year, month)[1]))
    return Bounds(earliest, earliest)


@dataclass(frozen=True, slots=True)
class Duration:
    """A positive length of calendar time: whole months (a year is twelve) and whole days."""

    months: int
    days: int


def read_duration(text: str) -> Duration:
    """Read an xsd:duration of years, months and days, such as `P3Y` or `P1Y6M` (XSD 1.1 Part 2, 3.3.6).

    Raises:
        ParameterError: when it is malformed, zero, negative, or has a time of day.
    """
    form = _DURATION.fullmatch(text)
    years, months, days = (int(part or 0) for part in form.groups()) if form else (0, 0, 0)
    if not (years or months or days):
        raise ParameterError(
            f"a duration is a positive number of years, months and days like P3Y or P18M, not {text!r}"
        )
    return Duration(months=years * _MONTHS + months, days=days)


def add_duration(start: PartialDate, duration: Duration) -> PartialDate:
    """The date that lies *duration* after *start*, in the precision of *start*.

    Months are added first, with the day pinned to the length of the month reached (29 February plus a year is
    28 February), then days: XSD 1.1 Part 2, E.3.3. The result is the same calendar day, and as the end of an
    agreement it is the last day on which the agreement binds.

    Raises:
        ParameterError: when the precision of *start* cannot hold the sum (a year plus 18 months, a month plus
            10 days: no year, or month, is the answer), or the sum lies past the year 9999.
    """
    fits = {
        Precision.YEAR: duration.months % _MONTHS == 0 and not duration.days,
        Precision.MONTH: not duration.days,
        Precision.DAY: True,
    }[start.precision]
    if not fits:
        raise ParameterError(
            f"{duration.months} months and {duration.days} days after {start.text!r} cannot be told as an "
            f"xsd:{start.precision}: give the start as a more precise date"
        )
    year, month = divmod(start.earliest.year * _MONTHS + start.earliest.month - 1 + duration.months, _MONTHS)
    try:
        pinned = min(start.earliest.day, calendar.monthrange(year, month + 1)[1])
        day = date(year, month + 1, pinned) + timedelta(days=duration.days)
    except (ValueError, OverflowError) as fault:
        raise ParameterError(f"{duration} after {start.text!r} lies past the year 9999") from fault
    length = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}[start.precision]
    return read_date(day.isoformat()[:length], start.precision)


def most_precise(readings: Iterable[PartialDate]) -> list[PartialDate]:
    """The readings that no other reading refines, sorted and without repetition.

    `2022`, `2022-04` and `2022-04-12` leave `2022-04-12`; readings that contradict each other all stay.
    """
    distinct = sorted(set(readings), key=lambda reading: (reading.bounds, reading.text))
    return [one for one in distinct if not any(other.refines(one) for other in distinct)]


def combined_bounds(readings: Collection[PartialDate]) -> Bounds | None:
    """The days that several readings of one date leave open; None when there is no reading.

    Their intersection when they share a day, so that nested readings give the narrowest; otherwise the hull,
    from the first day of any to the last day of any.
    """
    if not readings:
        return None
    latest_start = max(reading.earliest for reading in readings)
    earliest_end = min(reading.latest for reading in readings)
    if latest_start <= earliest_end:
        return Bounds(latest_start, earliest_end)
    return Bounds(min(reading.earliest for reading in readings), max(reading.latest for reading in readings))


class Answer(StrEnum):
    """Whether something is in force; the value is the slug of the concept in `hgv:in-force`."""

    IN_FORCE = "in-force"
    NOT_IN_FORCE = "not-in-force"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why the answer is what it is; the value is the slug of the concept in `hgv:status-reason`."""

    TERM_RUNNING = "term-running"
    TERM_OVER = "term-over"
    NOT_YET_EFFECTIVE = "not-yet-effective"
    NO_SIGNING_DATE = "no-signing-date"
    NO_EFFECTIVE_DATE = "no-effective-date"
    NO_TERM = "no-term"
    UNCERTAIN_DATE = "uncertain-date"


@dataclass(frozen=True, slots=True)
class InForce:
    """An answer about one day, and the reason for it."""

    answer: Answer
    reason: Reason


@dataclass(frozen=True, slots=True)
class AgreementDates:
    """What is known, by statement or by rule, of the dates of one agreement; None where nothing is."""

    signed: Bounds | None = None
    effective: Bounds | None = None
    valid_until: Bounds | None = None


def in_force(agreement: AgreementDates, on: date) -> InForce:
    """Tell whether *agreement* binds on the day *on*: yes, no or unknown, and why.

    Bounds are inclusive calendar days (UTC). A day before every reading of the first day, or after every
    reading of the last day, is settled whatever else is missing. Otherwise the answer is unknown when a bound
    is missing, or when the day falls between the earliest and the latest reading of an uncertain date.
    """
    effective, valid_until = agreement.effective, agreement.valid_until
    if valid_until and on > valid_until.latest:
        return InForce(Answer.NOT_IN_FORCE, Reason.TERM_OVER)
    if effective and on < effective.earliest:
        return InForce(Answer.NOT_IN_FORCE, Reason.NOT_YET_EFFECTIVE)
    if effective is None:
        missing = Reason.NO_SIGNING_DATE if agreement.signed is None else Reason.NO_EFFECTIVE_DATE
        return InForce(Answer.UNKNOWN, missing)
    if valid_until is None:
        return InForce(Answer.UNKNOWN, Reason.NO_TERM)
    if effective.latest <= on <= valid_until.earliest:
        return InForce(Answer.IN_FORCE, Reason.TERM_RUNNING)
    return InForce(Answer.UNKNOWN, Reason.UNCERTAIN_DATE)
