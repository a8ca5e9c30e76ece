"""What the page of a stored question shows around its answer: the form, the SPARQL, and ways to take it along."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.query_files import bind
from heritage_graph.web.addresses import base_of
from heritage_graph.web.answer_page import MOST_ROWS
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.question_form import controls
from heritage_graph.web.routing import FORMAT, LANG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.web.context import Context
    from heritage_graph.web.negotiation import Format

_OPTION_LEFT: Final = re.compile(r"^[ \t]*#\? .*\n", re.MULTILINE)
_PLACES: Final = frozenset({"place", "site", "country"})


async def question_page(
    request: Request,
    context: Context,
    query: Query,
    *,
    given: Mapping[str, str],
    as_of: str | None,
    generation: int,
    formats: Sequence[Format],
) -> dict[str, object]:
    """What the template is given, besides the answer.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    names = await context.term_names.of(request, context, generation)
    fields = await controls(Asking(request, context, generation), query, given, names)
    asked = {**given, **({AS_OF.name: as_of} if as_of else {})}
    path = f"/queries/{query.name}"
    sparql = sparql_of(query, given)
    address = f"{path}?{urlencode(asked, safe=':/')}" if asked else path
    return {
        "query": query,
        "questions": [each for each in context.questions if each.code in query.answers],
        "given": given,
        "named_language": given.get(LANG.name),
        "controls": fields,
        "as_of": as_of,
        "generation": generation,
        "most": MOST_ROWS,
        "sparql": sparql,
        "editor": f"/sparql#{urlencode({'query': sparql})}",
        "curl": f"curl -H 'Accept: application/json' '{base_of(request.scope, context)}{address}'",
        "sourced": f"{path}?{urlencode({**asked, 'include': 'sources'}, safe=':/')}",
        "downloads": [
            (each, f"{path}?{urlencode({**asked, FORMAT.name: each.extension}, safe=':/')}") for each in formats
        ],
        "has_places": not _PLACES.isdisjoint(query.columns),
    }


def sparql_of(query: Query, given: Mapping[str, str]) -> str:
    """The SPARQL of *query* as it is asked; examples stand for what is needed and not *given*."""
    text = bind(query, {**query.examples, **given})
    return _OPTION_LEFT.sub("", text).strip() + "\n"
