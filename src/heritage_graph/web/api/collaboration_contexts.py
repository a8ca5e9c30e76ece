"""The contexts in which agents work together: which of them count, and what is told of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import HG
from heritage_graph.web.api.parameters import choice_in, days_in
from heritage_graph.web.api.reasons import unknown_because
from heritage_graph.web.routing import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking, Labels

Json = dict[str, object]

FROM: Final = Value("from", "Only contexts that may have lasted until this day, month or year, or later.",
                    example="2020")  # fmt: skip
TO: Final = Value("to", "Only contexts that may have begun by this day, month or year.", example="2024-12-31")
UNDATED: Final = Value(
    "undated", "Whether contexts without any date count: include or exclude.", example="exclude",
    type="choice:include|exclude", default="include",
)  # fmt: skip

KINDS: Final = {
    HG.Agreement.value: "agreement",
    HG.Event.value: "event",
    HG.Programme.value: "programme",
    HG.Project.value: "project",
    HG.Plan.value: "plan",
    HG.Activity.value: "activity",
}
"""The kinds of contexts by class; of several the first holds."""


AGENT_KINDS: Final = {
    HG.State.value: "state",
    HG.Organization.value: "organization",
    HG.Person.value: "person",
    HG.Agent.value: "other",
}
"""The kinds of agents by class; of several the first holds."""


@dataclass(frozen=True)
class Period:
    """The days that contexts may overlap, either end open, and whether those without any date count."""

    since: date | None
    until: date | None
    undated: str

    @property
    def bound(self) -> dict[str, str]:
        """The parameters of a query."""
        days = {"since": self.since, "until": self.until}
        return {name: day.isoformat() for name, day in days.items() if day} | {"undated": self.undated}

    @property
    def told(self) -> Json:
        """What an answer says of it."""
        days = {"from": self.since, "to": self.until}
        return {**{name: day.isoformat() for name, day in days.items() if day}, "undated": self.undated}


def period_in(values: Mapping[str, str], since: Value = FROM, until: Value = TO) -> Period:
    """The period that the parameters *since* and *until*, and `undated`, give.

    Raises:
        ParameterError: one of them means nothing, or the period ends before it begins.
    """
    first, last = days_in(values, since), days_in(values, until)
    period = Period(first.earliest if first else None, last.latest if last else None, choice_in(values, UNDATED))
    if period.since and period.until and period.since > period.until:
        raise ParameterError(
            f"{since.name!r} is not after {until.name!r}: there is no day from {period.since} to {period.until}",
            parameter=since.name,
        )
    return period


def kinds_told(kinds: Mapping[str, str], labels: Labels) -> Json:
    """How the classes behind the words of *kinds* are called, by word."""
    return {word: labels.reference(class_) for class_, word in kinds.items()}


@dataclass(frozen=True)
class Context:
    """A context: its kind, its first and last day as far as they are known, and whether its list is open."""

    iri: str
    kind: str
    first: str | None
    last: str | None
    list_is_open: bool | str

    def told(self, labels: Labels) -> Json:
        """What an answer says of it; what is not known with the reason."""
        return {
            **labels.reference(self.iri),
            "kind": self.kind,
            "earliest": self.first or unknown_because("no-beginning-on-record" if self.last else "no-date-on-record"),
            "latest": self.last or unknown_because("no-end-on-record" if self.first else "no-date-on-record"),
            "listIsOpen": (
                unknown_because(self.list_is_open) if isinstance(self.list_is_open, str) else self.list_is_open
            ),
        }


async def contexts_of(asking: Asking, iris: Iterable[str]) -> dict[str, Context]:
    """What is known of the contexts *iris*, by IRI.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    found: dict[str, Row] = {}
    classes: dict[str, set[str]] = {}
    for row in await asking.rows_about("context-descriptions", "contexts", iris):
        iri = row["context"]["value"]
        found[iri] = row
        classes.setdefault(iri, set()).update({row["class"]["value"]} if "class" in row else ())
    return {iri: _context(iri, row, classes[iri]) for iri, row in found.items()}


async def kinds_of_agents(asking: Asking, agents: Iterable[str]) -> dict[str, str]:
    """The word for the kind of each of *agents*, in their order.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    wanted = list(agents)
    classes: dict[str, set[str]] = {agent: set() for agent in wanted}
    for row in await asking.rows_about("agent-kinds", "agents", wanted):
        classes[row["agent"]["value"]].add(row["class"]["value"])
    return {
        agent: next((kind for class_, kind in AGENT_KINDS.items() if class_ in classes[agent]), "other")
        for agent in wanted
    }


def _context(iri: str, row: Row, classes: set[str]) -> Context:
    kind = next((kind for class_, kind in KINDS.items() if class_ in classes), "other")
    last = "lapse" if kind == "agreement" else "latest"
    is_open, is_closed = (row[column]["value"] == "true" for column in ("open", "closed"))
    return Context(
        iri=iri,
        kind=kind,
        first=_text(row, "earliest") or _text(row, "effective"),
        last=_text(row, last),
        list_is_open=is_open if is_open != is_closed else "closure-disputed" if is_open else "closure-not-stated",
    )


def _text(row: Row, column: str) -> str | None:
    return row[column]["value"] if column in row else None
