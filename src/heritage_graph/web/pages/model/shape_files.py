"""The shapes as people read them: what each demands, of what, how strictly, and by which rule of the model."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from heritage_graph.assets import asset_files
from heritage_graph.namespaces import HG, HGS, SH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pyoxigraph import Triple

    Node = NamedNode | BlankNode | Literal | Triple
    Said = Mapping[Node, Sequence[tuple[NamedNode, Node]]]

TARGETS: Final = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
SEVERITIES: Final = ("Violation", "Warning", "Info")
RULES: Final = tuple(range(1, 20))
"""The numbers of the rules of the model."""

_NAMES_RULES: Final = re.compile(r"# Rules? ([0-9]+(?:(?:, | and )[0-9]+)*)")
_OUR_TERM: Final = re.compile(r"\bhg:([A-Za-z]+)")
_QUERY: Final = "-query"
_THIRD_RULE: Final = frozenset(
    {"Participation-agent", "Participation-anomalous-agent", "Participation-no-place", "State-no-place"}
)
"""The shapes of the third rule, which stand in one file with those of the second."""


@dataclass(frozen=True)
class Shape:
    """A shape that can be broken: its message by language, its severity and the rule of the model behind it.

    `targets` are the IRIs that it is about, by kind of target, its own or those of the shapes that it is part of; it
    is a mere condition when there are none. `terms` are those of ours that it speaks of, `turtle` is how its file has
    it.
    """

    name: str
    rule: int
    severity: str
    messages: Mapping[str, str]
    targets: Mapping[str, Sequence[str]]
    terms: Sequence[str]
    turtle: str

    @property
    def is_condition(self) -> bool:
        """Tell whether it only says what other shapes ask for."""
        return not self.targets


@cache
def shapes() -> tuple[Shape, ...]:
    """All shapes with a message, by rule, as their files have them."""
    found = [shape for path in asset_files("shapes", ".ttl") for shape in _shapes_in(path)]
    return tuple(sorted(found, key=lambda shape: shape.rule))


@cache
def shapes_by_term() -> Mapping[str, Sequence[Shape]]:
    """The shapes that speak of each term of ours, conditions left out."""
    found: defaultdict[str, list[Shape]] = defaultdict(list)
    for shape in shapes():
        for term in () if shape.is_condition else shape.terms:
            found[term].append(shape)
    return found


def _shapes_in(path: Path) -> Iterator[Shape]:
    text = path.read_text(encoding="utf-8")
    said: defaultdict[Node, list[tuple[NamedNode, Node]]] = defaultdict(list)
    for quad in parse(text.encode(), RdfFormat.TURTLE):
        said[quad.subject].append((quad.predicate, quad.object))
    for name, (rule, turtle) in _blocks(text).items():
        node = HGS.term(name)
        messages = {o.language: o.value for p, o in said[node] if p == SH.message and isinstance(o, Literal)}
        if not messages:
            continue
        holders = [node, *_holders(node, said)]
        yield Shape(
            name,
            rule,
            next((_last(o) for p, o in said[node] if p == SH.severity), SEVERITIES[0]),
            {language or "": text for language, text in messages.items()},
            _targets(holders, said),
            _terms(holders, said),
            turtle,
        )


def _blocks(text: str) -> dict[str, tuple[int, str]]:
    """The name of each shape in a file, with its rule and the Turtle of it and of its query."""
    found: dict[str, tuple[int, str]] = {}
    rule, name = 0, ""
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        if (told := _NAMES_RULES.match(line)) is not None:
            rule = int(re.split(", | and ", told[1])[0])
        if line.startswith("hgs:"):
            name = line.removeprefix("hgs:").strip().removesuffix(_QUERY)
            found.setdefault(name, (3 if name in _THIRD_RULE else rule, ""))
            lines[name] += [""] if lines[name] else []
        elif line.strip() and not line.startswith(" "):
            name = ""
        if name and line.strip():
            lines[name].append(line)
    return {name: (number, "\n".join(lines[name])) for name, (number, _) in found.items()}


def _holders(node: NamedNode, said: Said) -> list[NamedNode]:
    """The shapes of which *node* is a property, and what those are part of."""
    direct = [
        subject
        for subject, pairs in said.items()
        if isinstance(subject, NamedNode) and (SH.property, node) in pairs and subject != node
    ]
    return [*direct, *(each for subject in direct for each in _holders(subject, said))]


def _targets(holders: Iterable[NamedNode], said: Said) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for holder in holders:
        for predicate, value in said[holder]:
            kind = _last(predicate)
            if kind in TARGETS and isinstance(value, NamedNode):
                found[kind].append(value.value)
    return {kind: sorted(set(found[kind])) for kind in TARGETS if kind in found}


def _terms(holders: Sequence[NamedNode], said: Said) -> list[str]:
    """The terms of ours that the first of *holders* reaches, and the targets of all of them."""
    found = {iri for iris in _targets(holders, said).values() for iri in iris}
    seen: set[Node] = set()
    waiting: list[Node] = [holders[0]]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for predicate, value in said.get(node, ()):
            if isinstance(value, NamedNode) and value.value.startswith(HG):
                found.add(value.value)
            elif isinstance(value, Literal) and predicate == SH.select:
                found.update(HG + name for name in _OUR_TERM.findall(value.value))
            elif isinstance(value, (BlankNode, NamedNode)):
                waiting.append(value)
    return sorted(iri for iri in found if iri.startswith(HG))


def _last(node: Node) -> str:
    return re.split(r"[#/]", node.value)[-1] if isinstance(node, NamedNode) else ""
