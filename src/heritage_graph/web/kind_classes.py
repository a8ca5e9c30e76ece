"""The classes whose names tell of what kind things are whose IRIs begin in the same way."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

from heritage_graph.model.records import may_stand_around
from heritage_graph.namespaces import HG, ID

_CLASSES: Final = {
    "amount": "MonetaryAmount",
    "bounds": "DateBounds",
    "collective": "CollectiveAgent",
    "contribution": "FundingContribution",
    "document": "SourceDocument",
    "instrument": "LegalInstrument",
    "intangible": "IntangibleElement",
    "scope": "HeritageScope",
    "terms": "GeneralTerms",
}
"""The classes of the kinds whose IRIs do not name them."""


def class_of(kind: str) -> str:
    """The class that names what has IRIs of *kind*: `agreement` is named by hg:Agreement."""
    return HG + _CLASSES.get(kind, "".join(part.capitalize() for part in kind.split("-")))


def is_of_things(kind: str) -> bool:
    """Tell whether what has IRIs of *kind* is a thing, and no node around one, such as a piece of evidence."""
    return bool(kind) and not may_stand_around(NamedNode(f"{ID}{kind}/any"))
