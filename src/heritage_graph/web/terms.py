"""The ontology, its modules, the vocabularies and the shapes as documents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, RdfFormat, parse

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import BASE, HGV, ONTOLOGY, OWL, VOCAB
from heritage_graph.query_files import bind
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.editions import CACHED
from heritage_graph.web.entity_addresses import segment, without_suffix
from heritage_graph.web.graph_documents import graph_document
from heritage_graph.web.graph_standing import graph_changed
from heritage_graph.web.http_dates import holds_since, last_modified
from heritage_graph.web.negotiation import GRAPHS, HTML, NQUADS, TRIG, TURTLE
from heritage_graph.web.pages.model.ontology_model import MODULES
from heritage_graph.web.pages.model.ontology_pages import alignment_page, module_page, ontology_page
from heritage_graph.web.pages.model.schemes import scheme_page, vocabularies_page
from heritage_graph.web.pages.model.shapes import shapes_page
from heritage_graph.web.replies import Reply, asked, cached, current, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated, values_of
from heritage_graph.web.signposting import Link, link_field

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyoxigraph import Quad
    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.negotiation import Format

    PageMaker = Callable[[Asking, str], Awaitable[Reply]]

FORMATS: Final = (*GRAPHS, HTML)
_PROBLEMS: Final = ("not-found", "generation-not-kept", "not-acceptable")


@dataclass(frozen=True)
class _Document:
    """A document of terms: what it is about, where it is, and what gives its statements and its page.

    One that `is_whole` is there however little the graph holds.
    """

    iri: str
    address: str
    graph: str
    statements: str
    page: PageMaker
    is_whole: bool = False


_ONTOLOGY: Final = _Document(f"{BASE}ns", "/ns", ONTOLOGY.value, "ontology-statements", ontology_page, is_whole=True)
_VOCABULARIES: Final = _Document(
    HGV.rstrip("/"), "/vocab", VOCAB.value, "vocabularies-statements", vocabularies_page, is_whole=True
)


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations on terms."""
    return (
        Operation("ontology", "/ns", "The ontology.", _ontology, values=(FORMAT, AS_OF), formats=FORMATS,
                  problems=_PROBLEMS, example="/ns?format=nt", tag="terms"),
        Operation("vocabularies", "/vocab", "The concept schemes.", _vocabularies, values=(FORMAT, AS_OF),
                  formats=FORMATS, problems=_PROBLEMS, example="/vocab?format=nt", tag="terms"),
        Operation("vocabulary", "/vocab/{scheme}", "A concept scheme with its concepts.", _scheme,
                  values=(FORMAT, AS_OF), formats=FORMATS, problems=_PROBLEMS, example="/vocab/in-force.nt",
                  tag="terms"),
        Operation("alignment", "/ontology/alignments/{name}", "How our terms relate to those of another model.",
                  _alignment, values=(FORMAT,), formats=FORMATS, problems=("not-found",), still=True,
                  example="/ontology/alignments/geo.nt", tag="terms"),
        Operation("alignmentVersion", "/ontology/alignments/{name}/{version}", "A version of an alignment.",
                  _alignment, values=(FORMAT,), formats=FORMATS, problems=("not-found",), still=True,
                  example="/ontology/alignments/geo/0.1.0", tag="terms"),
        Operation("module", "/ontology/{name}", "A module of the ontology with its terms.", _module,
                  values=(FORMAT, AS_OF), formats=FORMATS, problems=_PROBLEMS, example="/ontology/participation.nt",
                  tag="terms"),
        Operation("moduleVersion", "/ontology/{name}/{version}", "A version of a module of the ontology.", _module,
                  values=(FORMAT, AS_OF), formats=FORMATS, problems=_PROBLEMS,
                  example="/ontology/participation/0.1.0", tag="terms"),
        Operation("shapes", "/shapes", "The rules of the model, as SHACL shapes.", _shapes, values=(FORMAT,),
                  formats=FORMATS, example="/shapes", still=True, tag="terms"),
    )  # fmt: skip


async def _ontology(request: Request, context: Context) -> Reply:
    return await _document(request, context, _ONTOLOGY, suffix="")


async def _vocabularies(request: Request, context: Context) -> Reply:
    return await _document(request, context, _VOCABULARIES, suffix="")


async def _scheme(request: Request, context: Context) -> Reply:
    name, suffix = without_suffix(request.path_params["scheme"], FORMATS)
    document = _Document(HGV + segment(name), f"/vocab/{name}", VOCAB.value, "scheme-statements", scheme_page)
    return await _document(request, context, document, suffix=suffix)


async def _module(request: Request, context: Context) -> Reply:
    path, suffix = _module_path(request)
    document = _Document(MODULES + path, f"/ontology/{path}", ONTOLOGY.value, "module-statements", module_page)
    return await _document(request, context, document, suffix=suffix)


async def _document(request: Request, context: Context, document: _Document, *, suffix: str) -> Reply:
    """*document* in the last generation, or in that which `asOf` names.

    Raises:
        UnknownName: there are no such terms, or were not then.
    """
    chosen = negotiated(request.scope, FORMATS, suffix=suffix)
    at = await generation_in(values_of(request.scope), context)
    edition = await current(request, context, "terms", document.iri, chosen.extension, at_generation=at)
    if edition.unchanged:
        return edition.unchanged
    generation = edition.generation
    links = link_field([Link(document.iri, "describes"), *_alternates(document)])
    if chosen == HTML:  # it tells of uses, too, so its date is not that of the graph of terms
        return cached(await document.page(Asking(request, context, generation), document.iri), edition, links)
    fields = last_modified(await graph_changed(request, context, document.graph, generation))
    if holds_since(request.scope, fields):
        return Reply(status=304, tag=edition.tag, cache=CACHED, fields=fields)
    about = {} if document.is_whole else {"this": document.iri}
    if about:
        known = bind(context.internal.query("document-known"), about)
        if not await rows_of(request, context, known, generation=generation):
            raise UnknownName(f"nothing is known of {document.iri}", iri=document.iri)
    named = "true" if chosen in {TRIG, NQUADS} else "false"
    text = bind(context.internal.query(document.statements), {**about, "named": named})
    reply = await asked(request, context, text, chosen, generation=generation, quads=True)
    return cached(reply, edition, fields + links)


async def _alignment(request: Request, context: Context) -> Reply:
    """An alignment, of which the graph holds the statements but not the borders: it is given as its file."""
    path, suffix = _module_path(request, "alignments/")
    chosen = negotiated(request.scope, FORMATS, suffix=suffix)
    quads = _alignments().get(MODULES + path)
    if quads is None:
        raise UnknownName(f"there is no alignment {path[:80]!r}", name=path)
    if chosen == HTML:
        return alignment_page(request, context, f"/ontology/{path}", quads)
    return Reply(graph_document(quads, chosen), chosen)


async def _shapes(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, FORMATS)
    if chosen == HTML:
        return shapes_page(request, context)
    if chosen == TURTLE:
        return Reply(_shape_files(), TURTLE)
    return Reply(_shapes_as(chosen), chosen)


@cache
def _shape_files() -> bytes:
    """The shapes as their files have them, which are written for reading."""
    return b"\n".join(path.read_bytes() for path in asset_files("shapes", ".ttl"))


@cache
def _shapes_as(chosen: Format) -> bytes:
    return graph_document(parse(_shape_files(), RdfFormat.TURTLE), chosen)


@cache
def _alignments() -> dict[str, tuple[Quad, ...]]:
    """The statements of each alignment by its IRI and by that of its version."""
    found: dict[str, tuple[Quad, ...]] = {}
    for path in sorted((asset_folder("ontology") / "alignments").glob("*.ttl")):
        quads = tuple(parse(path.read_bytes(), RdfFormat.TURTLE))
        iri = f"{MODULES}alignments/{path.stem}"
        found[iri] = quads
        versions = (quad.object for quad in quads if quad.predicate == OWL.versionIRI)
        found.update({version.value: quads for version in versions if isinstance(version, NamedNode)})
    return found


def _module_path(request: Request, folder: str = "") -> tuple[str, str]:
    """The path of a module, or of a version of one, below /ontology, and the suffix of a format."""
    values = request.path_params
    name, suffix = without_suffix(values.get("version", values["name"]), FORMATS)
    before = f"{segment(values['name'])}/" if "version" in values else ""
    return f"{folder}{before}{segment(name)}", suffix


def _alternates(document: _Document) -> list[Link]:
    suffixed = "?format={}" if document.is_whole else ".{}"
    return [Link(document.address + suffixed.format(each.extension), "alternate", each.media_type) for each in FORMATS]
