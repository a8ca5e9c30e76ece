"""Tell whether money is concentrated on few countries, and refuse to tell when too little of it is known.

For each currency, over the sums x₁ ≤ … ≤ xₙ that n countries receive:

- the Gini index, G = Σ (2i - n - 1)·xᵢ / (n·Σ xᵢ): 0 for equal sums, at most 1 - 1/n (C. Gini, Variabilità e
  mutabilità, 1912; in the form of A. Sen, On Economic Inequality, 1973);
- the Herfindahl-Hirschman index, H = Σ (xᵢ / Σ xⱼ)²: 1/n for equal sums, 1 when one country has all (A. O. Hirschman,
  The Paternity of an Index, American Economic Review 54, 1964).

Countries that receive nothing are in no record, so both indices are about those that receive something. The verdict
goes by H with the limits of the U.S. Horizontal Merger Guidelines of 2010, §5.3: concentrated above 0.25, moderately
from 0.15. Sums of different currencies are never added up.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from heritage_graph.analysis.rows import iri, number, text, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from heritage_graph.analysis.rows import Cell, Row


_MODERATE: Final = Fraction(15, 100)
_HIGH: Final = Fraction(25, 100)


@dataclass
class _Activity:
    """What is known of the money of one activity."""

    countries: set[str] = field(default_factory=set)
    sums: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    is_partial: bool = False

    def is_covered(self) -> bool:
        return len(self.countries) == 1 and bool(self.sums) and not self.is_partial


def gini(sums: Iterable[Fraction]) -> Fraction:
    """The Gini index of *sums*, none negative and not all zero: from 0 to 1 - 1/n."""
    ordered = sorted(sums)
    weighted = sum((2 * place - len(ordered) - 1) * each for place, each in enumerate(ordered, start=1))
    return weighted / (len(ordered) * sum(ordered, Fraction()))


def herfindahl(sums: Iterable[Fraction]) -> Fraction:
    """The Herfindahl-Hirschman index of *sums*, none negative and not all zero: from 1/n to 1."""
    given = list(sums)
    whole = sum(given, Fraction())
    return sum(((each / whole) ** 2 for each in given), Fraction())


def concentration(rows: Sequence[Row], values: Mapping[str, str]) -> list[Row]:
    """One row for each currency, by its code; one row without a currency when no activity is covered in any.

    *rows* have one payment each: `activity`, and where known `country`, `currency` and `value`. An activity is
    *covered* when it has one country and all its payments have a value that is not negative. `coverage` is, for a
    currency, the part of the covered activities among those that were funded in it or of which some value is not known.

    The verdict is `concentrated`, `moderately-concentrated`, `not-concentrated`, or `unknown`; `reason` says why:
    `enough-known`, `no-amount-with-country`, `coverage-too-low` (below `values["coverage"]`) or `too-few-countries`
    (below `values["countries"]`). The indices are given even then, of what is known. No row when there is no payment.
    """
    activities = _activities(rows)
    covered = [activity for activity in activities.values() if activity.is_covered()]
    currencies = sorted({currency for activity in covered for currency, given in activity.sums.items() if given > 0})
    if not currencies:
        return [_nothing_known(activities)] if activities else []
    wanted, least = Fraction(values["coverage"]), int(values["countries"])
    return [_told(currency, activities.values(), wanted, least) for currency in currencies]


def _activities(rows: Iterable[Row]) -> dict[str, _Activity]:
    found: dict[str, _Activity] = defaultdict(_Activity)
    for row in rows:
        activity = found[row["activity"]["value"]]
        if (country := value_of(row, "country")) is not None:
            activity.countries.add(country)
        currency, value = value_of(row, "currency"), value_of(row, "value")
        if currency is None or value is None or Fraction(value) < 0:
            activity.is_partial = True
        else:
            activity.sums[currency] += Fraction(value)
    return found


def _told(currency: str, activities: Iterable[_Activity], wanted: Fraction, least: int) -> Row:
    concerned = [activity for activity in activities if activity.is_partial or currency in activity.sums]
    covered = [activity for activity in concerned if activity.is_covered()]
    by_country: dict[str, Fraction] = defaultdict(Fraction)
    for activity in covered:
        by_country[next(iter(activity.countries))] += activity.sums[currency]
    sums = {country: given for country, given in by_country.items() if given > 0}
    largest = min(sums, key=lambda country: (-sums[country], country))
    index, coverage = herfindahl(sums.values()), Fraction(len(covered), len(concerned))
    verdict, reason = _verdict(index, is_covered=coverage >= wanted, is_wide=len(sums) >= least)
    return {
        "currency": text(currency),
        "verdict": text(verdict),
        "reason": text(reason),
        "herfindahl": number(float(index)),
        "gini": number(float(gini(sums.values()))),
        "countries": number(len(sums)),
        "largest": iri(largest),
        "largestShare": number(float(sums[largest] / sum(sums.values(), Fraction()))),
        **dict(_coverage(len(concerned), len(covered))),
    }


def _verdict(index: Fraction, *, is_covered: bool, is_wide: bool) -> tuple[str, str]:
    if not is_covered:
        return "unknown", "coverage-too-low"
    if not is_wide:
        return "unknown", "too-few-countries"
    if index > _HIGH:
        return "concentrated", "enough-known"
    return ("moderately-concentrated" if index >= _MODERATE else "not-concentrated"), "enough-known"


def _nothing_known(activities: Mapping[str, _Activity]) -> Row:
    return {
        "verdict": text("unknown"),
        "reason": text("no-amount-with-country"),
        "countries": number(0),
        **dict(_coverage(len(activities), 0)),
    }


def _coverage(funded: int, covered: int) -> Iterator[tuple[str, Cell]]:
    yield "fundedActivities", number(funded)
    yield "coveredActivities", number(covered)
    yield "coverage", number(covered / funded)
