"""What is told beside agreements in a list: their parties, what states their dates, their first and last days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG, HGV
from heritage_graph.web.api.dates import bounds_in
from heritage_graph.web.api.parameters import names_in
from heritage_graph.web.api.references import add_words
from heritage_graph.web.routing import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from heritage_graph.model.dates import Bounds
    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking, Labels, Words

INCLUDE: Final = Value(
    "include", "What comes with each agreement, with commas between: `parties`, `sources`.", example="parties,sources"
)
PARTY: Final = Value("party", "Only agreements of this party.", example="id:organization/icesco", type="iri")
BASIS: Final = f"{HGV}date-basis/"
_SHORT: Final = {
    HG.signedOn.value: "signedOn",
    HG.effectiveFrom.value: "effectiveFrom",
    HG.validUntil.value: "validUntil",
    HG.hasTerm.value: "hasTerm",
    HG.governs.value: "governs",
    HG.duration.value: "duration",
}


@dataclass
class Participant:
    """One participation in an agreement.

    `as_named` is the name as printed where no agent is identified, `language` the tag of that name, empty without one.
    """

    agent: str = ""
    as_named: str = ""
    language: str = ""
    roles: set[str] = field(default_factory=set)
    on_behalf_of: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Dated:
    """The bounds of a date of an agreement, its readings, and the rules that derived it; none when it is stated."""

    bounds: Bounds
    readings: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def basis(self) -> str:
        """The concept that tells whether the date is stated or derived."""
        return f"{BASIS}derived-by-rule" if self.rules else f"{BASIS}stated"


def included(values: Mapping[str, str]) -> tuple[str, ...]:
    """What the request wants beside each agreement.

    Raises:
        ParameterError: it wants something else than parties and sources.
    """
    return names_in([values.get(INCLUDE.name, "")], INCLUDE, ("parties", "sources"))


async def participants_of(asking: Asking, agreements: Collection[str]) -> dict[str, list[Participant]]:
    """Who takes part in each of *agreements*, in the order of the participations' IRIs; what is told alike, once."""
    found: dict[str, dict[str, Participant]] = defaultdict(dict)
    for row in await asking.rows_about("board-parties", "agreements", agreements):
        participation = found[row["agreement"]["value"]].setdefault(row["participation"]["value"], Participant())
        participation.agent = row.get("participant", {}).get("value", "")
        participation.as_named = row.get("asNamed", {}).get("value", "")
        participation.language = row.get("asNamed", {}).get("xml:lang", "")
        participation.roles.update(_cell(row, "role"))
        participation.on_behalf_of.update(_cell(row, "onBehalfOf"))
    return {agreement: _told_once(participations.values()) for agreement, participations in found.items()}


def _told_once(participants: Iterable[Participant]) -> list[Participant]:
    """*participants* in their order, without those that are equal to one before."""
    found: list[Participant] = []
    for each in participants:
        if each not in found:
            found.append(each)
    return found


def iris_of(participants: Iterable[Participant]) -> Iterator[str]:
    """The things that *participants* refer to."""
    for participant in participants:
        yield from filter(None, (participant.agent, *participant.roles, *participant.on_behalf_of))


def party_told(participant: Participant, labels: Labels) -> dict[str, object]:
    """A participant with its roles; one that is no agent has `asNamed`, and its language, in the place of `id`."""
    told: dict[str, object] = labels.reference(participant.agent) if participant.agent else _as_printed(participant)
    told["roles"] = labels.references(participant.roles)
    if participant.on_behalf_of:
        told["onBehalfOf"] = labels.references(participant.on_behalf_of)
    return told


def _as_printed(participant: Participant) -> dict[str, object]:
    """The name of *participant* as printed, with its language where the graph has one."""
    tag = {"asNamedLanguage": participant.language} if participant.language else {}
    return {"asNamed": participant.as_named, **tag}


async def sources_of(asking: Asking, agreements: Collection[str]) -> dict[str, list[dict[str, object]]]:
    """The graphs of sources and curators that state dates or terms of *agreements*, each with its document."""
    states: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in await asking.rows_about("board-sources", "agreements", agreements):
        states[row["agreement"]["value"]][row["graph"]["value"]].append(_SHORT[row["property"]["value"]])
    graphs = {graph for of_agreement in states.values() for graph in of_agreement}
    described: defaultdict[str, list[Row]] = defaultdict(list)
    for row in await asking.rows_about("graph-documents", "graphs", graphs):
        described[row["graph"]["value"]].append(row)
    labels = await asking.labels(graphs)
    told = {graph: _graph_told(graph, described[graph], labels) for graph in graphs}
    return {
        agreement: [{**told[graph], "states": sorted(names)} for graph, names in sorted(of_agreement.items())]
        for agreement, of_agreement in states.items()
    }


async def dates_of(asking: Asking, agreements: Collection[str]) -> dict[tuple[str, str], Dated]:
    """The first and the last days of *agreements*, by agreement and `effectiveFrom` or `validUntil`."""
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in await asking.rows_about("board-dates", "agreements", agreements):
        rows[row["agreement"]["value"], _SHORT[row["property"]["value"]]].append(row)
    found = {}
    for place, of_place in rows.items():
        bounds = [each for row in of_place if (each := bounds_in(row, "earliest", "latest")) is not None]
        if bounds:
            readings = tuple(reading for row in of_place for reading in _cell(row, "reading"))
            rules = tuple(sorted({rule for row in of_place for rule in _cell(row, "rule")}))
            found[place] = Dated(bounds[0], tuple(dict.fromkeys(readings)), rules)
    return found


def _graph_told(graph: str, rows: Sequence[Row], labels: Labels) -> dict[str, object]:
    """A graph with the document whose content it holds, where it tells one, and what kind of knowledge it holds."""
    titles: Words = {}
    for row in rows:
        if "title" in row:
            add_words(titles, row["title"])
    told: dict[str, object] = {"graph": graph, "label": labels.words(graph)}
    documents = sorted({document for row in rows for document in _cell(row, "document")})
    if documents:
        told["document"] = {"id": documents[0], "label": titles}
    statuses = sorted({status for row in rows for status in _cell(row, "status")})
    if statuses:
        told["epistemicStatus"] = statuses[0]
    return told


def _cell(row: Row, column: str) -> tuple[str, ...]:
    return (row[column]["value"],) if column in row else ()
