"""The JSON Schemas of records and lists, made of the ontology and of the shapes."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Final

import rdflib
from rdflib import RDFS, SH, SKOS

from heritage_graph.assets import asset_files
from heritage_graph.index.entries import CLASSES_OF_KINDS
from heritage_graph.namespaces import BASE, HG
from heritage_graph.web.api.kinds import KINDS
from reference_pages.json_ld import BORROWED, classes, form_of, homes, local, ontology, properties
from reference_pages.model import graph_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rdflib.term import Node

    from heritage_graph.web.api.kinds import Kind

Schema = dict[str, object]

_VERSION: Final = f"{BASE}schemas/v1/"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_VALUES_FROM: Final = rdflib.URIRef(HG + "valuesFrom")
_ON_CONCEPTS: Final = frozenset({rdflib.URIRef(HG + "impliesCollaboration")})
_ON_ALL_THINGS: Final = ("label", "altLabel", "sameAs", "exactMatch", "closeMatch")
_LANGUAGE: Final = "^(?:@none|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)$"
_FOREIGN: Final = "^[A-Za-z][A-Za-z0-9+.-]*:"
_NATIVE: Final = {"xsd:integer": "integer", "xsd:boolean": "boolean"}
_SOURCES: Final[Schema] = {"$ref": "#/$defs/sources"}
_DAY: Final[Schema] = {"type": "string", "format": "date"}


def schema_files() -> Mapping[str, Callable[[], str]]:
    """What makes each file of `web/schemas` that is made of the model, by name."""
    files: dict[str, Callable[[], str]] = {"thing": lambda: _written(_thing())}
    for kind in KINDS.values():
        files[kind.singular] = lambda kind=kind: _written(_record(kind))  # type: ignore[misc]  # the kind of this turn
        files[kind.plural] = lambda kind=kind: _written(_list(kind))  # type: ignore[misc]  # as above
    files["records"] = lambda: _written(_records())
    return files


def _thing() -> Schema:
    return {
        **_head("thing", "A record", "What the graph says of one thing, whatever it is; it is JSON-LD too."),
        "allOf": [{"$ref": "#/$defs/record"}, {"$ref": "#/$defs/envelope"}],
        "unevaluatedProperties": False,
        "$defs": _definitions(),
    }


def _record(kind: Kind) -> Schema:
    return {
        **_head(
            kind.singular,
            f"A record of the {kind.plural}",
            f"What the graph says of one of the {kind.plural}. Members are there when something is known; what is at "
            "home on them is listed here, and whatever else the model has may be there too.",
        ),
        "allOf": [{"$ref": "#/$defs/record"}, {"$ref": "thing.json#/$defs/envelope"}],
        "unevaluatedProperties": False,
        "$defs": {
            "record": {
                "$ref": "thing.json#/$defs/record",
                "properties": {"type": _types_of(kind), **_at_home(kind)},
            }
        },
    }


def _list(kind: Kind) -> Schema:
    item: Schema = {"$ref": f"{kind.singular}.json#/$defs/record", "unevaluatedProperties": False}
    return {
        **_head(kind.plural, f"A page of the {kind.plural}", f"The {kind.plural} that were chosen, by IRI."),
        **_object(
            {
                **_envelope(),
                "items": {"type": "array", "items": item},
                "total": _exactly("How many there are in all, on all pages."),
                "next": {
                    "type": ["string", "null"],
                    "description": "The address of the page behind this one; null behind the last.",
                },
                "facets": {
                    "type": "object",
                    "description": "The values of each facet that was asked for.",
                    "propertyNames": {"enum": list(kind.facets)},
                    "additionalProperties": {"type": "array", "items": {"$ref": "thing.json#/$defs/counted"}},
                },
            },
            optional=("facets",),
        ),
    }


def _records() -> Schema:
    known: Schema = {"$ref": "thing.json#/$defs/record", "unevaluatedProperties": False}
    return {
        **_head("records", "Records by IRI", "The records of the things that were asked for, in that order."),
        **_object(
            {
                **_envelope(),
                "items": {"type": "array", "items": {"anyOf": [known, {"$ref": "thing.json#/$defs/missing"}]}},
                "total": _exactly("How many there are."),
                "next": {"type": "null", "description": "There are no further pages."},
            }
        ),
    }


def _at_home(kind: Kind) -> Schema:
    """The members at home on things of *kind*, with their words and what the shapes ask of their values."""
    model, shapes = ontology(), _shapes()
    around = _family(model, kind)
    found: Schema = {name: _values(BORROWED[name][1]) for name in _ON_ALL_THINGS}
    for term in properties(model):
        at = homes(model, term)
        if term not in _ON_CONCEPTS and (not at or at & around):
            found[local(term)] = {
                **_described(model, term),
                **_values(form_of(model, term), _asked(shapes, model, term)),
            }
    return found


@cache
def _shapes() -> rdflib.Graph:
    return graph_of(asset_files("shapes", ".ttl"))


def _family(model: rdflib.Graph, kind: Kind) -> set[Node]:
    """The classes of *kind*, all narrower and all wider ones: what is at home on one of these may stand on it."""
    found: set[Node] = set()
    for root in CLASSES_OF_KINDS[kind.plural]:
        term = rdflib.URIRef(root.value)
        found |= {*model.transitive_subjects(RDFS.subClassOf, term), *model.transitive_objects(term, RDFS.subClassOf)}
    return found


def _types_of(kind: Kind) -> Schema:
    model = ontology()
    narrower = {
        each
        for root in CLASSES_OF_KINDS[kind.plural]
        for each in model.transitive_subjects(RDFS.subClassOf, rdflib.URIRef(root.value))
    }
    return {"contains": {"enum": sorted(local(each) for each in narrower)}}


def _asked(shapes: rdflib.Graph, model: rdflib.Graph, term: Node) -> Schema:
    """What must hold of each value of *term*: its scheme, and the patterns and bounds of shapes that refuse others."""
    asked: Schema = {}
    for scheme in model.objects(term, _VALUES_FROM):
        asked["scheme"] = str(scheme)
    for shape in shapes.subjects(SH.path, term):
        if next(shapes.objects(shape, SH.severity), None) == SH.Violation:
            asked |= {
                name: value.toPython()
                for name, path in (("pattern", SH.pattern), ("minimum", SH.minInclusive), ("maximum", SH.maxInclusive))
                for value in shapes.objects(shape, path)
                if isinstance(value, rdflib.Literal)
            }
    return asked


def _values(form: Mapping[str, object], asked: Mapping[str, object] | None = None) -> Schema:
    """The schema of the values of a property in *form* (its entry in the context)."""
    asked = asked or {}
    bounds = {name: value for name, value in asked.items() if name in {"minimum", "maximum"}}
    if form.get("@type") == "@id":
        scheme = {"properties": {"id": {"pattern": f"^{asked['scheme']}/"}}} if "scheme" in asked else {}
        return _array({"$ref": "thing.json#/$defs/node", **scheme})
    if form["@container"] != "@set":
        return {"$ref": "thing.json#/$defs/texts"}
    return _array(_literal(form, asked, bounds))


def _literal(form: Mapping[str, object], asked: Mapping[str, object], bounds: Schema) -> Schema:
    within = form.get("@context")
    if isinstance(within, dict) and "date" in within:
        return {"$ref": "thing.json#/$defs/date"}
    if within:
        number = {"properties": {"number": bounds}} if bounds else {}
        return {"$ref": "thing.json#/$defs/decimal", **number}
    if form.get("@type") in _NATIVE:
        return {"type": _NATIVE[str(form["@type"])], **bounds}
    return {"type": "string", **({"pattern": asked["pattern"]} if "pattern" in asked else {})}


def _array(items: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": items}


def _described(model: rdflib.Graph, term: Node) -> Schema:
    """The name and the definition of *term* in English."""
    told = {}
    for name, predicate in (("title", RDFS.label), ("description", SKOS.definition)):
        texts = [value for value in model.objects(term, predicate) if getattr(value, "language", None) == "en"]
        told[name] = str(texts[0])
    return told


def _definitions() -> Schema:
    model = ontology()
    every: Schema = {name: _inside(_values(form)) for name, (_, form) in BORROWED.items()}
    every |= {local(term): _inside(_values(form_of(model, term))) for term in properties(model)}
    node: Schema = {"$ref": "#/$defs/node"}
    return {
        "record": {
            "type": "object",
            "description": "The members that a record may have; properties of other models stand under their IRIs.",
            "required": ["id", "type"],
            "properties": {
                "id": _iri("The IRI of the thing."),
                "type": {
                    "type": "array",
                    "description": "The names of its classes; the IRI where a class is of another model.",
                    "items": {"anyOf": [{"enum": [local(term) for term in classes(model)]}, _iri("A class.")]},
                },
                "links": {
                    "type": "object",
                    "description": "Where to go on from it, by what is found there.",
                    "required": ["self"],
                    "additionalProperties": {"type": "string", "format": "uri-reference"},
                },
                "participations": {
                    "type": "array",
                    "description": "Who takes part in it, and how: at most 100.",
                    "items": node,
                },
                "participatesIn": {
                    "type": "array",
                    "description": "In what it takes part, and how: at most 100.",
                    "items": node,
                },
                "more": {
                    "type": "object",
                    "description": "How many there are of what is told only in part.",
                    "additionalProperties": _exactly("How many there are in all."),
                },
                "graphs": {
                    "type": "array",
                    "description": "The graphs that are told as sources, and what each is.",
                    "items": {"$ref": "#/$defs/graph"},
                },
                "sourcesOf": {"$ref": "#/$defs/sourcesOf"},
                **every,
            },
            "patternProperties": {_FOREIGN: {"type": "array", "items": {"$ref": "#/$defs/foreign"}}},
        },
        "node": {
            "description": "A thing where another refers to it: its names, or all that is known of it.",
            "$ref": "#/$defs/inner",
            "unevaluatedProperties": False,
        },
        "inner": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": _iri("The IRI of the thing."),
                "type": {"type": "array", "items": {"type": "string"}},
                "sources": _SOURCES,
                "sourcesOf": {"$ref": "#/$defs/sourcesOf"},
                **every,
            },
            "patternProperties": {_FOREIGN: {"type": "array", "items": {"$ref": "#/$defs/foreign"}}},
        },
        "envelope": {
            "type": "object",
            "description": "What every answer bears.",
            "required": ["@context", "generation", "source", "license"],
            "properties": _envelope(),
        },
        "texts": {
            "type": "object",
            "description": "Texts by language, several where sources give several; @none where none is given.",
            "propertyNames": {"pattern": _LANGUAGE},
            "additionalProperties": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        },
        "date": _object(
            {
                "value": {"type": "string", "description": "The date as it is written."},
                "type": {
                    "enum": ["date", "gYearMonth", "gYear"],
                    "description": "What it gives: a day, a month or a year.",
                },
                "earliest": {**_DAY, "description": "The first day that it can mean."},
                "latest": {**_DAY, "description": "The last day that it can mean."},
                "sources": _SOURCES,
            },
            optional=("sources",),
        ),
        "decimal": _object(
            {
                "value": {"type": "string", "description": "The number as it is written."},
                "type": {"const": "decimal"},
                "number": {"type": "number", "description": "The number, as near as JSON readers hold it."},
                "sources": _SOURCES,
            },
            optional=("sources",),
        ),
        "foreign": {
            "type": "object",
            "description": "A value of a property of another model, or one that its key cannot hold, as JSON-LD "
            "writes it.",
            "anyOf": [{"required": ["@value"]}, {"required": ["id"]}],
            "properties": {
                "@value": {"type": "string"},
                "@type": {"type": "string"},
                "@language": {"type": "string"},
            },
        },
        "sources": {
            "type": "array",
            "description": "The graphs that state it, with include=sources.",
            "items": _object({"id": _iri("The graph; `graphs` says what it is.")}),
        },
        "sourcesOf": {
            "type": "object",
            "description": "The graphs that state values that are no objects, by member, with include=sources.",
            "additionalProperties": {
                "type": "array",
                "items": _object(
                    {"value": {"type": ["string", "number", "boolean"]}, "language": {"type": "string"},
                     "sources": _SOURCES},
                    optional=("language",),
                ),
            },
        },
        "graph": _object(
            {
                "id": _iri("The graph."),
                "label": {"$ref": "#/$defs/texts"},
                "status": {"type": "array", "items": {"$ref": "#/$defs/reference"}},
                "document": {"type": "array", "items": {"$ref": "#/$defs/reference"}},
            }
        ),
        "reference": _object({"id": _iri("The IRI."), "label": {"$ref": "#/$defs/texts"}}),
        "counted": _object(
            {
                "value": {"anyOf": [{"$ref": "#/$defs/reference"}, {"type": "string"}]},
                "count": _exactly("How many things have it."),
                "href": {"type": "string", "format": "uri-reference", "description": "The list of those."},
            }
        ),
        "missing": _object(
            {
                "id": {"type": "string", "description": "What was asked for."},
                "error": {
                    "type": "object",
                    "description": "Why there is no record: a problem, as other answers tell it.",
                    "required": ["type", "title", "status", "detail"],
                },
            }
        ),
    }  # fmt: skip


def _inside(schema: Schema) -> Schema:
    """*schema* as it stands within thing.json."""
    return json.loads(json.dumps(schema).replace('"thing.json#', '"#'))  # type: ignore[no-any-return]  # an object went in


def _envelope() -> Schema:
    return {
        "@context": {"const": "/context/v1.jsonld", "description": "The JSON-LD context, on this service."},
        "generation": {"type": "integer", "minimum": 0, "description": "The state of the graph that this tells."},
        "source": {"type": "string", "format": "uri", "description": "The graph, to be named when this is used."},
        "license": {"type": "string", "format": "uri", "description": "Under which terms it may be used."},
    }


def _exactly(description: str) -> Schema:
    return {**_object({"exactly": {"type": "integer", "minimum": 0}}), "description": description}


def _iri(description: str) -> Schema:
    return {"type": "string", "format": "uri", "description": description}


def _object(members: Mapping[str, object], *, optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "required": [name for name in members if name not in optional],
        "properties": dict(members),
        "additionalProperties": False,
    }


def _head(name: str, title: str, description: str) -> Schema:
    return {"$schema": _DIALECT, "$id": f"{_VERSION}{name}.json", "title": title, "description": description}


def _written(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
