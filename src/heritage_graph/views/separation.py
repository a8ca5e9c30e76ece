"""Take the answer of a profile's query about many things apart: the description of each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from heritage_graph.views.profile import Profile

Node = NamedNode | BlankNode


def separate(profile: Profile, iris: Iterable[str], triples: Iterable[Triple]) -> dict[str, list[Triple]]:
    """The description of each of *iris* among *triples*, sorted; things that the profile cannot describe are absent.

    A description is what is reached from its root. It is the same whichever other things were asked for with it.
    """
    about: defaultdict[Node, list[Triple]] = defaultdict(list)
    for triple in triples:
        assert isinstance(triple.subject, NamedNode | BlankNode)
        about[triple.subject].append(triple)
    things = {NamedNode(iri): None for iri in iris}
    described = [thing for thing in things if any(t.predicate.value == profile.mark for t in about.get(thing, ()))]
    return {thing.value: _reached(profile, thing, about, others=things.keys() - {thing}) for thing in described}


def _reached(
    profile: Profile, thing: NamedNode, about: dict[Node, list[Triple]], *, others: set[NamedNode]
) -> list[Triple]:
    found: set[Triple] = set()
    seen: set[Node] = set()
    waiting: list[Node] = [NamedNode(thing.value + profile.root), thing]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for triple in about.get(node, ()):
            if node in others and triple.predicate.value not in profile.reference:
                continue
            found.add(triple)
            if isinstance(triple.object, NamedNode | BlankNode):
                waiting.append(triple.object)
    return sorted(found, key=str)
