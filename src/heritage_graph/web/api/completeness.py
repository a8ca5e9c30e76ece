"""/api/v1/completeness: which parts of each record are stated, curated, derived or unknown, and how to add them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import HG
from heritage_graph.query_files import bind
from heritage_graph.web.api.grounds import why_address
from heritage_graph.web.api.ledger import (
    COMMON,
    FORMATS,
    STATUSES,
    Page,
    checked_choice,
    leaf,
)
from heritage_graph.web.api.ledger_words import criteria, in_language
from heritage_graph.web.api.parameters import PROBLEMS, iri_in, language_in
from heritage_graph.web.api.reasons import reasons, unknown_because
from heritage_graph.web.api.testimony import by_column
from heritage_graph.web.replies import rows_of
from heritage_graph.web.routing import Operation, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking, Labels
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

KINDS: Final = {
    "agreements": ("agreement", HG + "Agreement"),
    "organizations": ("organization", HG + "Organization"),
    "events": ("event", HG + "Event"),
    "programmes": ("programme", HG + "Programme"),
}
"""By kind: the word that names the question and its first column, and the class."""

_STATES: Final = ("stated", "curated", "derived", "unknown")
_AT_ONCE: Final = 100
_ABOUT: Final = Value("about", "Only this thing.", example="id:agreement/icesco-ots-mou", type="iri")
VALUES: Final = (
    Value("kind", f"What is looked at: {', '.join(KINDS)}; agreements when not given.", example="agreements"),
    _ABOUT,
    Value("missing", "Only things of which this criterion is unknown.", example="signing-date"),
    *COMMON,
)


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation on completeness."""
    return (
        Operation(
            "completeness", Completeness.path, "What is known of each record, on what ground, and what is missing.",
            _completeness, values=VALUES, formats=FORMATS, statuses=STATUSES, problems=PROBLEMS, schema="completeness",
            tag="trust",
        ),
    )  # fmt: skip


async def _completeness(request: Request, context: Context) -> Reply:
    return await leaf(request, context, Completeness())


@dataclass(frozen=True)
class Completeness:
    """The answers to the stored questions `…-completeness`, a thing an entry."""

    path = "/api/v1/completeness"
    shown_at = "/quality/completeness"
    header = (
        "kind", "thing", "name", "criterion", "what", "state", "reason", "how to add it", "known", "of", "why",
    )  # fmt: skip

    def check(self, given: Mapping[str, str]) -> None:
        """See `Book.check`."""
        checked_choice(given, "kind", list(KINDS))
        checked_choice(given, "missing", list(criteria(_kind(given))))
        iri_in(given, _ABOUT)

    async def page(self, asking: Asking, given: Mapping[str, str], *, after: str, limit: int | None) -> Page:
        """See `Book.page`."""
        kind, missing = _kind(given), given.get("missing")
        things = await _things(asking, kind, iri_in(given, _ABOUT))
        ahead = [thing for thing in things if thing > after]
        found: dict[str, list[Row]] = {}
        at_once = limit if limit is not None and missing is None else _AT_ONCE
        seen = 0
        while seen < len(ahead) and (limit is None or len(found) < limit):
            profiles = await _profiles(asking, kind, ahead[seen : seen + at_once])
            seen += at_once
            found |= {thing: rows for thing, rows in profiles.items() if missing is None or _lacks(rows, missing)}
        told = list(found)[:limit]
        more = len(told) < len(found) or seen < len(ahead)
        profiles = {thing: found[thing] for thing in told}
        reasons_of = {row["reason"]["value"] for rows in profiles.values() for row in rows if "reason" in row}
        labels = await asking.labels({*told, *reasons_of})
        language = language_in(given)
        total = (
            {"exactly": len(things)} if missing is None else {"atLeast": len(found), "complete": not (more or after)}
        )
        return Page(
            [_item(kind, thing, rows, labels) for thing, rows in profiles.items()],
            [cells for thing, rows in profiles.items() for cells in _cells(kind, thing, rows, labels, language)],
            told[-1] if more and told else None,
            {
                "total": total,
                "kind": kind,
                "links": {
                    "coverageByCountry": "/queries/coverage-by-country",
                    "question": f"/queries/{_question(kind)}",
                },
            },
        )


def _kind(given: Mapping[str, str]) -> str:
    return given.get("kind", "agreements")


def _question(kind: str) -> str:
    return f"{KINDS[kind][0]}-completeness"


async def _things(asking: Asking, kind: str, about: str | None) -> list[str]:
    """The things of *kind* by IRI.

    Raises:
        ParameterError: *about* is none of them.
    """
    things = [row["thing"]["value"] for row in await asking.rows("ledger-things", **{"class": KINDS[kind][1]})]
    if about is None:
        return things
    if about not in things:
        raise ParameterError(f"{about} is none of the {kind}; kind takes one of {', '.join(KINDS)}", parameter="about")
    return [about]


async def _profiles(asking: Asking, kind: str, things: Sequence[str]) -> dict[str, list[Row]]:
    """What is known of each of *things*: a row a criterion, in the order of the file of criteria."""
    query = asking.context.catalogue.query(_question(kind))
    text = bind(query, {"about": " ".join(things)})
    rows = await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")
    order = {name: place for place, name in enumerate(criteria(kind))}
    return {
        thing: sorted(found, key=lambda row: order[row["criterion"]["value"]])
        for thing, found in by_column(rows, KINDS[kind][0]).items()
    }


def _lacks(rows: Sequence[Row], criterion: str) -> bool:
    return any(row["criterion"]["value"] == criterion and row["state"]["value"] == "unknown" for row in rows)


def _item(kind: str, thing: str, rows: Sequence[Row], labels: Labels) -> dict[str, object]:
    return {
        **labels.reference(thing),
        "score": _score(rows),
        "criteria": [_told(kind, row, labels) for row in rows],
        "why": why_address(thing),
    }


def _score(rows: Sequence[Row]) -> dict[str, object]:
    """How many criteria are known, of how many, and on what ground; nothing is weighed."""
    counts = Counter(row["state"]["value"] for row in rows)
    known = len(rows) - counts["unknown"]
    return {
        "known": known,
        "of": len(rows),
        "fraction": round(known / len(rows), 4),
        "parts": {state: counts[state] for state in _STATES},
    }


def _told(kind: str, row: Row, labels: Labels) -> dict[str, object]:
    criterion = criteria(kind)[row["criterion"]["value"]]
    state = row["state"]["value"]
    told: dict[str, object] = {"name": criterion.name, "label": dict(criterion.label), "state": state}
    if state != "unknown":
        return told
    return {**told, **_reason(row, labels), "mend": dict(criterion.mend)}


def _reason(row: Row, labels: Labels) -> dict[str, object]:
    """Why it is not known: a concept where the question gives one."""
    if "reason" not in row:
        return unknown_because("no-source-says")
    iri = row["reason"]["value"]
    return {"unknown": {"reason": iri, "label": labels.words(iri)}}


def _cells(kind: str, thing: str, rows: Sequence[Row], labels: Labels, language: str) -> list[list[str]]:
    known = sum(row["state"]["value"] != "unknown" for row in rows)
    table = []
    for row in rows:
        criterion = criteria(kind)[row["criterion"]["value"]]
        missing = row["state"]["value"] == "unknown"
        reason = labels.shown(row.get("reason"), language) or in_language(reasons()["no-source-says"], language)
        table.append(
            [
                kind,
                thing,
                labels.text(thing, language),
                criterion.name,
                in_language(criterion.label, language),
                row["state"]["value"],
                reason if missing else "",
                in_language(criterion.mend, language) if missing else "",
                str(known),
                str(len(rows)),
                why_address(thing),
            ]
        )
    return table
