"""Map a table by RML or YARRRML with morph-kgc: a program for the environment in which morph-kgc is installed.

    python morph_kgc_program.py MAPPING TABLE OUTPUT

TABLE is CSV, and OUTPUT N-Quads. Whatever source a mapping names, it gets TABLE, and every statement goes to the graph
`urn:heritage-graph:row:{_row}`, so that it is known from which row it comes. A fault is a line on the standard error,
and the exit code 2.
"""

from __future__ import annotations

import sys
from pathlib import Path

import morph_kgc
import rdflib
from ruamel.yaml import YAML, YAMLError

ROW = "urn:heritage-graph:row:"
_R2RML = rdflib.Namespace("http://www.w3.org/ns/r2rml#")
_CSV = rdflib.URIRef("http://semweb.mmlab.be/ns/ql#CSV")
_RML_OF_BOTH_TIMES = ("http://semweb.mmlab.be/ns/rml#", "http://w3id.org/rml/")


def main() -> None:
    """Write OUTPUT, or say what is wrong with the mapping."""
    mapping, table, output = map(Path, sys.argv[1:])
    is_rml = mapping.suffix == ".ttl"
    prepared = output.with_name("mapping.ttl" if is_rml else "mapping.yml")
    try:
        (_prepare_rml if is_rml else _prepare_yarrrml)(mapping, table, prepared)
        statements = morph_kgc.materialize_set(
            "[CONFIGURATION]\noutput_format=N-QUADS\nnumber_of_processes=1\nlogging_level=CRITICAL\n"
            f"na_values=\n[Table]\nmappings={prepared}\n"
        )
    except Exception as fault:  # morph-kgc raises whatever comes; it is told, and nothing goes on
        sys.stderr.write(f"{' '.join(str(fault).split()) or type(fault).__name__}\n")
        raise SystemExit(2) from fault
    with output.open("w", encoding="utf-8") as lines:
        lines.writelines(f"{statement} .\n" for statement in statements)


def _prepare_yarrrml(mapping: Path, table: Path, prepared: Path) -> None:
    """Write *mapping* to *prepared*, with *table* as the source of everything, and each row as a graph.

    Raises:
        ValueError: it is no YARRRML.
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        document = yaml.load(mapping.read_text(encoding="utf-8"))
    except YAMLError as fault:
        raise ValueError(f"it is no YAML: {fault}") from fault
    if not isinstance(document, dict) or not isinstance(document.get("mappings"), dict):
        raise ValueError("a YARRRML mapping has 'mappings'")  # noqa: TRY004 - what is wrong is the document
    for elsewhere in ("sources", "targets", "external"):
        document.pop(elsewhere, None)
    for each in document["mappings"].values():
        for name in ("source", "graph"):
            each.pop(name, None)
        each["sources"] = [[f"{table}~csv"]]
        each["graphs"] = f"{ROW}$(_row)"
    with prepared.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)


def _prepare_rml(mapping: Path, table: Path, prepared: Path) -> None:
    """Write *mapping* to *prepared*, with *table* as the source of everything, and each row as a graph.

    Raises:
        ValueError: it has no triples map.
    """
    graph = rdflib.Graph().parse(mapping, format="turtle")
    maps = [
        (triples_map, source, rml)
        for rml in map(rdflib.Namespace, _RML_OF_BOTH_TIMES)
        for triples_map, source in graph.subject_objects(rml.logicalSource)
    ]
    if not maps:
        raise ValueError("an RML mapping has triples maps with a logical source")
    for triples_map, source, rml in maps:
        graph.set((source, rml.source, rdflib.Literal(str(table))))
        graph.set((source, rml.referenceFormulation, _CSV))
        graph.remove((source, rml.iterator, None))
        for terms in (_R2RML, rml):
            _give_rows_graphs(graph, triples_map, terms)
    graph.serialize(prepared, format="turtle")


def _give_rows_graphs(graph: rdflib.Graph, triples_map: rdflib.term.Node, terms: rdflib.Namespace) -> None:
    """Have the subject maps of *triples_map* put their statements into the graph of the row, and no other."""
    constant = graph.value(triples_map, terms.subject)
    if constant is not None:
        graph.remove((triples_map, terms.subject, None))
        made = rdflib.BNode()
        graph.add((triples_map, terms.subjectMap, made))
        graph.add((made, terms.constant, constant))
    for subject_map in list(graph.objects(triples_map, terms.subjectMap)):
        graph.remove((subject_map, terms.graph, None))
        graph.remove((subject_map, terms.graphMap, None))
        row = rdflib.BNode()
        graph.add((subject_map, terms.graphMap, row))
        graph.add((row, terms.template, rdflib.Literal(f"{ROW}{{_row}}")))


if __name__ == "__main__":
    main()
