"""Judge a submission: parse it, work out the state it would make, and point the report at its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from heritage_graph.errors import InvalidData
from heritage_graph.ingest.changes import GraphChange, Mode, changes_of_document
from heritage_graph.ingest.lines import lines_of
from heritage_graph.ingest.pipeline import Base, Occasion, Prepared, prepare
from heritage_graph.rdf_io import GRAPH_FORMATS, DocumentLimits, decompress, parse_document
from heritage_graph.validation.report import Report, text_of, with_lines

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from heritage_graph.ingest.rulebook import Rulebook
    from heritage_graph.ingest.submission import Submission


def prepare_submission(
    submission: Submission,
    *,
    base: Base,
    rulebook: Rulebook,
    occasion: Occasion,
    limits: DocumentLimits | None = None,
) -> Prepared:
    """Parse, validate and infer what *submission* makes of *base*; results point at lines of the document.

    Raises:
        RefusedInput: the document or the state it would make is refused; nothing has changed.
    """
    limits = limits or DocumentLimits()
    graph = NamedNode(submission.graph)
    if submission.mode is Mode.REMOVE:
        return prepare([GraphChange(graph, Mode.REMOVE)], base=base, rulebook=rulebook, occasion=occasion)
    document = decompress(submission.body, submission.encoding, limits.bytes)
    quads = parse_document(document, GRAPH_FORMATS[submission.extension], base_iri=submission.graph, limits=limits)
    changes = changes_of_document(quads, graph=graph, mode=submission.mode)
    if submission.withdrawn:
        going = parse_document(submission.withdrawn, GRAPH_FORMATS["nt"], base_iri=submission.graph, limits=limits)
        gone = frozenset(quad.triple for quad in going)
        changes = [_without(change, gone, base) if change.graph == graph else change for change in changes]
    try:
        prepared = prepare(changes, base=base, rulebook=rulebook, occasion=occasion)
    except InvalidData as refusal:
        raise InvalidData(str(refusal), report=with_document_lines(refusal.report, document.decode())) from refusal
    return Prepared(prepared.changeset, prepared.receipt, with_document_lines(prepared.report, document.decode()))


def _without(change: GraphChange, gone: frozenset[Triple], base: Base) -> GraphChange:
    """*change*, after which its graph does not hold *gone* either, save for what it brings itself."""
    before = frozenset() if change.mode is Mode.REPLACE else base.graph(change.graph)
    return GraphChange(change.graph, Mode.REPLACE, (before - gone) | change.triples)


def with_document_lines(report: object, *documents: str) -> Report:
    """*report* with the line of each focus in the first of *documents* that speaks of it."""
    assert isinstance(report, Report)
    foci = {text_of(result.focus) for result in report.results}
    lines: dict[str, int] = {}
    for document in documents:
        lines = lines_of(document, foci) | lines
    return with_lines(report, lines)
