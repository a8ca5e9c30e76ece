"""Addresses of things: from the segments of a path to an IRI and the suffix of a format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import ID
from heritage_graph.web.negotiation import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from heritage_graph.web.negotiation import Format

_SEGMENT: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def thing_in(request: Request, formats: Sequence[Format]) -> tuple[str, str]:
    """The IRI of the thing that the variables `kind` and `slug` name, and the suffix of one of *formats* or nothing.

    Raises:
        UnknownName: no thing can have this address.
    """
    slug, suffix = without_suffix(request.path_params["slug"], formats)
    return f"{ID}{segment(request.path_params['kind'])}/{segment(slug)}", suffix


def path_of(iri: str) -> str:
    """`{kind}/{slug}` of a thing of ours."""
    return iri.removeprefix(ID)


def segment(text: str) -> str:
    """*text*, which can stand between two slashes of an IRI of ours.

    Raises:
        UnknownName: it cannot.
    """
    if not _SEGMENT.fullmatch(text):
        raise UnknownName(f"no address has {text[:80]!r} in it; names are of letters, digits, points and hyphens")
    return text


def without_suffix(text: str, formats: Sequence[Format]) -> tuple[str, str]:
    """A name and the suffix of one of *formats*; the suffix is empty when it ends with none, points or not."""
    name, _, suffix = text.rpartition(".")
    if name and named(suffix, [each for each in formats if suffix in {each.extension, *each.aliases}]):
        return name, suffix
    return text, ""
