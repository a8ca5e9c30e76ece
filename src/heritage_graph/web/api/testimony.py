"""Who asserts something: the graph, its document, and the places in the text that it points to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import CURATION, HGV, INFERRED
from heritage_graph.web.api.reasons import unknown_because
from heritage_graph.web.api.references import iris_in, literal
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking, Cell, Labels

_DERIVED: Final = HGV + "epistemic-status/derived"
_WHY_NO_DOCUMENT: Final = {INFERRED.value: "derived", CURATION.value: "curators"}


@dataclass(frozen=True)
class Testimony:
    """What is known of some graphs, and the evidence that they give for some things."""

    graphs: Mapping[str, list[Row]]
    evidence: Mapping[tuple[str, str], list[str]] = field(default_factory=dict)
    places: Mapping[str, list[Row]] = field(default_factory=dict)

    @property
    def iris(self) -> set[str]:
        """Everything that is told with its name."""
        columns = ("status", "document", "issuer", "attributedTo")
        rows = [row for rows in self.graphs.values() for row in rows]
        named = iris_in(*(row.get(column) for row in rows for column in columns))
        return (
            {_DERIVED}
            | named
            | set(self.graphs)
            | iris_in(*(row["document"] for rows in self.places.values() for row in rows))
        )

    def assertion(self, graph: str, labels: Labels, *things: str) -> dict[str, object]:
        """The graph as one that asserts: its status, its document, and the evidence that it gives for *things*."""
        rows = self.graphs.get(graph, [])
        statuses = sorted(iris_in(*(row.get("status") for row in rows))) or [_DERIVED] * (graph == INFERRED.value)
        places = dict.fromkeys(place for thing in things for place in self.evidence.get((thing, graph), ()))
        return {
            "graph": labels.reference(graph),
            "status": labels.reference(statuses[0]) if statuses else unknown_because("no-status"),
            "attributedTo": labels.references(iris_in(*(row.get("attributedTo") for row in rows))),
            "document": self._document(graph, labels),
            "evidence": [self.place(place, labels) for place in places],
        }

    def place(self, iri: str, labels: Labels) -> dict[str, object]:
        """A piece of evidence: where in which document."""
        rows = self.places.get(iri, [])
        told: dict[str, object] = {
            "id": iri,
            "documents": labels.references(iris_in(*(row["document"] for row in rows))),
        }
        pages = sorted(iris_in(*(row.get("page") for row in rows)))
        row = rows[0] if rows else {}
        if "start" not in row:  # a page, which has no characters to count
            read = {"readOn": literal(row["readOn"])} if "readOn" in row else {}
            return {**told, "kind": "page", "pages": pages, **read}
        numbers: dict[str, object] = {name: int(row[name]["value"]) for name in ("line", "start", "end") if name in row}
        digest = {"digest": row["digest"]["value"].lower()} if "digest" in row else {}
        return {**told, "kind": "text", **numbers, **digest, "pages": pages}

    def document_name(self, graph: str, labels: Labels, language: str) -> str:
        """The name of the document whose content *graph* holds; empty when there is none."""
        documents = iris_in(*(row.get("document") for row in self.graphs.get(graph, ())))
        return next((labels.text(document, language) or document for document in sorted(documents)), "")

    def _document(self, graph: str, labels: Labels) -> dict[str, object]:
        rows = [row for row in self.graphs.get(graph, []) if "document" in row]
        if not rows:
            return unknown_because(_WHY_NO_DOCUMENT.get(graph, "no-document"))
        iri = rows[0]["document"]["value"]
        issued = distinct(row["issuedOn"] for row in rows if "issuedOn" in row)
        return {
            **labels.reference(iri),
            "href": local_address(iri) or iri,
            "title": [literal(cell) for cell in distinct(row["title"] for row in rows if "title" in row)],
            "issuer": labels.references(iris_in(*(row.get("issuer") for row in rows))),
            "issued": [literal(cell) for cell in issued] or [unknown_because("not-stated")],
            "pages": sorted(iris_in(*(row.get("page") for row in rows))),
        }


async def graphs_told(asking: Asking, graphs: Iterable[str]) -> Testimony:
    """What is known of *graphs*, without evidence.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    return Testimony(by_column(await asking.rows_about("why-graphs", "graphs", graphs), "graph"))


async def evidence_for(
    asking: Asking, graphs: Iterable[str], things: Iterable[str], places: Iterable[str]
) -> Testimony:
    """What is known of *graphs*, the evidence that any graph gives for *things*, and what *places* are.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    evidence: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in await asking.rows_about("why-evidence", "things", things):
        if row["evidence"]["type"] == "uri":
            evidence[row["thing"]["value"], row["graph"]["value"]].append(row["evidence"]["value"])
    wanted = {place for found in evidence.values() for place in found} | set(places)
    known = await graphs_told(asking, graphs)
    return Testimony(
        known.graphs, evidence, by_column(await asking.rows_about("why-places", "places", wanted), "place")
    )


def distinct(cells: Iterable[Cell]) -> list[Cell]:
    """*cells* in their order, each once."""
    return list({tuple(sorted(cell.items())): cell for cell in cells}.values())


def by_column(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """*rows* by the text that they have in *column*, in their order."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]["value"]].append(row)
    return found
