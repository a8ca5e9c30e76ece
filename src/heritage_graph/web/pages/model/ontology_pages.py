"""The pages of the ontology, of its modules and of its alignments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import DCTERMS, HG, OWL
from heritage_graph.web.catalogue import listed
from heritage_graph.web.graph_documents import graph_document
from heritage_graph.web.names import Names
from heritage_graph.web.negotiation import GRAPHS, TURTLE
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.model.class_diagram import overview
from heritage_graph.web.pages.model.module_diagram import module_diagram
from heritage_graph.web.pages.model.ontology_model import ALIGNMENTS, KINDS, MODULES, ontology_of
from heritage_graph.web.pages.model.term_entries import Entries
from heritage_graph.web.pages.model.term_links import in_language, in_others, link_to, names_of_terms
from heritage_graph.web.pages.model.term_uses import queries_by_term, uses_of_terms
from heritage_graph.web.replies import page_reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.model.ontology_model import Module, Ontology
    from heritage_graph.web.pages.model.term_entries import Group
    from heritage_graph.web.pages.model.term_links import Spoken, TermLink
    from heritage_graph.web.replies import Reply

_WHOLE: Final = "heritage"
_TITLE: Final = DCTERMS.term("title").value


@dataclass(frozen=True)
class ModuleView:
    """A module as a page shows it: its title and description in the language of the page, and its entries."""

    module: Module
    title: Spoken
    description: Spoken
    groups: Sequence[Group]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many terms of each kind it has."""
        return [(group.kind, len(group.entries)) for group in self.groups]


async def ontology_page(asking: Asking, _: str) -> Reply:
    """All modules with all terms, each at the anchor that its IRI has."""
    rows = await asking.rows("ontology-terms")
    ontology, names = ontology_of(rows), await names_of_terms(asking)
    entries = await _entries(asking, ontology, names, of=ontology.modules.values(), in_full=False)
    modules = [_view(module, entries) for module in ontology.modules.values()]
    whole = next((each for each in modules if each.module.name == _WHOLE), None)
    return page_reply(
        asking.request,
        asking.context,
        "ontology.html",
        whole=whole,
        modules=[each for each in modules if each.groups],
        picture=overview(ontology, names),
        alignments=_alignments(rows, names.language),
        relations=_class_links(ontology, names, ontology.modules.values()),
        formats=GRAPHS,
        generation=asking.generation,
    )


async def module_page(asking: Asking, iri: str) -> Reply:
    """A module, or a version of one, with its terms in full, its picture and its Turtle.

    Raises:
        UnknownName: there is no module with the IRI *iri*, nor with this version.
    """
    rows = await asking.rows("ontology-terms")
    ontology, names = ontology_of(rows), await names_of_terms(asking)
    module = ontology.module(iri)
    if module is None:
        raise UnknownName(f"nothing is known of {iri}", iri=iri)
    entries = await _entries(asking, ontology, names, of=[module], in_full=True)
    return page_reply(
        asking.request,
        asking.context,
        "ontology_module.html",
        view=_view(module, entries),
        others=in_others(module.names, names.language),
        imports=[_module_link(each, ontology, names) for each in module.imports],
        imported_by=[
            _module_link(each.iri, ontology, names) for each in ontology.modules.values() if module.iri in each.imports
        ],
        picture=module_diagram(ontology, module, names),
        relations=_class_links(ontology, names, [module]),
        address=f"/ontology/{iri.removeprefix(MODULES)}",
        turtle=_turtle(rows, {module.iri, *(term.iri for term in module.terms)}),
        formats=GRAPHS,
        generation=asking.generation,
    )


def alignment_page(request: Request, context: Context, address: str, quads: Sequence[Quad]) -> Reply:
    """An alignment as a table: each term of ours, how it relates, and the term of the other model."""
    texts: dict[str, dict[str, str]] = {_TITLE: {}, DCTERMS.description.value: {}}
    version, rows = "", []
    for quad in quads:
        if isinstance(quad.object, Literal):
            texts.get(quad.predicate.value, {})[quad.object.language or ""] = quad.object.value
            version = quad.object.value if quad.predicate == OWL.versionInfo else version
        elif isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(HG):
            assert isinstance(quad.object, NamedNode)
            rows.append((quad.subject.value, quad.predicate.value, quad.object.value))
    code = page_language(request.scope).code
    names = Names((), language=code)
    return page_reply(
        request,
        context,
        "alignment.html",
        title=in_language(texts[_TITLE], code),
        description=in_language(texts[DCTERMS.description.value], code),
        version=version,
        rows=[tuple(link_to(iri, names) for iri in row) for row in sorted(rows)],
        address=address,
        turtle=graph_document(quads, TURTLE).decode(),
        formats=GRAPHS,
    )


async def _entries(asking: Asking, ontology: Ontology, names: Names, *, of: Iterable[Module], in_full: bool) -> Entries:
    """What makes the entries of the terms of the modules *of*."""
    terms = [term for module in of for term in module.terms]
    uses = await uses_of_terms(asking, terms, names)
    return Entries(ontology, names, uses, queries_by_term(listed(asking.context)), asking.context.internal, in_full)


def _view(module: Module, entries: Entries) -> ModuleView:
    language = entries.names.language
    return ModuleView(
        module,
        in_language(module.names, language),
        in_language(module.descriptions, language),
        entries.groups(module, KINDS),
    )


def _module_link(iri: str, ontology: Ontology, names: Names) -> TermLink:
    link = link_to(iri, names)
    title = in_language(ontology.modules[iri].names, names.language) if iri in ontology.modules else None
    return link if title is None else replace(link, text=title.text, language=title.language)


def _class_links(
    ontology: Ontology, names: Names, modules: Iterable[Module]
) -> list[tuple[TermLink, list[tuple[TermLink, list[TermLink]]]]]:
    """The pictures in words: each class with the properties that lead from it to classes."""
    told: dict[str, list[tuple[TermLink, list[TermLink]]]] = {}
    for module in modules:
        for term in module.of_kind("relation"):
            ends = [link_to(far, names) for far in term.far if _is_class(far, ontology.terms)]
            for near in term.near if ends else ():
                told.setdefault(near, []).append((link_to(term.iri, names), ends))
    return [(link_to(iri, names), links) for iri, links in told.items()]


def _is_class(iri: str, terms: Mapping[str, object]) -> bool:
    return iri.startswith(HG) and iri in terms


def _turtle(rows: Iterable[Row], subjects: set[str]) -> str:
    """The statements about *subjects* as Turtle."""
    quads = [
        Quad(NamedNode(row["term"]["value"]), NamedNode(row["property"]["value"]), _term(row["value"]))
        for row in rows
        if row["term"]["value"] in subjects
    ]
    return graph_document(sorted(quads, key=str), TURTLE).decode()


def _term(cell: Mapping[str, str]) -> NamedNode | Literal:
    if cell["type"] == "uri":
        return NamedNode(cell["value"])
    if "xml:lang" in cell:
        return Literal(cell["value"], language=cell["xml:lang"])
    return Literal(cell["value"], datatype=NamedNode(cell["datatype"]) if "datatype" in cell else None)


def _alignments(rows: Iterable[Row], language: str) -> list[tuple[str, Spoken]]:
    """The alignments by name, with their titles."""
    titles: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["term"]["value"].startswith(ALIGNMENTS) and row["property"]["value"] == _TITLE:
            name = row["term"]["value"].removeprefix(ALIGNMENTS)
            titles.setdefault(name, {})[row["value"].get("xml:lang", "")] = row["value"]["value"]
    return [(name, in_language(titles[name], language)) for name in sorted(titles)]
