"""Random small shapes of SHACL Core and random data about invented things, as Turtle."""

from hypothesis import strategies as st

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://example.org/#> .
"""
NODES = ("ex:ant", "ex:bee", "ex:cow", "_:nameless")
CLASSES = ("ex:Animal", "ex:Insect", "ex:Plant")
PREDICATES = ("ex:p", "ex:q")
LITERALS = (
    '"a"',
    '"ab"',
    '"A"',
    '""',
    '"a\\n"',
    '"\\u017F"',
    '"5"',
    '"a"@en',
    '"b"@EN',
    '"a"@en-GB',
    '"c"@fr',
    "5",
    "7",
    "042",
    "-1",
    "5.0",
    "5.50",
    "5e0",
    "true",
    '"1"^^xsd:boolean',
    '"x"^^xsd:integer',
    '"99999999999999999999"^^xsd:integer',
    '"5"^^xsd:byte',
    '"NaN"^^xsd:decimal',
    '"INF"^^xsd:double',
    '"2020-01-31"^^xsd:date',
    '"2021-02-28"^^xsd:date',
    '"2020-01-31Z"^^xsd:date',
    '"2020-02-30"^^xsd:date',
    '"2020-01-31T10:00:00"^^xsd:dateTime',
    '"2020-01-31T10:00:00+14:00"^^xsd:dateTime',
    '"2020"^^xsd:gYear',
    '"0000"^^xsd:gYear',
    '"2020-07"^^xsd:gYearMonth',
    '"P1Y"^^xsd:duration',
    '"P"^^xsd:duration',
    '"0a"^^xsd:hexBinary',
    '"0"^^xsd:hexBinary',
    '"what"^^ex:unheard',
)
DATATYPES = (
    "xsd:string",
    "xsd:boolean",
    "xsd:integer",
    "xsd:decimal",
    "xsd:double",
    "xsd:date",
    "xsd:dateTime",
    "xsd:gYear",
    "xsd:gYearMonth",
    "xsd:duration",
    "xsd:hexBinary",
    "xsd:byte",
    "xsd:anyURI",
    "rdf:langString",
    "ex:unheard",
)
PATTERNS = (
    "^a",
    "b$",
    "^[a-z]+$",
    "^a.$",
    "^(a|b)$",
    "^(?!a)[a-z]*$",
    "^2(?=0)[0-9]+$",
    "[^a]",
    "\\\\d",
    "^a{1,2}$",
    "^.*ab?$",
    "(?i)a",
    "s",
)

terms = st.sampled_from((*NODES[:-1], *LITERALS))
some_terms = st.lists(terms, max_size=4).map(" ".join)
small = st.integers(0, 3)
limits = st.sampled_from(("5", "5.5", "5e0", '"a"', '"2020-06-30"^^xsd:date', '"2020-01-31T10:00:00"^^xsd:dateTime'))


def stated(name, arguments):
    """The constraint called *name* with one of *arguments*."""
    return arguments.map(lambda argument: f"sh:{name} {argument} ;")


simple = st.one_of(
    stated("class", st.sampled_from(CLASSES)),
    stated("datatype", st.sampled_from(DATATYPES)),
    stated(
        "nodeKind",
        st.sampled_from(
            ["sh:IRI", "sh:Literal", "sh:BlankNode", "sh:BlankNodeOrIRI", "sh:BlankNodeOrLiteral", "sh:IRIOrLiteral"]
        ),
    ),
    stated("in", some_terms.map("( {} )".format)),
    stated("hasValue", terms),
    stated("languageIn", st.sampled_from(['( "en" )', '( "fr" "EN" )', '( "en-gb" )', '( "*" )'])),
    stated("minLength", small),
    stated("maxLength", small),
    stated("minInclusive", limits),
    stated("maxInclusive", limits),
    stated("minExclusive", limits),
    stated("maxExclusive", limits),
    stated("equals", st.sampled_from(PREDICATES)),
    stated("disjoint", st.sampled_from(PREDICATES)),
    st.builds(
        'sh:pattern "{}" ; {}'.format,
        st.sampled_from(PATTERNS),
        st.sampled_from(("", 'sh:flags "i" ;', 'sh:flags "m" ;')),
    ),
    st.just("sh:closed true ; sh:ignoredProperties ( rdf:type ex:q ) ;"),
)
counts = st.one_of(stated("minCount", small), stated("maxCount", small), st.just("sh:uniqueLang true ;"))
paths = st.recursive(
    st.sampled_from(PREDICATES),
    lambda inner: st.one_of(
        st.builds("( {} {} )".format, inner, inner),
        st.builds("[ sh:alternativePath ( {} {} ) ]".format, inner, inner),
        st.builds(
            "[ sh:{} {} ]".format,
            st.sampled_from(("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")),
            inner,
        ),
    ),
    max_leaves=3,
)


def nested(inner):
    """Shapes without targets, made of the shapes *inner*."""
    listed = st.lists(inner, min_size=1, max_size=3).map(" ".join)
    parts = st.one_of(
        simple,
        stated("node", inner.filter(lambda text: "sh:path" not in text)),
        stated("not", inner),
        stated("property", st.builds("[ sh:path {} ; {} ]".format, paths, st.one_of(simple, counts))),
        *(stated(name, listed.map("( {} )".format)) for name in ("and", "or", "xone")),
    )
    qualified = st.builds(
        "sh:qualifiedValueShape {} ; {}".format,
        inner,
        st.one_of(stated("qualifiedMinCount", small), stated("qualifiedMaxCount", small)),
    )
    on_path = st.one_of(parts, counts, qualified)
    return st.one_of(
        parts.map("[ {} ]".format),
        st.builds("[ sh:path {} ; {} ]".format, paths, on_path),
    )


inner_shapes = st.recursive(simple.map("[ {} ]".format), nested, max_leaves=3)
targets = st.sampled_from(
    (
        "sh:targetClass ex:Animal",
        "sh:targetSubjectsOf ex:p",
        "sh:targetObjectsOf ex:p",
        "sh:targetNode ex:ant, 5",
        "sh:targetClass ex:Insect ; sh:targetSubjectsOf ex:q",
        "a rdfs:Class",
    )
)


@st.composite
def shapes(draw):
    """The shape ex:Animal, with a target, and one or two constraints of its own; a sh:property stands deeper."""
    path = draw(st.one_of(st.none(), paths))
    listed = st.lists(inner_shapes, min_size=1, max_size=2).map(" ".join)
    on_node = st.one_of(
        simple,
        stated("node", inner_shapes.filter(lambda text: not text.startswith("[ sh:path"))),
        stated("not", inner_shapes),
        *(stated(name, listed.map("( {} )".format)) for name in ("and", "or", "xone")),
    )
    on_path = st.one_of(
        on_node,
        counts,
        st.builds("sh:qualifiedValueShape {} ; sh:qualifiedMinCount {} ;".format, inner_shapes, small),
        st.builds("sh:qualifiedValueShape {} ; sh:qualifiedMaxCount {} ;".format, inner_shapes, small),
    )
    kind = "sh:NodeShape" if path is None else f"sh:PropertyShape ; sh:path {path}"
    body = draw(on_node if path is None else on_path)
    return f"ex:Animal a {kind} ; {draw(targets)} ; {body.rstrip('; ')} ."


def statements(subjects, predicates, objects):
    """Triples of these, as Turtle."""
    return st.lists(
        st.builds("{} {} {} .".format, *map(st.sampled_from, (subjects, predicates, objects))), max_size=8
    ).map("\n".join)


data = st.tuples(
    statements(NODES, PREDICATES, NODES + LITERALS),
    statements(NODES, PREDICATES, NODES + LITERALS[:12]),
    statements(NODES, ("a",), CLASSES),
    statements(CLASSES, ("rdfs:subClassOf",), CLASSES),
).map("\n".join)
