"""Have morph-kgc map the rows of a table to statements, in the environment that is made for it (docs/adr/0045)."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from heritage_graph.errors import EngineTrouble, SettingError, SyntaxFault
from heritage_graph.importers.report import Remark
from heritage_graph.importers.table_rows import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.importers.table_rows import Table

MAPPING_PYTHON: Final = Path(sys.prefix) / "mapping" / "bin" / "python"
"""Where `make mapping` puts the interpreter that has morph-kgc."""

LARGEST: Final = 256 << 20
"""Bytes that the rows may have: morph-kgc holds a table in memory, some ten times as large."""

_PROGRAM: Final = Path(__file__).with_name("morph_kgc_program.py")
_ROW: Final = "urn:heritage-graph:row:"
_LONGEST_S: Final = 1800

Mapped = tuple[list[Triple], list[Remark]]
"""What a row comes to: its statements, and remarks on what could not be one."""


def mapped(
    table: Table, rows: Iterable[tuple[int, Mapping[str, str]]], mapping: Path, python: Path
) -> Mapping[int, Mapped]:
    """What the mapping in the file *mapping* makes of each of *rows* of *table*, by number; a row may come to nothing.

    Args:
        table: where they come from.
        rows: their numbers and values.
        mapping: RML in Turtle (`.ttl`), else YARRRML. It reads the table and nothing else, whatever it names.
        python: the interpreter of the environment that has morph-kgc.

    Raises:
        SettingError: there is no such interpreter.
        SyntaxFault: morph-kgc does not understand the mapping, or it uses graphs of its own; or the table is too large.
        EngineTrouble: morph-kgc takes too long.
    """
    if not python.is_file():
        raise SettingError(
            f"mapping a table needs morph-kgc, and there is no {python}; make its environment with: make mapping. "
            "The setting mapping_python names another one."
        )
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "table.csv", Path(folder) / "made.nq"
        _write(table, rows, given)
        if given.stat().st_size > LARGEST:
            raise SyntaxFault(f"{table.name}: a table may have {LARGEST >> 20} MB; import a larger one in parts")
        _run([str(python), "-I", str(_PROGRAM), str(mapping.resolve()), str(given), str(made)], mapping)
        return _read(made, mapping)


def _write(table: Table, rows: Iterable[tuple[int, Mapping[str, str]]], given: Path) -> None:
    with given.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([NUMBER, *table.columns])
        lines.writerows([number, *(values.get(column, "") for column in table.columns)] for number, values in rows)


def _run(command: Sequence[str], mapping: Path) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LONGEST_S, env={})
    except subprocess.TimeoutExpired as fault:
        raise EngineTrouble(f"morph-kgc did not map the table within {_LONGEST_S} s; import it in parts") from fault
    if done.returncode:
        told = done.stderr.strip().splitlines() or ["morph-kgc ended without a word"]
        raise SyntaxFault(f"{mapping.name}: the table cannot be mapped: {told[-1]}")


def _read(made: Path, mapping: Path) -> dict[int, Mapped]:
    found: defaultdict[int, Mapped] = defaultdict(lambda: ([], []))
    with made.open(encoding="utf-8") as lines:
        for line in lines:
            triples, remarks = found[_row_of(line, mapping)]
            try:
                (quad,) = parse(line.encode(), RdfFormat.N_QUADS)
            except (SyntaxError, ValueError) as fault:
                remarks.append(Remark("not-a-statement", f"{line.rsplit(' <', 1)[0][:200]}: {fault}"))
                continue
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                remarks.append(Remark("blank-node", f"{quad.triple}: give everything an IRI of its own"))
            else:
                triples.append(quad.triple)
    return dict(found)


def _row_of(line: str, mapping: Path) -> int:
    graph = line.rstrip(" .\n").rsplit(" ", 1)[-1].strip("<>")
    if not graph.startswith(_ROW):
        raise SyntaxFault(f"{mapping.name}: the mapping names a graph of its own; leave 'graphs' out of it")
    return int(graph.removeprefix(_ROW))
