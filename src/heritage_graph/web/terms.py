"""The ontology, the vocabularies and the shapes as documents."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from heritage_graph.assets import asset_files
from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import HGV, ONTOLOGY
from heritage_graph.query_files import bind
from heritage_graph.web.negotiation import HTML, TRIPLES, TURTLE, named
from heritage_graph.web.replies import Reply, asked, cached, current, page_reply, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.context import Context

FORMATS: Final = (*TRIPLES, HTML)
_SCHEME: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_LANGUAGES: Final = ("en", "ar", "fr")
_DEFINITION: Final = "definition"


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations on terms."""
    return (
        Operation("ontology", "/ns", "The ontology.", _ontology, values=(FORMAT,), formats=FORMATS,
                  example="/ns?format=nt", tag="terms"),
        Operation("vocabulary", "/vocab/{scheme}", "A concept scheme with its concepts.", _scheme, values=(FORMAT,),
                  formats=FORMATS, problems=("not-found",), example="/vocab/in-force.nt", tag="terms"),
        Operation("shapes", "/shapes", "The rules of the model, as SHACL shapes.", _shapes, values=(FORMAT,),
                  formats=(TURTLE, HTML), example="/shapes", still=True, tag="terms"),
    )  # fmt: skip


async def _ontology(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, FORMATS)
    edition = await current(request, context, "ontology", chosen.extension)
    if edition.unchanged:
        return edition.unchanged
    if chosen == HTML:
        text = bind(context.internal.query("ontology-rows"), {})
        rows = await rows_of(request, context, text, generation=edition.generation)
        return cached(page_reply(context, "terms_page.html", title="Ontology", address="/ns", formats=TRIPLES,
                                 terms=_terms(rows)), edition)  # fmt: skip
    text = bind(context.internal.query("triples"), {})
    reply = await asked(request, context, text, chosen, generation=edition.generation, graphs=(ONTOLOGY.value,))
    return cached(reply, edition)


async def _scheme(request: Request, context: Context) -> Reply:
    name, _, suffix = request.path_params["scheme"].partition(".")
    if not _SCHEME.fullmatch(name) or (suffix and named(suffix, FORMATS) is None):
        raise UnknownName(f"there is no vocabulary {name[:80]!r}, or not in this format")
    chosen = negotiated(request.scope, FORMATS, suffix=suffix)
    edition = await current(request, context, "scheme", name, chosen.extension)
    if edition.unchanged:
        return edition.unchanged
    scheme = {"scheme": HGV + name}
    text = bind(context.internal.query("scheme-rows"), scheme)
    rows = await rows_of(request, context, text, generation=edition.generation)
    if not rows:
        raise UnknownName(f"there is no vocabulary {name!r}", name=name)
    if chosen == HTML:
        return cached(page_reply(context, "terms_page.html", title=f"Vocabulary: {name}", address=f"/vocab/{name}",
                                 formats=TRIPLES, terms=_terms(rows)), edition)  # fmt: skip
    text = bind(context.internal.query("scheme"), scheme)
    return cached(await asked(request, context, text, chosen, generation=edition.generation), edition)


async def _shapes(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (TURTLE, HTML))
    turtle = b"\n".join(path.read_bytes() for path in asset_files("shapes", ".ttl"))
    if chosen == HTML:
        return page_reply(context, "shapes.html", turtle=turtle.decode())
    return Reply(turtle, TURTLE)


def _terms(rows: Iterable[Row]) -> list[dict[str, object]]:
    """The terms by IRI, each with its names and definitions in the languages of the model."""
    texts: defaultdict[str, dict[tuple[bool, str], str]] = defaultdict(dict)
    for row in rows:
        is_definition = row["use"]["value"].endswith(_DEFINITION)
        texts[row["term"]["value"]].setdefault((is_definition, row["text"].get("xml:lang", "")), row["text"]["value"])
    return [
        {
            "iri": iri,
            "anchor": re.split(r"[#/]", iri)[-1],
            "names": [(language, found[False, language]) for language in _LANGUAGES if (False, language) in found],
            "definitions": [(language, found[True, language]) for language in _LANGUAGES if (True, language) in found],
        }
        for iri, found in sorted(texts.items())
    ]
