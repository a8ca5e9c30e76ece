"""Who takes part in a thing is told once, however many sources say so."""

from __future__ import annotations

from heritage_graph.namespaces import GRAPH, HG, HGV, ID
from heritage_graph.web.api.statements import Statement
from heritage_graph.web.entity_pages.facts import Telling
from heritage_graph.web.entity_pages.participations import participants
from heritage_graph.web.entity_pages.reading import Reading
from heritage_graph.web.names import Names

ACCORD = f"{ID}agreement/lantern-accord"


def told(*parts):
    """What the page of an accord tells of *parts*: who, the role, and the source, each a participation of its own."""
    nodes = {
        f"{ID}participation/{source}--{number}": [
            Statement(HG + "participant", {"type": "uri", "value": f"{ID}organization/{who}"}, (GRAPH + source,)),
            Statement(HG + "role", {"type": "uri", "value": f"{HGV}role/{role}"}, (GRAPH + source,)),
        ]
        for number, (who, role, source) in enumerate(parts)
    }
    return participants(Reading(ACCORD, [], {"participation": nodes}), Telling(Names(())))


def test_a_party_of_which_two_sources_tell_is_told_once_with_both():
    found = told(("museum", "party", "source/one"), ("museum", "party", "source/two"), ("town", "party", "source/one"))

    assert [(part.who.iri.rpartition("/")[2], len(part.marks)) for part in found.parts] == [("museum", 2), ("town", 1)]


def test_who_has_two_parts_is_told_twice_and_counted_once():
    found = told(("museum", "party", "source/one"), ("museum", "host", "source/two"))

    assert (len(found.parts), found.count) == (2, 1)
