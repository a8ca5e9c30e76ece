"""What every way of writing a source graph has in common: who may, on which condition, and with which message."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import MovedOn, ParameterError
from heritage_graph.namespaces import CURATION, GRAPH, ONTOLOGY, VOCAB
from heritage_graph.query_files import bind
from heritage_graph.web.editions import generation_of_tag, tags_of
from heritage_graph.web.exchange import field
from heritage_graph.web.faults import Forbidden, PreconditionFailed
from heritage_graph.web.negotiation import NQUADS, TRIG, TRIPLES
from heritage_graph.web.replies import results_of
from heritage_graph.web.routing import Value, values_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.security import Key

FORMATS: Final = (*TRIPLES, TRIG, NQUADS)
"""What a graph is read in."""
MESSAGE: Final = Value("message", "What the log is to say of the change.", example="correct the date of signing")
PROBLEMS: Final = (
    "unauthorized", "graph-forbidden", "version-conflict", "syntax-fault", "shacl-violation", "doctype-forbidden",
    "remote-context-forbidden", "blank-node-forbidden", "too-large", "unsupported-media-type", "validation-timeout",
    "insufficient-storage",
)  # fmt: skip

_WRITABLE: Final = re.compile(re.escape(GRAPH) + r"(?:source|generic)/[a-z0-9]+(?:-[a-z0-9]+)*")
_OURS: Final = frozenset({CURATION.value, VOCAB.value, ONTOLOGY.value})
_LONGEST_MESSAGE: Final = 500
_MORE_ATTEMPTS: Final = 3


def check_writable(key: Key, graph: str) -> None:
    """Make sure that the bearer of *key* may write *graph*.

    Raises:
        Forbidden: the key is not for this graph, or nobody writes it.
    """
    if not _WRITABLE.fullmatch(graph) and graph not in _OURS:
        raise Forbidden(
            f"{graph} is not written from outside; documents go to {GRAPH}source/… with a name of small letters, "
            "digits and hyphens",
            graph=graph,
        )
    if not key.may_write(graph):
        raise Forbidden(f"this key is not for {graph}", graph=graph)


async def precondition(
    request: Request, context: Context, graph: str, *, also: Sequence[tuple[str, ...]] = ()
) -> tuple[bool, int | None]:
    """Whether the graph is there, and the generation on which the change rests when the request names one.

    `If-Match` takes the tag of the graph in any format, or that of another representation of it, which *also* tells by
    the parts of its tag.

    Raises:
        PreconditionFailed: `If-Match` or `If-None-Match` does not hold.
    """
    for _ in range(_MORE_ATTEMPTS):
        with suppress(MovedOn):  # through another node; what is looked at next is what it moved to
            return await _precondition(request, context, graph, also)
    return await _precondition(request, context, graph, also)


async def _precondition(
    request: Request, context: Context, graph: str, also: Sequence[tuple[str, ...]]
) -> tuple[bool, int | None]:
    last = context.service.generations.last
    existed = await exists(request, context, graph, last)
    if tags_of(field(request.scope, b"if-none-match")) and existed:
        raise PreconditionFailed(f"{graph} is there already", graph=graph, generation=last)
    tags = tags_of(field(request.scope, b"if-match"))
    if not tags:
        return existed, None
    if not existed:
        raise PreconditionFailed(f"there is no graph {graph}", graph=graph, generation=last)
    if "*" in tags:
        return existed, last
    for parts in (*(("graph", graph, each.extension) for each in FORMATS), *also):
        if await context.editions.tag(*parts, generation=last) in tags:
            return existed, last
    seen = [generation for tag in tags if (generation := generation_of_tag(tag)) is not None]
    raise PreconditionFailed(
        f"the graph is at generation {last} by now; read it again and repeat the change",
        graph=graph,
        generation=last,
        expected=max(seen, default=None),
    )


async def exists(request: Request, context: Context, graph: str, generation: int) -> bool:
    """Tell whether *graph* holds anything."""
    text = bind(context.internal.query("graph-exists"), {"graph": graph})
    return bool((await results_of(request, context, text, generation=generation))["boolean"])


def message_of(request: Request) -> str:
    """What the log is to say of the change; empty when nothing.

    Raises:
        ParameterError: it is longer than a message may be, or of several lines.
    """
    message = values_of(request.scope).get(MESSAGE.name, "")
    if len(message) > _LONGEST_MESSAGE or not message.isprintable():
        raise ParameterError(f"message is at most {_LONGEST_MESSAGE} characters on one line", parameter=MESSAGE.name)
    return message
