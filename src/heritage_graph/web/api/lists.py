"""Which page of a list a request asks for, and the address of the page behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode

from heritage_graph.errors import ParameterError
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.paging import Cursor
from heritage_graph.web.api.parameters import LANGUAGE, number_in
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.routing import FORMAT, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.api.paging import Paging
    from heritage_graph.web.context import Context

Item = TypeVar("Item")

LIMIT: Final = Value("limit", "How many items a page has at most: 1 to 1000, 50 when not given.", example="50",
                     type="integer", default="50", least=1, most=1000)  # fmt: skip
CURSOR: Final = Value("cursor", "Where the page begins: as it stands in the `next` of the page before.")

_MAY_CHANGE: Final = frozenset(
    {CURSOR.name, MIN_GENERATION.name, AS_OF.name, LIMIT.name, FORMAT.name, LANGUAGE.name, "include"}
)


@dataclass(frozen=True)
class PageAsked:
    """A page of the list *name*, at *path* with *values*: at most *limit* items behind the key *after*.

    Without *after* it is the first page, and without *generation* that of the last generation.
    """

    paging: Paging
    name: str
    path: str
    values: Mapping[str, str]
    limit: int
    after: str | None
    generation: int | None

    def cut(self, items: Sequence[Item], key: Callable[[Item], str]) -> tuple[list[Item], str | None]:
        """The page of all *items*, which come in the order of their *key*, and the key of its last item.

        The key is None when no item comes behind the page.
        """
        rest = [item for item in items if self.after is None or key(item) > self.after]
        page = rest[: self.limit]
        return page, key(page[-1]) if len(rest) > self.limit else None

    def next_address(self, generation: int, last: str | None) -> str | None:
        """The address of the page behind the item with the key *last*, of *generation*; None when there is no item."""
        if last is None:
            return None
        kept = {name: value for name, value in self.values.items() if name != MIN_GENERATION.name}
        return f"{self.path}?{urlencode({**kept, **self.beyond(generation, last)})}"

    def beyond(self, generation: int, last: str) -> dict[str, str]:
        """The parameters that change for the page behind the item with the key *last*, of *generation*."""
        cursor = {CURSOR.name: self.paging.next_cursor(self.name, Cursor(generation, last))}
        return cursor | ({AS_OF.name: str(generation)} if AS_OF.name in self.values else {})


async def page_asked(
    request: Request, context: Context, path: str, values: Mapping[str, str], *, name: str | None = None
) -> PageAsked:
    """The page that *values* ask for, once the generation that `min-generation` names is published.

    *name* tells the list, with what chooses and orders its items, from others; when it is not given, the path does,
    with the parameters that a page may not change.

    Raises:
        ParameterError: `limit`, `cursor` or `asOf` is none, or the cursor is of another list or another generation.
        GenerationNotKept: the generation is not kept any more.
        Busy: the generation has not come in time.
    """
    list_name = name or _name(path, values)
    limit = number_in(values, LIMIT)
    cursor = context.paging.read(values[CURSOR.name], list_name) if CURSOR.name in values else None
    await fresh_enough(request, context)
    generation = await generation_in(values, context)
    if cursor is not None and generation not in {None, cursor.generation}:
        raise ParameterError(
            f"the cursor belongs to generation {cursor.generation}, and asOf names {generation}; leave one out",
            parameter=AS_OF.name,
        )
    if cursor is None:
        return PageAsked(context.paging, list_name, path, values, limit, None, generation)
    return PageAsked(context.paging, list_name, path, values, limit, cursor.after, cursor.generation)


def _name(path: str, values: Mapping[str, str]) -> str:
    return f"{path} {sorted((name, value) for name, value in values.items() if name not in _MAY_CHANGE)}"
