"""/map: where things are, on the borders of countries; as data it is GeoJSON."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import UnknownName
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.parameters import PROBLEMS, choice_in, iri_in
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML, JSON, named
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.map import summary
from heritage_graph.web.pages.map.by_country import lists_by_country
from heritage_graph.web.pages.map.drawing import drawing_of
from heritage_graph.web.pages.map.features import GEOJSON, KINDS, read_features
from heritage_graph.web.replies import cached, current, json_reply, page_reply
from heritage_graph.web.routing import FORMAT, LANG, Operation, Value, negotiated, values_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

PATH: Final = "/map"
KIND: Final = Value("kind", "Only things of this kind: " + ", ".join(KINDS) + ".", example="site",
                    type="choice:" + "|".join(KINDS))  # fmt: skip
ABOUT: Final = Value("about", "Only this thing.", example="id:place/rabat", type="iri")
_MOST_OPEN: Final = 12
"""So many rows are read at a glance; of more, the lists are folded."""
_FORMATS: Final = (JSON, GEOJSON, HTML)
_VALUES: Final = (KIND, ABOUT, AS_OF, MIN_GENERATION, LANG, FORMAT)


def operations(_: Context) -> tuple[Operation, ...]:
    """The map, negotiated and by suffix, and that of other pages."""
    told = "Where sites, places, seats of organizations, events and signatures are, as GeoJSON."
    own = tuple(
        Operation(name, path, told, _map, values=_VALUES, formats=_FORMATS, problems=(*PROBLEMS, "not-found"),
                  schema="map", example=example, tag="pages")
        for name, path, example in (("map", PATH, PATH), ("mapAs", PATH + ".{suffix}", f"{PATH}.geojson?kind=site"))
    )  # fmt: skip
    return (*own, *summary.operations())


async def _map(request: Request, context: Context) -> Reply:
    suffix = request.path_params.get("suffix", "")
    if suffix and named(suffix, _FORMATS) is None:
        raise UnknownName(f"the map has no format with the suffix {suffix[:20]!r}; there are html, geojson, json")
    chosen = negotiated(request.scope, _FORMATS, suffix=suffix)
    values = {name: text for name, text in values_of(request.scope).items() if text}
    kind = choice_in(values, KIND) if KIND.name in values else None
    await fresh_enough(request, context)
    generation = await generation_in(values, context)
    about = iri_in(values, ABOUT)
    edition = await current(request, context, PATH, str((kind, about)), chosen.extension, at_generation=generation)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        shown = await read_features(asking, kind, about)
    document = envelope(edition.generation, **shown.members())
    if chosen != HTML:
        return cached(replace(json_reply(document), format=chosen), edition)
    chosen_by = {name: text for name, text in ((KIND.name, kind), (ABOUT.name, about)) if text}
    page = page_reply(
        request, context, "map.html",
        map=document,
        kind=kind,
        drawing=drawing_of(shown.features),
        lists=lists_by_country(shown, page_language(request.scope).code),
        is_short=len(shown.features) <= _MOST_OPEN,
        about=about,
        query=f"?{urlencode(chosen_by, safe=':/')}" if chosen_by else "",
    )  # fmt: skip
    return cached(page, edition)
