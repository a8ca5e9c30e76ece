"""The identifiers of items: `oai:w3id.org:heritage-graph/…`, one for each IRI, and back.

What follows the name of the graph is the rest of an IRI of ours, or `iri/` and the whole of any other. Characters that
an OAI identifier cannot hold, and percent signs, are percent-encoded.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote, urlsplit

from heritage_graph.namespaces import BASE

REPOSITORY: Final = urlsplit(BASE).netloc
"""The name of the repository: the domain in which the identifiers are given."""
SCHEME: Final = "oai"
DELIMITER: Final = ":"

_BEGIN: Final = f"{SCHEME}{DELIMITER}{REPOSITORY}{DELIMITER}"
_OURS: Final = urlsplit(BASE).path.lstrip("/")
_FOREIGN: Final = "iri/"
_PLAIN: Final = "-_.!~*'();/?:@&=+$,"  # with letters and digits: what RFC 2396 lets stand


def identifier_of(iri: str) -> str:
    """The identifier of the item that describes *iri*."""
    local = iri.removeprefix(BASE)
    if local == iri or local.startswith(_FOREIGN):
        local = _FOREIGN + iri
    return _BEGIN + _OURS + quote(local, safe=_PLAIN)


def iri_of(identifier: str) -> str | None:
    """The IRI whose item has this identifier; None when it is the identifier of none."""
    local = unquote(identifier.removeprefix(_BEGIN + _OURS), errors="replace")
    iri = local.removeprefix(_FOREIGN) if local.startswith(_FOREIGN) else BASE + local
    return iri if identifier_of(iri) == identifier else None
