"""What validation found: one result a broken constraint, and the report as text, JSON and RDF."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from heritage_graph.namespaces import PREFIXES, RDF, SH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from heritage_graph.graph_view import Term
    from heritage_graph.validation.read_paths import ReadPath

MOST_RESULTS: Final = 1000
"""How many results a dict or a Turtle report holds at most; beyond them it says that it is cut."""

LANGUAGES: Final = ("en", "ar", "fr")


class Severity(StrEnum):
    """How grave a result is; only a violation refuses the data."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


_WORDS: Final = {Severity.VIOLATION: "violation", Severity.WARNING: "warning", Severity.INFO: "remark"}
_ORDER: Final = {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class Result:
    """One node that does not meet one constraint.

    `path` leads from the focus to the value (None on a node shape, or where several paths do); `value` is the
    offending node, when there is one; `messages` maps a language to the rule in words and what would be right;
    `line` counts from 1 in the document that was read, when known.
    """

    focus: Term
    focus_label: str | None
    shape: NamedNode
    severity: Severity
    path: ReadPath | None
    value: Term | None
    messages: Mapping[str, str]
    line: int | None = None

    def sort_key(self) -> tuple[int, str, int, str, str]:
        """Gravest first, then by rule, line, focus and value."""
        return (_ORDER[self.severity], self.shape.value, self.line or 0, str(self.focus), str(self.value))


@dataclass(frozen=True)
class Report:
    """The outcome of a validation: `conforms` is true when no result is a violation; results in `sort_key` order.

    `omitted` counts, by severity, the results that were found and are not among `results`.
    """

    conforms: bool
    results: tuple[Result, ...]
    omitted: Mapping[Severity, int] = field(default_factory=dict)

    def counts(self) -> dict[Severity, int]:
        """How many results there are of each severity, the omitted ones among them; every severity is a key."""
        found = Counter(result.severity for result in self.results) + Counter(self.omitted)
        return {severity: found[severity] for severity in Severity}

    @property
    def total(self) -> int:
        """How many results there are, the omitted ones among them."""
        return len(self.results) + sum(self.omitted.values())


def with_lines(report: Report, lines: Mapping[str, int]) -> Report:
    """The report with the line of each focus whose IRI is a key of *lines*."""
    results = (replace(result, line=lines.get(text_of(result.focus), result.line)) for result in report.results)
    return replace(report, results=tuple(sorted(results, key=Result.sort_key)))


def compact(text: str) -> str:
    """*text* with each full IRI of a known namespace in its prefixed form."""
    for prefix, namespace in sorted(PREFIXES.items(), key=lambda item: -len(item[1])):
        text = text.replace(f"<{namespace}", f"<{prefix}:")
    return text


def text_of(term: Term) -> str:
    """An IRI as it is; a literal or blank node as Turtle writes it."""
    return term.value if isinstance(term, NamedNode) else str(term)


def findings(report: Report) -> str:
    """What *report* counts, in words: `2 warnings, 32 remarks`; empty when it has no result."""
    counts = report.counts()
    return ", ".join(counted(counts[severity], word) for severity, word in _WORDS.items() if counts[severity])


def as_text(report: Report, *, language: str = "en", most: int = MOST_RESULTS) -> str:
    """The report for a terminal: a summary line, then each broken rule in words with the nodes that break it."""
    lines = [_summary(report)]
    for shape, results in groupby(report.results[:most], key=lambda result: result.shape):
        lines.extend(_group_lines(shape, tuple(results), language))
    if unlisted := report.total - min(most, len(report.results)):
        lines.append(f"\n… and {unlisted} more results")
    return "\n".join(lines) + "\n"


def as_dict(report: Report) -> dict[str, object]:
    """The report as JSON-ready values: at most `MOST_RESULTS` results, and `truncated` when there are more."""
    return {
        "conforms": report.conforms,
        "counts": {severity.value.lower(): count for severity, count in report.counts().items()},
        "truncated": report.total > min(MOST_RESULTS, len(report.results)),
        "results": [_result_dict(result) for result in report.results[:MOST_RESULTS]],
    }


def as_turtle(report: Report) -> bytes:
    """The report as a SHACL validation report in Turtle (UTF-8); at most `MOST_RESULTS` results.

    `sh:conforms` has our meaning, that no result is a violation.
    """
    turtle = serialize(_report_triples(report), format=RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    assert turtle is not None
    return turtle


def _summary(report: Report) -> str:
    verdict = "accepted" if report.conforms else "refused"
    counts = report.counts()
    return f"{verdict}: {', '.join(counted(counts[severity], word) for severity, word in _WORDS.items())}"


def counted(count: int, word: str) -> str:
    """*count* things called *word*: `1 warning`, `2 warnings`."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _group_lines(shape: NamedNode, results: tuple[Result, ...], language: str) -> Iterator[str]:
    messages = results[0].messages
    yield f"\n{results[0].severity.value}: {messages.get(language, messages['en'])}"
    yield f"  rule {compact(str(shape))}"
    for result in results:
        where = "" if result.line is None else f"line {result.line}: "
        label = "" if result.focus_label is None else f" “{result.focus_label}”"
        value = "" if result.value is None or result.value == result.focus else f" — {compact(str(result.value))}"
        yield f"  - {where}{compact(str(result.focus))}{label}{value}"


def _result_dict(result: Result) -> dict[str, object]:
    return {
        "severity": result.severity.value,
        "shape": result.shape.value,
        "focus": text_of(result.focus),
        "focusLabel": result.focus_label,
        "path": None if result.path is None else "/".join(map(str, result.path)),
        "value": None if result.value is None else text_of(result.value),
        "messages": dict(result.messages),
        "line": result.line,
    }


def _report_triples(report: Report) -> Iterator[Triple]:
    root = BlankNode("report")
    yield Triple(root, RDF.type, SH.ValidationReport)
    yield Triple(root, SH.conforms, Literal(report.conforms))
    for number, result in enumerate(report.results[:MOST_RESULTS]):
        node = BlankNode(f"result{number}")
        yield Triple(root, SH.result, node)
        yield from _result_triples(node, result)


def _result_triples(node: BlankNode, result: Result) -> Iterator[Triple]:
    yield Triple(node, RDF.type, SH.ValidationResult)
    yield Triple(node, SH.resultSeverity, SH.term(result.severity.value))
    yield Triple(node, SH.sourceShape, result.shape)
    yield Triple(node, SH.focusNode, result.focus)
    if result.value is not None:
        yield Triple(node, SH.value, result.value)
    if result.path is not None:
        yield from _path_triples(node, result.path)
    for language, message in result.messages.items():
        yield Triple(node, SH.resultMessage, Literal(message, language=language))


def _path_triples(node: BlankNode, path: ReadPath) -> Iterator[Triple]:
    """`sh:resultPath` of *node*: the predicate itself, or a list of steps as SHACL writes them."""
    parts: list[NamedNode | BlankNode] = []
    for number, step in enumerate(path):
        part: NamedNode | BlankNode = step.predicate
        if not step.forward:
            part = BlankNode(f"{node.value}step{number}")
            yield Triple(part, SH.inversePath, step.predicate)
        parts.append(part)
    if len(parts) == 1:
        yield Triple(node, SH.resultPath, parts[0])
        return
    cells = [BlankNode(f"{node.value}cell{number}") for number in range(len(parts))]
    yield Triple(node, SH.resultPath, cells[0])
    rest: list[NamedNode | BlankNode] = [*cells[1:], RDF.nil]
    for cell, part, following in zip(cells, parts, rest, strict=True):
        yield Triple(cell, RDF.first, part)
        yield Triple(cell, RDF.rest, following)
