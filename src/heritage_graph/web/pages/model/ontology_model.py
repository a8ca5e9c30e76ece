"""The ontology as values: its modules and terms, and what stands between them, as the graph says it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import BASE, DCTERMS, HG, ID, OWL, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.service import Row

    Texts = Mapping[str, str]
    Cells = dict[str, list[dict[str, str]]]

MODULES: Final = f"{BASE}ontology/"
ALIGNMENTS: Final = f"{MODULES}alignments/"
CLASS: Final = "class"

_KINDS: Final = {
    OWL.Class.value: CLASS,
    OWL.ObjectProperty.value: "relation",
    OWL.DatatypeProperty.value: "value",
    OWL.AnnotationProperty.value: "annotation",
    HG.Rule.value: "rule",
}
KINDS: Final = tuple(_KINDS.values())
"""The kinds of terms, in the order in which pages show them."""

_ORDER: Final = (
    "heritage",
    "agents",
    "agreements",
    "participation",
    "activities",
    "assets",
    "funding",
    "evidence",
    "rules",
)
_MATCHES: Final = tuple(
    each.value
    for each in (
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        OWL.equivalentClass,
        OWL.equivalentProperty,
        SKOS.exactMatch,
        SKOS.closeMatch,
        SKOS.broadMatch,
        SKOS.narrowMatch,
        SKOS.relatedMatch,
    )
)
_ABOVE: Final = (RDFS.subClassOf.value, RDFS.subPropertyOf.value)
_NEAR: Final = (RDFS.domain.value, HG.usedOn.value)
_VALUES_FROM: Final = HG.valuesFrom.value
_DISJOINT: Final = OWL.disjointWith.value
_INVERSE: Final = OWL.inverseOf.value
_REPLACED: Final = DCTERMS.isReplacedBy.value
_FAR: Final = (RDFS.range.value, HG.pointsTo.value, HG.writtenAs.value)


@dataclass(frozen=True)
class Term:
    """A class, a property or a rule; `names` and `definitions` are by language, `module` is its IRI.

    `values` are the IRIs that each property of it has, ours and those of others.
    """

    iri: str
    kind: str
    module: str
    names: Texts
    definitions: Texts
    values: Mapping[str, Sequence[str]]

    @property
    def anchor(self) -> str:
        """Its place on the page of the ontology: the fragment of its IRI."""
        return re.split(r"[#/]", self.iri)[-1]

    @property
    def above(self) -> list[str]:
        """The terms of ours that it is narrower than."""
        return [iri for iri in self._of(*_ABOVE) if iri.startswith(HG)]

    @property
    def matches(self) -> list[tuple[str, str]]:
        """What it is like in other models, by property."""
        return [(each, iri) for each in _MATCHES for iri in self.values.get(each, ()) if not iri.startswith(BASE)]

    @property
    def near(self) -> list[str]:
        """The classes where a property is at home: its domain, or those that it is used on."""
        return self._of(*_NEAR)

    @property
    def far(self) -> list[str]:
        """What a property leads to: its range, or the classes or datatypes that it is meant for."""
        return self._of(*_FAR)

    @property
    def schemes(self) -> list[str]:
        """The vocabularies from which a property takes its values."""
        return self._of(_VALUES_FROM)

    @property
    def disjoint(self) -> list[str]:
        """The classes that have nothing in common with it."""
        return self._of(_DISJOINT)

    @property
    def inverse(self) -> list[str]:
        """The properties that say the same the other way round."""
        return self._of(_INVERSE)

    @property
    def replacements(self) -> list[str]:
        """What stands in the place of a term that is used no more."""
        return self._of(_REPLACED)

    def _of(self, *properties: str) -> list[str]:
        return [iri for each in properties for iri in self.values.get(each, ())]


@dataclass(frozen=True)
class Module:
    """A file of the ontology: its names, what it is about, its version and the modules that it builds on."""

    iri: str
    names: Texts
    descriptions: Texts
    version: str
    version_iri: str
    imports: Sequence[str]
    terms: Sequence[Term] = field(default=())

    @property
    def name(self) -> str:
        """The last part of its address."""
        return self.iri.removeprefix(MODULES)

    def of_kind(self, kind: str) -> list[Term]:
        """Its terms of a kind."""
        return [term for term in self.terms if term.kind == kind]


@dataclass(frozen=True)
class Ontology:
    """All modules by IRI, as they are best read, and all terms by IRI."""

    modules: Mapping[str, Module]
    terms: Mapping[str, Term]

    @cached_property
    def _below(self) -> Mapping[str, list[Term]]:
        found: defaultdict[str, list[Term]] = defaultdict(list)
        for term in self.terms.values():
            for above in term.above:
                found[above].append(term)
        return found

    @cached_property
    def _at_home(self) -> Mapping[str, list[Term]]:
        found: defaultdict[str, list[Term]] = defaultdict(list)
        for term in self.terms.values():
            for near in term.near:
                found[near].append(term)
        return found

    @cached_property
    def _led_to(self) -> Mapping[str, list[Term]]:
        found: defaultdict[str, list[Term]] = defaultdict(list)
        for term in self.terms.values():
            for far in term.far:
                found[far].append(term)
        return found

    def below(self, iri: str) -> list[Term]:
        """The terms directly narrower than *iri*."""
        return self._below.get(iri, [])

    def with_below(self, iri: str) -> list[str]:
        """*iri* and all terms narrower than it, each once."""
        found: dict[str, None] = {}
        waiting = [iri]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found[each] = None
                waiting += [term.iri for term in self.below(each)]
        return list(found)

    def with_above(self, iri: str) -> list[str]:
        """*iri* and all terms of ours that it is narrower than, each once, the nearest first."""
        found = {iri: None}
        waiting = [iri]
        while waiting:
            each = waiting.pop(0)
            for above in self.terms[each].above if each in self.terms else ():
                if above not in found:
                    found[above] = None
                    waiting.append(above)
        return list(found)

    def properties_of(self, iri: str) -> list[Term]:
        """The properties at home on the class *iri*."""
        return self._at_home.get(iri, [])

    def properties_to(self, iri: str) -> list[Term]:
        """The properties that lead to the class *iri*."""
        return self._led_to.get(iri, [])

    def module(self, iri: str) -> Module | None:
        """The module with the IRI *iri*, or with this version."""
        return next((each for each in self.modules.values() if iri in {each.iri, each.version_iri}), None)


def ontology_of(rows: Iterable[Row]) -> Ontology:
    """The ontology that the statements in *rows* (variables term, property, value) make, in their order or any."""
    found: defaultdict[str, Cells] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row["term"]["value"]][row["property"]["value"]].append(row["value"])
    terms = [term for iri in sorted(found, key=_alphabetic) if (term := _term(iri, found[iri])) is not None]
    by_module: defaultdict[str, list[Term]] = defaultdict(list)
    for term in sorted(terms, key=lambda term: KINDS.index(term.kind)):
        by_module[term.module].append(term)
    modules = [
        _module(iri, said, by_module.get(iri, ()))
        for iri, said in sorted(found.items())
        if _is(said, OWL.Ontology.value) and iri.startswith(MODULES) and not iri.startswith(ALIGNMENTS)
    ]
    return Ontology({each.iri: each for each in _in_order(modules)}, {term.iri: term for term in terms})


def _term(iri: str, said: Cells) -> Term | None:
    kind = next((kind for type_, kind in _KINDS.items() if _is(said, type_)), None)
    if kind is None or not iri.startswith((HG, ID)):
        return None
    module = next(iter(_iris(said, RDFS.isDefinedBy.value)), "")
    return Term(
        iri,
        kind,
        module,
        _texts(said, RDFS.label.value),
        _texts(said, SKOS.definition.value),
        {name: iris for name in said if (iris := _iris(said, name))},
    )


def _module(iri: str, said: Cells, terms: Sequence[Term]) -> Module:
    version = said.get(OWL.versionInfo.value, [{"value": ""}])[0]["value"]
    return Module(
        iri,
        _texts(said, DCTERMS.term("title").value),
        _texts(said, DCTERMS.description.value),
        version,
        next(iter(_iris(said, OWL.versionIRI.value)), ""),
        _iris(said, OWL.imports.value),
        terms,
    )


def _in_order(modules: Iterable[Module]) -> list[Module]:
    """*modules* as they are best read; those that we do not know come last."""
    return sorted(
        modules,
        key=lambda module: _ORDER.index(module.name) if module.name in _ORDER else len(_ORDER),
    )


def _is(said: Cells, type_: str) -> bool:
    return any(cell["value"] == type_ for cell in said.get(RDF.type.value, ()))


def _texts(said: Cells, name: str) -> Texts:
    return {cell.get("xml:lang", ""): cell["value"] for cell in said.get(name, ()) if cell["type"] == "literal"}


def _iris(said: Cells, name: str) -> list[str]:
    return sorted((cell["value"] for cell in said.get(name, ()) if cell["type"] == "uri"), key=_alphabetic)


def _alphabetic(iri: str) -> tuple[str, str]:
    return re.split(r"[#/]", iri)[-1].lower(), iri
