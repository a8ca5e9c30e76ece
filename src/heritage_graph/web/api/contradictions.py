"""/api/v1/contradictions: where two sources differ, what each says, and how a curator mends it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import GRAPH, HG
from heritage_graph.query_files import bind
from heritage_graph.query_files.facts import term_of
from heritage_graph.web.api.grounds import why_address
from heritage_graph.web.api.ledger import (
    COMMON,
    FORMATS,
    STATUSES,
    Page,
    checked_choice,
    every_key,
    leaf,
)
from heritage_graph.web.api.ledger_words import SEVERITIES, findings, in_language
from heritage_graph.web.api.parameters import PROBLEMS, iri_in, language_in
from heritage_graph.web.api.reasons import unknown_because
from heritage_graph.web.api.references import iris_in
from heritage_graph.web.api.testimony import evidence_for
from heritage_graph.web.replies import rows_of
from heritage_graph.web.routing import Operation, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.api.ledger_words import Finding
    from heritage_graph.web.api.references import Asking, Labels
    from heritage_graph.web.api.testimony import Testimony
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

_ABOUT: Final = Value("about", "Only what concerns this thing.", example="id:agreement/icesco-ain-shams-marburg",
                      type="iri")  # fmt: skip
_SOURCE: Final = Value("source", "Only where the graph of this source is one of the two.", type="iri",
                       example=f"{GRAPH}source/icesco-2024-partnerships-report")  # fmt: skip
VALUES: Final = (
    _ABOUT,
    Value("rule", "Only this kind of difference: kind, date, party, title, place or amount.", example="kind",
          type="choice:kind|date|party|title|place|amount"),
    Value("severity", "Only findings that are this grave: warning or info.", example="warning",
          type="choice:warning|info"),
    _SOURCE,
    *COMMON,
)  # fmt: skip
_PARTY: Final = "party"
_SIDES: Final = ("one", "other")


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation on contradictions."""
    return (
        Operation(
            "contradictions", Contradictions.path, "Where two sources differ, what each says, and how to mend it.",
            _contradictions, values=VALUES, formats=FORMATS, statuses=STATUSES, problems=PROBLEMS,
            schema="contradictions", tag="trust",
        ),
    )  # fmt: skip


async def _contradictions(request: Request, context: Context) -> Reply:
    return await leaf(request, context, Contradictions())


@dataclass(frozen=True)
class Contradictions:
    """The answer to the stored question `contradictions`, a row an entry: those of which the key is `wanted`."""

    wanted: Callable[[str], bool] = every_key
    path = "/api/v1/contradictions"
    shown_at = "/quality/contradictions"
    header = (
        "rule", "severity", "what", "thing", "name", "property", "one", "one source", "one document", "other",
        "other source", "other document", "how to mend", "why",
    )  # fmt: skip

    def check(self, given: Mapping[str, str]) -> None:
        """See `Book.check`."""
        iri_in(given, _ABOUT)
        iri_in(given, _SOURCE)
        checked_choice(given, "rule", list(findings("contradictions")))
        checked_choice(given, "severity", SEVERITIES)

    async def page(self, asking: Asking, given: Mapping[str, str], *, after: str, limit: int | None) -> Page:
        """See `Book.page`."""
        found = {key: row for row in await self.found(asking, given) if self.wanted(key := _key(row))}
        ahead = [key for key in sorted(found) if key > after]
        told = ahead[:limit]
        rows = [found[key] for key in told]
        graphs = {row[column]["value"] for row in rows for column in ("oneIn", "otherIn")}
        testimony = await evidence_for(asking, graphs, {row["thing"]["value"] for row in rows}, places=())
        columns = ("thing", "property", "one", "other")
        named = iris_in(*(row.get(column) for row in rows for column in columns))
        labels = await asking.labels(named | testimony.iris)
        language = language_in(given)
        return Page(
            [_item(row, testimony, labels) for row in rows],
            [_cells(row, testimony, labels, language) for row in rows],
            told[-1] if len(told) < len(ahead) else None,
            {"total": {"exactly": len(found)}},
            told,
        )

    async def found(self, asking: Asking, given: Mapping[str, str]) -> list[Row]:
        """The rows of the question that fit what is *given*.

        Raises:
            LimitReached, EngineTrouble: as `Service.query`.
        """
        narrowed = {**({"about": given["about"]} if "about" in given else {})}
        narrowed |= {"aspect": given["rule"]} if "rule" in given else {}
        text = bind(asking.context.catalogue.query("contradictions"), narrowed)
        rows = await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")
        source, severity = iri_in(given, _SOURCE), given.get("severity")
        return [
            row
            for row in rows
            if source in {None, row["oneIn"]["value"], row["otherIn"]["value"]}
            and severity in {None, _rule(row).severity}
        ]


async def counts_by_rule(asking: Asking) -> Counter[str]:
    """How many contradictions there are of each rule.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    rows = await Contradictions().found(asking, {})
    return Counter(_rule(row).name for row in {_key(row): row for row in rows}.values())


async def keys_of(asking: Asking) -> frozenset[str]:
    """The keys of all contradictions.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    return frozenset(_key(row) for row in await Contradictions().found(asking, {}))


def _key(row: Row) -> str:
    columns = ("thing", "aspect", "property", "oneIn", "one", "otherIn", "other", "oneSum", "otherSum")
    cells = (row.get(column) for column in columns)
    return " ".join("" if cell is None else term_of(cell) for cell in cells)


def _rule(row: Row) -> Finding:
    return findings("contradictions")[row["aspect"]["value"]]


def _item(row: Row, testimony: Testimony, labels: Labels) -> dict[str, object]:
    rule = _rule(row)
    return {
        "rule": rule.name,
        "severity": rule.severity,
        "label": dict(rule.label),
        "about": labels.reference(row["thing"]["value"]),
        "property": labels.reference(row["property"]["value"]),
        "sides": [_side(row, side, testimony, labels) for side in _SIDES],
        "mend": dict(rule.mend),
    }


def _side(row: Row, side: str, testimony: Testimony, labels: Labels) -> dict[str, object]:
    cell, halves = row.get(side), _halves(row, side)
    return {
        "value": unknown_because("not-listed") if cell is None else labels.value(cell),
        **({"sum": {"amountValue": halves[0], "currency": halves[1]}} if halves else {}),
        "assertion": testimony.assertion(row[f"{side}In"]["value"], labels, row["thing"]["value"]),
        "why": _why(row, side),
    }


def _halves(row: Row, side: str) -> tuple[str, str] | None:
    """The figure and the currency of a sum, of which the sides differ in one; None for other aspects."""
    if "shared" not in row:
        return None
    own, shared = row[side]["value"], row["shared"]["value"]
    return (own, shared) if row["property"]["value"] == HG.amountValue.value else (shared, own)


def _why(row: Row, side: str) -> str:
    """Who says so; parties are not stated of the agreement itself, but of somebody's part in it, and sums of a node."""
    cell = row.get(side)
    if cell is None or row["aspect"]["value"] == _PARTY:
        return why_address(row["thing"]["value"])
    return why_address(row.get(f"{side}Sum", row["thing"])["value"], row["property"]["value"], term_of(cell))


def _cells(row: Row, testimony: Testimony, labels: Labels, language: str) -> list[str]:
    rule, thing = _rule(row), row["thing"]["value"]
    sides = [
        text
        for side in _SIDES
        for text in (
            " ".join(_halves(row, side) or (labels.shown(row.get(side), language),)),
            row[f"{side}In"]["value"],
            testimony.document_name(row[f"{side}In"]["value"], labels, language),
        )
    ]
    return [
        rule.name,
        rule.severity,
        in_language(rule.label, language),
        thing,
        labels.text(thing, language),
        labels.shown(row["property"], language),
        *sides,
        in_language(rule.mend, language),
        _why(row, "one"),
    ]
