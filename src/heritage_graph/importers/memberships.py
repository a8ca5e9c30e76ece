"""Make dated memberships of what a table says of an organization, year after year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROLES: Final = {"1": "member", "2": "associate-member", "3": "observer"}
"""The codes of the table that mean a part in the organization, and our roles."""

NO_MEMBER: Final = "0"
MISSING: Final = frozenset({"", "-1", "-9"})
"""The codes that say nothing: no data, or a state that is none in that year."""


@dataclass(frozen=True, slots=True)
class Year:
    """One year of an organization: the code of each state, without decimal places."""

    year: int
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Membership:
    """A state has one *role* in every year from `first` to `last`.

    `began` and `ended` tell that the table shows it without in the year before and after, so that the membership
    began in `first` and ended in `last`; otherwise it may be longer.
    """

    state: str
    role: str
    first: int
    last: int
    began: bool
    ended: bool


def memberships(years: Sequence[Year], *, founded: int | None, dissolved: bool) -> list[Membership]:
    """The memberships that *years*, in ascending order, come to, ordered by state and first year.

    Args:
        years: years of one organization.
        founded: the year in which it began; who is a member in that one became so in it.
        dissolved: whether it ended with the last of *years*; who is a member then ceased to be so in it.
    """
    return [
        each
        for state in sorted({state for year in years for state in year.codes})
        for each in _of_state(state, years, founded=founded, dissolved=dissolved)
    ]


def _of_state(state: str, years: Sequence[Year], *, founded: int | None, dissolved: bool) -> Iterable[Membership]:
    at = 0
    while at < len(years):
        role = ROLES.get(years[at].codes.get(state, ""))
        if role is None:
            at += 1
            continue
        end = at
        while end + 1 < len(years) and _goes_on(state, years[end], years[end + 1]):
            end += 1
        began = _seen_without(state, years, at - 1, years[at].year - 1) or (at == 0 and years[at].year == founded)
        ended = _seen_without(state, years, end + 1, years[end].year + 1) or (end == len(years) - 1 and dissolved)
        yield Membership(state, role, years[at].year, years[end].year, began, ended)
        at = end + 1


def _goes_on(state: str, one: Year, following: Year) -> bool:
    return following.year == one.year + 1 and following.codes.get(state, "") == one.codes[state]


def _seen_without(state: str, years: Sequence[Year], at: int, year: int) -> bool:
    """Whether the table has *year* at the index *at*, and there says that the state has no or another part."""
    if not 0 <= at < len(years) or years[at].year != year:
        return False
    code = years[at].codes.get(state, "")
    return code == NO_MEMBER or code in ROLES
