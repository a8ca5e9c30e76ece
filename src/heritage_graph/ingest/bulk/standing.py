"""Tell, for some nodes at a time, which entities of a store they belong to: `model.records`, asked set by set."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode

from heritage_graph.ingest.bulk.narrow_view import is_in
from heritage_graph.ingest.bulk.notes import parts
from heritage_graph.model.records import OUTWARD, is_entity, may_stand_around, reached
from heritage_graph.namespaces import ID
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.store.state import StoreState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pyoxigraph import Store, Triple

    from heritage_graph.store.state import Row

_AT_ONCE: Final = 400
_Owners = defaultdict[NamedNode, set[NamedNode]]


class Standing:
    """Who stands around whom in the published view of *store*; nothing is kept between two questions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._state = StoreState(store)
        self._catalogue = load_catalogue(Path(__file__).parent / "queries")
        self._ways = self._ways_in_use()

    def existing(self, things: Collection[NamedNode]) -> set[NamedNode]:
        """Those of *things* of which anything is stated."""
        return {thing for (thing,) in self._rows("existing", "things", things) if isinstance(thing, NamedNode)}

    def lacking(self, links: Iterable[Triple]) -> Iterator[Triple]:
        """Those of *links* that are not stated."""
        return (link for link, is_there in is_in(self._store, links, DefaultGraph()) if not is_there)

    def around(self, things: Collection[NamedNode]) -> set[NamedNode]:
        """The nodes that stand around *things*, one step from them."""
        found = self.standing_around(things)
        found.update(node for (node,) in self._rows("beneath", "things", things) if isinstance(node, NamedNode))
        return {node for node in found if may_stand_around(node)}

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
            for way, kinds in self._ways.items():
                found = list(self._along(way, [node for node in asked if _kind(node) in kinds]))
                for node, owner in found:
                    owners[node].add(owner)
                    above.add(owner)
                if way in OUTWARD:  # then this very statement is about the owner
                    there.update(owner for _, owner in found)
            there |= self.existing(above - there)
            asked = {owner for owner in above if may_stand_around(owner)} - known
        return owners, there

    def _along(self, way: NamedNode, nodes: Sequence[NamedNode]) -> Iterator[tuple[NamedNode, NamedNode]]:
        """Each of *nodes* with each thing around which it stands by the property *way*."""
        query = "owners-outward" if way in OUTWARD else "owners-inward"
        for node, owner in self._rows(query, "nodes", nodes, way=way.value):
            if isinstance(node, NamedNode) and isinstance(owner, NamedNode):
                yield node, owner

    def _ways_in_use(self) -> dict[NamedNode, set[str]]:
        """The kinds of nodes that stand around something by each property: to look in other ways is of no use."""
        kinds: defaultdict[NamedNode, set[str]] = defaultdict(set)
        for way, kind in self._state.rows(bind(self._catalogue.query("ways-in-use"), {})):
            assert isinstance(way, NamedNode)
            assert isinstance(kind, Literal)
            kinds[way].add(kind.value)
        return dict(kinds)

    def _rows(self, query: str, parameter: str, things: Collection[NamedNode], **values: str) -> Iterator[Row]:
        for part in parts(list(things), _AT_ONCE):
            listed = {parameter: " ".join(map(str, part))}
            yield from self._state.rows(bind(self._catalogue.query(query), values | listed))


def _kind(node: NamedNode) -> str:
    """The kind of *node* exactly as `ways-in-use` tells it."""
    kind, slash, _ = node.value.partition(ID)[2].partition("/")
    return kind if slash else ""
