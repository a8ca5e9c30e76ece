"""Write what is counted in the shipped dataset: figures between marks in pages of the documentation, and the picture.

The dataset is that of build/shipped, which `make setup` makes. A page has `<!-- counted: name -->` before and
`<!-- end -->` after the lines that are written here; --check tells which of them are out of date.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import networkx as nx
from draw_network import NAMED, Agent, largest_part, picture
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from heritage_graph import web
from heritage_graph.analysis.bridges import groups_by_cut
from heritage_graph.analysis.collaborations import collaborations_in, partner_graph
from heritage_graph.assets import asset_folder
from heritage_graph.namespaces import HG, HGV, ID
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.store.generations import generation_folder, published_generations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from heritage_graph.analysis.collaborations import Collaborations
    from heritage_graph.analysis.rows import Row

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT / "build" / "shipped"
PICTURE: Final = ROOT / "docs" / "network.svg"
PAGES: Final = ("README.md", "docs/dataset.md", "docs/datasheet.md")
DAY: Final = date(2026, 11, 21)
"""The day on which the agreements are looked at."""

_BLOCK: Final = re.compile(r"(<!-- counted: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_MOST_NAMED: Final = 12
_LONGEST_NAME: Final = 28
_ACRONYM: Final = re.compile(r"[A-Z][A-Za-z-]*[A-Z]")
_KINDS: Final = {
    "Agreement": "agreements",
    "Activity": "activities (events, programmes, projects, digs, conservation, exhibitions, grants, scholarships)",
    "Event": "events among them",
    "Programme": "programmes among them",
    "Project": "projects among them",
    "Designation": "designations",
    "Funding": "means given: grants, contributions, in kind",
    "Organization": "organizations",
    "State": "states",
    "Site": "sites",
    "Place": "places, countries among them",
    "Participation": "participations: who took part in what, in which role",
    "Claim": "claims that a source makes and nobody has checked",
    "SourceDocument": "documents and pages",
}


class Dataset:
    """The last generation of the data folder *data*, opened to be read.

    Raises:
        FileNotFoundError: there is none.
    """

    def __init__(self, data: Path) -> None:
        generations = published_generations(data)
        if not generations:
            raise FileNotFoundError(f"there is no dataset in {data}: run make setup")
        self._store = Store.read_only(str(generation_folder(data, generations[-1])))
        self._questions = load_catalogue(asset_folder("queries"))
        self._internal = load_catalogue(Path(web.__file__).with_name("queries"))
        self._own = load_catalogue(ROOT / "docs" / "queries")

    def asked(self, question: str, **values: str) -> list[Row]:
        """The rows of a stored question."""
        return self._rows(bind(self._questions.query(question), values))

    def rows(self, name: str, **values: str) -> list[Row]:
        """The rows of one of the queries behind the pages."""
        return self._rows(bind(self._internal.query(name), values))

    def other_names(self, things: str) -> list[Row]:
        """The other English names of *things*."""
        return self._rows(bind(self._own.query("acronyms-of"), {"things": things}))

    def _rows(self, text: str) -> list[Row]:
        found = self._store.query(text)
        assert isinstance(found, QuerySolutions)
        rows: list[Row] = json.loads(found.serialize(format=QueryResultsFormat.JSON) or b"")["results"]["bindings"]
        return rows


@dataclass(frozen=True)
class Network:
    """Who works with whom in *dataset*."""

    dataset: Dataset

    @cached_property
    def collaborations(self) -> Collaborations:
        """Who took part in what."""
        return collaborations_in(self.dataset.rows("collaboration-rows"))

    @cached_property
    def pairs(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """The partners, with what they share."""
        return self.collaborations.pairs()

    @cached_property
    def graph(self) -> nx.Graph[int]:
        """The graph of partners; a node is the place of its agent in `agents`."""
        return partner_graph(self.collaborations, self.pairs)

    @cached_property
    def agents(self) -> Mapping[int, Agent]:
        """What is shown of each agent."""
        known = self.collaborations.contexts
        names = self._names(known)
        return {
            number: Agent(names[iri], _kind(iri), len(contexts)) for number, (iri, contexts) in enumerate(known.items())
        }

    def _names(self, iris: Mapping[str, object]) -> dict[str, str]:
        """The English name of each, else one in another language; of a long one the shortest acronym, if it has any."""
        names = {iri: _slug(iri) for iri in iris}
        rows = self.dataset.rows("names-of", things=" ".join(iris))
        for row in sorted(rows, key=lambda row: row["name"].get("xml:lang") == "en"):
            names[row["thing"]["value"]] = row["name"]["value"]
        short: dict[str, list[str]] = {iri: [] for iri in iris}
        for row in self.dataset.other_names(" ".join(iris)):
            short[row["thing"]["value"]].append(row["name"]["value"])
        return {iri: _shorter(name, short[iri]) for iri, name in names.items()}


def _shorter(name: str, others: Sequence[str]) -> str:
    """*name*, or where that is long the shortest acronym among *others*, if there is one."""
    acronyms = [each for each in others if _ACRONYM.fullmatch(each)]
    if len(name) <= _LONGEST_NAME or not acronyms:
        return name
    return min(acronyms, key=lambda each: (len(each), each))


def counted(dataset: Dataset) -> Mapping[str, Callable[[], str]]:
    """What makes the lines of each name."""
    network = Network(dataset)
    return {
        "network": lambda: _network(network),
        "links-by-kind": lambda: _links_by_kind(network),
        "who-connects": lambda: _who_connects(network),
        "agreements": lambda: _agreements(dataset),
        "kinds": lambda: _kinds_of(dataset),
        "pages": lambda: _pages(dataset),
        "years": lambda: _years(dataset),
        "countries": lambda: _countries(dataset),
        "identities": lambda: _identities(dataset),
    }


def drawing(network: Network) -> str:
    """The picture of the network."""
    part = largest_part(network.graph)
    return picture(
        part,
        network.agents,
        title="The network of the shipped dataset: organizations and states that worked together",
        note=f"A line: worked together. A large dot: took part in much. Named: the {NAMED} that took part in most.",
    )


def stale(dataset: Dataset) -> dict[str, str]:
    """The pages whose lines are not what is counted, with what they should hold."""
    made = counted(dataset)
    found = {}
    for name in PAGES:
        text = (ROOT / name).read_text(encoding="utf-8")
        current = _BLOCK.sub(lambda block: f"{block[1]}{made[block[2]]()}\n{block[4]}", text)
        if current != text:
            found[name] = current
    return found


def _network(network: Network) -> str:
    graph, agents = network.graph, network.agents
    kinds = Counter(agents[node].kind for node in graph)
    parts = sorted(map(len, nx.connected_components(graph)), reverse=True)
    return (
        f"**{kinds['organization']:,} organizations and {kinds['state']:,} states** worked with another one, in "
        f"{graph.number_of_edges():,} pairs of partners; {parts[0]:,} of them are one network, the others are in "
        f"{len(parts) - 1:,} small groups of {parts[1]} at most."
    )


def _links_by_kind(network: Network) -> str:
    kinds = Counter(kind for shared in network.pairs.values() for kind in {_kind(context) for context in shared})
    rows = [f"| {_FORMS.get(kind, kind)} | {number:,} |" for kind, number in kinds.most_common()]
    return _table("| partners in | pairs |\n|---|---:|", rows)


def _who_connects(network: Network) -> str:
    graph, agents = network.graph, network.agents
    behind = {node: sum(size for size, _ in groups[1:]) for node, groups in groups_by_cut(graph).items()}
    most = sorted(behind, key=lambda node: (-behind[node], agents[node].name))[:_MOST_NAMED]
    links = sum(1 for _ in nx.bridges(graph))
    named = ", ".join(f"{agents[node].name} ({behind[node]})" for node in most)
    return (
        f"Without one of {len(behind)} agents others would be cut off from the rest, and {links} links are the only "
        f"way to somebody. Most depend on these, with how many each alone connects: {named}."
    )


def _agreements(dataset: Dataset) -> str:
    rows = dataset.asked("agreements-in-force", on=DAY.isoformat())
    standing = {row["agreement"]["value"]: row for row in reversed(rows)}
    reasons = {
        row["thing"]["value"]: row["name"]["value"]
        for row in dataset.rows("names-of", things=" ".join({row["reason"]["value"] for row in rows}))
        if row["name"].get("xml:lang") == "en"
    }
    counts = Counter(_stands(row, reasons) for row in standing.values())
    lines = [f"| {what} | {number:,} |" for what, number in sorted(counts.items(), key=lambda each: _order(*each))]
    head = f"| on {DAY.day} {DAY:%B %Y} | agreements |\n|---|---:|"
    return _table(head, [*lines, f"| all | {len(standing):,} |"])


def _stands(row: Row, reasons: Mapping[str, str]) -> str:
    status, reason = row["status"]["value"].removeprefix(f"{HGV}in-force/"), row["reason"]["value"]
    if status == "unknown":
        return f"unknown: {reasons[reason][0].lower()}{reasons[reason][1:]}"
    by_clause = row.get("rule", {}).get("value", "").endswith("/term-from-general-clause")
    basis = "the general clause of three years" if by_clause else "a last day or a term that a source states"
    return f"{_STANDS.get(reason.rpartition('/')[2], reason)}, by {basis}"


_STANDS: Final = {"term-running": "in force", "term-over": "lapsed", "not-yet-effective": "not yet in force"}


def _order(what: str, number: int) -> tuple[int, int]:
    first = ("in force", "not yet", "lapsed", "unknown")
    return next(place for place, word in enumerate(first) if what.startswith(word)), -number


def _kinds_of(dataset: Dataset) -> str:
    numbers = {row["kind"]["value"].removeprefix(HG): int(row["number"]["value"]) for row in dataset.rows("data-kinds")}
    return _table("| of | number |\n|---|---:|", [f"| {words} | {numbers[kind]:,} |" for kind, words in _KINDS.items()])


def _pages(dataset: Dataset) -> str:
    languages = {row["language"]["value"]: int(row["number"]["value"]) for row in dataset.rows("data-languages")}
    publishers = [int(row["number"]["value"]) for row in dataset.rows("data-publishers")]
    told = ", ".join(f"{number:,} in {_LANGUAGES[tag]}" for tag, number in list(languages.items())[: len(_LANGUAGES)])
    rest = sum(list(languages.values())[len(_LANGUAGES) :])
    return (
        f"Languages of documents and pages: {told}, {rest:,} in {len(languages) - len(_LANGUAGES)} others. "
        f"{len(publishers):,} names of publishers, as the pages give them; "
        f"{sum(number == 1 for number in publishers):,} stand on one page."
    )


def _years(dataset: Dataset) -> str:
    rows = dataset.rows("data-years")
    dated = Counter({int(row["year"]["value"]): 0 for row in rows if "year" in row})
    for row in rows:
        if "year" in row:
            dated[int(row["year"]["value"])] += int(row["number"]["value"])
    without = sum(int(row["number"]["value"]) for row in rows if "year" not in row)
    before = sum(number for year, number in dated.items() if year < _RECENT)
    return (
        f"Agreements, activities and designations: {sum(dated.values()):,} with a date, of {min(dated)} to "
        f"{max(dated)}, {before:,} of them before {_RECENT}; {without:,} without one."
    )


_RECENT: Final = 2015


def _countries(dataset: Dataset) -> str:
    rows = dataset.asked("coverage-by-country", lang="en")
    known = [row for row in rows if "countryName" in row]
    agreements = sorted(((int(row["agreements"]["value"]), row["countryName"]["value"]) for row in known), reverse=True)
    most = ", ".join(f"{name} ({number})" for number, name in agreements[:8])
    without = sum(number == 0 for number, _ in agreements)
    return f"{len(rows):,} countries are named. Most agreements: {most}. {without:,} have none."


def _identities(dataset: Dataset) -> str:
    (row,) = dataset.rows("data-parties")
    number = {name: int(cell["value"]) for name, cell in row.items()}
    with (asset_folder("sources") / "records" / "identities.csv").open(encoding="utf-8", newline="") as lines:
        states = Counter(decision["decision"] for decision in csv.DictReader(lines))
    return (
        f"Of {number['participations']:,} participations {number['identified']:,} say who took part; the others have a "
        f"printed name alone. `identities.csv` has {states.total():,} decisions: "
        + ", ".join(f"{count:,} {state}" for state, count in states.most_common())
        + "."
    )


_LANGUAGES: Final = {"en": "English", "ar": "Arabic", "fr": "French", "de": "German", "it": "Italian"}
_FORMS: Final = {
    "agreement": "agreements",
    "event": "events",
    "designation": "designations (mostly nominations made together)",
    "activity": "other activities",
    "programme": "programmes",
    "project": "projects",
}


def _table(head: str, rows: Sequence[str]) -> str:
    return "\n".join([head, *rows])


def _kind(iri: str) -> str:
    return iri.removeprefix(ID).partition("/")[0]


def _slug(iri: str) -> str:
    return iri.rpartition("/")[2]


def main() -> int:
    """Write what is out of date; with --check only name it, and fail."""
    dataset = Dataset(DATA)
    found = stale(dataset)
    if "--check" in sys.argv[1:]:
        for name in found:
            print(f"{name} is out of date: run make docs")
        return 1 if found else 0
    for name, text in found.items():
        (ROOT / name).write_text(text, encoding="utf-8")
        print(f"wrote {name}")
    drawn = drawing(Network(dataset))
    if not PICTURE.exists() or PICTURE.read_text(encoding="utf-8") != drawn:
        PICTURE.write_text(drawn, encoding="utf-8")
        print("wrote docs/network.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
