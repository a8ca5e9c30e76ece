"""How much a record is to tell: `fields` and `include`, and what is read for that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heritage_graph.json_ld.context import keys
from heritage_graph.namespaces import RDF
from heritage_graph.web.api.parameters import names_in
from heritage_graph.web.api.records import PARTICIPATIONS, WAYS, Wanted
from heritage_graph.web.routing import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.json_ld.written import Json
    from heritage_graph.web.api.kinds import Kind
    from heritage_graph.web.api.records import Way

INCLUDE: Final = Value(
    "include",
    "What is told besides, by names with commas between: sources (the graphs that state each value), evidence (where "
    "in which document), participations (also of agents, in lists), collaborators (also in lists).",
    example="sources,evidence",
)
FIELDS: Final = Value(
    "fields", "Only these members of each record, by names with commas between; id and type are always there.",
    example="label,signedOn",
)  # fmt: skip

_INCLUDED: Final = ("sources", "evidence", "participations", "collaborators")
_ALWAYS: Final = ("id", "type")
_BESIDES: Final = ("links", "graphs", "more", "sourcesOf")


@dataclass(frozen=True)
class Options:
    """What the parameters `include` and `fields` ask for; `fields` is None for all."""

    included: frozenset[str]
    fields: tuple[str, ...] | None

    @property
    def name(self) -> str:
        """What tells these options from others."""
        return f"{sorted(self.included)} {self.fields}"

    def wanted(self, ways: Sequence[Way]) -> Wanted:
        """What is read for records that tell the nodes of *ways*."""
        needed = [way for way in ways if self.fields is None or way.key in self.fields]
        return Wanted(
            tuple(needed),
            evidence="evidence" in self.included,
            sources="sources" in self.included,
        )

    def wanted_of_known(self, ways: Sequence[Way]) -> Wanted:
        """The same for things that are known to be there: only the properties that are told are read."""
        if self.fields is None:
            return self.wanted(ways)
        told = (iri for iri, key in keys().items() if key.name in self.fields)
        return replace(self.wanted(ways), properties=(RDF.type.value, *told))

    def cut(self, record: Json) -> Json:
        """*record* with the members that are asked for."""
        if self.fields is None:
            return record
        cut = {name: value for name, value in record.items() if name in (*_ALWAYS, *self.fields)}
        if "sources" in self.included:
            cut |= {name: record[name] for name in ("sourcesOf", "graphs") if name in record}
        return cut


def options_of(given: Mapping[str, Sequence[str]]) -> Options:
    """The options that the texts *given* by parameter mean.

    Raises:
        ParameterError: there is no such member, or nothing of this name to include.
    """
    included = names_in(given.get(INCLUDE.name, ()), INCLUDE, _INCLUDED)
    fields = names_in(given.get(FIELDS.name, ()), FIELDS, known_fields())
    return Options(frozenset(included), fields if FIELDS.name in given else None)


def ways_in_list(kind: Kind, options: Options) -> list[Way]:
    """The ways around a thing that a list of *kind* tells: who takes part always, where an agent does when included."""
    return [way for way in kind.ways if way is PARTICIPATIONS or _included_as(way) in options.included]


def ways_in_batch(options: Options) -> list[Way]:
    """The ways around a thing of any kind that a batch tells."""
    return [way for way in WAYS if way is PARTICIPATIONS or _included_as(way) in options.included]


def known_fields() -> tuple[str, ...]:
    """The members that a record may have."""
    return (*_ALWAYS, *dict.fromkeys([key.name for key in keys().values()] + [way.key for way in WAYS]), *_BESIDES)


def _included_as(way: Way) -> str:
    return "collaborators" if way.key == "collaboratesWith" else "participations"
