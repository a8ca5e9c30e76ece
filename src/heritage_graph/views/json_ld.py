"""Write a description in JSON-LD whose context stands in it: nodes in a list, or schema.org's as a tree."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.namespaces import RDF, XSD
from heritage_graph.views.profile import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Triple

    JsonValue = dict[str, "JsonValue"] | list["JsonValue"] | str
    Nodes = Mapping[str, Mapping[str, list[JsonValue]]]

_LINKS: Final = ("additionalType", "mainEntityOfPage", "sameAs", "url")
SCHEMA_CONTEXT: Final[dict[str, JsonValue]] = {
    "@vocab": str(SCHEMA),
    **{name: {"@type": "@id"} for name in _LINKS},
}
"""What the address of schema.org's own context stands for, as far as descriptions use it."""

_TYPE: Final = RDF.type.value


def graph_json(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> dict[str, JsonValue]:
    """*triples* as a list of nodes, by IRI, whose keys and types are abbreviated by *prefixes*."""
    nodes = _nodes(triples, prefixes)
    return {
        "@context": dict(sorted(prefixes.items())),
        "@graph": [
            {"@id": iri, **{key: _alone(values) for key, values in node.items()}} for iri, node in nodes.items()
        ],
    }


def schema_json(iri: str, triples: Iterable[Triple], context: JsonValue) -> dict[str, JsonValue]:
    """*triples*, the schema.org view of *iri*, as a tree: each node is told where it is first met."""
    nodes = _nodes(triples, {"": SCHEMA})
    return {"@context": context, **_tree(iri, nodes, set())}


def _tree(iri: str, nodes: Nodes, told: set[str]) -> dict[str, JsonValue]:
    told.add(iri)
    found: dict[str, JsonValue] = {"@id": iri}
    for key, values in nodes.get(iri, {}).items():
        written: list[JsonValue] = []
        for value in values:
            other = value.get("@id") if isinstance(value, dict) else None
            if not isinstance(other, str):
                written.append(value)
            elif key in _LINKS:
                written.append(other)
            else:
                written.append(_tree(other, nodes, told) if other in nodes and other not in told else value)
        found[key] = _alone(written)
    return found


def _nodes(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> dict[str, dict[str, list[JsonValue]]]:
    """The nodes by IRI, the values of each by key; sorted, types first."""
    nodes: defaultdict[str, defaultdict[str, list[JsonValue]]] = defaultdict(lambda: defaultdict(list))
    for triple in sorted(triples, key=str):
        assert isinstance(triple.subject, NamedNode)
        assert isinstance(triple.object, NamedNode | Literal)
        predicate, value = triple.predicate.value, triple.object
        if predicate == _TYPE:
            nodes[triple.subject.value]["@type"].append(_short(value.value, prefixes))
        else:
            nodes[triple.subject.value][_short(predicate, prefixes)].append(_value(value, prefixes))
    return {iri: dict(sorted(nodes[iri].items())) for iri in sorted(nodes)}


def _value(value: NamedNode | Literal, prefixes: Mapping[str, str]) -> JsonValue:
    if isinstance(value, NamedNode):
        return {"@id": value.value}
    if value.language:
        return {"@language": value.language, "@value": value.value}
    if value.datatype == XSD.string:
        return value.value
    return {"@type": _short(value.datatype.value, prefixes), "@value": value.value}


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}" if prefix else iri.removeprefix(namespace)
    return iri


def _alone(values: list[JsonValue]) -> JsonValue:
    return values[0] if len(values) == 1 else values
