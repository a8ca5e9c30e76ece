"""How the JSON API tells what SPARQL found: things with their names, values with their types."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.errors import ParameterError
from heritage_graph.model.dates import read_literal
from heritage_graph.namespaces import XSD
from heritage_graph.query_files import bind
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.context import Context

Cell = dict[str, str]
Words = dict[str, list[str]]
"""Texts by language, the tag `@none` for those without one; several where sources give several."""

_UNTAGGED: Final = "@none"
_AT_ONCE: Final = 500  # IRIs in one VALUES, so that the text of a query stays short


@dataclass(frozen=True)
class Asking:
    """A request that is being answered on one generation, and what answers it."""

    request: Request
    context: Context
    generation: int

    async def rows(self, name: str, **values: str) -> list[Row]:
        """The rows of one of the front's own queries.

        Raises:
            LimitReached, EngineTrouble: as `Service.query`.
        """
        text = bind(self.context.internal.query(name), values)
        return await rows_of(self.request, self.context, text, generation=self.generation)

    async def rows_about(self, name: str, parameter: str, iris: Iterable[str], **values: str) -> list[Row]:
        """The rows for all of *iris*, which the query takes as *parameter*, a few hundred at once; [] for none.

        Raises:
            LimitReached, EngineTrouble: as `Service.query`.
        """
        wanted = sorted(set(iris))
        parts = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
        return [row for part in parts for row in await self.rows(name, **{parameter: " ".join(part)}, **values)]

    async def labels(self, iris: Iterable[str]) -> Labels:
        """The names of *iris*.

        Raises:
            LimitReached, EngineTrouble: as `Service.query`.
        """
        return Labels(await self.rows_about("names-of", "things", iris))


class Labels:
    """Names by IRI and language."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._names: defaultdict[str, Words] = defaultdict(dict)
        for row in rows:
            add_words(self._names[row["thing"]["value"]], row["name"])

    def words(self, iri: str) -> Words:
        """The names of *iri*; empty when it has none."""
        return self._names.get(iri, {})

    def text(self, iri: str, language: str) -> str:
        """One name of *iri*: in *language*, else in English, else in any; empty when it has none."""
        return next((texts[0] for texts in _one(self.words(iri), language).values()), "")

    def in_language(self, language: str) -> Labels:
        """The same with one name for each thing, that which `text` gives."""
        chosen = Labels(())
        chosen._names.update((iri, _one(words, language)) for iri, words in self._names.items())
        return chosen

    def shown(self, cell: Mapping[str, str] | None, language: str) -> str:
        """The text that stands for a cell in a table: a name, else the value; empty for none."""
        if cell is None:
            return ""
        return (self.text(cell["value"], language) if cell["type"] == "uri" else "") or cell["value"]

    def reference(self, iri: str) -> dict[str, object]:
        """A thing as other things refer to it."""
        return {"id": iri, "label": self.words(iri)}

    def references(self, iris: Iterable[str]) -> list[dict[str, object]]:
        """Things as others refer to them, by IRI."""
        return [self.reference(iri) for iri in sorted(set(iris))]

    def value(self, cell: Mapping[str, str]) -> dict[str, object]:
        """A value: a reference, or a literal with what it is."""
        return self.reference(cell["value"]) if cell["type"] == "uri" else literal(cell)


def _one(words: Words, language: str) -> Words:
    return next(({tag: words[tag][:1]} for tag in (language, "en", *words) if tag in words), {})


def literal(cell: Mapping[str, str]) -> dict[str, object]:
    """A literal as written: a text with its language, a date with its bounds, anything else with its type."""
    value = cell["value"]
    if "xml:lang" in cell:
        return {"value": value, "language": cell["xml:lang"]}
    if "datatype" not in cell:
        return {"value": value}
    datatype = cell["datatype"]
    told: dict[str, object] = {"value": value, "type": datatype.removeprefix(XSD)}
    try:
        read = read_literal(Literal(value, datatype=NamedNode(datatype)))
    except ParameterError:
        return told
    return told | {"earliest": read.earliest.isoformat(), "latest": read.latest.isoformat()}


def add_words(words: Words, cell: Mapping[str, str]) -> None:
    """Put the text of *cell* among *words*, once."""
    texts = words.setdefault(cell.get("xml:lang") or _UNTAGGED, [])
    if cell["value"] not in texts:
        texts.append(cell["value"])


def iris_in(*cells: Mapping[str, str] | None) -> set[str]:
    """The IRIs among *cells*."""
    return {cell["value"] for cell in cells if cell is not None and cell["type"] == "uri"}
