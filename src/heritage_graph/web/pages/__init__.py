"""The pages that are no document of a protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.web.pages import (
    about,
    board,
    harvest,
    home,
    map_page,
    network,
    quality,
    search,
    sources,
    timeline,
    why,
)

if TYPE_CHECKING:
    from types import ModuleType

    from heritage_graph.web.context import Context
    from heritage_graph.web.routing import Operation

_PAGES: Final[tuple[ModuleType, ...]] = (
    home,
    about,
    sources,
    harvest,
    board,
    search,
    network,
    map_page,
    quality,
    timeline,
    why,
)


def operations(context: Context) -> tuple[Operation, ...]:
    """The operations of all pages."""
    return tuple(operation for page in _PAGES for operation in page.operations(context))
