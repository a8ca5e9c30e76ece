"""The IRI of a change: by the generation and the entity, so that the log and every feed call it the same."""

from __future__ import annotations

import hashlib

from heritage_graph.namespaces import ID, is_slug


def change_iri(generation: int, entity: str) -> str:
    """The IRI of what *generation* did to *entity*.

    Two hyphens part the generation, the kind and the slug, which have single ones within. An IRI that has no such
    parts stands there as a digest.
    """
    kind, _, slug = entity.removeprefix(ID).partition("/")
    if entity.startswith(ID) and is_slug(kind) and slug:
        return f"{ID}change/{generation}--{kind}--{slug}"
    return f"{ID}change/{generation}--{hashlib.sha256(entity.encode()).hexdigest()[:32]}"
