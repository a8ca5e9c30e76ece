"""The pages about the kinds of problems, to which the type of every problem document leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heritage_graph.errors import UnknownName
from heritage_graph.web import problems
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.replies import Reply, json_reply, page_reply
from heritage_graph.web.routing import FORMAT, Operation, negotiated

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations on kinds of problems."""
    return (
        Operation("problems", "/problems", "The kinds of problems.", _problems, values=(FORMAT,), formats=(JSON, HTML),
                  schema="problem-kinds", example="/problems", still=True),
        Operation("problem", "/problems/{slug}", "What a kind of problem means.", _problem, values=(FORMAT,),
                  formats=(JSON, HTML), problems=("not-found",), schema="problem-kind", example="/problems/busy",
                  still=True),
    )  # fmt: skip


async def _problems(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    known = _told()
    if chosen == HTML:
        return page_reply(request, context, "problems.html", problems=known)
    return json_reply({"problems": known})


async def _problem(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    known = [each for each in _told() if each["slug"] == request.path_params["slug"]]
    if not known:
        raise UnknownName(f"there is no kind of problem {request.path_params['slug'][:80]!r}; /problems lists them")
    if chosen == HTML:
        return page_reply(request, context, "problem_kind.html", problem=known[0])
    return json_reply(known[0])


def _told() -> list[dict[str, object]]:
    return [
        {"slug": slug, "type": f"/problems/{slug}", "status": status, "title": title, "meaning": meaning}
        for slug, (status, title, meaning) in problems.catalogue().items()
    ]
