"""/api/v1/anomalies: what is irregular or left open in the sources, who found it, and how a curator mends it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import GRAPH, HG, HGV
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
from heritage_graph.web.api.references import add_words, iris_in
from heritage_graph.web.api.testimony import by_column, evidence_for
from heritage_graph.web.replies import rows_of
from heritage_graph.web.routing import Operation, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.api.ledger_words import Finding
    from heritage_graph.web.api.references import Asking, Cell, Labels, Words
    from heritage_graph.web.api.testimony import Testimony
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

_KIND: Final = HGV + "anomaly/"
_UNSTATED: Final = "unstated"
_CURATORS: Final = "curators"
_VAGUE: Final = "vague-statements"
_NO_AGENTS: Final = "participants-not-agents"
_OF_VAGUENESS: Final = {"open-list": "open-list", "extent": "open-list", "imprecise-date": "date-imprecise"}
_ABOUT: Final = Value("about", "Only what concerns this thing; what curators noted about somebody's part in it too.",
                      example="id:agreement/icesco-ots-mou", type="iri")  # fmt: skip
_SOURCE: Final = Value("source", "Only what concerns a record in the graph of this source.", type="iri",
                       example=f"{GRAPH}source/icesco-2024-partnerships-report")  # fmt: skip
VALUES: Final = (
    _ABOUT,
    Value("kind", "Only this kind, a concept of the vocabulary `anomaly`.", example="open-list"),
    Value("foundBy", f"Only what `{_CURATORS}` noted, or what the question `{_VAGUE}` or `{_NO_AGENTS}` found.",
          example=_CURATORS),
    Value("severity", "Only findings that are this grave: warning or info.", example="warning",
          type="choice:warning|info"),
    _SOURCE,
    *COMMON,
)  # fmt: skip


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation on anomalies."""
    return (
        Operation(
            "anomalies", Anomalies.path, "What is irregular or left open, who found it, and how to mend it.",
            _anomalies, values=VALUES, formats=FORMATS, statuses=STATUSES, problems=PROBLEMS, schema="anomalies",
            tag="trust",
        ),
    )  # fmt: skip


async def _anomalies(request: Request, context: Context) -> Reply:
    return await leaf(request, context, Anomalies())


@dataclass(frozen=True)
class _Entry:
    """One finding: what it concerns, and the statement that leaves something open, if it is one."""

    kind: str
    found_by: str
    things: tuple[str, ...]
    rows: tuple[Row, ...]
    anomaly: str | None = None
    predicate: str | None = None
    cell: Cell | None = None

    @property
    def key(self) -> str:
        """What orders the entries, and tells each from the others."""
        value = "" if self.cell is None else term_of(self.cell)
        return " ".join((self.kind, self.anomaly or "", self.things[0], self.predicate or "", value))

    @property
    def rule(self) -> Finding:
        """How grave it is, and how to mend it."""
        return findings("anomalies")[self.kind]


@dataclass(frozen=True)
class Anomalies:
    """What curators noted, and what two stored questions find: the entries of which the key is `wanted`."""

    wanted: Callable[[str], bool] = every_key
    path = "/api/v1/anomalies"
    shown_at = "/quality/anomalies"
    header = (
        "kind", "severity", "what", "found by", "thing", "name", "property", "value", "note", "likely intended",
        "sources", "documents", "since generation", "how to mend", "why",
    )  # fmt: skip

    def check(self, given: Mapping[str, str]) -> None:
        """See `Book.check`."""
        iri_in(given, _ABOUT)
        iri_in(given, _SOURCE)
        checked_choice(given, "kind", list(findings("anomalies")))
        checked_choice(given, "foundBy", (_CURATORS, _VAGUE, _NO_AGENTS))
        checked_choice(given, "severity", SEVERITIES)

    async def page(self, asking: Asking, given: Mapping[str, str], *, after: str, limit: int | None) -> Page:
        """See `Book.page`."""
        found = [each for each in await _found(asking, iri_in(given, _ABOUT)) if _fits(each, given)]
        entries = [each for each in found if self.wanted(each.key)]
        sources: Mapping[str, set[str]] = {}
        if (source := iri_in(given, _SOURCE)) is not None:
            sources = await _sources(asking, entries)
            entries = [each for each in entries if source in sources[each.key]]
        ahead = sorted((each for each in entries if each.key > after), key=lambda each: each.key)
        told = ahead[:limit]
        if source is None:
            sources = await _sources(asking, told)
        things = {thing for each in told for thing in each.things}
        testimony = await evidence_for(
            asking, {graph for each in told for graph in sources[each.key]}, things, places=()
        )
        noted = {each.anomaly for each in told if each.anomaly}
        since = {
            row["thing"]["value"]: int(row["generation"]["value"])
            for row in await asking.rows_about("ledger-since", "things", noted)
        }
        columns = ("likelyIntended", "attributedTo")
        labels = await asking.labels(
            {_KIND + each.kind for each in told}
            | {each.predicate for each in told if each.predicate}
            | iris_in(*(each.cell for each in told))
            | iris_in(*(row.get(column) for each in told for row in each.rows for column in columns))
            | things
            | noted
            | testimony.iris
        )
        leaves = [_Leaf(each, sorted(sources[each.key]), since, testimony, labels) for each in told]
        return Page(
            [each.item() for each in leaves],
            [each.cells(language_in(given)) for each in leaves],
            told[-1].key if len(told) < len(ahead) else None,
            {"total": {"exactly": len(entries)}},
            [each.key for each in told],
        )


@dataclass(frozen=True)
class _Leaf:
    """An entry with what is needed to tell it."""

    entry: _Entry
    sources: Sequence[str]
    since: Mapping[str, int]
    testimony: Testimony
    labels: Labels

    def item(self) -> dict[str, object]:
        """It as JSON."""
        entry, labels = self.entry, self.labels
        statement = {} if entry.predicate is None else {"property": labels.reference(entry.predicate)}
        value = {} if entry.cell is None else {"value": labels.value(entry.cell)}
        return {
            **({"id": entry.anomaly, "label": labels.words(entry.anomaly)} if entry.anomaly else {}),
            "kind": unknown_because("not-stated") if entry.kind == _UNSTATED else labels.reference(_KIND + entry.kind),
            "severity": entry.rule.severity,
            "foundBy": entry.found_by,
            "affects": labels.references(entry.things),
            **statement,
            **value,
            "note": self._note(),
            "likelyIntended": labels.references(self._iris("likelyIntended")),
            "attributedTo": labels.references(self._iris("attributedTo")),
            "sources": [self.testimony.assertion(graph, labels, *entry.things) for graph in self.sources],
            "since": self.since.get(entry.anomaly or "", unknown_because("not-logged")),
            "mend": dict(entry.rule.mend),
            "why": self._why(),
        }

    def cells(self, language: str) -> list[str]:
        """It as a row of the table."""
        entry, labels = self.entry, self.labels
        note = self._note()
        return [
            entry.kind,
            entry.rule.severity,
            labels.text(entry.anomaly or _KIND + entry.kind, language) or in_language(entry.rule.label, language),
            entry.found_by,
            "\n".join(entry.things),
            "\n".join(labels.text(thing, language) for thing in entry.things),
            "" if entry.predicate is None else labels.text(entry.predicate, language),
            labels.shown(entry.cell, language),
            next((note[tag][0] for tag in (language, "en", *note) if tag in note), ""),
            "\n".join(labels.text(iri, language) or iri for iri in sorted(self._iris("likelyIntended"))),
            "\n".join(self.sources),
            "\n".join(self.testimony.document_name(graph, labels, language) for graph in self.sources),
            str(self.since.get(entry.anomaly or "", "")),
            in_language(entry.rule.mend, language),
            self._why(),
        ]

    def _note(self) -> Words:
        note: Words = {}
        for row in self.entry.rows:
            if "note" in row:
                add_words(note, row["note"])
        return note

    def _iris(self, column: str) -> set[str]:
        return iris_in(*(row.get(column) for row in self.entry.rows))

    def _why(self) -> str:
        entry = self.entry
        value = None if entry.cell is None else term_of(entry.cell)
        return why_address(entry.things[0], entry.predicate, value)


async def _found(asking: Asking, about: str | None) -> list[_Entry]:
    narrowed = {"about": about} if about else {}
    noted = await _rows(asking, "anomalies", narrowed)
    vague = await _rows(asking, _VAGUE, {})
    strangers = await _rows(asking, _NO_AGENTS, {})
    return [
        *_noted(noted),
        *(each for each in _vague(vague) if about in {None, *each.things}),
        *(each for each in _strangers(strangers) if about in {None, *each.things, each.rows[0]["context"]["value"]}),
    ]


async def keys_of(asking: Asking) -> frozenset[str]:
    """The keys of all anomalies.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    return frozenset(each.key for each in await _found(asking, None))


async def counts_by_kind(asking: Asking) -> Counter[str]:
    """How many anomalies there are of each kind, by its short name.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    return Counter(each.kind for each in await _found(asking, None))


async def _rows(asking: Asking, name: str, values: Mapping[str, str]) -> list[Row]:
    text = bind(asking.context.catalogue.query(name), values)
    return await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")


def _noted(rows: Iterable[Row]) -> Iterator[_Entry]:
    """The findings of curators, one for each kind that they give."""
    for anomaly, described in by_column(rows, "anomaly").items():
        things = tuple(sorted(iris_in(*(row["affects"] for row in described))))
        kinds = {kind.removeprefix(_KIND) for kind in iris_in(*(row.get("kind") for row in described))}
        for kind in sorted(kinds & findings("anomalies").keys()) or [_UNSTATED]:
            yield _Entry(kind, _CURATORS, things, tuple(described), anomaly)


def _vague(rows: Iterable[Row]) -> Iterator[_Entry]:
    """The statements that leave something open; what curators noted is told by their own notes."""
    for row in rows:
        if row["property"]["value"] != HG + "anomalyKind":
            role = "role-unstated" if row["property"]["value"] == HG + "role" else "scope-unstated"
            kind = _OF_VAGUENESS.get(row["vagueness"]["value"], role)
            yield _Entry(
                kind, _VAGUE, (row["thing"]["value"],), (row,), predicate=row["property"]["value"], cell=row["value"]
            )


def _strangers(rows: Iterable[Row]) -> Iterator[_Entry]:
    """The participants whose class is none of agents."""
    for row in rows:
        if row["because"]["value"] == "class":
            things = (row["participation"]["value"],)
            yield _Entry("not-an-agent", _NO_AGENTS, things, (row,), predicate=HG + "participant", cell=row["named"])


def _fits(entry: _Entry, given: Mapping[str, str]) -> bool:
    return (
        given.get("kind") in {None, entry.kind}
        and given.get("foundBy") in {None, entry.found_by}
        and given.get("severity") in {None, entry.rule.severity}
    )


async def _sources(asking: Asking, entries: Sequence[_Entry]) -> dict[str, set[str]]:
    """The sources that each entry concerns, by its key: those that make the vague statement, or describe the things."""
    stating: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    vague = {thing for each in entries if each.found_by == _VAGUE for thing in each.things}
    for row in await asking.rows_about("ledger-vague", "things", vague):
        stating[row["thing"]["value"], row["property"]["value"], term_of(row["value"])].add(row["graph"]["value"])
    describing: defaultdict[str, set[str]] = defaultdict(set)
    others = {thing for each in entries if each.found_by != _VAGUE for thing in each.things}
    for row in await asking.rows_about("ledger-graphs", "things", others):
        describing[row["thing"]["value"]].add(row["graph"]["value"])
    return {
        each.key: (
            stating[each.things[0], each.predicate or "", "" if each.cell is None else term_of(each.cell)]
            if each.found_by == _VAGUE
            else {graph for thing in each.things for graph in describing[thing]}
        )
        for each in entries
    }
