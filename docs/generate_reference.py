"""Write the reference pages from the code, or with --check tell which of them are out of date.

A change of the interface that takes something away from its callers is refused; --breaking says that it is meant.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from draw_model import picture
from reference_pages import json_ld, json_schemas, model, questions, routes, software
from reference_pages.api_changes import breaking_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCS: Final = Path(__file__).resolve().parent
_WEB: Final = "../src/heritage_graph/web"

OPENAPI: Final = "reference/openapi.json"

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "reference/cli.md": software.cli_page,
    "reference/settings.md": software.settings_page,
    "reference/errors.md": software.errors_page,
    "reference/http.md": routes.http_page,
    OPENAPI: routes.openapi_document,
    "reference/queries.md": questions.queries_page,
    "reference/ontology.md": model.ontology_page,
    "reference/vocabularies.md": model.vocabularies_page,
    "reference/shapes.md": model.shapes_page,
    "model.svg": picture,
    "../src/heritage_graph/json_ld/context_v1.jsonld": json_ld.context_file,
    **{f"{_WEB}/schemas/{name}.json": make for name, make in json_schemas.schema_files().items()},
}
"""Every generated file with what makes it."""


def stale() -> dict[str, str]:
    """The files that are missing or differ from what the code says, with what they should hold."""
    found = {}
    for name, make in PAGES.items():
        path, text = DOCS / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            found[name] = text
    return found


def _broken(found: Mapping[str, str]) -> list[str]:
    """What callers of the committed interface would lose by what the code says today."""
    committed = DOCS / OPENAPI
    if OPENAPI not in found or not committed.exists():
        return []
    return breaking_changes(json.loads(committed.read_text(encoding="utf-8")), json.loads(found[OPENAPI]))


def main() -> int:
    """Write what is out of date; with --check only name it, and fail."""
    found = stale()
    broken = _broken(found)
    if broken and "--breaking" not in sys.argv[1:]:
        for change in broken:
            print(f"callers would lose: {change}")
        print("keep it, or say that it is meant: .venv/bin/python docs/generate_reference.py --breaking")
        return 1
    if "--check" in sys.argv[1:]:
        for name in found:
            print(f"docs/{name} is out of date: run make docs")
        return 1 if found else 0
    for name, text in found.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"wrote docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
