"""Hold every Linked Art record of a store against the JSON Schemas of Linked Art 1.0.

    .venv/bin/python conformance/linked_art.py SCHEMAS [DATA]

SCHEMAS is the folder of the schemas, such as linked-art/schema; DATA that of a store, without which the shipped dataset
is brought into one. It ends with 1 when a record does not fit the schema of its class.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

if TYPE_CHECKING:
    from referencing.jsonschema import SchemaRegistry

COMMAND: Final = Path(sys.executable).parent / "heritage-graph"
SCHEMAS: Final = {
    "Activity": "event",
    "Group": "group",
    "HumanMadeObject": "object",
    "LinguisticObject": "text",
    "Person": "person",
    "Place": "place",
    "PropositionalObject": "abstract",
    "Set": "set",
    "Type": "concept",
}
"""The schema of each class."""
_MOST_SHOWN: Final = 20


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("schemas", type=Path, help="the folder of the schemas")
    parser.add_argument("data", type=Path, nargs="?", help="the folder of a store")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as beside:
        data = arguments.data or Path(beside) / "data"
        if arguments.data is None:
            subprocess.run([COMMAND, "init", "--data", data], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [COMMAND, "export", "--format", "linked-art", "--data", data, "--out", beside],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (archive,) = Path(beside).glob("*.zip")
        sys.exit(1 if _faults(archive, _validators(arguments.schemas)) else 0)


def _validators(folder: Path) -> dict[str, Draft202012Validator]:
    """The validator of each class; the schemas refer to each other by their `$id`."""
    documents = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    found = [(each["$id"], Resource.from_contents(each)) for each in documents.values() if "$id" in each]
    registry: SchemaRegistry = Registry().with_resources(found)
    return {
        class_: Draft202012Validator(documents[name], registry=registry, format_checker=FormatChecker())
        for class_, name in SCHEMAS.items()
    }


def _faults(archive: Path, validators: dict[str, Draft202012Validator]) -> int:
    """Print what is wrong, and the number of records by class; return how many records are faulty."""
    classes: Counter[str] = Counter()
    faulty = 0
    with zipfile.ZipFile(archive) as records:
        for name in records.namelist():
            record = json.loads(records.read(name))
            classes[record["type"]] += 1
            faults = list(validators[record["type"]].iter_errors(record))
            faulty += bool(faults)
            if faults and faulty <= _MOST_SHOWN:
                print(f"{name}: {faults[0].json_path}: {faults[0].message}")
    print(f"{classes.total():,} records, {faulty:,} faulty; {dict(sorted(classes.items()))}")
    return faulty


if __name__ == "__main__":
    main()
