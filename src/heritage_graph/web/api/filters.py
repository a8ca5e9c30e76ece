"""What chooses among the things of a list: facets, days, a box of coordinates, read from the texts of a request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph import terms
from heritage_graph.errors import ParameterError
from heritage_graph.index.entries import Period
from heritage_graph.namespaces import GRAPH, HG, HGV, ID
from heritage_graph.web.api.parameters import days_in
from heritage_graph.web.routing import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.web.api.kinds import Kind

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME: Final = re.compile(r"[A-Z][A-Za-z]*")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?")
_CONCEPT: Final = "concept:"
_CORNERS: Final = 4
_MOST_VALUES: Final = 100


@dataclass(frozen=True)
class Facet:
    """A facet as a parameter: the type of its values, what short names of them stand for, and words about it."""

    type: str
    doc: str
    example: str
    short: str = ""

    @property
    def _home(self) -> str:
        """What its short names are short for."""
        return f"{HGV}{self.type.removeprefix(_CONCEPT)}/" if self.type.startswith(_CONCEPT) else self.short

    @property
    def _names(self) -> re.Pattern[str]:
        return _NAME if self.short == HG else _SLUG

    def written(self, value: str) -> str:
        """*value* as short as `value` reads it."""
        rest = value.removeprefix(self._home)
        return rest if self._home and self._names.fullmatch(rest) else value

    def value(self, name: str, text: str) -> str:
        """The value of the index that *text* means.

        Raises:
            ParameterError: it means none.
        """
        whole = f"{self.short}{text}" if self.short and self._names.fullmatch(text) else text
        try:
            return terms.parse_parameter(whole, self.type).value
        except ParameterError as fault:
            expected = f"{self.example!r} or its IRI" if self.short else fault.details["expected"]
            raise ParameterError(f"{name!r} takes {expected}, not {text[:200]!r}", parameter=name) from fault


_FACETS: Final = {
    "type": Facet("iri", "Only things of this class, or of a narrower one.", "Meeting", HG),
    "source": Facet(
        "iri", "Only things that this source states something of.", "icesco-2024-partnerships-report",
        f"{GRAPH}source/",
    ),
    "organizationType": Facet("concept:organization-type", "Only organizations of this kind.", "academic"),
    "agreementKind": Facet("concept:agreement-kind", "Only agreements of this kind.", "memorandum-of-understanding"),
    "country": Facet("iri", "Only things that are, took place or were signed in this country.", "azerbaijan",
                     f"{ID}country/"),
    "place": Facet("iri", "Only what took place or was signed at this place, or within it.", "shusha", f"{ID}place/"),
    "party": Facet("iri", "Only agreements to which this agent is a party.", "id:organization/icesco"),
    "participant": Facet("iri", "Only that in which this agent takes part, in any role.", "id:organization/icesco"),
    "role": Facet("concept:role", "Only that in which somebody has this role; of agents, those who have it somewhere.",
                  "organizer"),
    "topic": Facet("concept:topic", "Only what has this topic.", "climate-change"),
    "heritageType": Facet("concept:heritage-type", "Only what has, or concerns, heritage of this kind.", "manuscripts"),
    "open": Facet("boolean", "true: only where the list of participants is open; false: only where it is closed.",
                  "true"),
    "year": Facet("year", "Only what may have been in this year.", "2024"),
}  # fmt: skip

FROM: Final = Value("from", "Only what may have lasted until this day, month or year, or later.", example="2024-01")
TO: Final = Value("to", "Only what may have begun by this day, month or year.", example="2024-12-31")
BOX: Final = Value(
    "bbox",
    "Only what lies within these degrees: west,south,east,north. A west beyond the east crosses the antimeridian.",
    example="40,35,60,45",
)


@dataclass(frozen=True)
class Box:
    """A part of the earth in degrees; it crosses the antimeridian when *west* is greater than *east*."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Tell whether a point lies in it, its edge included."""
        if not self.south <= latitude <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= longitude <= self.east
        return longitude >= self.west or longitude <= self.east


@dataclass(frozen=True)
class Choice:
    """What is chosen: of each facet one of the values, days that may lie in the period, a place in the box."""

    facets: Mapping[str, Sequence[str]]
    period: Period
    box: Box | None

    @property
    def name(self) -> str:
        """What tells this choice from others."""
        facets = [(name, sorted(values)) for name, values in sorted(self.facets.items())]
        return f"{facets} {self.period} {self.box}"


def values_for(kind: Kind) -> tuple[Value, ...]:
    """The parameters that choose among the things of *kind*."""
    facets = tuple(
        Value(name, facet.doc, repeated=True, example=facet.example)
        for name, facet in _FACETS.items()
        if name in kind.facets
    )
    return (*facets, *((FROM, TO) if kind.dated else ()), *((BOX,) if kind.placed else ()))


def choice_of(kind: Kind, given: Mapping[str, Sequence[str]]) -> Choice:
    """The choice that the texts *given* by parameter mean.

    Raises:
        ParameterError: one of them means nothing, or there are too many.
    """
    facets = {}
    for name in kind.facets:
        texts = given.get(name, ())
        if len(texts) > _MOST_VALUES:
            raise ParameterError(f"{name!r} may be given {_MOST_VALUES} times, not {len(texts)}", parameter=name)
        if texts:
            facets[name] = [_FACETS[name].value(name, text) for text in texts]
    values = {name: texts[0] for name, texts in given.items()}
    first, last = days_in(values, FROM), days_in(values, TO)
    return Choice(facets, Period(first.earliest if first else None, last.latest if last else None), _box(values))


def text_of(facet: str, value: str) -> str:
    """*value* of *facet* as a request may give it, as short as can be."""
    return _FACETS[facet].written(value)


def _box(values: Mapping[str, str]) -> Box | None:
    if BOX.name not in values:
        return None
    parts = values[BOX.name].split(",")
    if len(parts) == _CORNERS and all(_NUMBER.fullmatch(part) for part in parts):
        box = Box(*map(float, parts))
        if -90 <= box.south <= box.north <= 90 and -180 <= box.west <= 180 and -180 <= box.east <= 180:  # noqa: PLR2004 - degrees
            return box
    raise ParameterError(
        f"bbox takes west,south,east,north in degrees, like {BOX.example}, not {values[BOX.name][:100]!r}",
        parameter=BOX.name,
    )
