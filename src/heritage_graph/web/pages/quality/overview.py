"""/quality: what is known of how good the records are, by rule, and where each finding is told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.checks import TOPIC
from heritage_graph.errors import Busy
from heritage_graph.namespaces import HGV
from heritage_graph.web.api.anomalies import counts_by_kind
from heritage_graph.web.api.completeness import KINDS
from heritage_graph.web.api.contradictions import counts_by_rule
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.ledger import FORMATS, TABLE
from heritage_graph.web.api.ledger_words import SEVERITIES, findings, in_language
from heritage_graph.web.api.links import count_open
from heritage_graph.web.api.parameters import PROBLEMS, language_in
from heritage_graph.web.api.references import Asking
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.quality import books, checks, coverage
from heritage_graph.web.replies import Reply, cached, current, json_reply, page_reply
from heritage_graph.web.routing import FORMAT, LANG, Operation, negotiated, values_of
from heritage_graph.web.spreadsheet import csv_bytes

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.names import Names

PATH: Final = "/quality"
_HEADER: Final = ("book", "rule", "severity", "what", "count", "how to mend", "address")
_BOOKS: Final = (("contradictions", "rule"), ("anomalies", "kind"))
"""The books that hold findings, and the parameter that chooses those of one rule."""


@dataclass(frozen=True)
class Rule:
    """What is looked for, how grave it is, how often it was found, and where."""

    book: str
    name: str
    severity: str
    label: Mapping[str, str]
    mend: Mapping[str, str]
    count: int
    href: str


def operations(context: Context) -> tuple[Operation, ...]:
    """The pages about quality."""
    return (
        Operation(
            "quality", PATH, "What is known of the quality of the records: findings by rule.", _quality,
            values=(LANG, FORMAT), formats=FORMATS, problems=PROBLEMS, schema="quality", example=PATH, tag="trust",
        ),
        *books.operations(context),
        *checks.operations(context),
        *coverage.operations(context),
    )  # fmt: skip


async def _quality(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, FORMATS)
    language = language_in(values_of(request.scope))
    told = (language,) if chosen == TABLE else ()
    edition = await current(request, context, PATH, chosen.extension, *told)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        rules = await rules_found(asking)
        links = await count_open(asking)
    if chosen == HTML:
        totals = await _totals(context)
        page = page_reply(
            request, context, "quality.html", rules=[rule for rule in rules if rule.count], totals=totals,
            counts={book: sum(rule.count for rule in rules if rule.book == book) for book, _ in _BOOKS},
            links=links, quiet=[rule for rule in rules if not rule.count], generation=edition.generation,
            checks=len(context.catalogue.on_topic(TOPIC)), code=page_language(request.scope).code,
        )  # fmt: skip
        return cached(page, edition) if totals else page
    if chosen == TABLE:
        return cached(Reply(csv_bytes(_HEADER, [_cells(rule, language) for rule in rules]), TABLE), edition)
    return cached(json_reply(envelope(edition.generation, items=[_item(rule) for rule in rules])), edition)


async def _totals(context: Context) -> dict[str, int]:
    """How many records there are of each kind; empty while a service that has just begun has no index.

    Raises:
        EngineTrouble: as `Indexes.current`.
    """
    try:
        index = await context.indexes.current()
    except Busy:
        return {}
    return {kind: (await asyncio.to_thread(index.page, kind, limit=1)).total for kind in KINDS}


async def rules_found(asking: Asking) -> list[Rule]:
    """Every rule of the ledger with how often it was found: the gravest and most frequent first.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    names = await asking.context.term_names.of(asking.request, asking.context, asking.generation)
    counts = {"contradictions": await counts_by_rule(asking), "anomalies": await counts_by_kind(asking)}
    rules = [rule for book, parameter in _BOOKS for rule in _rules(book, parameter, counts[book], names)]
    return sorted(rules, key=lambda rule: (SEVERITIES.index(rule.severity), -rule.count, rule.name))


def _rules(book: str, parameter: str, counts: Counter[str], names: Names) -> Sequence[Rule]:
    return [
        Rule(
            book,
            finding.name,
            finding.severity,
            finding.label or names.all_of(f"{HGV}anomaly/{finding.name}"),
            finding.mend,
            counts[finding.name],
            f"{PATH}/{book}?{parameter}={finding.name}",
        )
        for finding in findings(book).values()
    ]


def _item(rule: Rule) -> dict[str, object]:
    return {
        "book": rule.book,
        "rule": rule.name,
        "severity": rule.severity,
        "label": dict(rule.label),
        "count": {"exactly": rule.count},
        "mend": dict(rule.mend),
        "href": rule.href,
    }


def _cells(rule: Rule, language: str) -> list[str]:
    label, mend = in_language(rule.label, language), in_language(rule.mend, language)
    return [rule.book, rule.name, rule.severity, label, str(rule.count), mend, rule.href]
