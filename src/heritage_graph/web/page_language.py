"""The language in which a page speaks, and how the links of a page carry it on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope

PAGE_LANGUAGES: Final = ("en", "fr", "ar")
"""The languages of the pages; the first is for whoever asks for none of them."""

NAMES_OF_LANGUAGES: Final = {"en": "English", "fr": "Français", "ar": "العربية"}

_RIGHT_TO_LEFT: Final = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_IN_ADDRESS: Final = re.compile(rb"(?:^|&)lang=([^&]*)")
_RANGE: Final = re.compile(
    r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?\s*"
)
_LINK: Final = re.compile(r'(<a\b[^>]*?\shref=")(/[^"?#]*)(\?[^"#]*)?(#[^"]*)?(")')
_FORM: Final = re.compile(r'<form\b[^>]*?\saction="(/[^"?#]*)"[^>]*>(?=(.*?)</form>)', re.DOTALL)
_OWN: Final = re.compile(r"(?:\?|&amp;|&)lang=")


@dataclass(frozen=True)
class PageLanguage:
    """A language of the pages; `named` tells that the address names it, so that links go on naming it."""

    code: str = PAGE_LANGUAGES[0]
    named: bool = False


def page_language(scope: Scope) -> PageLanguage:
    """The language that `lang=` names, else the best for Accept-Language (RFC 9110, 12.5.4), else English."""
    in_address = _IN_ADDRESS.search(scope["query_string"])
    if in_address and (code := in_address[1].decode("ascii", "replace").lower()) in PAGE_LANGUAGES:
        return PageLanguage(code, named=True)
    accepted = [value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-language"]
    return PageLanguage(_preferred(",".join(accepted)))


def address_without_language(scope: Scope) -> str:
    """The path and the query of a request, without `lang=`, as they stand in a link."""
    kept = [part for part in scope["query_string"].decode("latin-1").split("&") if part and part[:5] != "lang="]
    return quote(scope["path"], safe="/-._~:@") + (f"?{'&'.join(kept)}" if kept else "")


def direction(language: str) -> str:
    """The direction of writing of a language: `rtl` or `ltr`."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def carried(page: str, code: str, is_page: Callable[[str], bool]) -> str:
    """*page* with the language in each of its links and forms that lead to a page of ours and name none."""

    def linked(found: re.Match[str]) -> str:
        begin, path, query, fragment, end = (part or "" for part in found.groups())
        if not is_page(path) or _OWN.search(query):
            return found[0]
        return f"{begin}{path}{f'{query}&amp;' if query else '?'}lang={code}{fragment}{end}"

    def asked(found: re.Match[str]) -> str:
        if not is_page(found[1]) or 'name="lang"' in found[2] or 'method="post"' in found[0]:
            return found[0]
        return f'{found[0]}<input type="hidden" name="lang" value="{code}">'

    return _FORM.sub(asked, _LINK.sub(linked, page))


def _preferred(accepted: str) -> str:
    wanted = dict.fromkeys(PAGE_LANGUAGES, 0.0)
    for part in accepted.split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        code, quality = found[1].lower(), float(found[2] or 1)
        if code in wanted:
            wanted[code] = max(wanted[code], quality)
    return max(PAGE_LANGUAGES, key=lambda code: wanted[code])
