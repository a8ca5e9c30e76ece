"""Read a request: its verb, its arguments, and which records they choose."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from heritage_graph.web.oai.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LISTS: Final = ("ListIdentifiers", "ListRecords")
"""The verbs that choose records."""

_SELECTIVE: Final = frozenset({"metadataPrefix", "from", "until", "set"})
_TAKEN: Final[Mapping[str, frozenset[str]]] = {
    "Identify": frozenset(),
    "ListMetadataFormats": frozenset({"identifier"}),
    "ListSets": frozenset({"resumptionToken"}),
    "ListIdentifiers": _SELECTIVE | {"resumptionToken"},
    "ListRecords": _SELECTIVE | {"resumptionToken"},
    "GetRecord": frozenset({"identifier", "metadataPrefix"}),
}
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "ListIdentifiers": ("metadataPrefix",),
    "ListRecords": ("metadataPrefix",),
    "GetRecord": ("identifier", "metadataPrefix"),
}
_WORD: Final = r"[A-Za-z0-9\-_.!~*'()]+"
_FORMS: Final = {
    "metadataPrefix": re.compile(_WORD),
    "set": re.compile(f"{_WORD}(?::{_WORD})*"),
    "identifier": re.compile(r"[^\x00-\x20\x7f]+"),
}
"""How the schema of the protocol lets an argument be written."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECOND: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_A_DAY_LESS_A_SECOND: Final = timedelta(days=1, seconds=-1)


@dataclass(frozen=True)
class Asked:
    """A request whose arguments are those of its verb, each once; `given` holds them without the verb."""

    verb: str
    given: Mapping[str, str]


@dataclass(frozen=True)
class Selection:
    """Which records a list is of: a format, a set or all, and the moments between which they changed, both included."""

    prefix: str
    set_spec: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def asked(fields: Sequence[tuple[str, str]]) -> Asked:
    """The request that the *fields* of an address or of a form make.

    Raises:
        Refusal: badVerb, or badArgument: an argument is unknown to the verb, repeated, missing, or badly written.
    """
    verbs = [value for name, value in fields if name == "verb"]
    known = ", ".join(_TAKEN)
    if not verbs:
        raise Refusal("badVerb", f"the argument verb is missing; it is one of {known}")
    if len(verbs) > 1:
        raise Refusal("badVerb", "the argument verb is repeated; give it once")
    (verb,) = verbs
    if verb not in _TAKEN:
        raise Refusal("badVerb", f"{verb[:60]!r} is no verb; it is one of {known}")
    _check_names(verb, [name for name, _ in fields if name != "verb"])
    given = {name: value for name, value in fields if name != "verb"}
    for name, form in _FORMS.items():
        if name in given and not form.fullmatch(given[name]):
            raise Refusal("badArgument", f"{given[name][:80]!r} cannot be the value of {name}")
    return Asked(verb, given)


def _check_names(verb: str, names: Sequence[str]) -> None:
    taken = ", ".join(sorted(_TAKEN[verb])) or "no argument"
    for name, count in Counter(names).items():
        if name not in _TAKEN[verb]:
            raise Refusal("badArgument", f"{verb} does not take {name[:60]!r}; it takes {taken}")
        if count > 1:
            raise Refusal("badArgument", f"the argument {name} is repeated; give it once")
    if "resumptionToken" in names:
        if len(names) > 1:
            raise Refusal("badArgument", "resumptionToken is an exclusive argument; give it with the verb alone")
        return
    for name in _NEEDED.get(verb, ()):
        if name not in names:
            raise Refusal("badArgument", f"{verb} needs the argument {name}")


def selection_of(given: Mapping[str, str]) -> Selection:
    """The records that the arguments of a list choose.

    Raises:
        Refusal: badArgument: a date is none, dates are of two granularities, or until lies before from.
    """
    since, until = given.get("from"), given.get("until")
    if since is not None and until is not None and len(since) != len(until):
        raise Refusal("badArgument", "from and until are of different granularity; write both as days or as seconds")
    selection = Selection(
        given["metadataPrefix"],
        given.get("set"),
        None if since is None else _moment("from", since),
        None if until is None else _moment("until", until, at_end=True),
    )
    if selection.since is not None and selection.until is not None and selection.until < selection.since:
        raise Refusal("badArgument", f"until ({until}) lies before from ({since})")
    return selection


def _moment(name: str, text: str, *, at_end: bool = False) -> datetime:
    """The moment that *text* writes; a day is its first second, or its last."""
    is_day = _DAY.fullmatch(text) is not None
    if is_day or _SECOND.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            pass
        else:
            return moment + _A_DAY_LESS_A_SECOND if is_day and at_end else moment
    raise Refusal("badArgument", f"{name} is a day or a second of UTC like 2026-11-21T08:00:00Z, not {text[:40]!r}")
