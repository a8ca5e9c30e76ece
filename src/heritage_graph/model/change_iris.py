"""The IRI of a change: by the generation and the entity, so that the log and every feed call it the same."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from heritage_graph.namespaces import HGV, ID

_PARTS: Final = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)/([a-z0-9]+(?:-[a-z0-9]+)*)")


def change_iri(generation: int, entity: str) -> str:
    """The IRI of what *generation* did to *entity*.

    Two hyphens part the generation, the kind and the slug, which have single ones within. An IRI that has no such
    parts stands there as a digest.
    """
    for namespace in (ID, HGV):
        if entity.startswith(namespace) and (parts := _PARTS.fullmatch(entity.removeprefix(namespace))):
            return f"{ID}change/{generation}--{'' if namespace == ID else 'concept-'}{parts[1]}--{parts[2]}"
    digest = hashlib.blake2b(entity.encode(), digest_size=8).hexdigest()
    return f"{ID}change/{generation}--{digest}"
