"""Tell a typed record beside the state of a generation, as an import would: what the gate is to judge."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from heritage_graph.assets import asset_folder
from heritage_graph.importers.records import keys
from heritage_graph.importers.records.answers import answers
from heritage_graph.importers.records.binding import settled
from heritage_graph.importers.records.described import described
from heritage_graph.importers.records.identities import read_identities
from heritage_graph.importers.records.record import Record, Written, read_record
from heritage_graph.importers.records.returning import record_of
from heritage_graph.importers.records.telling import tell
from heritage_graph.importers.records.vocabulary import vocabulary_of
from heritage_graph.importers.records.withheld import read_withheld, withhold
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow, RowPlace
from heritage_graph.ingest.changes import Mode
from heritage_graph.ingest.submission import Submission
from heritage_graph.namespaces import FOAF, is_slug, source_graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.importers.records.identities import Decision, Identities
    from heritage_graph.importers.records.vocabulary import Vocabulary
    from heritage_graph.importers.rows import Told
    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking

    Json = Mapping[str, object]

_HERE: Final = RowPlace("desk", 1, 1, 0, 0, "")


@dataclass(frozen=True)
class Refused:
    """A record that cannot be told, and why."""

    remark: Remark


@dataclass(frozen=True)
class Telling:
    """What a record comes to: its statements, and the remarks on what was left out; `replaces` an earlier one."""

    slug: str
    triples: tuple[Triple, ...]
    remarks: tuple[Remark, ...]
    replaces: bool

    @property
    def graph(self) -> str:
        """The source graph that it is to be."""
        return source_graph(self.slug).value

    @property
    def thing(self) -> str:
        """What it is about."""
        topics = (each.object for each in self.triples if each.predicate == FOAF.primaryTopic)
        return next(topic.value for topic in topics if isinstance(topic, NamedNode))

    def submission(self, message: str = "") -> Submission:
        """It as a document for the gate, with what graph/meta is to say of the source; *message* is for the log."""
        own = source_graph(self.slug)
        quads = [Quad(each.subject, each.predicate, each.object, own) for each in self.triples]
        body = serialize([*quads, *described(self.slug)], format=RdfFormat.N_QUADS)
        assert body is not None
        return Submission(self.graph, Mode.REPLACE, body, "nq", message=message or f"desk: {self.slug}")


async def telling_of(
    asking: Asking, value: Json, decisions: Mapping[str, Decision] = MappingProxyType({})
) -> Telling | Refused:
    """What the record *value* comes to on the generation of *asking*.

    *decisions* are on its mentions, and come before those of the graph and of the file.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
        SyntaxFault: the file of the curators' decisions is none.
    """
    record = await asyncio.to_thread(_read, value)
    if isinstance(record, Record):
        vocabulary = vocabulary_of(map(triple_of, await asking.rows("concept-names")))
        record = settled(record, vocabulary)
    if isinstance(record, RefusedRow):
        return Refused(record.remark)
    present = await triples_of(asking, record.slug)
    if present and record_of(record.slug, present) is None:
        remark = Remark("slug-taken", f"the source {record.slug} is there already, and no record made it")
        return Refused(remark)
    identities = await asyncio.to_thread(shipped_identities)
    known = identities.get(record.slug, {})
    own = {**known, **answers(record.slug, known, present), **decisions}
    told = await _told(asking, record, vocabulary, {**identities, record.slug: own})
    assert told.row is not None
    return Telling(record.slug, told.triples, told.row.remarks, bool(present))


async def stored_record(asking: Asking, slug: str) -> Json | None:
    """The record that the source graph *slug* holds, in the order in which the curators' decisions count its concerns.

    None when no record made such a source.

    Raises:
        LimitReached, EngineTrouble, SyntaxFault: as `telling_of`.
    """
    record = record_of(slug, await triples_of(asking, slug))
    if record is None:
        return None
    identities = await asyncio.to_thread(shipped_identities)
    return {**record, "concerns": _in_order(record.get("concerns"), identities.get(slug, {}))}


async def triples_of(asking: Asking, slug: str) -> list[Triple]:
    """What the source graph *slug* states.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    return [*map(triple_of, await asking.rows("graph-contents", graph=source_graph(slug).value))]


def shipped_identities() -> Identities:
    """The decisions of the shipped file.

    Raises:
        SyntaxFault: as `read_identities`.
    """
    return read_identities(asset_folder("sources") / "records")


def _in_order(concerns: object, decisions: Mapping[str, Decision]) -> list[Json]:
    """*concerns* as *decisions* count them: the graph has no order of those that have an address of their own."""
    left = [*concerns] if isinstance(concerns, list) else []
    places: dict[int, Json] = {}
    for number in range(1, len(left) + 1):
        decision = decisions.get(f"concern-{number}")
        found = [each for each in left if decision and each.get("as_named") == decision.printed]
        if found:
            places[number] = found[0]
            left.remove(found[0])
    others = iter(left)
    return [places[at] if at in places else next(others) for at in range(1, len(places) + len(left) + 1)]


def _read(value: Json) -> Record | RefusedRow:
    read = read_record(Written(_HERE, value))
    return withhold(read, read_withheld(asset_folder("sources"))) if isinstance(read, Record) else read


async def _told(asking: Asking, record: Record, vocabulary: Vocabulary, identities: Identities) -> Told:
    """The statements of *record*, told twice: which things it names is known when it has been told."""
    kinds = {record.slug: record.kind, **await _kinds(asking, record)}
    named: set[NamedNode] = set()

    def noted(thing: NamedNode) -> list[Literal]:
        named.add(thing)
        return []

    tell(record, vocabulary, noted, kinds, identities)
    rows = await asking.rows_about(
        "labels-elsewhere", "things", (thing.value for thing in named), own=source_graph(record.slug).value
    )
    given: dict[NamedNode, list[Literal]] = {}
    for row in rows:
        label = _term(row["name"])
        assert isinstance(label, Literal)
        given.setdefault(NamedNode(row["thing"]["value"]), []).append(label)
    return tell(record, vocabulary, lambda thing: given.get(thing, ()), kinds, identities)


async def _kinds(asking: Asking, record: Record) -> dict[str, str]:
    """The kinds of the records to which *record* refers by slug, where the graph has them."""
    kinds = {}
    for slug in {record.renews, record.implements} - {None, record.slug}:
        if slug and is_slug(slug):
            other = record_of(slug, await triples_of(asking, slug))
            if other is not None and other.get("kind") in keys.KINDS:
                kinds[slug] = str(other["kind"])
    return kinds


def triple_of(row: Row) -> Triple:
    """The statement that a row of `?thing ?property ?value` is."""
    return Triple(NamedNode(row["thing"]["value"]), NamedNode(row["property"]["value"]), _term(row["value"]))


def _term(cell: Mapping[str, str]) -> NamedNode | Literal:
    if cell["type"] == "uri":
        return NamedNode(cell["value"])
    if "xml:lang" in cell:
        return Literal(cell["value"], language=cell["xml:lang"])
    datatype = cell.get("datatype")
    return Literal(cell["value"], datatype=NamedNode(datatype)) if datatype else Literal(cell["value"])
