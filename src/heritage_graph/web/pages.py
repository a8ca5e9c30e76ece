"""HTML pages: Jinja2 templates that escape everything, without scripts and without other hosts."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from heritage_graph.namespaces import BASE, PREFIXES
from heritage_graph.terms import choices

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER: Final = Path(__file__).parent
_RIGHT_TO_LEFT: Final = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

PAGE_FIELDS: Final = ((b"content-security-policy", CONTENT_SECURITY_POLICY.encode()), (b"x-frame-options", b"DENY"))
"""Header fields that every HTML page bears."""


class Pages:
    """The templates, compiled once."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(version=version("heritage-graph"), prefixes=PREFIXES)
        self._environment.filters.update(local=local_address, short=short_iri, direction=direction, choices=choices)

    def render(self, template: str, **values: object) -> bytes:
        """The page that *template* makes of *values*, in UTF-8."""
        return self._environment.get_template(template).render(**values).encode()


def static_file(name: str) -> bytes | None:
    """A file of `static/`, None when there is none of this name."""
    files: Mapping[str, Path] = {path.name: path for path in (_FOLDER / "static").iterdir() if path.is_file()}
    return files[name].read_bytes() if name in files else None


def local_address(iri: str) -> str | None:
    """Where a browser finds what *iri* names: a path here for our IRIs, the IRI itself on the web, else None.

    Only http and https become links: data may hold `javascript:` IRIs.
    """
    if iri.startswith(BASE):
        path, hash_, fragment = iri.removeprefix(BASE).partition("#")
        return "/" + quote(path, safe="/-._~") + (f"#{quote(fragment, safe='-._~')}" if hash_ else "")
    if iri.startswith(("https://", "http://")):
        return iri
    return None


def short_iri(iri: str) -> str:
    """The IRI with a prefix that we know, else as it is."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def direction(language: str) -> str:
    """The direction of writing of a language: `rtl` or `ltr`."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
