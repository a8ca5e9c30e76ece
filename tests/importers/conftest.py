"""Files in the two forms of the World Heritage List, with rows of our own invention."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from heritage_graph.assets import asset_folder
from heritage_graph.ingest.rulebook import load_rulebook

HEADER = (
    "unique_number,id_no,rev_bis,name_en,name_fr,short_description_en,short_description_fr,justification_en,"
    "justification_fr,date_inscribed,secondary_dates,danger,date_end,danger_list,longitude,latitude,area_hectares,"
    "C1,C2,C3,C4,C5,C6,N7,N8,N9,N10,criteria_txt,category,category_short,states_name_en,states_name_fr,region_en,"
    "region_fr,iso_code,udnp_code,transboundary"
)
COLUMNS = next(csv.reader([HEADER]))

SITE_2019 = {
    **dict.fromkeys(COLUMNS, ""),
    **dict.fromkeys(("C1", "C2", "C3", "C4", "C5", "C6", "N7", "N8", "N9", "N10", "danger"), "0"),
    "id_no": "9001",
    "name_en": "Harbour of Example",
    "name_fr": "Port d'Exemple",
    "short_description_en": "<p>A text of others,\nin two lines.</p>",
    "date_inscribed": "1999",
    "longitude": "-6.8361",
    "latitude": "34.0209",
    "area_hectares": "12.50",
    "C2": "1",
    "C4": "1",
    "criteria_txt": "(ii)(iv)",
    "category": "Cultural",
    "states_name_en": "Morocco",
    "states_name_fr": "Maroc",
    "iso_code": "ma",
    "udnp_code": "mar",
    "transboundary": "0",
}

SITE_2026 = {
    "id": 9001,
    "official_name": "Harbour of Example",
    "name": "Harbour of Example",
    "country": "Morocco",
    "state_party": "MAR",
    "category": "Cultural",
    "criteria": ["ii", "iv"],
    "year_inscribed": 1999,
    "is_endangered": False,
    "area_hectares": 12.5,
    "latitude": 34.0209,
    "longitude": -6.8361,
    "short_description": "A text of others.",
}


@pytest.fixture
def list_of_2019(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of the 2019 form: one row for each dict, which says what differs from the site above."""

    def write(*rows: dict[str, str]) -> Path:
        path = tmp_path / "2019.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(SITE_2019 | row for row in rows)
        return path

    return write


@pytest.fixture
def list_of_2026(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of the 2026 form: one row for each dict, which says what differs from the site above."""

    def write(*rows: dict[str, object]) -> Path:
        path = tmp_path / "2026.json"
        whole = {
            "meta": {"schema": "world_heritage_sites.import.v1", "generated_at": "2026-05-04T20:29:46+09:00"},
            "results": [SITE_2026 | row for row in rows],
        }
        path.write_text(json.dumps(whole, indent=4, ensure_ascii=False), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def rulebook():
    return load_rulebook(asset_folder("shapes"))


@pytest.fixture
def data(tmp_path, shipped_store) -> Path:
    """A store with the shipped dataset, for one test."""
    return Path(shutil.copytree(shipped_store, tmp_path / "data"))
