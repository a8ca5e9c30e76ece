"""`min-generation`: wait a little for a state of the graph that the client knows to have been committed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import Busy
from heritage_graph.web.api.parameters import number_in
from heritage_graph.web.routing import Value, values_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context

MIN_GENERATION: Final = Value(
    "min-generation",
    "The answer is made of this generation or a later one, which is waited for up to 5 seconds: the receipt of a "
    "change names it.",
    example="1",
    type="integer",
    least=0,
)

_LONGEST_WAIT_S: Final = 5.0
_STEP_S: Final = 0.05


async def fresh_enough(request: Request, context: Context) -> None:
    """Return once the generation that `min-generation` names, when it names one, is published.

    Raises:
        ParameterError: it is no number.
        Busy: it has not come within 5 seconds.
    """
    values = values_of(request.scope)
    if MIN_GENERATION.name not in values:
        return
    wanted = number_in(values, MIN_GENERATION)
    clock = asyncio.get_running_loop().time
    deadline = clock() + _LONGEST_WAIT_S
    while context.service.generations.last < wanted:
        if clock() >= deadline:
            last = context.service.generations.last
            raise Busy(f"generation {wanted} is not there yet; the last one is {last}", retry_after=5, generation=last)
        await asyncio.sleep(_STEP_S)
