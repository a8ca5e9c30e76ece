"""What the reconciliation service offers, as its clients read it first."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.web.reconciliation.batch import BATCH_SIZE
from heritage_graph.web.reconciliation.identifiers import IDENTIFIER_SPACE, SCHEMA_SPACE, short_type

if TYPE_CHECKING:
    from heritage_graph.web.names import Names

PREVIEW_WIDTH: Final = 400
PREVIEW_HEIGHT: Final = 180

_DEFAULT_TYPES: Final = (
    *("Organization", "State", "Person", "Agreement", "Programme", "Project", "Event", "Site", "Artifact", "Place"),
    "SourceDocument",
)


def manifest(base: str, names: Names, language: str) -> dict[str, object]:
    """The manifest of the service whose address is *base*; names are in *language*, as are those it will give."""
    place = f"{base}/reconcile"
    return {
        "versions": ["0.2"],
        "name": "Heritage graph",
        "identifierSpace": IDENTIFIER_SPACE,
        "schemaSpace": SCHEMA_SPACE,
        "documentation": f"{base}/",
        "serviceVersion": version("heritage-graph"),
        "logo": f"{base}/static/icon.svg",
        "defaultTypes": [
            {"id": short_type(HG + each), "name": names.of(HG + each, language).text} for each in _DEFAULT_TYPES
        ],
        "view": {"url": f"{base}/id/{{{{id}}}}"},
        "preview": {
            "url": f"{place}/preview?id={{{{id}}}}&lang={language}",
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {
            each: {"service_url": base, "service_path": f"/reconcile/suggest/{each}"}
            for each in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {"service_url": base, "service_path": "/reconcile/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "How many values a cell gets at most; 0 is all of them.",
                },
                {
                    "name": "content",
                    "label": "Content",
                    "type": "select",
                    "default": "name",
                    "help_text": "Whether concepts and identifiers come by name or by address.",
                    "choices": [{"value": "name", "name": "Name"}, {"value": "address", "name": "Address"}],
                },
            ],
        },
        "batchSize": BATCH_SIZE,
    }
