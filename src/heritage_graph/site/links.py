"""The addresses in documents of the service: find them, and make them lead where they do in a mirror."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import orjson

from heritage_graph.namespaces import BASE
from heritage_graph.site.addresses import NEEDS_SERVICE, needs_service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heritage_graph.site.addresses import Plan

NOTICE: Final = "needs-the-service.html"
"""The page to which links lead that need the service, when nobody said where it is."""

GONE: Final = "gone"
"""The folder of what is told of things that were withdrawn, in a mirror."""

_TARGETS: Final = 1 << 16
_IN_PAGE: Final = re.compile(r'(?P<before>\s(?:href|src|action|poster)=")(?P<address>/[^"]*)"')
_LINK: Final = re.compile(r'<(?P<target>[^>]*)>(?P<told>(?:\s*;\s*[a-z]+="[^"]*")*)')
_TOLD: Final = re.compile(r'([a-z]+)="([^"]*)"')
_SIGNPOSTS: Final = frozenset({"cite-as", "type", "describedby", "item", "license", "author", "collection", "linkset"})
_HEAD_ENDS: Final = "</head>"


@dataclass(frozen=True)
class Moved:
    """Where an address leads, and with which status."""

    status: int
    to: str


@dataclass(frozen=True)
class Places:
    """Where things are: the mirror at *base*, the service, if any, at *service*; both without a slash at the end.

    `moved` are the addresses that lead on, as those of things do that were merged into another; `withdrawn` those of
    documents about things that are no longer there.
    """

    plan: Plan
    base: str
    service: str | None = None
    moved: dict[str, Moved] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    _absolute: re.Pattern[bytes] = field(init=False, repr=False)
    _quoted: re.Pattern[bytes] = field(init=False, repr=False)
    _target: Callable[[str], str | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        base, ours = (re.escape(each.encode()) for each in (self.base, BASE.rstrip("/")))
        prefixes = b"|".join(re.escape(prefix.encode()) for prefix in NEEDS_SERVICE)
        object.__setattr__(self, "_absolute", re.compile(base + rb"(?=(?:" + prefixes + rb")(?![\w-]))"))
        before = rb"(?:(?<=[\"'<>])|" + base + rb"|" + ours + rb")"
        object.__setattr__(self, "_quoted", re.compile(before + rb"(/[^\s\"'<>?#]*)"))
        object.__setattr__(self, "_target", lru_cache(_TARGETS)(self._leads))

    def named_in(self, document: bytes) -> Iterator[str]:
        """The addresses of the service that *document* names, without queries."""
        for match in self._quoted.finditer(document):
            yield match[1].decode(errors="replace")

    def in_document(self, document: bytes) -> bytes:
        """*document* with the addresses that need the service at the service."""
        return self._absolute.sub(self.service.encode(), document) if self.service else document

    def in_json(self, document: bytes) -> bytes:
        """The JSON of ours in *document*, its paths made whole addresses of the mirror or the service."""
        return orjson.dumps(self._whole(orjson.loads(document)), option=orjson.OPT_INDENT_2)

    def in_page(self, page: str, file: str, link_field: str) -> str:
        """The HTML *page*, to be the file *file*: its links are relative, and lead to pages.

        The links of FAIR Signposting in *link_field*, a header field `Link`, are written into its head.
        """

        def moved(match: re.Match[str]) -> str:
            return f'{match["before"]}{escape(self.from_page(unescape(match["address"]), file))}"'

        added = "".join(f"{line}\n" for line in self._signposts(link_field, file) if line not in page)
        return _IN_PAGE.sub(moved, page).replace(_HEAD_ENDS, added + _HEAD_ENDS, 1)

    def from_page(self, address: str, file: str) -> str:
        """What a link from the page *file* to *address*, a path of the service, becomes."""
        path, hash_, fragment = address.partition("#")
        target = self._target(path)
        if target is None:
            return f"{self.service}{address}" if self.service else _up(file) + NOTICE
        return _up(file) + target + hash_ + fragment

    def _leads(self, address: str) -> str | None:
        """The file that *address* leads to; None when only the service can answer there."""
        path, _, query = address.partition("?")
        path = self.moved[path].to if path in self.moved else path
        if path.startswith("/id/"):
            path = path.replace("/id/", "/doc/", 1)
        if path in self.withdrawn:
            return f"{GONE}{path.removeprefix('/doc')}.html"
        asked = parse_qs(query)
        if asked.keys() == {"format"}:
            path, asked = f"{path}.{asked['format'][0]}", {}
        found = None if asked else self.plan.find(path)
        return None if found is None else found.file

    def _signposts(self, link_field: str, file: str) -> Iterator[str]:
        for match in _LINK.finditer(link_field):
            told = dict(_TOLD.findall(match["told"]))
            target = match["target"].removeprefix(self.base)
            if told.get("rel") in _SIGNPOSTS and not needs_service(target):
                href = self.from_page(target, file) if target.startswith("/") else target
                rest = "".join(f' {name}="{escape(value)}"' for name, value in told.items() if name != "rel")
                yield f'<link rel="{told["rel"]}" href="{escape(href)}"{rest}>'

    def _whole(self, value: object) -> object:
        match value:
            case dict():
                return {name: self._whole(member) for name, member in value.items()}
            case list():
                return [self._whole(member) for member in value]
            case str() if value.startswith("/") and self.service and needs_service(urlsplit(value).path):
                return self.service + value
            case str() if value.startswith("/") and (value == "/" or self.plan.find(urlsplit(value).path)):
                return self.base + value
            case _:
                return value


def _up(file: str) -> str:
    """From the folder of *file* to the top of the mirror."""
    return "../" * file.count("/")
