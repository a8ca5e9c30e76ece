"""Validators of HTTP: strong entity tags made of the generation, the question and the format."""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from heritage_graph.query_files import bind

if TYPE_CHECKING:
    from heritage_graph.query_files import Catalogue
    from heritage_graph.service import Service

_TAG: Final = re.compile(r'"([0-9]{1,18})-([0-9a-f]+)-([0-9a-f]+)"')
_GZIPPED: Final = '-gz"'
_HALF: Final = 4
_MOST_KEYS: Final = 64

CACHED: Final = "public, no-cache"
"""`Cache-Control` of what depends on the generation: keep it, and ask each time whether it still holds."""


class Editions:
    """The entity tags of one service.

    A generation's number alone does not name its content, since a store can be made anew; the key of its commit
    does, so the tags hold a part of that.
    """

    def __init__(self, service: Service, internal: Catalogue) -> None:
        self._service = service
        self._query = internal.query("commit-key")
        self._software = version("heritage-graph")
        self._keys: dict[int, str] = {}

    async def tag(self, *parts: str, generation: int | None = None) -> str:
        """The entity tag of what *parts* (question, parameters, format) give on the last or the given generation.

        Raises:
            EngineTrouble, LimitReached: the store cannot be asked for the key of the generation.
        """
        number = self._service.generations.last if generation is None else generation
        digest = hashlib.blake2b(
            "\x00".join((self._software, *parts)).encode(errors="replace"), digest_size=8
        ).hexdigest()
        return f'"{number}-{await self._key(number)}-{digest}"'

    async def _key(self, number: int) -> str:
        if number not in self._keys:
            text = bind(self._query, {"generation": str(number)})
            # Where only the last state can be read, its log tells the keys of all that went before.
            at = number if self._service.generations.keeps_past else None
            rows = await self._service.rows(text, at_generation=at)
            key = rows[0]["key"]["value"] if rows else "none"
            if len(self._keys) >= _MOST_KEYS:
                self._keys.clear()
            self._keys[number] = hashlib.blake2b(key.encode(), digest_size=_HALF).hexdigest()
        return self._keys[number]


def generation_of_tag(tag: str) -> int | None:
    """The generation that one of our tags names; None when it is none of ours."""
    match = _TAG.fullmatch(tag.strip())
    return None if match is None else int(match[1])


def with_content(tag: str, body: bytes) -> str:
    """*tag*, which names a question, made to name the answer *body* too.

    Where a query leaves the order of rows open, two answers to it may differ in bytes, and a strong tag promises them.
    """
    return f'{tag[:-1]}-{hashlib.blake2b(body, digest_size=8).hexdigest()}"'


def held_answer(if_none_match: str, tag: str) -> str | None:
    """The tag, among those of the client, of an answer to the question that *tag* names; None when it holds none.

    With `*` that is *tag* itself, which any answer fits.

    Any answer to the same question on the same generation is as good as the one that we would give now.
    """
    if not if_none_match:
        return None
    begin, tags = f"{tag[:-1]}-", tags_of(if_none_match)
    return tag if "*" in tags else next((held for held in tags if held.startswith(begin)), None)


def gzipped(tag: str) -> str:
    """The tag of the gzipped form of what has the tag *tag*."""
    return tag[:-1] + _GZIPPED


def tags_of(header: str) -> list[str]:
    """The entity tags of `If-Match` or `If-None-Match`, as if nothing had been gzipped; `*` stays as it is."""
    return [tag.strip().removeprefix("W/").replace(_GZIPPED, '"') for tag in header.split(",") if tag.strip()]


def is_unchanged(if_none_match: str, tag: str) -> bool:
    """Tell whether the client holds the representation *tag* already."""
    tags = tags_of(if_none_match)
    return tag in tags or "*" in tags
