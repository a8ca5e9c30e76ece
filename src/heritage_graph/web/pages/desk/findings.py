"""/desk/contradictions, /desk/anomalies: what curators hold of each finding of the ledger, given and taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlencode

from pyoxigraph import RdfFormat, serialize

from heritage_graph.errors import ParameterError, StaleBase, UnknownName
from heritage_graph.importers.records.keys import DATES
from heritage_graph.ingest.changes import Mode
from heritage_graph.ingest.submission import Submission
from heritage_graph.namespaces import CURATION, ID, source_graph
from heritage_graph.web.api.anomalies import Anomalies
from heritage_graph.web.api.contradictions import Contradictions
from heritage_graph.web.api.ledger import TABLE
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.parameters import choice_in
from heritage_graph.web.api.references import Asking
from heritage_graph.web.bearers import key_given
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.faults import Forbidden, Unauthorized, WrongContentType
from heritage_graph.web.graph_writing import check_writable
from heritage_graph.web.limits import client_of, read_body
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.desk.queue import PATH as DESK
from heritage_graph.web.pages.desk.verdicts import (
    ANSWERS,
    OF_THE_FILE,
    UNDO,
    Verdict,
    name_of,
    triples_of,
    verdict_iri,
    verdicts_of,
)
from heritage_graph.web.pages.quality.differences import compared
from heritage_graph.web.problems import problem_of
from heritage_graph.web.replies import Reply, cached, current, page_reply, redirect
from heritage_graph.web.routing import FORMAT, LANG, Operation, Value, fields_of_form, negotiated, values_of
from heritage_graph.web.sparql_request import FORM
from heritage_graph.web.spreadsheet import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyoxigraph import Triple
    from starlette.requests import Request

    from heritage_graph.errors import HeritageGraphError
    from heritage_graph.web.api.ledger import Page
    from heritage_graph.web.api.references import Labels
    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.desk.verdicts import Held

    Json = Mapping[str, object]

COLUMNS: Final = ("thing", "property", "record_a", "value_a", "record_b", "value_b", "verdict", "note")
"""Those of `sources/records/disagreements.csv`."""
COLUMNS_OF_ANOMALIES: Final = ("thing", "kind", "property", "value", "verdict", "by", "on", "note")
OPEN: Final = "open"
STATE: Final = Value("state", "Which: those that wait, open, or those on which a verdict was given.", example="decided",
                     default=OPEN, type="choice:open|decided")  # fmt: skip
CONTRADICTIONS: Final = "contradictions"
ANOMALIES: Final = "anomalies"
_ONE: Final = {CONTRADICTIONS: "Contradiction", ANOMALIES: "Anomaly"}
_RECORD_DATES: Final = {iri.value: name for name, iri in DATES.items()}
_BODY_BYTES: Final = 1 << 16
_READ: Final = ("bad-parameter", "not-acceptable", "busy", "too-many-requests")
_PROBLEMS: Final = (
    "bad-parameter", "not-found", "unauthorized", "graph-forbidden", "version-conflict", "shacl-violation",
    "unsupported-media-type", "body-too-large", "validation-timeout", "insufficient-storage", "too-many-requests",
    "busy",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """An entry of one book of the ledger, as its API tells it, and the verdict on it; None while nobody has given one.

    `columns` are it as a row of a table in English, without the verdict.
    """

    book: str
    name: str
    key: str
    item: Json
    columns: Sequence[str]
    held: Held | None

    @property
    def address(self) -> str:
        """Its page."""
        return f"{DESK}/{self.book}/{self.name}"

    @property
    def things(self) -> list[Json]:
        """What it is about."""
        if self.book == CONTRADICTIONS:
            return [cast("Json", self.item["about"])]
        return [*cast("Sequence[Json]", self.item["affects"])]

    @property
    def answers(self) -> Sequence[str]:
        """What can be held of it now."""
        return ANSWERS[self.book] if self.held is None else (UNDO,)

    @property
    def graphs(self) -> list[str]:
        """The source graphs that say what it is about."""
        if self.book == CONTRADICTIONS:
            assertions = [cast("Json", side["assertion"]) for side in cast("Sequence[Json]", self.item["sides"])]
        else:
            assertions = [*cast("Sequence[Json]", self.item["sources"])]
        return [str(cast("Json", each["graph"])["id"]) for each in assertions]

    def triples(self, verdict: Verdict) -> list[Triple]:
        """What graph/curation says once *verdict* is given."""
        things = (str(thing["id"]) for thing in self.things)
        finding = f"{self.book.removesuffix('s')}: {' | '.join(filter(None, self.columns))}"
        return triples_of(self.name, verdict, things=things, graphs=self.graphs, finding=finding)

    def row(self) -> list[str]:
        """It with its verdict, as a row of the table of what was decided."""
        assert self.held is not None
        held = self.held
        if self.book == CONTRADICTIONS:
            return [*self.columns, held.answer, held.because]
        return [*self.columns, held.answer, held.by, held.on, held.because]


def operations(_: Context) -> tuple[Operation, ...]:
    """For each of the two books the list, the page of one finding, and its form."""
    return tuple(operation for book in ANSWERS for operation in _of_book(book))


def _of_book(book: str) -> tuple[Operation, ...]:
    path, one = f"{DESK}/{book}", _ONE[book]

    async def listed(request: Request, context: Context) -> Reply:
        return await _list(request, context, book)

    async def shown(request: Request, context: Context) -> Reply:
        return await _shown(request, context, book)

    async def sent(request: Request, context: Context) -> Reply:
        return await _sent(request, context, book)

    return (
        Operation(
            f"desk{book.title()}", path, f"The {book} on which curators have given no verdict, or those with one.",
            listed, values=(STATE, LIMIT, CURSOR, FORMAT), formats=(HTML, TABLE), problems=_READ, example=path,
            tag="trust",
        ),
        Operation(
            f"desk{one}", f"{path}/{{finding}}", f"One {one.lower()} with what its sources say, to be judged.", shown,
            formats=(HTML,), problems=("not-found", *_READ), tag="trust",
        ),
        Operation(
            f"deskJudge{one}", f"{path}/{{finding}}",
            f"Give a verdict on one {one.lower()}, or take it back, with the key in the form.", sent, method="POST",
            formats=(HTML,), takes=(FORM,), statuses=(200, 303), tag="trust", problems=_PROBLEMS,
        ),
    )  # fmt: skip


async def _list(request: Request, context: Context, book: str) -> Reply:
    chosen = negotiated(request.scope, (HTML, TABLE))
    given = {name: text for name, text in values_of(request.scope).items() if text and name != FORMAT.name}
    state = choice_in(given, STATE)
    path = f"{DESK}/{book}"
    asked = await page_asked(request, context, path, given)
    parts = (part for pair in sorted(given.items()) for part in pair)
    edition = await current(request, context, path, chosen.extension, *parts, at_generation=asked.generation)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        verdicts = await verdicts_of(asking)

        def wanted(key: str) -> bool:
            return (name_of(book, key) in verdicts) == (state != OPEN)

        limit = None if chosen == TABLE else asked.limit
        page, found = await _found(asking, book, wanted, verdicts, after=asked.after or "", limit=limit)
    if chosen == TABLE:
        return cached(_table(book, found), edition)
    return cached(
        page_reply(
            request, context, "desk_findings.html", book=book, state=state, items=found, total=page.members["total"],
            next=asked.next_address(edition.generation, page.last),
        ),
        edition,
    )  # fmt: skip


def _table(book: str, found: Iterable[Finding]) -> Reply:
    """*found* as a table; of contradictions the rows that the file of differences can have, sorted as it is."""
    if book == ANOMALIES:
        empty = ["", "", "", ""]
        rows = [[*each.columns, *empty] if each.held is None else each.row() for each in found]
        return Reply(csv_bytes(COLUMNS_OF_ANOMALIES, rows), TABLE)
    open_rows = [[*each.columns, "", ""] for each in found if each.held is None]
    decided = [each.row() for each in found if each.held is not None and each.held.answer in OF_THE_FILE]
    return Reply(csv_bytes(COLUMNS, sorted(open_rows + decided)), TABLE)


async def _shown(request: Request, context: Context, book: str) -> Reply:
    negotiated(request.scope, (HTML,))
    edition = await current(request, context, request.scope["path"], HTML.extension)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        return cached(_page(asking, await _finding(asking, book), {}), edition)


async def _sent(request: Request, context: Context, book: str) -> Reply:
    """The way to the page that tells the verdict, else the form with what was typed, and why it was not stored.

    The key stands in the body and is sent by nobody but who typed it: a page of somebody else cannot.
    """
    negotiated(request.scope, (HTML,))
    media_type = field(request.scope, b"content-type").partition(";")[0].strip().lower()
    if media_type != FORM:
        raise WrongContentType(f"a verdict comes as {FORM}, not as {media_type[:60]!r}", supported=[FORM])
    given = dict(fields_of_form(await read_body(request.receive, _BODY_BYTES)))
    verdict = _verdict(given, book)
    asking = Asking(request, context, context.service.generations.last)
    exchange_of(request.scope).generation = asking.generation
    with context.budgets.spending(client_of(request.scope)):
        finding = await _finding(asking, book)
        if verdict.answer not in finding.answers:
            return _page(asking, finding, given, fault=StaleBase("others have judged it meanwhile"))
        try:
            check_writable(key_given(request.scope, context, given.get("key", "").strip()), CURATION.value)
        except (Unauthorized, Forbidden) as fault:
            return _page(asking, finding, given, fault=fault)
        try:
            receipt = await context.service.intake.submit(_submission(finding, verdict), expected=asking.generation)
        except StaleBase as fault:
            now = Asking(request, context, context.service.generations.last)
            exchange_of(request.scope).generation = now.generation
            return _page(now, await _finding(now, book), given, fault=fault)
    exchange_of(request.scope).generation = receipt.receipt["generation"]
    language = page_language(request.scope)
    return redirect(finding.address + (f"?{urlencode({LANG.name: language.code})}" if language.named else ""))


def _verdict(given: Mapping[str, str], book: str) -> Verdict:
    answer = given.get("verdict", "")
    allowed = [*ANSWERS[book], UNDO]
    if answer not in allowed:
        raise ParameterError(f"verdict takes {', '.join(allowed)}, not {answer[:40]!r}", parameter="verdict")
    by, because = (given.get(name, "").strip() for name in ("by", "because"))
    return Verdict(answer, by, because, datetime.now(UTC).date())


def _submission(finding: Finding, verdict: Verdict) -> Submission:
    """What comes into graph/curation, or what goes when a verdict is taken back."""
    message = f"{finding.book} {finding.name}: {verdict.answer}, by {verdict.by}: {verdict.because}"
    added = () if finding.held else finding.triples(verdict)
    gone = finding.held.triples if finding.held else ()
    return Submission(CURATION.value, Mode.MERGE, _lines(added), "nt", message=message, withdrawn=_lines(gone))


def _lines(triples: Iterable[Triple]) -> bytes:
    return serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES) or b""


async def _finding(asking: Asking, book: str) -> Finding:
    """The finding of *book* that the address names.

    Raises:
        UnknownName: the ledger finds no such thing.
        LimitReached, EngineTrouble: as `Service.query`.
    """
    name = asking.request.path_params["finding"]
    verdicts = await verdicts_of(asking)
    _, found = await _found(asking, book, lambda key: name_of(book, key) == name, verdicts)
    if not found:
        raise UnknownName(f"the ledger has no finding {name[:40]!r} of the {book}; {DESK}/{book} lists those there are")
    return found[0]


async def _found(
    asking: Asking,
    book: str,
    wanted: Callable[[str], bool],
    verdicts: Mapping[str, Held],
    *,
    after: str = "",
    limit: int | None = None,
) -> tuple[Page, list[Finding]]:
    """The part of *book* behind the key *after*, of the entries of which the key is *wanted*."""
    chosen = Contradictions(wanted) if book == CONTRADICTIONS else Anomalies(wanted)
    page = await chosen.page(asking, {LANG.name: "en"}, after=after, limit=limit)
    labels = await asking.labels({iri for item in page.items for iri in _iris(item)})
    columns = _columns_of_contradiction if book == CONTRADICTIONS else _columns_of_anomaly
    return page, [
        Finding(book, name, key, item, columns(item, labels), verdicts.get(name))
        for key, item in zip(page.keys, page.items, strict=True)
        for name in (name_of(book, key),)
    ]


def _iris(item: Json) -> list[str]:
    """What the values of *item* name."""
    values = [side["value"] for side in cast("Sequence[Json]", item.get("sides", ()))] + [item.get("value", {})]
    return [str(value["id"]) for value in cast("Sequence[Json]", values) if "id" in value]


def _columns_of_contradiction(item: Json, labels: Labels) -> list[str]:
    """As the file of differences has it: the names of things without what is common to all, and words in English."""
    sides = cast("Sequence[Json]", item["sides"])
    told = [text for side in sides for text in (_record(side), _value(side, labels))]
    iri = str(cast("Json", item["property"])["id"])
    aspect = _RECORD_DATES.get(iri, str(item["rule"]))
    return [str(cast("Json", item["about"])["id"]).removeprefix(ID), aspect, *told]


def _record(side: Json) -> str:
    graph = cast("Json", cast("Json", side["assertion"])["graph"])
    return str(graph["id"]).removeprefix(source_graph("").value)


def _value(side: Json, labels: Labels) -> str:
    if "sum" in side:
        halves = cast("Mapping[str, str]", side["sum"])
        return f"{halves['amountValue']} {halves['currency']}"
    return _text(cast("Json", side["value"]), labels)


def _text(value: Json, labels: Labels) -> str:
    """A value in words; empty for what is not stated."""
    if "id" in value:
        iri = str(value["id"])
        return labels.text(iri, "en") or iri
    return str(value.get("value", ""))


def _columns_of_anomaly(item: Json, labels: Labels) -> list[str]:
    things = [str(each["id"]).removeprefix(ID) for each in cast("Sequence[Json]", item["affects"])]
    kind, stated = (cast("Json", item.get(name, {})) for name in ("kind", "property"))
    named = [str(each.get("id", "")).replace("#", "/").rpartition("/")[2] for each in (kind, stated)]
    return [" | ".join(things), *named, _text(cast("Json", item.get("value", {})), labels)]


def _page(
    asking: Asking, finding: Finding, given: Mapping[str, str], *, fault: HeritageGraphError | None = None
) -> Reply:
    """The page of *finding*, with what was *given* in its form but the key, and the *fault* that stops it."""
    request, context = asking.request, asking.context
    problem = None if fault is None else problem_of(fault)
    both = compared(finding.item, page_language(request.scope).code) if finding.book == CONTRADICTIONS else None
    columns = COLUMNS if finding.book == CONTRADICTIONS else COLUMNS_OF_ANOMALIES
    reply = page_reply(
        request, context, "desk_finding.html", finding=finding, both=both, given=given, fault=problem, path=DESK,
        columns=[*zip(columns, finding.columns, strict=False)], verdict=verdict_iri(finding.name),
    )  # fmt: skip
    if problem is None:
        return reply
    exchange_of(request.scope).problem = problem.slug
    asks = ((b"www-authenticate", b'Bearer realm="heritage-graph"'),) if isinstance(fault, Unauthorized) else ()
    return replace(reply, status=problem.status, fields=(*reply.fields, *asks))
