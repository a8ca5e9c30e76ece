"""What the test suites of SPARQL said of this version of the endpoint, with every exception and its reason."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.page_language import page_language
from heritage_graph.web.replies import Reply, json_reply, page_reply
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.words import read_words

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context

_RESULT: Final = Path(__file__).with_name("conformance.json")
"""Written by `make conformance`."""
_REASON: Final = "conformance.reason-"
"""How the words are called that say a reason of an exception; their English is what `make conformance` writes."""


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation of the page."""
    return (
        Operation(
            "conformance", "/conformance", "What the test suites of SPARQL said of the endpoint.", _conformance,
            values=(FORMAT,), formats=(JSON, HTML), schema="conformance", example="/conformance", still=True,
            tag="sparql",
        ),
    )  # fmt: skip


async def _conformance(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    result: dict[str, Any] = orjson.loads(_RESULT.read_bytes())
    if chosen == JSON:
        return json_reply(result)
    language = page_language(request.scope).code
    return page_reply(
        request, context, "conformance.html", result=result, reasons=_by_reason(result["suites"]),
        said={texts["en"]: texts[language] for name, texts in read_words().items() if name.startswith(_REASON)},
    )  # fmt: skip


def _by_reason(suites: list[dict[str, Any]]) -> list[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """The excepted tests by their reason, each with the name of its suite."""
    found: defaultdict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    for suite in suites:
        for exception in suite["exceptions"]:
            found[exception["reason"]].append((suite["name"], exception))
    return list(found.items())
