"""The statements about a thing, each told with all that speaks for it and against it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.namespaces import GRAPH, HG, INFERRED
from heritage_graph.query_files.facts import term_of
from heritage_graph.terms import serialise
from heritage_graph.web.api.disputes import disputes_about
from heritage_graph.web.api.reasons import reasons, unknown_because
from heritage_graph.web.api.references import Words, add_words, iris_in
from heritage_graph.web.api.statements import statements_in
from heritage_graph.web.api.testimony import by_column, evidence_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.service import Row
    from heritage_graph.terms import Term
    from heritage_graph.web.api.disputes import Dispute, Disputes
    from heritage_graph.web.api.references import Asking, Labels
    from heritage_graph.web.api.statements import Statement
    from heritage_graph.web.api.testimony import Testimony

_EVIDENCE: Final = frozenset({(HG + "EvidenceSpan"), (HG + "PageEvidence")})


@dataclass(frozen=True)
class _Grounds:
    """Everything that was read about the thing."""

    thing: str
    inferences: Mapping[tuple[str, str], list[Row]]
    premises: Mapping[str, list[Row]]
    rules: Mapping[str, list[Row]]
    anomalies: Sequence[Row]
    disputes: Disputes
    testimony: Testimony


@dataclass(frozen=True)
class Wanted:
    """Which statements are asked for: those about `thing`, perhaps with one property and one value only.

    `limit` statements are told, beginning behind as many as `after`.
    """

    thing: str
    predicate: str | None
    value: Term | None
    after: int
    limit: int


async def statements_told(asking: Asking, wanted: Wanted) -> tuple[dict[str, object], int | None]:
    """The members of an answer (`subject`, `items`, `total`, `anomalies`), and how many came by then when more follow.

    Statements are in the order of their keys. A thing that no graph describes has none.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    narrowed = {"this": wanted.thing, **({"property": wanted.predicate} if wanted.predicate else {})}
    everything = statements_in(await asking.rows("why-statements", **narrowed))
    fitting = [each for each in everything if wanted.value is None or each.key[1] == serialise(wanted.value)]
    end = wanted.after + wanted.limit
    page = fitting[wanted.after : end]
    grounds = await _grounds(asking, wanted.thing, page, everything)
    labels = await asking.labels(_named(grounds, page))
    members: dict[str, object] = {
        "subject": labels.reference(wanted.thing),
        "items": [_statement(each, grounds, labels) for each in page],
        "total": {"exactly": len(fitting)},
        "anomalies": _anomalies(grounds.anomalies, labels),
    }
    return members, end if end < len(fitting) else None


async def _grounds(
    asking: Asking, thing: str, wanted: Sequence[Statement], everything: Sequence[Statement]
) -> _Grounds:
    inferences = await _inferences(asking, thing, [each for each in wanted if INFERRED.value in each.graphs])
    concluding = [row for rows in inferences.values() for row in rows]
    premises = iris_in(*(row.get("premise") for row in concluding))
    described = by_column(await asking.rows_about("why-premises", "things", premises), "thing")
    disputes = await disputes_about(asking, thing, everything) if wanted else {}
    graphs = {
        *(graph for each in wanted for graph in each.graphs),
        *(premise for premise in premises if premise.startswith(GRAPH)),
        *(row["graph"]["value"] for rows in described.values() for row in rows),
        *(dispute.graph for each in wanted for dispute in disputes.get(each.key, ())),
    }
    rules = iris_in(*(row["rule"] for row in concluding))
    return _Grounds(
        thing=thing,
        inferences=inferences,
        premises=described,
        rules=by_column(await asking.rows_about("why-rules", "rules", rules), "rule"),
        anomalies=await asking.rows("why-anomalies", this=thing),
        disputes=disputes,
        testimony=await evidence_for(asking, graphs, {thing, *premises} if wanted else (), places=premises),
    )


async def _inferences(asking: Asking, thing: str, derived: Sequence[Statement]) -> dict[tuple[str, str], list[Row]]:
    """The conclusions behind each of the statements *derived*, a row a premise.

    Things are asked for by IRI, since a hub has thousands of them; a date is one of a few, whose property is enough.
    """
    rows = await asking.rows_about("why-inferences", "values", iris_in(*(each.cell for each in derived)), this=thing)
    for predicate in sorted({each.predicate for each in derived if each.cell["type"] != "uri"}):
        rows += await asking.rows("why-inferences", this=thing, property=predicate)
    keys = {each.key for each in derived}
    found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if (key := (row["property"]["value"], term_of(row["value"]))) in keys:
            found[key].append(row)
    return found


def _named(grounds: _Grounds, statements: Iterable[Statement]) -> set[str]:
    """Everything that the answer tells with its name."""
    described = [row for rows in grounds.premises.values() for row in rows]
    anomalies = ("anomaly", "kind", "likelyIntended", "attributedTo")
    concluded = ("kind", "rule", "subject", "property", "value")
    return {
        grounds.thing,
        *grounds.testimony.iris,
        *grounds.premises,
        *grounds.rules,
        *(each.predicate for each in statements),
        *iris_in(*(each.cell for each in statements)),
        *iris_in(*(dispute.cell for disputes in grounds.disputes.values() for dispute in disputes)),
        *iris_in(*(row.get(column) for row in grounds.anomalies for column in anomalies)),
        *iris_in(*(row.get(column) for row in described for column in concluded)),
    }


def _statement(statement: Statement, grounds: _Grounds, labels: Labels) -> dict[str, object]:
    tell = grounds.testimony.assertion
    disputes = grounds.disputes.get(statement.key, [])
    return {
        "property": labels.reference(statement.predicate),
        "value": labels.value(statement.cell),
        "nature": statement.nature,
        **({"note": dict(reasons()["generic"])} if statement.nature == "generic" else {}),
        "assertions": [tell(graph, labels, grounds.thing) for graph in statement.graphs],
        "derivations": _derivations(grounds.inferences.get(statement.key, []), grounds, labels),
        "disagreements": [_dispute(each, grounds, labels) for each in disputes],
        "why": why_address(grounds.thing, *statement.key),
    }


def _derivations(rows: Sequence[Row], grounds: _Grounds, labels: Labels) -> list[dict[str, object]]:
    told: list[dict[str, object]] = []
    for inference, steps in by_column(rows, "inference").items():
        rule = steps[0]["rule"]["value"]
        definition: Words = {}
        for row in grounds.rules.get(rule, []):
            add_words(definition, row["definition"])
        premises = sorted(iris_in(*(row.get("premise") for row in steps)))
        told.append(
            {
                "id": inference,
                "rule": {**labels.reference(rule), "definition": definition},
                "premises": [_premise(each, grounds, labels) for each in premises],
            }
        )
    return told


def _premise(iri: str, grounds: _Grounds, labels: Labels) -> dict[str, object]:
    """A premise: a whole graph, a place in a text, another conclusion, or a node with the sources that describe it."""
    rows = grounds.premises.get(iri, [])
    kinds = iris_in(*(row["kind"] for row in rows))
    if iri.startswith(GRAPH):
        return {"kind": "graph", **grounds.testimony.assertion(iri, labels)}
    if kinds & _EVIDENCE:
        return {"kind": "evidence", "evidence": grounds.testimony.place(iri, labels)}
    concluding = next((row for row in rows if "rule" in row), None)
    if concluding is not None:
        return {"kind": "conclusion", "id": iri, **_conclusion(concluding, labels)}
    graphs = sorted(iris_in(*(row["graph"] for row in rows)))
    return {
        "kind": "thing",
        **labels.reference(iri),
        "types": labels.references(kinds),
        "assertions": [grounds.testimony.assertion(graph, labels, iri) for graph in graphs],
        "why": why_address(iri),
    }


def _conclusion(row: Row, labels: Labels) -> dict[str, object]:
    subject, property_ = row["subject"]["value"], row["property"]["value"]
    value = row.get("value")
    return {
        "rule": labels.reference(row["rule"]["value"]),
        "subject": labels.reference(subject),
        "property": labels.reference(property_),
        "value": unknown_because("bounds") if value is None else labels.value(value),
        "why": why_address(subject, property_, *([] if value is None else [term_of(value)])),
    }


def _dispute(dispute: Dispute, grounds: _Grounds, labels: Labels) -> dict[str, object]:
    return {
        "aspect": dispute.aspect,
        "value": unknown_because("not-listed") if dispute.cell is None else labels.value(dispute.cell),
        "assertion": grounds.testimony.assertion(dispute.graph, labels, grounds.thing),
    }


def _anomalies(rows: Iterable[Row], labels: Labels) -> list[dict[str, object]]:
    told: list[dict[str, object]] = []
    for anomaly, described in by_column(rows, "anomaly").items():
        note: Words = {}
        for row in described:
            if "note" in row:
                add_words(note, row["note"])
        told.append(
            {
                **labels.reference(anomaly),
                "kinds": labels.references(iris_in(*(row.get("kind") for row in described))),
                "note": note,
                "likelyIntended": labels.references(iris_in(*(row.get("likelyIntended") for row in described))),
                "attributedTo": labels.references(iris_in(*(row.get("attributedTo") for row in described))),
            }
        )
    return told


def why_address(subject: str, property_: str | None = None, value: str | None = None) -> str:
    """Where the statements about *subject* are told; *value* is written as SPARQL writes terms."""
    narrowed = {"p": property_} if property_ else {}
    return "/api/v1/why?" + urlencode({"s": subject, **narrowed, **({"o": value} if value else {})})
