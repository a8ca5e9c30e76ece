"""Hold the catalogue at /dataset against the SHACL shapes of DCAT-AP: of the shipped dataset, with files and a release.

    .venv/bin/python conformance/dcat_ap.py FOLDER, such as dcat-ap/3.0.1

It ends with 1 when a shape is violated; warnings are listed, since some ask for what is not known. The European lists
that some shapes look terms up in are not loaded: that a term stands in a list is read off its IRI.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
from pyshacl import validate
from rdflib import SKOS, Graph, Namespace, URIRef

from service import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

SH: Final = Namespace("http://www.w3.org/ns/shacl#")

# The files of examples, and those that only import ontologies from the web, hold no shapes.
_NO_SHAPES: Final = re.compile(r"examples|imports")
_IN_A_LIST: Final = re.compile(
    r"(?P<list>http://publications\.europa\.eu/resource/authority/[a-z-]+|http://purl\.org/adms/[a-z]+)/[A-Za-z0-9_]+"
)
_ADMS_VERSION: Final = "/1.0"
_PATIENCE_S: Final = 60.0
_PAUSE_S: Final = 0.5


@dataclass(frozen=True)
class Fault:
    """One result of a validation."""

    severity: str
    focus: str
    path: str
    constraint: str
    value: str


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder of the shapes")
    folder = parser.parse_args().folder
    files = [each for each in sorted(folder.rglob("*.ttl")) if not _NO_SHAPES.search(str(each))]
    if not files:
        parser.error("there are no shapes in this folder")
    data = _with_lists(_catalogue())
    violated = False
    for file in files:
        counts = Counter(_faults(data, _shapes(file)))
        by_severity = Counter(each.severity for each in counts.elements())
        told = ", ".join(f"{count} {severity}" for severity, count in sorted(by_severity.items())) or "nothing"
        print(f"{file.relative_to(folder)}: {told}")
        for fault in sorted(counts, key=lambda each: (each.severity, each.constraint, each.path, each.focus)):
            print(f"  {fault.severity} {fault.constraint} {fault.path} of {fault.focus} {fault.value}")
        violated = violated or by_severity["Violation"] > 0
    sys.exit(violated)


def _catalogue() -> Graph:
    """The catalogue, once the files are ready, of a service that tells whom to write to."""
    os.environ.setdefault("HERITAGE_GRAPH_CONTACT_EMAIL", "data@example.org")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        for command in (["init"], ["release", "trial"]):
            program = Path(sys.executable).with_name("heritage-graph")
            subprocess.run([program, *command, "--data", str(data)], check=True, capture_output=True)
        with serving(data) as endpoint:
            address = endpoint.removesuffix("/sparql") + "/dataset.ttl"
            deadline = time.monotonic() + _PATIENCE_S
            text = ""
            while "dcat:downloadURL" not in text:
                if time.monotonic() > deadline:
                    raise SystemExit(f"no file was ready within {_PATIENCE_S} s")
                time.sleep(_PAUSE_S)
                text = httpx.get(address, timeout=_PATIENCE_S).raise_for_status().text
            return Graph().parse(data=text, format="turtle")


def _with_lists(catalogue: Graph) -> Graph:
    """*catalogue*, and for each term of a European list that it uses that the term is in the list."""
    used = {term for term in catalogue.objects() if isinstance(term, URIRef)}
    for term in used:
        if (found := _IN_A_LIST.fullmatch(term)) is not None:
            scheme = found["list"] + (_ADMS_VERSION if "adms" in term else "")
            catalogue.add((term, SKOS.inScheme, URIRef(scheme)))
    return catalogue


def _shapes(file: Path) -> Graph:
    """The shapes of *file*, without references to property shapes that only another file holds."""
    shapes = Graph().parse(file)
    for node, property_shape in list(shapes.subject_objects(SH.property)):
        if (property_shape, SH.path, None) not in shapes:
            shapes.remove((node, SH.property, property_shape))
    return shapes


def _faults(data: Graph, shapes: Graph) -> Iterator[Fault]:
    """What *shapes* find, without what only details another fault."""
    _, report, _ = validate(data, shacl_graph=shapes)
    for result in report.objects(None, SH.result):
        severity, focus, path, constraint, value = (
            report.value(result, each)
            for each in (SH.resultSeverity, SH.focusNode, SH.resultPath, SH.sourceConstraintComponent, SH.value)
        )
        yield Fault(
            str(severity).removeprefix(SH),
            str(focus),
            str(path or ""),
            str(constraint).removeprefix(SH).removesuffix("ConstraintComponent"),
            str(value or ""),
        )


if __name__ == "__main__":
    main()
