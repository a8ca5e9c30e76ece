"""What is told of a source: its graph, its document, its status and licence, its size, and where to go from there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from heritage_graph.errors import ParameterError
from heritage_graph.model.dates import read_date
from heritage_graph.namespaces import source_graph
from heritage_graph.web.api.dates import date_value
from heritage_graph.web.api.reasons import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.web.api.references import Asking, Labels

_BEGIN: Final = source_graph("").value
_REFERRED: Final = ("document", "publisher", "status")


def slug_of(graph: str) -> str:
    """The name of the source whose graph *graph* is."""
    return graph.removeprefix(_BEGIN)


async def described(asking: Asking, graphs: Sequence[str]) -> list[dict[str, object]]:
    """The sources whose graphs *graphs* are, in that order."""
    sizes = {
        row["graph"]["value"]: int(row["statements"]["value"])
        for row in await asking.rows_about("source-sizes", "graphs", graphs)
        if "graph" in row
    }
    members: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in await asking.rows_about("source-descriptions", "graphs", graphs):
        for name in row.keys() - {"graph"}:
            values = members[row["graph"]["value"]][name]
            values += [row[name]["value"]] if row[name]["value"] not in values else []
    labels = await asking.labels(
        {*graphs, *(value for each in members.values() for name in _REFERRED for value in each[name])}
    )
    return [_described(graph, members[graph], sizes.get(graph, 0), labels) for graph in graphs]


async def last_change(asking: Asking, graph: str) -> dict[str, object]:
    """When and why the source was changed last; unknown when the log does not tell."""
    rows = await asking.rows("source-last-change", graph=graph)
    if not rows:
        return unknown(
            "not-in-log",
            en="The log has no change of this source.",
            ar="لا يذكر السجل أي تغيير لهذا المصدر.",
            fr="Le journal ne mentionne aucun changement de cette source.",
        )
    row = rows[0]
    told: dict[str, object] = {"generation": int(row["generation"]["value"]), "time": row["time"]["value"]}
    return told | ({"message": row["message"]["value"]} if "message" in row else {})


def links_of(graph: str) -> dict[str, str]:
    """Where a client goes from a source."""
    slug = slug_of(graph)
    return {
        "self": f"/api/v1/sources/{slug}",
        "graph": f"/graph/source/{slug}",
        "graphStore": f"/rdf-graph-store?graph={quote(graph, safe=':/')}",
    }


def _described(graph: str, members: Mapping[str, Sequence[str]], size: int, labels: Labels) -> dict[str, object]:
    told: dict[str, object] = {
        "id": graph,
        "slug": slug_of(graph),
        "label": labels.words(graph),
        "statements": size,
        "documents": labels.references(members.get("document", ())),
        "publishers": labels.references(members.get("publisher", ())),
        "pages": sorted(members.get("page", ())),
        "epistemicStatus": _status(members.get("status", ()), labels),
        "links": links_of(graph),
    }
    if members.get("licence"):
        told["documentLicense"] = members["licence"][0]
    if members.get("retrievedOn"):
        told["retrievedOn"] = _date(members["retrievedOn"][0])
    return told


def _status(statuses: Sequence[str], labels: Labels) -> dict[str, object]:
    if statuses:
        return {"code": statuses[0].rpartition("/")[2], **labels.reference(statuses[0])}
    return unknown(
        "not-stated",
        en="Nobody has stated the status of this source.",
        ar="لم يبيّن أحد حالة هذا المصدر.",
        fr="Personne n'a indiqué le statut de cette source.",
    )


def _date(text: str) -> dict[str, object]:
    try:
        return date_value(read_date(text).bounds)
    except ParameterError:
        return unknown(
            "not-a-date",
            en="What is stated is no date.",
            ar="ما ذُكر ليس تاريخًا.",
            fr="Ce qui est indiqué n'est pas une date.",
        )
