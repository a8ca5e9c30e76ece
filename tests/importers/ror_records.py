"""Records in the form of the Research Organization Registry, of organizations that do not exist."""

import json
from pathlib import Path
from typing import Final

SCHOOL: Final[dict[str, object]] = {
    "admin": {"created": {"date": "2020-01-01", "schema_version": "2.0"}},
    "domains": [],
    "established": 1951,
    "external_ids": [
        {"type": "wikidata", "all": ["Q99999999"], "preferred": None},
        {"type": "isni", "all": ["0000 0001 2345 6789"], "preferred": "0000 0001 2345 6789"},
        {"type": "fundref", "all": ["100999991", "100999992"], "preferred": "100999991"},
        {"type": "grid", "all": ["grid.999999.9"], "preferred": "grid.999999.9"},
    ],
    "id": "https://ror.org/0aaaaaa01",
    "links": [
        {"type": "website", "value": "https://school.example/"},
        {"type": "wikipedia", "value": "https://wiki.example/Invented_School"},
    ],
    "locations": [
        {
            "geonames_id": 9999991,
            "geonames_details": {
                "country_code": "MA",
                "country_name": "Morocco",
                "lat": 34.01325,
                "lng": -6.83255,
                "name": "Exampletown",
            },
        }
    ],
    "names": [
        {"value": "ISE", "types": ["acronym"], "lang": None},
        {"value": "École inventée d'Exemple", "types": ["label"], "lang": "fr"},
        {"value": "Invented School of Example", "types": ["ror_display", "label"], "lang": "en"},
        {"value": "Example School", "types": ["alias"], "lang": "en"},
        {"value": "مدرسة المثال المخترعة", "types": ["label"], "lang": "ar"},
    ],
    "relationships": [],
    "status": "active",
    "types": ["education", "funder"],
}
"""A record without anything odd; the tests say what differs from it."""


def written(folder: Path, *records: dict[str, object]) -> Path:
    """A folder in which each of *records*, as a difference from `SCHOOL`, has a file of its own, in their order."""
    for number, record in enumerate(records):
        whole = json.dumps(SCHOOL | record, indent=2, ensure_ascii=False)
        (folder / f"{number:03}.json").write_text(whole, encoding="utf-8", newline="")
    return folder


def name(value: str, *kinds: str, lang: str | None = "en") -> dict[str, object]:
    """A name in a record."""
    return {"value": value, "types": list(kinds), "lang": lang}


def tie(kind: str, identifier: str, label: str = "Another School") -> dict[str, object]:
    """A relation in a record."""
    return {"type": kind, "id": f"https://ror.org/{identifier}", "label": label}
