"""HTML of Jinja2 templates, in each language of the pages: everything is escaped, nothing comes from elsewhere."""

from __future__ import annotations

import re
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from heritage_graph.namespaces import BASE, PREFIXES
from heritage_graph.terms import choices
from heritage_graph.web.built_files import built
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.page_language import NAMES_OF_LANGUAGES, carried, direction
from heritage_graph.web.words import read_words, spoken, words_that_begin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heritage_graph.web.page_language import PageLanguage
    from heritage_graph.web.routing import Operation

_VARIABLE: Final = re.compile(r"\\\{([a-z_]+)(:path)?\\\}")

_FOLDER: Final = Path(__file__).parent
_STATIC: Final = _FOLDER / "static"

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

PAGE_FIELDS: Final = ((b"content-security-policy", CONTENT_SECURITY_POLICY.encode()), (b"x-frame-options", b"DENY"))
"""Header fields that every HTML page bears."""


class Pages:
    """The templates, compiled once, and what they say in each language."""

    def __init__(self) -> None:
        self._words = read_words()
        self._addresses: tuple[re.Pattern[str], ...] = ()
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            version=version("heritage-graph"), prefixes=PREFIXES, built=built, languages=NAMES_OF_LANGUAGES
        )
        self._environment.filters.update(local=local_address, short=short_iri, direction=direction, choices=choices)

    def know(self, operations: Iterable[Operation]) -> None:
        """Take note of where the pages are, so that links to them carry the language on."""
        self._addresses = tuple(
            re.compile(_VARIABLE.sub(_anything, re.escape(each.path)))
            for each in operations
            if each.method == "GET" and HTML in each.formats
        )

    def is_page(self, path: str) -> bool:
        """Tell whether there is a page at *path*, which may end in the suffix of a format."""
        return any(address.fullmatch(path) for address in self._addresses)

    def render(self, template: str, *, language: PageLanguage, here: str = "/", **values: object) -> bytes:
        """The page that *template* makes of *values*, in UTF-8; *here* is its address without its language.

        In templates `language` is the code of the language of the page, and `word("board.title")` is what
        `words/board.toml` says in it; `words("board.")` is all that it says, by name, for scripts.
        """
        code = language.code
        text = self._environment.get_template(template).render(
            **values,
            language=code,
            here=here,
            word=partial(self._word, code=code),
            words=partial(words_that_begin, self._words, language=code),
        )
        return (carried(text, code, self.is_page) if language.named else text).encode()

    def _word(self, name: str, /, *, code: str, **values: object) -> str:
        return spoken(self._words, name, code, **values)


def static_files() -> list[str]:
    """The names of the files of `static/`, sorted."""
    return sorted(path.name for path in _STATIC.iterdir() if path.is_file())


def static_file(name: str) -> bytes | None:
    """A file of `static/`, None when there is none of this name."""
    return (_STATIC / name).read_bytes() if name in static_files() else None


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


def _anything(variable: re.Match[str]) -> str:
    return ".+" if variable[2] else "[^/]+"
