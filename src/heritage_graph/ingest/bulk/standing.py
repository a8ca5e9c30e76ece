"""Tell, for some nodes at a time, which entities of a store they belong to: `model.records`, asked set by set."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.ingest.bulk.notes import parts
from heritage_graph.model.records import is_entity, may_stand_around, reached
from heritage_graph.query_files import bind, load_catalogue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from heritage_graph.store.state import Row, State

_AT_ONCE: Final = 400
_Owners = defaultdict[NamedNode, set[NamedNode]]


class Standing:
    """Who stands around whom in the published view of *state*; nothing is kept between two questions."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._catalogue = load_catalogue(Path(__file__).parent / "queries")

    def existing(self, things: Collection[NamedNode]) -> set[NamedNode]:
        """Those of *things* of which anything is stated."""
        return {thing for (thing,) in self._rows("existing", "things", things) if isinstance(thing, NamedNode)}

    def standing_around(self, things: Collection[NamedNode]) -> set[NamedNode]:
        """The nodes that name one of *things* as what they stand around."""
        return {node for (node,) in self._rows("standing-around", "things", things) if isinstance(node, NamedNode)}

    def entities_among(self, things: Collection[NamedNode]) -> set[NamedNode]:
        """Those of *things* that have a record of their own."""
        there = self.existing(things)
        return {thing for thing, entities in self.entities_of(there).items() if thing in entities}

    def entities_of(self, subjects: Collection[NamedNode]) -> Mapping[NamedNode, list[NamedNode]]:
        """The entities to whose record the statements about each of *subjects* belong; something is stated of each."""
        owners, there = self._owners(subjects)
        verdicts: dict[NamedNode, bool] = {}

        def has_record(thing: NamedNode) -> bool:
            if thing not in verdicts:
                verdicts[thing] = is_entity(thing, owners=lambda each: owners[each], exists=there.__contains__)
            return verdicts[thing]

        return {
            subject: [each for each in reached([subject], lambda node: owners[node]) if has_record(each)]
            for subject in subjects
        }

    def _owners(self, nodes: Collection[NamedNode]) -> tuple[_Owners, set[NamedNode]]:
        """Around what each of *nodes* stands, and what those do, and so on; and all of them that exist."""
        owners: _Owners = defaultdict(set)
        there = set(nodes)
        known: set[NamedNode] = set()
        asked = {node for node in nodes if may_stand_around(node)}
        while asked:
            known |= asked
            above: set[NamedNode] = set()
            for node, owner, is_there in self._rows("owners", "nodes", asked):
                if isinstance(node, NamedNode) and isinstance(owner, NamedNode):
                    owners[node].add(owner)
                    above.add(owner)
                    if isinstance(is_there, Literal) and is_there.value == "true":
                        there.add(owner)
            asked = {owner for owner in above if may_stand_around(owner)} - known
        return owners, there

    def _rows(self, query: str, parameter: str, things: Collection[NamedNode]) -> Iterator[Row]:
        for part in parts(list(things), _AT_ONCE):
            listed = " ".join(map(str, part))
            yield from self._state.rows(bind(self._catalogue.query(query), {parameter: listed}))
