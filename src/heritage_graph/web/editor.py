"""The query editor at /sparql for browsers: its page, and the examples that it offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import PREFIXES
from heritage_graph.query_files import bind
from heritage_graph.web import catalogue
from heritage_graph.web.negotiation import JSON
from heritage_graph.web.replies import Reply, json_reply
from heritage_graph.web.routing import FORMAT, Operation, negotiated

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.web.context import Context
    from heritage_graph.web.page_language import PageLanguage

# Scripts and styles come from files of ours alone. Attributes may style, since the hints of the editor on mistyped
# words come as markup with a style attribute.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
EDITOR_FIELDS: Final = ((b"content-security-policy", CONTENT_SECURITY_POLICY.encode()), (b"x-frame-options", b"DENY"))
"""Header fields of the page with the editor."""

EXAMPLE: Final = """\
PREFIX hg:   <https://w3id.org/heritage-graph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT DISTINCT ?agreement ?name ?signed
WHERE {
  ?agreement hg:agreementKind ?kind .
  OPTIONAL { ?agreement skos:prefLabel ?name FILTER(LANG(?name) = "en") }
  OPTIONAL { ?agreement hg:signedOn ?signed }
}
ORDER BY ?agreement
"""
"""The query that stands in the editor at first."""


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations that the editor needs besides the endpoint."""
    written: list[Reply] = []

    async def examples(request: Request, context: Context) -> Reply:
        negotiated(request.scope, (JSON,))
        if not written:
            written.append(_examples(context))
        return written[0]

    return (
        Operation("examples", "/sparql/examples", "The prefixes of the editor, and examples by topic.", examples,
                  values=(FORMAT,), formats=(JSON,), schema="editor-examples", example="/sparql/examples",
                  still=True, tag="sparql"),
    )  # fmt: skip


def page(context: Context, language: PageLanguage) -> bytes:
    """The page: a plain form, and the editor in its place where it has been built and scripts run."""
    return context.pages.render("sparql.html", language=language, here="/sparql", example=EXAMPLE)


def _examples(context: Context) -> Reply:
    """The prefixes and examples; they stay the same while the service runs."""
    topics = [
        {"topic": topic, "examples": [_example(query) for query in catalogue.listed(context) if query.topic == topic]}
        for topic in dict.fromkeys(query.topic for query in catalogue.listed(context))
    ]
    return json_reply({"prefixes": PREFIXES, "topics": topics})


def _example(query: Query) -> dict[str, object]:
    """A stored question with its parameters set to their examples."""
    return {
        "name": query.name,
        "title": dict(query.title.by_language),
        "why": dict(query.why.by_language),
        "query": bind(query, query.examples).strip() + "\n",
        "href": f"/queries/{query.name}",
    }
