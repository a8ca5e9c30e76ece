"""The pages that are no document of a protocol, on this map.

`home` with `figures` and `recent_changes`, `search`; `board`, and `timeline` with `happenings`;
`network` and `map` (packages), with `agent_choice`; `sources` with `source_entries`; `quality` (a package); `why`;
`harvest` with `harvest_ways`; `about`; `data`; `desk` (a package). The package `model` holds what the pages of
`terms` show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.web.pages import (
    about,
    board,
    data,
    harvest,
    home,
    search,
    sources,
    timeline,
    why,
)
from heritage_graph.web.pages.desk import page as desk_page
from heritage_graph.web.pages.map import page as map_page
from heritage_graph.web.pages.network import explorer
from heritage_graph.web.pages.quality import overview

if TYPE_CHECKING:
    from types import ModuleType

    from heritage_graph.web.context import Context
    from heritage_graph.web.routing import Operation

_PAGES: Final[tuple[ModuleType, ...]] = (
    home,
    about,
    data,
    sources,
    harvest,
    board,
    search,
    explorer,
    map_page,
    overview,
    timeline,
    why,
    desk_page,
)


def operations(context: Context) -> tuple[Operation, ...]:
    """The operations of all pages."""
    return tuple(operation for page in _PAGES for operation in page.operations(context))
