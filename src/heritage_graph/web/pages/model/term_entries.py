"""The entries of terms on the pages of the ontology: each term with all that is known of it, in links and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.namespaces import HG, RDFS, SKOS
from heritage_graph.query_files import bind
from heritage_graph.web.pages.model.ontology_model import CLASS
from heritage_graph.web.pages.model.shape_files import shapes_by_term
from heritage_graph.web.pages.model.term_links import in_language, in_others, link_to, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.query_files import Catalogue, Query
    from heritage_graph.web.names import Names
    from heritage_graph.web.pages.model.ontology_model import Module, Ontology, Term
    from heritage_graph.web.pages.model.shape_files import Shape
    from heritage_graph.web.pages.model.term_links import Spoken, TermLink
    from heritage_graph.web.pages.model.term_uses import Example, Uses

_MATCH_WORDS: Final = {
    RDFS.subClassOf.value: "kind-of-match",
    RDFS.subPropertyOf.value: "kind-of-match",
    SKOS.exactMatch.value: "exact-match",
    SKOS.closeMatch.value: "close-match",
    SKOS.broadMatch.value: "broad-match",
    SKOS.narrowMatch.value: "narrow-match",
}
_OTHER_MATCH: Final = "other-match"


@dataclass(frozen=True)
class QuestionLink:
    """A stored query that a term stands in."""

    title: Spoken
    address: str


@dataclass(frozen=True)
class Entry:
    """A term as a page shows it.

    `facts` and `matches` are links by the word that introduces them; `uses` is None for what no statement uses, and
    `uses_address` asks for all of them.
    """

    term: Term
    short: str
    name: Spoken
    definition: Spoken
    others: Sequence[tuple[Spoken, Spoken]]
    facts: Sequence[tuple[str, Sequence[TermLink]]]
    matches: Sequence[tuple[str, Sequence[TermLink]]]
    shapes: Sequence[Shape]
    questions: Sequence[QuestionLink]
    uses: int | None
    uses_address: str
    examples: Sequence[Example]


@dataclass(frozen=True)
class Group:
    """The entries of one kind."""

    kind: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Entries:
    """What makes entries of terms: the ontology, the names in the language of the page, the uses and the queries.

    Those `in_full` tell what a class has from broader ones, and ask for all uses.
    """

    ontology: Ontology
    names: Names
    uses: Uses
    queries: Mapping[str, Sequence[Query]]
    internal: Catalogue
    in_full: bool

    def groups(self, module: Module, kinds: Iterable[str]) -> list[Group]:
        """The entries of the terms of *module*, by kind."""
        found = [Group(kind, [self._entry(term) for term in module.of_kind(kind)]) for kind in kinds]
        return [group for group in found if group.entries]

    def _entry(self, term: Term) -> Entry:
        language = self.names.language
        definitions = {each.language: each for each in in_others(term.definitions, language)}
        uses = self.uses.of(term, self.ontology) if term.iri.startswith(HG) else None
        return Entry(
            term,
            shortened(term.iri),
            in_language(term.names, language),
            in_language(term.definitions, language),
            [(name, definitions[name.language]) for name in in_others(term.names, language)
             if name.language in definitions],
            self._facts(term),
            self._matches(term),
            shapes_by_term().get(term.iri, ()),
            [QuestionLink(in_language(query.title.by_language, language), f"/queries/{query.name}")
             for query in self.queries.get(term.iri, ())],
            uses,
            self._uses_address(term) if uses and self.in_full else "",
            self.uses.examples_of(term, self.ontology),
        )  # fmt: skip

    def _facts(self, term: Term) -> list[tuple[str, list[TermLink]]]:
        below = [each.iri for each in self.ontology.below(term.iri)]
        if term.kind == CLASS:
            above = self.ontology.with_above(term.iri)[1:]
            inherited = [each.iri for iri in above for each in self.ontology.properties_of(iri)]
            told = [
                ("narrower-than", above),
                ("broader-than", below),
                ("disjoint-with", term.disjoint),
                ("properties", [each.iri for each in self.ontology.properties_of(term.iri)]),
                ("inherited", inherited if self.in_full else []),
                ("led-to-by", [each.iri for each in self.ontology.properties_to(term.iri)]),
            ]
        else:
            told = [
                ("used-on", term.near),
                ("leads-to", term.far),
                ("values-from", term.schemes),
                ("narrower-than", term.above),
                ("broader-than", below),
                ("inverse-of", term.inverse),
            ]
        told.append(("replaced-by", term.replacements))
        return [(word, self._links(iris)) for word, iris in told if iris]

    def _matches(self, term: Term) -> list[tuple[str, list[TermLink]]]:
        found: dict[str, list[str]] = {}
        for match, iri in term.matches:
            found.setdefault(_MATCH_WORDS.get(match, _OTHER_MATCH), []).append(iri)
        return [(word, self._links(iris)) for word, iris in found.items()]

    def _links(self, iris: Iterable[str]) -> list[TermLink]:
        return [link_to(iri, self.names) for iri in dict.fromkeys(iris)]

    def _uses_address(self, term: Term) -> str:
        name = "things-of-class" if term.kind == CLASS else "statements-with-property"
        return "/sparql?" + urlencode({"query": bind(self.internal.query(name), {"this": term.iri}).strip()})
