"""Write the Linked Art view of a thing in the JSON of Linked Art 1.0: the tree that its schemas describe.

What the record embeds has an IRI below that of the thing and is written in place, without an id; anything else is
referred to by id, type and label. What the shape has no room for is left out, and never another value put in its place.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.namespaces import RDF, RDFS, SKOS
from heritage_graph.views.profile import CRM, CRMDIG, DC, LA, PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Triple

    JsonValue = dict[str, "JsonValue"] | list["JsonValue"] | str

MEDIA_TYPE: Final = f'application/ld+json;profile="{PROFILES["linked-art"].uri}"'

_CLASSES: Final = {
    CRM + "E74_Group": "Group",
    CRM + "E21_Person": "Person",
    CRM + "E53_Place": "Place",
    CRM + "E22_Human-Made_Object": "HumanMadeObject",
    LA + "Set": "Set",
    CRM + "E33_Linguistic_Object": "LinguisticObject",
    CRM + "E89_Propositional_Object": "PropositionalObject",
    CRM + "E7_Activity": "Activity",
    CRM + "E55_Type": "Type",
    CRM + "E56_Language": "Language",
    CRM + "E33_E41_Linguistic_Appellation": "Name",
    CRM + "E42_Identifier": "Identifier",
    CRM + "E52_Time-Span": "TimeSpan",
    CRM + "E65_Creation": "Creation",
    CRM + "E66_Formation": "Formation",
    CRM + "E13_Attribute_Assignment": "AttributeAssignment",
    CRMDIG + "D1_Digital_Object": "DigitalObject",
}
"""The names of classes in the JSON, in the order in which one is chosen of a thing that has several."""

_ANY: Final = frozenset(
    {
        "Group",
        "Person",
        "Place",
        "HumanMadeObject",
        "Set",
        "LinguisticObject",
        "PropositionalObject",
        "Activity",
        "Type",
    }
)
_AGENTS: Final = frozenset({"Group", "Person"})
_REFERENCES: Final = {
    CRM + "P2_has_type": ("classified_as", frozenset({"Type"})),
    CRM + "P72_has_language": ("language", frozenset({"Language"})),
    CRM + "P129_is_about": ("about", _ANY),
    LA + "equivalent": ("equivalent", _ANY),
    CRM + "P107i_is_current_or_former_member_of": ("member_of", frozenset({"Group"})),
    CRM + "P74_has_current_or_former_residence": ("residence", frozenset({"Place"})),
    CRM + "P89_falls_within": ("part_of", frozenset({"Place"})),
    CRM + "P106i_forms_part_of": ("part_of", frozenset({"LinguisticObject"})),
    CRM + "P148i_is_component_of": ("conceptually_part_of", frozenset({"PropositionalObject"})),
    CRM + "P9i_forms_part_of": ("part_of", frozenset({"Activity"})),
    CRM + "P7_took_place_at": ("took_place_at", frozenset({"Place"})),
    CRM + "P14_carried_out_by": ("carried_out_by", _AGENTS),
    CRM + "P11_had_participant": ("participant", _AGENTS),
    CRM + "P15_was_influenced_by": ("influenced_by", _ANY),
    CRM + "P32_used_general_technique": ("technique", frozenset({"Type"})),
    SKOS.broader.value: ("broader", frozenset({"Type"})),
    LA + "access_point": ("access_point", frozenset({"DigitalObject"})),
}
"""The keys of lists of references, and the classes that each may refer to."""
_EMBEDDED: Final = {
    CRM + "P1_is_identified_by": "identified_by",
    CRM + "P67i_is_referred_to_by": "referred_to_by",
    CRM + "P129i_is_subject_of": "subject_of",
    CRM + "P140i_was_attributed_by": "attributed_by",
    CRM + "P16i_was_used_for": "used_for",
    LA + "digitally_carried_by": "digitally_carried_by",
}
"""The keys of lists of what stands in the record itself."""
_EMBEDDED_ONCE: Final = {
    CRM + "P4_has_time-span": "timespan",
    CRM + "P94i_was_created_by": "created_by",
    CRM + "P95i_was_formed_by": "formed_by",
}
_TEXTS: Final = {
    CRM + "P190_has_symbolic_content": "content",
    CRM + "P168_place_is_defined_by": "defined_by",
    CRM + "P82a_begin_of_the_begin": "begin_of_the_begin",
    CRM + "P81a_end_of_the_begin": "end_of_the_begin",
    CRM + "P81b_begin_of_the_end": "begin_of_the_end",
    CRM + "P82b_end_of_the_end": "end_of_the_end",
    DC + "format": "format",
}
_ONE_WHOLE: Final = frozenset({"Activity"})
"""The classes whose `part_of` is one reference and no list."""
_LABEL_LANGUAGES: Final = ("en", "fr", "ar")

_Node = dict[str, "list[NamedNode | Literal]"]


def linked_art_json(iri: str, triples: Iterable[Triple]) -> dict[str, JsonValue]:
    """The record of *iri* that *triples*, its Linked Art view, make; lists are sorted by what they hold.

    Raises:
        ValueError: the view gives the thing no class.
    """
    nodes: defaultdict[str, defaultdict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        assert isinstance(triple.subject, NamedNode)
        assert isinstance(triple.object, NamedNode | Literal)
        nodes[triple.subject.value][triple.predicate.value].append(triple.object)
    class_ = _class(nodes.get(iri, {}))
    if class_ is None:
        raise ValueError(f"the Linked Art view of {iri} gives it no class")
    return {
        "@context": PROFILES["linked-art"].uri,
        "id": iri,
        "type": class_,
        "_label": _label(nodes[iri]) or iri,
        **_members(nodes[iri], class_, nodes, within=iri),
    }


def _members(
    node: Mapping[str, list[NamedNode | Literal]],
    class_: str,
    nodes: Mapping[str, Mapping[str, list[NamedNode | Literal]]],
    *,
    within: str,
) -> dict[str, JsonValue]:
    """The keys of *node* besides those that name it, in alphabetical order."""
    found: dict[str, JsonValue] = {}
    for predicate, values in node.items():
        iris = sorted(value.value for value in values if isinstance(value, NamedNode))
        if predicate in _REFERENCES:
            key, classes = _REFERENCES[predicate]
            references: list[JsonValue] = [
                reference for iri in iris if (reference := _reference(iri, nodes.get(iri, {}), classes)) is not None
            ]
            if references and key == "part_of" and class_ in _ONE_WHOLE:
                if len(references) == 1:  # of several wholes, none is the one
                    found[key] = references[0]
            elif references:
                found[key] = references
        elif predicate in _EMBEDDED:
            found[_EMBEDDED[predicate]] = [_part(nodes[iri], nodes, within=within) for iri in iris]
        elif predicate in _EMBEDDED_ONCE:
            found[_EMBEDDED_ONCE[predicate]] = _part(nodes[iris[0]], nodes, within=within)
        elif predicate in _TEXTS:
            found[_TEXTS[predicate]] = min(value.value for value in values)
    return dict(sorted(found.items()))


def _part(
    node: Mapping[str, list[NamedNode | Literal]],
    nodes: Mapping[str, Mapping[str, list[NamedNode | Literal]]],
    *,
    within: str,
) -> dict[str, JsonValue]:
    class_ = _class(node)
    assert class_ is not None
    label = _label(node)
    return {"type": class_, **({"_label": label} if label else {}), **_members(node, class_, nodes, within=within)}


def _reference(
    iri: str, node: Mapping[str, list[NamedNode | Literal]], classes: frozenset[str]
) -> dict[str, JsonValue] | None:
    """The reference to *iri*; None when it is of none of *classes*."""
    class_ = _class(node)
    if class_ not in classes:
        return None
    label = _label(node)
    return {"id": iri, "type": class_, **({"_label": label} if label else {})}


def _class(node: Mapping[str, list[NamedNode | Literal]]) -> str | None:
    types = {value.value for value in node.get(RDF.type.value, ())}
    return next((name for iri, name in _CLASSES.items() if iri in types), None)


def _label(node: Mapping[str, list[NamedNode | Literal]]) -> str:
    """A label for developers: the English one if there is one; empty when there is none."""
    labels = [value for value in node.get(RDFS.label.value, ()) if isinstance(value, Literal)]
    return min(((_rank(label.language), label.value) for label in labels), default=(0, ""))[1]


def _rank(language: str | None) -> int:
    return _LABEL_LANGUAGES.index(language) if language in _LABEL_LANGUAGES else len(_LABEL_LANGUAGES)
