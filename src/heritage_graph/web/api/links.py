"""/api/v1/links: what may be one thing under two names, both sides with their evidence, and what was decided."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.matching.comparison import kilometres
from heritage_graph.model.link_decisions import usual_keep
from heritage_graph.model.link_proposals import Proposal, read_proposals
from heritage_graph.namespaces import HG, HGV, RDF, SKOS
from heritage_graph.web.api.ledger import COMMON, FORMATS, STATUSES, Page, leaf
from heritage_graph.web.api.parameters import PROBLEMS, choice_in, iri_in, language_in, number_in
from heritage_graph.web.api.references import add_words, literal
from heritage_graph.web.api.testimony import evidence_for
from heritage_graph.web.routing import Operation, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking, Cell, Labels, Words
    from heritage_graph.web.api.testimony import Testimony
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

KINDS: Final = ("organization", "place", "site")
METHODS: Final = ("shared-identifier", "same-name", "similar-name")
STATES: Final = ("proposed", "accepted", "rejected")
ABOUT: Final = Value("about", "Only proposals about this thing.", example="id:organization/unesco", type="iri")
KIND: Final = Value("kind", "Only things of this kind: organization, place or site.", example="organization",
                    type="choice:organization|place|site")  # fmt: skip
METHOD: Final = Value("method", "Only what was found so: shared-identifier, same-name or similar-name.",
                      example="same-name", type="choice:shared-identifier|same-name|similar-name")  # fmt: skip
STATE: Final = Value("state", "In which state: proposed, accepted, rejected or any.", example="accepted",
                     default="proposed", type="choice:proposed|accepted|rejected|any")  # fmt: skip
LEAST: Final = Value("minScore", "The least score.", example="80", type="integer", default="0", least=0, most=100)
FILTERS: Final = (ABOUT, KIND, METHOD, STATE, LEAST)
VALUES: Final = (*FILTERS, *COMMON)

_METHOD: Final = HGV + "link-method/"
_STATE: Final = HGV + "link-status/"
_CLASSES: Final = {HG.Organization.value: "organization", HG.Place.value: "place", HG.Site.value: "site"}
_OTHER_NAMES: Final = (SKOS.altLabel.value, HG.formerName.value, HG.acronym.value)
_IDENTIFIERS: Final = (HG.externalIdentifier, HG.worldHeritageId, HG.isoAlpha2, HG.isoAlpha3)


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation on proposals."""
    return (
        Operation(
            "links", Links.path, "What may be one thing under two names, with the evidence for it.", _links,
            values=VALUES, formats=FORMATS, statuses=STATUSES, problems=PROBLEMS, schema="links", tag="trust",
        ),
    )  # fmt: skip


async def _links(request: Request, context: Context) -> Reply:
    return await leaf(request, context, Links())


@dataclass(frozen=True)
class _Entry:
    """A proposal in the queue, before it is read whole."""

    iri: str
    score: float
    method: str
    state: str
    things: frozenset[str]
    kinds: frozenset[str]

    @property
    def key(self) -> str:
        """What orders the entries, the highest score first, and tells each from the others."""
        return f"{100 - self.score:05.1f} {self.iri}"


@dataclass(frozen=True)
class Links:
    """The proposals in the curators' graph."""

    path = "/api/v1/links"
    shown_at = "/quality/links"
    header = (
        "score", "method", "state", "one", "name of one", "sources of one", "other", "name of other",
        "sources of other", "shared identifiers", "names compared", "agrees on", "differs on", "decided by",
        "decided on", "because", "proposal",
    )  # fmt: skip

    def check(self, given: Mapping[str, str]) -> None:
        """See `Book.check`."""
        iri_in(given, ABOUT)
        number_in(given, LEAST)
        for value in (KIND, METHOD, STATE):
            if value.name in given:
                choice_in(given, value)

    async def page(self, asking: Asking, given: Mapping[str, str], *, after: str, limit: int | None) -> Page:
        """See `Book.page`."""
        entries = sorted((each for each in await _entries(asking) if _fits(each, given)), key=lambda each: each.key)
        ahead = [each for each in entries if each.key > after]
        told = ahead[:limit]
        rows = await asking.rows_about("link-statements", "proposals", (each.iri for each in told))
        proposals = proposals_of(rows)
        known = await _known(asking, proposals.values())
        kinds = {each.iri: sorted(each.kinds) for each in told}
        leaves = [_Leaf(proposals[each.iri], kinds[each.iri], known) for each in told if each.iri in proposals]
        return Page(
            [each.item() for each in leaves],
            [each.cells(language_in(given)) for each in leaves],
            told[-1].key if len(told) < len(ahead) else None,
            {"total": {"exactly": len(entries)}},
        )


async def count_open(asking: Asking) -> int:
    """How many proposals wait for a decision.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    return sum(int(row["count"]["value"]) for row in await asking.rows("link-open"))


def proposals_of(rows: Iterable[Row]) -> dict[str, Proposal]:
    """The proposals that *rows* of `?proposal ?property ?value` tell, by IRI."""
    return read_proposals(
        Triple(NamedNode(row["proposal"]["value"]), NamedNode(row["property"]["value"]), _term(row["value"]))
        for row in rows
    )


def _term(cell: Cell) -> NamedNode | Literal:
    if cell["type"] == "uri":
        return NamedNode(cell["value"])
    if "xml:lang" in cell:
        return Literal(cell["value"], language=cell["xml:lang"])
    return (
        Literal(cell["value"], datatype=NamedNode(cell["datatype"])) if "datatype" in cell else Literal(cell["value"])
    )


async def _entries(asking: Asking) -> list[_Entry]:
    kinds = dict(_CLASSES)
    for row in await asking.rows("reconcile-classes"):
        if row["above"]["value"] in _CLASSES:
            kinds[row["class"]["value"]] = _CLASSES[row["above"]["value"]]
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in await asking.rows("link-list"):
        found[row["proposal"]["value"]].append(row)
    return [
        _Entry(
            iri,
            float(rows[0]["score"]["value"]),
            rows[0]["method"]["value"].removeprefix(_METHOD),
            rows[0]["status"]["value"].removeprefix(_STATE),
            frozenset(row["thing"]["value"] for row in rows),
            frozenset(kinds[row["class"]["value"]] for row in rows if row.get("class", {}).get("value") in kinds),
        )
        for iri, rows in found.items()
    ]


def _fits(entry: _Entry, given: Mapping[str, str]) -> bool:
    about = iri_in(given, ABOUT)
    return (
        (about is None or about in entry.things)
        and (KIND.name not in given or given[KIND.name] in entry.kinds)
        and given.get(METHOD.name) in {None, entry.method}
        and choice_in(given, STATE) in {"any", entry.state}
        and entry.score >= number_in(given, LEAST)
    )


@dataclass(frozen=True)
class _Known:
    """What is known of the things that are held side by side."""

    values: Mapping[tuple[str, str], Sequence[Cell]]
    graphs: Mapping[str, Sequence[str]]
    testimony: Testimony
    labels: Labels

    def of(self, thing: str, *properties: NamedNode | str) -> list[Cell]:
        """The values that *thing* has under *properties*, in their order."""
        iris = (each if isinstance(each, str) else each.value for each in properties)
        return [cell for iri in iris for cell in self.values.get((thing, iri), ())]

    def position(self, thing: str) -> tuple[float, float] | None:
        """Latitude and longitude in degrees; None unless each is stated once."""
        north, east = self.of(thing, HG.latitude), self.of(thing, HG.longitude)
        return (float(north[0]["value"]), float(east[0]["value"])) if len(north) == len(east) == 1 else None


async def _known(asking: Asking, proposals: Iterable[Proposal]) -> _Known:
    told = list(proposals)
    things = {thing for each in told for thing in each.pair}
    values: defaultdict[tuple[str, str], list[Cell]] = defaultdict(list)
    for row in await asking.rows_about("link-sides", "things", things):
        values[row["thing"]["value"], row["property"]["value"]].append(row["value"])
    graphs: defaultdict[str, list[str]] = defaultdict(list)
    for row in await asking.rows_about("ledger-graphs", "things", things):
        graphs[row["thing"]["value"]].append(row["graph"]["value"])
    testimony = await evidence_for(asking, {graph for some in graphs.values() for graph in some}, things, places=())
    named = {cell["value"] for cells in values.values() for cell in cells if cell["type"] == "uri"}
    properties = {iri for each in told for iri in (*each.agrees, *each.differs)}
    concepts = {iri for each in told for iri in (_METHOD + each.method, _STATE + each.status)}
    labels = await asking.labels(things | named | properties | concepts | testimony.iris)
    return _Known(values, graphs, testimony, labels)


@dataclass(frozen=True)
class _Leaf:
    """A proposal with what is needed to tell it."""

    proposal: Proposal
    kinds: Sequence[str]
    known: _Known

    def item(self) -> dict[str, object]:
        """It as JSON."""
        proposal, labels = self.proposal, self.known.labels
        decision = proposal.decision
        return {
            "id": proposal.iri,
            "score": proposal.score,
            "method": labels.reference(_METHOD + proposal.method),
            "state": labels.reference(_STATE + proposal.status),
            "kinds": list(self.kinds),
            "sides": [self._side(thing) for thing in proposal.pair],
            "sharedIdentifiers": list(proposal.identifiers),
            "comparedNames": [_written(name) for name in proposal.names],
            "agreesOn": labels.references(proposal.agrees),
            "differsOn": labels.references(proposal.differs),
            "kilometresApart": self._apart(),
            "keeps": labels.reference((decision and decision.keeps) or usual_keep(proposal.pair)),
            "decision": decision and {"by": decision.by, "on": decision.on.isoformat(), "because": decision.because},
        }

    def cells(self, language: str) -> list[str]:
        """It as a row of the table."""
        proposal, known = self.proposal, self.known
        decision = proposal.decision
        sides = [
            text
            for thing in proposal.pair
            for text in (
                thing,
                known.labels.text(thing, language),
                "\n".join(known.testimony.document_name(graph, known.labels, language) or graph
                          for graph in known.graphs.get(thing, ())),
            )
        ]  # fmt: skip
        return [
            f"{proposal.score:g}",
            known.labels.text(_METHOD + proposal.method, language),
            known.labels.text(_STATE + proposal.status, language),
            *sides,
            "\n".join(proposal.identifiers),
            "\n".join(name.value for name in proposal.names),
            "\n".join(known.labels.text(iri, language) or iri for iri in proposal.agrees),
            "\n".join(known.labels.text(iri, language) or iri for iri in proposal.differs),
            *((decision.by, decision.on.isoformat(), decision.because) if decision else ("", "", "")),
            proposal.iri,
        ]

    def _side(self, thing: str) -> dict[str, object]:
        known = self.known
        others: Words = {}
        for cell in known.of(thing, *_OTHER_NAMES):
            add_words(others, cell)
        position = known.position(thing)
        return {
            "thing": known.labels.reference(thing),
            "types": known.labels.references(_iris(known.of(thing, RDF.type))),
            "otherNames": others,
            "countries": known.labels.references(_iris(known.of(thing, HG.country))),
            "seats": known.labels.references(_iris(known.of(thing, HG.seat))),
            "founded": [literal(cell) for cell in known.of(thing, HG.foundedOn)],
            "homepages": [cell["value"] for cell in known.of(thing, HG.homepage)],
            "identifiers": [cell["value"] for cell in known.of(thing, *_IDENTIFIERS)],
            "position": position and {"latitude": position[0], "longitude": position[1]},
            "sources": [known.testimony.assertion(graph, known.labels, thing) for graph in known.graphs.get(thing, ())],
        }

    def _apart(self) -> float | None:
        """How far the two are from each other, to a tenth of a kilometre; None unless both have a position."""
        one, other = (self.known.position(thing) for thing in self.proposal.pair)
        return None if one is None or other is None else round(kilometres(one, other), 1)


def _written(name: Literal) -> dict[str, str]:
    return {"value": name.value, **({"language": name.language} if name.language else {})}


def _iris(cells: Iterable[Cell]) -> list[str]:
    return [cell["value"] for cell in cells if cell["type"] == "uri"]
