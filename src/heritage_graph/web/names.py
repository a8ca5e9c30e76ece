"""Names of things for readers: labels by IRI, in the language that is asked for or the nearest there is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.query_files import bind
from heritage_graph.web.page_language import page_language
from heritage_graph.web.replies import rows_of
from heritage_graph.web.templating import short_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.context import Context

_FALLBACK: Final = ("en", "fr", "ar", "")
_AT_ONCE: Final = 500  # IRIs in one VALUES, so that the text of a query stays short


@dataclass(frozen=True)
class Name:
    """A text and its language tag, empty when it has none."""

    text: str
    language: str


class Names:
    """Names by IRI, each in several languages perhaps; *before* are those of others, *language* is preferred."""

    def __init__(
        self, rows: Iterable[Row], before: Mapping[str, Mapping[str, str]] | None = None, *, language: str = "en"
    ) -> None:
        self.language = language
        self._names: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._before = before or {}
        for row in rows:
            name = row["name"]
            self._names[row["thing"]["value"]].setdefault(name.get("xml:lang", ""), name["value"])

    def speaking(self, language: str) -> Names:
        """The same names, those in *language* first."""
        same = Names((), self._before, language=language)
        same._names = self._names
        return same

    @property
    def by_iri(self) -> Mapping[str, Mapping[str, str]]:
        """The names by IRI and language."""
        return self._names

    def all_of(self, iri: str) -> Mapping[str, str]:
        """The names of *iri* by language."""
        return self._names.get(iri) or self._before.get(iri) or {}

    def of(self, iri: str, language: str = "") -> Name:
        """The name of *iri*, the IRI in its short form when it has none."""
        known = self.all_of(iri)
        for tag in (language or self.language, *_FALLBACK, *known):
            if tag in known:
                return Name(known[tag], tag)
        return Name(short_iri(iri), "")


class TermNames:
    """The names of terms, concepts and graphs, read once a generation."""

    def __init__(self) -> None:
        self._known: tuple[int, Names] = (-1, Names(()))

    async def of(self, request: Request, context: Context, generation: int) -> Names:
        """The names as *generation* has them, those in the language of the page first."""
        if self._known[0] != generation:
            text = bind(context.internal.query("term-names"), {})
            self._known = (generation, Names(await rows_of(request, context, text, generation=generation)))
        return self._known[1].speaking(page_language(request.scope).code)


async def names_of(request: Request, context: Context, iris: Iterable[str], generation: int) -> Names:
    """The names of *iris*, and of all terms, concepts and graphs."""
    terms = await context.term_names.of(request, context, generation)
    wanted = {iri for iri in iris if iri not in terms.by_iri}
    rows = await _rows_about(request, context, "entity-names", wanted, generation)
    unnamed = wanted - {row["thing"]["value"] for row in rows}
    rows += await _rows_about(request, context, "names-of", unnamed, generation)  # in other graphs, at thrice the price
    return Names(rows, terms.by_iri, language=terms.language)


async def _rows_about(request: Request, context: Context, name: str, iris: Iterable[str], generation: int) -> list[Row]:
    wanted = sorted(iris)
    rows: list[Row] = []
    for begin in range(0, len(wanted), _AT_ONCE):
        text = bind(context.internal.query(name), {"things": " ".join(wanted[begin : begin + _AT_ONCE])})
        rows += await rows_of(request, context, text, generation=generation)
    return rows
