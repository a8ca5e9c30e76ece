"""What crawlers may fetch (RFC 9309): all pages of things and all files, and nothing that costs a query each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.web.addresses import base_of
from heritage_graph.web.negotiation import TEXT
from heritage_graph.web.replies import Reply
from heritage_graph.web.routing import Operation
from heritage_graph.web.sitemap import INDEX

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context

_ALLOWED: Final = ("/doc/", "/dumps/", "/vocab/", "/graph/", "/queries/", "/sparql$")
_FORBIDDEN: Final = (
    "/sparql",
    "/rdf-graph-store",
    "/validate",
    "/desk",
    "/reconcile",
    "/timegate/",
    "/timemap/",
    "/api/v1/*cursor=",
    "/api/v1/search",
    "/api/v1/network",
    "/api/v1/collaborations",
    "/queries/*?",
    "/*?*asOf=",
    "/*?*profile=",
    "/health/",
    "/metrics",
)
"""What asks the store something else at each address, of which there is no end; a `*` stands for anything."""


def operations(_: Context) -> tuple[Operation, ...]:
    """The file for crawlers."""
    return (
        Operation(
            "robots", "/robots.txt", "What crawlers may fetch, and where the sitemap is.", _robots, formats=(TEXT,),
            example="/robots.txt", still=True, tag="harvesting",
        ),
    )  # fmt: skip


async def _robots(request: Request, context: Context) -> Reply:
    lines = [
        "# Who wants everything takes a dump: /dumps/ and who wants to follow reads /sitemap.xml or /changes",
        "User-agent: *",
        *(f"Allow: {path}" for path in _ALLOWED),
        *(f"Disallow: {path}" for path in _FORBIDDEN),
        "",
        f"Sitemap: {base_of(request.scope, context)}{INDEX}",
        "",
    ]
    return Reply("\n".join(lines).encode(), TEXT, cache="public, max-age=3600")
