"""Completions for the query editor: classes, properties and things of this graph, by a part of a name."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from heritage_graph.assets import asset_files
from heritage_graph.errors import ParameterError
from heritage_graph.model.names import loose_name_key
from heritage_graph.query_files import bind
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import JSON
from heritage_graph.web.replies import cached, current, json_reply, rows_of
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, pairs, values_of
from heritage_graph.web.templating import short_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from heritage_graph.index.index import Index
    from heritage_graph.service import Row
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

KINDS: Final = ("class", "property", "individual")
_VALUES: Final = (
    Value(
        "kind",
        "What is wanted: class, property or individual.",
        required=True,
        example="class",
        type="choice:class|property|individual",
    ),
    Value("q", "A part of a name in any language, or of the IRI in its short form.", example="agree"),
    Value("lang", "The language to show names in: en, fr or ar.", example="ar", type="choice:en|fr|ar"),
    Value("class", "A class whose properties come first, as an IRI.", repeated=True),
    FORMAT,
)
_LANGUAGES: Final = ("en", "fr", "ar")
_MOST: Final = 50
_SHORTEST: Final = 2
_LONGEST: Final = 100
_CLASS_TYPES: Final = ("http://www.w3.org/2002/07/owl#Class", "http://www.w3.org/2000/01/rdf-schema#Class")
_PROPERTY_TYPE: Final = "Property"
_NO_MATCH: Final = 9
_FITS_NOT: Final = 2


@dataclass
class Term:
    """A class or a property: its names and definitions by language, the classes above it, those it is for."""

    iri: str
    kind: str | None = None
    names: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    parents: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    deprecated: bool = False


class Terms:
    """The classes and properties of one generation."""

    def __init__(self, own: Iterable[Row], borrowed: Iterable[Row]) -> None:
        self._terms: dict[str, Term] = {}
        for row in own:
            self._take(self._term(row["term"]["value"]), row["use"]["value"], row["value"])
        for row in borrowed:
            term = self._term(row["term"]["value"])
            term.kind = term.kind or row["use"]["value"]

    def of_kind(self, kind: str) -> list[Term]:
        """Those that queries use, not the deprecated ones."""
        return [term for term in self._terms.values() if term.kind == kind and not term.deprecated]

    def with_above(self, classes: Iterable[str]) -> set[str]:
        """*classes* and all classes above them."""
        found: set[str] = set()
        waiting = list(classes)
        while waiting:
            iri = waiting.pop()
            if iri not in found:
                found.add(iri)
                waiting += self._terms[iri].parents if iri in self._terms else ()
        return found

    def _term(self, iri: str) -> Term:
        return self._terms.setdefault(iri, Term(iri))

    @staticmethod
    def _take(term: Term, use: str, value: Mapping[str, str]) -> None:
        text, language = value["value"], value.get("xml:lang", "")
        match re.split(r"[#/]", use)[-1]:
            case "type" if text in _CLASS_TYPES:
                term.kind = "class"
            case "type" if text.endswith(_PROPERTY_TYPE):
                term.kind = "property"
            case "label":
                term.names.setdefault(language, text)
            case "definition":
                term.definitions.setdefault(language, text)
            case "subClassOf":
                term.parents.add(text)
            case "domain":
                term.domains.add(text)
            case "deprecated":
                term.deprecated = text in {"true", "1"}


@dataclass(frozen=True)
class _Wanted:
    """What a request asks for; `key` is `text` folded as names are."""

    kind: str
    text: str
    language: str
    classes: tuple[str, ...]

    @property
    def key(self) -> str:
        return loose_name_key(self.text)


class Completions:
    """The completions of one service; terms are read once a generation."""

    def __init__(self, shape_properties: Mapping[str, frozenset[str]]) -> None:
        self._shape_properties = shape_properties
        self._known: tuple[int, Terms] = (-1, Terms((), ()))

    async def answer(self, request: Request, context: Context) -> Reply:
        """The completions that fit best, best first."""
        negotiated(request.scope, (JSON,))
        wanted = _wanted(request)
        asked_for = (wanted.kind, wanted.text, wanted.language, *wanted.classes)
        if wanted.kind == "individual":
            index = await context.indexes.current()
            edition = await current(request, context, "completions", *asked_for, at_generation=index.generation)
            if edition.unchanged:
                return edition.unchanged
            with context.budgets.spending(client_of(request.scope)):
                found = await asyncio.to_thread(_individuals, index, wanted)
        else:
            edition = await current(request, context, "completions", *asked_for)
            if edition.unchanged:
                return edition.unchanged
            found = self._ranked(await self._terms(request, context, edition.generation), wanted)
        reply = json_reply(
            {
                "generation": edition.generation,
                "kind": wanted.kind,
                "complete": len(found) <= _MOST,
                "completions": found[:_MOST],
            }
        )
        return cached(reply, edition)

    async def _terms(self, request: Request, context: Context, generation: int) -> Terms:
        if self._known[0] != generation:
            own, borrowed = [
                await rows_of(request, context, bind(context.internal.query(name), {}), generation=generation)
                for name in ("terms", "borrowed-terms")
            ]
            self._known = (generation, Terms(own, borrowed))
        return self._known[1]

    def _ranked(self, terms: Terms, wanted: _Wanted) -> list[dict[str, object]]:
        """Terms whose names or IRI hold the text: those for the given classes first, then by how well they match."""
        classes = terms.with_above(wanted.classes)
        by_shape = {iri for each in classes for iri in self._shape_properties.get(each, ())}
        ranked = []
        for term in terms.of_kind(wanted.kind):
            short = short_iri(term.iri)
            names = term.names or {"": re.split(r"[#/]", term.iri)[-1]}
            match = min(_match(text, wanted.key) for text in (short, short.partition(":")[2], *names.values()))
            if match == _NO_MATCH:
                continue
            for_class = bool(term.domains & classes)
            fit = 0 if term.iri in by_shape and (for_class or not term.domains) else 1 if for_class else _FITS_NOT
            label, language = _chosen(names, wanted.language)
            detail = _chosen(term.definitions, wanted.language)[0] if term.definitions else ""
            told = _told(term.iri, label, language, detail) | {"fits": fit < _FITS_NOT}
            ranked.append(((fit, match, not short.startswith("hg:"), short.casefold()), told))
        return [told for _, told in sorted(ranked, key=lambda each: each[0])]


def operations(context: Context) -> tuple[Operation, ...]:
    """The operation that completes."""
    completions = Completions(shape_properties(context))
    return (
        Operation(
            "completions",
            "/sparql/completions",
            "Classes, properties or things by a part of a name, for whoever writes a query.",
            completions.answer,
            values=_VALUES,
            formats=(JSON,),
            schema="completions",
            example="/sparql/completions?kind=class&q=agree",
            problems=("busy", "query-timeout", "too-many-requests"),
            tag="sparql",
        ),
    )


def shape_properties(context: Context) -> dict[str, frozenset[str]]:
    """The properties that the shape files ask of each class."""
    store = Store()
    for path in asset_files("shapes", ".ttl"):
        store.load(path.read_bytes(), format=RdfFormat.TURTLE)
    rows = store.query(bind(context.internal.query("properties-of-classes"), {}))
    assert isinstance(rows, QuerySolutions)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for shape_class, shape_property in rows:
        assert isinstance(shape_class, NamedNode)
        assert isinstance(shape_property, NamedNode)
        found[shape_class.value].add(shape_property.value)
    return {iri: frozenset(properties) for iri, properties in found.items()}


def _wanted(request: Request) -> _Wanted:
    given = values_of(request.scope)
    kind, language = given.get("kind", ""), given.get("lang", _LANGUAGES[0])
    if kind not in KINDS:
        raise ParameterError(f"kind is one of {', '.join(KINDS)}, not {kind[:40]!r}", allowed=list(KINDS))
    if language not in _LANGUAGES:
        raise ParameterError(f"lang is one of {', '.join(_LANGUAGES)}, not {language[:40]!r}", allowed=list(_LANGUAGES))
    text = given.get("q", "").strip()
    if len(text) > _LONGEST:
        raise ParameterError(f"q has at most {_LONGEST} characters", limit=_LONGEST)
    classes = tuple(value for name, value in pairs(request.scope) if name == "class")
    return _Wanted(kind, text, language, classes)


def _individuals(index: Index, wanted: _Wanted) -> list[dict[str, object]]:
    """Things by the name that matches best; one in the wanted language wins a draw."""
    if len(wanted.key) < _SHORTEST:
        return []
    preferred = {
        match.thing.iri: match for match in index.search(wanted.text, languages=[wanted.language], limit=_MOST + 1)
    }
    found = []
    for match in index.search(wanted.text, limit=_MOST + 1):
        own = preferred.get(match.thing.iri, match)
        best = own if own.score >= match.score else match
        found.append(_told(match.thing.iri, best.name, best.language, ""))
    return found


def _match(text: str, key: str) -> int:
    """How well *text* answers *key*: 0 the whole, 1 its beginning, 2 the beginning of a word, 3 within, 9 not."""
    folded = loose_name_key(text)
    if key in {folded, ""}:
        return 0
    if folded.startswith(key):
        return 1
    if f" {key}" in folded:
        return 2
    return 3 if key in folded else _NO_MATCH


def _chosen(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The text in *language*, else in the nearest there is, and its language."""
    tag = next((tag for tag in (language, *_LANGUAGES, *texts) if tag in texts), "")
    return texts.get(tag, ""), tag


def _told(iri: str, label: str, language: str, detail: str) -> dict[str, object]:
    return {"iri": iri, "short": short_iri(iri), "label": label, "language": language, "detail": detail}
