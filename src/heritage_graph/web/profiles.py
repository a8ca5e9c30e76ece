"""Descriptions of things in the profiles of other communities, for whoever serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, parse

from heritage_graph.query_files import bind
from heritage_graph.service import whole
from heritage_graph.store.base import QueryRequest
from heritage_graph.views import PROFILES, Profile, separate
from heritage_graph.web.replies import answer_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyoxigraph import Triple
    from starlette.requests import Request

    from heritage_graph.web.context import Context

__all__ = ["PROFILES", "Profile", "views_of"]


async def views_of(
    request: Request, context: Context, profile: Profile, iris: Sequence[str], *, generation: int
) -> dict[str, list[Triple]]:
    """The description of each of *iris* in *profile*, its triples sorted; things it cannot describe are absent.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`; also when the client has gone.
    """
    if not iris:
        return {}
    wanted = QueryRequest(
        bind(context.catalogue.query(profile.name), {"things": " ".join(iris)}),
        graph_format="nt",
        timeout_s=context.settings.query_timeout,
        max_bytes=context.result_bytes,
        at_generation=generation,
    )
    body = await whole(await answer_of(request, context, wanted, "lookup"))
    return separate(profile, iris, (quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)))
