"""Bring records into a store: each as a source graph of its own, all of them by one commit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from heritage_graph.errors import InvalidData
from heritage_graph.importers.into_store import labels_elsewhere
from heritage_graph.importers.records.answers import keep_answers
from heritage_graph.importers.records.binding import settled
from heritage_graph.importers.records.described import described
from heritage_graph.importers.records.identities import THING
from heritage_graph.importers.records.reading import open_records, records
from heritage_graph.importers.records.record import Record
from heritage_graph.importers.records.telling import tell
from heritage_graph.importers.records.vocabulary import vocabulary_of
from heritage_graph.importers.report import ImportReport, Remark
from heritage_graph.importers.rows import RefusedRow, Told, refused
from heritage_graph.ingest.changes import GraphChange, Mode
from heritage_graph.ingest.local import bring_in
from heritage_graph.namespaces import HG, ID, META, SKOS, VOCAB, source_graph
from heritage_graph.validation.report import Report, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from pyoxigraph import Triple

    from heritage_graph.importers.imported import Progress
    from heritage_graph.importers.records.identities import Identities
    from heritage_graph.importers.records.reading import Seen
    from heritage_graph.ingest.local import Place
    from heritage_graph.ingest.pipeline import Base, Prepared
    from heritage_graph.ingest.rulebook import Rulebook


@dataclass(frozen=True)
class BroughtRecords:
    """Records that passed the gate: the account of each, and what the commit did."""

    report: ImportReport
    prepared: Prepared


def bring_in_records(
    place: Place,
    paths: Sequence[Path],
    *,
    withheld: Mapping[str, str],
    identities: Identities,
    seen: Seen,
    rulebook: Rulebook,
    encoding: str | None = None,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> BroughtRecords:
    """Bring the records at *paths*, files or folders, in; what a page of the same slug said before goes.

    A record that breaks a rule of the model is refused with what the gate says of it, and the others come in. What the
    store answers to a proposal of *identities* stays.

    Raises:
        SyntaxFault: a folder has no file of records, or a file is not in its encoding.
        InvalidData: a rule is broken that no record can be blamed for; nothing has changed.
    """
    read = list(records(open_records(paths, encoding), withheld, seen))
    message = "records: " + ", ".join(path.name for path in paths)
    blamed: dict[str, Remark] = {}
    while True:
        told = _Telling(read, identities, blamed)
        try:
            prepared = bring_in(place, told.changes, rulebook=rulebook, message=message, dry_run=dry_run)
        except InvalidData as fault:
            more = _blamed(fault, told.last)
            if not more:
                raise
            blamed = blamed | more
        else:
            return BroughtRecords(_report(told.last, progress), prepared)


class _Telling:
    """Tells the records that were read, save those to blame, beside a base; `last` is what that came to."""

    def __init__(
        self, read: Sequence[Record | RefusedRow], identities: Identities, blamed: Mapping[str, Remark]
    ) -> None:
        self._read = read
        self._identities = identities
        self._blamed = blamed
        self.last: list[tuple[str, Told]] = []

    def changes(self, base: Base) -> list[GraphChange]:
        self.last = list(_told(self._read, self._identities, self._blamed, base))
        return _changes(self.last)


def _told(
    read: Iterable[Record | RefusedRow], identities: Identities, blamed: Mapping[str, Remark], base: Base
) -> Iterator[tuple[str, Told]]:
    vocabulary = vocabulary_of(base.graph(VOCAB))
    known = [settled(each, vocabulary) if isinstance(each, Record) else each for each in read]
    kinds = {each.slug: each.kind for each in known if isinstance(each, Record) and each.slug not in blamed}
    names = _Names(base, {source_graph(slug) for slug in kinds})
    at_hand, identities = keep_answers(
        (each for each in known if isinstance(each, Record) and each.slug in kinds),
        identities,
        lambda slug: base.graph(source_graph(slug)),
    )
    accounts: dict[str, Told] = {}
    for slug in sorted(at_hand, key=lambda slug: slug in identities and THING in identities[slug]):
        if not _is_of_others(base, slug):
            accounts[slug] = tell(at_hand[slug], vocabulary, names.preferred, kinds, identities)
            names.add(accounts[slug].triples)
    for each in known:
        if isinstance(each, RefusedRow):
            yield "", refused(each)
        elif each.slug in blamed:
            yield "", refused(RefusedRow(each.place, each.slug, blamed[each.slug]))
        elif each.slug in accounts:
            yield each.slug, accounts[each.slug]
        else:
            remark = Remark("slug-taken", f"the source {each.slug} is there already, and no record made it")
            yield "", refused(RefusedRow(each.place, each.slug, remark))


class _Names:
    """The labels that things have beside the records that are being told, and those that these have given them.

    Several records may be about one thing: the one by which it goes names it, else the first of them.
    """

    def __init__(self, base: Base, own: AbstractSet[NamedNode]) -> None:
        self._base = base
        self._own = own
        self._given: dict[NamedNode, list[Literal]] = defaultdict(list)

    def preferred(self, thing: NamedNode) -> Iterable[Literal]:
        return [*labels_elsewhere(self._base, self._own, thing), *self._given[thing]]

    def add(self, triples: Iterable[Triple]) -> None:
        for triple in triples:
            if triple.predicate == SKOS.prefLabel and isinstance(triple.object, Literal):
                assert isinstance(triple.subject, NamedNode)
                self._given[triple.subject].append(triple.object)


def _is_of_others(base: Base, slug: str) -> bool:
    triples = base.graph(source_graph(slug))
    document = ID.term(f"document/{slug}")
    return bool(triples) and not any(t.subject == document and t.predicate == HG.publisherAsNamed for t in triples)


def _changes(told: Iterable[tuple[str, Told]]) -> list[GraphChange]:
    changes: list[GraphChange] = []
    about = set()
    for slug, each in told:
        if slug:
            about |= {quad.triple for quad in described(slug)}
            changes.append(GraphChange(source_graph(slug), Mode.REPLACE, frozenset(each.triples)))
    return [*changes, GraphChange(META, Mode.MERGE, frozenset(about))] if changes else []


def _blamed(fault: InvalidData, told: Iterable[tuple[str, Told]]) -> dict[str, Remark]:
    """The records whose statements the broken rules are about, each with what the rules say."""
    slugs = {str(triple.subject): slug for slug, each in told for triple in each.triples if slug}
    messages: dict[str, list[str]] = defaultdict(list)
    assert isinstance(fault.report, Report)
    for result in fault.report.results:
        slug = slugs.get(str(result.focus))
        if result.severity is Severity.VIOLATION and slug:
            messages[slug].append(result.messages["en"])
    return {slug: Remark("breaks-a-rule", " ".join(dict.fromkeys(each))) for slug, each in messages.items()}


def _report(told: Iterable[tuple[str, Told]], progress: Progress | None) -> ImportReport:
    report = ImportReport()
    for _, each in told:
        assert each.row is not None
        report.add(each.row)
        if progress is not None:
            progress(len(report))
    return report
