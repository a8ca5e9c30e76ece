"""Suggest things, types and properties whose names begin with what was typed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from heritage_graph.index.entries import LONGEST_TEXT
from heritage_graph.model.names import name_key
from heritage_graph.namespaces import HG, ID
from heritage_graph.web.reconciliation.described import DESCRIBING, description_of, types_of
from heritage_graph.web.reconciliation.identifiers import long_id, short_id, short_type
from heritage_graph.web.reconciliation.named import MATCHED_KINDS
from heritage_graph.web.reconciliation.properties import PROPERTIES, Property
from heritage_graph.web.reconciliation.stated import preferred_name, stated_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from heritage_graph.web.names import Names
    from heritage_graph.web.reconciliation.stated import Asking

AT_ONCE: Final = 20
"""How many suggestions one answer has at most."""

MOST_CURSOR: Final = 200
"""Behind how many suggestions one can go on."""


async def suggest_things(asking: Asking, prefix: str, types: Sequence[str], cursor: int) -> list[dict[str, object]]:
    """Things of *types* by the beginning of a name, words of it or an identifier, those behind the first *cursor*.

    Raises:
        LimitReached, EngineTrouble: as `Index.search` and `rows_of`.
    """
    own = long_id(prefix)
    known = list((await asking.things([own])).values()) if own else []
    found = await asyncio.to_thread(
        asking.index.search,
        prefix[:LONGEST_TEXT],
        kinds=MATCHED_KINDS,
        facets={"type": types},
        limit=cursor + AT_ONCE,
    )
    things = [*known, *(match.thing for match in found if match.thing.iri.startswith(ID) and match.thing.iri != own)]
    shown = things[cursor : cursor + AT_ONCE]
    stated = await stated_of(asking, [thing.iri for thing in shown], DESCRIBING)
    names = await asking.context.term_names.of(asking.request, asking.context, asking.index.generation)
    return [
        {
            "id": short_id(thing.iri),
            "name": preferred_name(thing, asking.language),
            "description": description_of(thing, stated, names, asking.language),
            "notable": types_of(thing, names, asking.language),
        }
        for thing in shown
    ]


def type_iris(names: Names) -> list[str]:
    """The IRIs of the classes of the ontology, sorted; *names* are those of its terms."""
    return sorted(iri for iri in names.by_iri if iri.startswith(HG) and iri[len(HG) : len(HG) + 1].isupper())


def suggest_types(names: Names, prefix: str, language: str, cursor: int) -> list[dict[str, str]]:
    """Types by the beginning of a word of their name in any language, or of their identifier."""
    found = [
        (short_type(iri), names.of(iri, language).text, tuple(names.all_of(iri).values())) for iri in type_iris(names)
    ]
    return _beginning(found, prefix)[cursor : cursor + AT_ONCE]


def suggest_properties(names: Names, prefix: str, language: str, cursor: int) -> list[dict[str, str]]:
    """Properties by the beginning of a word of their name in any language, or of their identifier."""
    found = [
        (each.id, each.name(names, language), tuple((each.labels or names.all_of(each.iri)).values()))
        for each in PROPERTIES.values()
    ]
    return _beginning(found, prefix)[cursor : cursor + AT_ONCE]


def proposed_properties(names: Names, classes: Collection[str], language: str) -> list[dict[str, str]]:
    """The properties that things of *classes* (short names) may have, all of them when there is none."""
    return [
        _told(each, names, language)
        for each in PROPERTIES.values()
        if not classes or not each.classes or set(each.classes) & set(classes)
    ]


def _told(property_: Property, names: Names, language: str) -> dict[str, str]:
    return {"id": property_.id, "name": property_.name(names, language)}


def _beginning(found: Sequence[tuple[str, str, tuple[str, ...]]], prefix: str) -> list[dict[str, str]]:
    """Of identifiers with a name to show and all names: those that begin so first, then those of which a word does."""
    key = name_key(prefix)
    ranked = []
    for id_, shown, known in found:
        texts = [name_key(text) for text in (id_, *known)]
        if any(text.startswith(key) for text in texts):
            ranked.append((0, shown, id_))
        elif any(word.startswith(key) for text in texts for word in text.split()):
            ranked.append((1, shown, id_))
    return [{"id": id_, "name": shown} for _, shown, id_ in sorted(ranked)]
