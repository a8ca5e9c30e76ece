"""Short identifiers of things and types on the wire: what follows the identifier space or the schema space."""

from __future__ import annotations

import re
from typing import Final

from heritage_graph.namespaces import HG, ID

IDENTIFIER_SPACE: Final[str] = str(ID)
SCHEMA_SPACE: Final[str] = str(HG)

_PREFIXES: Final = ("id:", "/id/")
_SHORT: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*(?:--[a-z0-9-]+)?")


def short_id(iri: str) -> str:
    """The identifier of a thing: `organization/icesco`; the IRI itself when it is none of ours."""
    return iri.removeprefix(IDENTIFIER_SPACE)


def long_id(text: str) -> str | None:
    """The IRI of the thing that *text* identifies, in short or in full; None when it is no identifier of ours."""
    bare = text.strip().removeprefix(IDENTIFIER_SPACE)
    for prefix in _PREFIXES:
        bare = bare.removeprefix(prefix)
    return IDENTIFIER_SPACE + bare if _SHORT.fullmatch(bare) else None


def short_type(iri: str) -> str:
    """The identifier of a type: `Organization`; the IRI itself when it is none of ours."""
    return iri.removeprefix(SCHEMA_SPACE)


def long_type(text: str) -> str:
    """The IRI of the type that *text* names, whether in short, with the prefix `hg:`, or in full."""
    bare = text.strip()
    if "://" in bare:
        return bare
    return SCHEMA_SPACE + bare.removeprefix("hg:")
