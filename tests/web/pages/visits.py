"""What is found on a page in Chromium: complaints, requests elsewhere, English that was left, what is too wide."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from browser_fixtures import FRONTEND

from heritage_graph.web.page_language import NAMES_OF_LANGUAGES, PAGE_LANGUAGES
from heritage_graph.web.words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from page_types import PageType
    from playwright.sync_api import BrowserContext, Page, Route

WIDTHS: Final = (1440, 768, 360)
_HEIGHT: Final = 900
_OUR_OWN: Final = ("data:", "blob:", "about:")
_WORDS: Final = read_words()
_VALUE: Final = re.compile(r"\\{[a-z_]+\\}")
_LOADING_MORE: Final = ".island, #editor"
"""What asks for more when the page has been loaded."""
_IN_BRACES: Final = re.compile(r"\{[a-z_]+\}")
_LETTER: Final = re.compile(r"[^\W\d_]")
_PHRASE: Final = re.compile(r"(?:\b[a-z]{2,}[ ,;:]+){2,}[a-z]{2,}")
_SCRIPTS: Final = {"axe": (FRONTEND / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")}
_TEXTS: Final = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (element.closest("[lang]") !== document.documentElement) continue;
    if (element.closest("script, style, pre, code, bdi, textarea")) continue;
    if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
    else for (const name of ["aria-label", "title", "placeholder", "alt"]) texts.push(node.getAttribute(name) ?? "");
  }
  return texts.map((text) => text.replace(/\\s+/g, " ").trim()).filter((text) => text);
}"""
_TOO_WIDE: Final = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const isScrolled = (element) => element && (/auto|scroll|hidden/.test(getComputedStyle(element).overflowX)
    || isScrolled(element.parentElement));
  const outside = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    return (box.right > width + 1 || box.left < -1) && box.width && !isScrolled(element.parentElement);
  });
  return ["the page", ...outside.slice(0, 3).map((element) => element.outerHTML.slice(0, 160))];
}"""
_SERIOUS: Final = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.filter((fault) => ["serious", "critical"].includes(fault.impact))
    .flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 200)}`));
}"""


@dataclass(frozen=True)
class Visit:
    """What was found on a page in one language.

    `too_wide` has, by width of the window, what stands out of the page; `serious` what axe-core calls serious or
    critical, when it was asked.
    """

    status: int
    language: tuple[str, str]
    headings: int
    complaints: tuple[str, ...]
    elsewhere: tuple[str, ...]
    english: tuple[str, ...]
    too_wide: Mapping[int, tuple[str, ...]]
    serious: tuple[str, ...]


class Visitor:
    """One who opens page types in one page of a browser, which has a `lang=` in each address."""

    def __init__(self, context: BrowserContext, base: str, made: Mapping[str, str], key: str) -> None:
        self._context = context
        self._base = base
        self._made = made
        self._key = key
        self._page = context.new_page()
        self._complaints: list[str] = []
        self._asked: list[str] = []
        self._page.on("request", lambda request: self._asked.append(request.url))
        self._page.on("pageerror", lambda error: self._complaints.append(str(error)))
        self._page.on("console", lambda message: self._complaints.append(message.text))

    def visit(self, kind: PageType, language: str, *, axe_at: int | None) -> Visit:
        """Open a page of *kind* in *language*, and look at it in every width; axe-core runs at the width *axe_at*."""
        with self.opened(kind, language) as (page, status):
            page.wait_for_load_state("networkidle" if page.query_selector(_LOADING_MORE) else "load")
            too_wide, serious = {}, []
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": _HEIGHT})
                too_wide[width] = tuple(page.evaluate(_TOO_WIDE))
                serious += serious_faults(page) if width == axe_at else []
            texts = page.evaluate(_TEXTS)
            return Visit(
                status,
                tuple(page.evaluate("[document.documentElement.lang, document.documentElement.dir]")),
                page.locator("h1").count(),
                tuple(text for text in self._complaints if not _is_of_the_answer(text, status)),
                tuple(url for url in self._asked if not url.startswith((self._base, *_OUR_OWN))),
                tuple(text for text in texts if is_english(text, language)),
                {width: found for width, found in too_wide.items() if found},
                tuple(serious),
            )

    @contextmanager
    def opened(self, kind: PageType, language: str) -> Iterator[tuple[Page, int]]:
        """The page, which shows *kind* in *language*, and the status of the answer."""
        address = in_language(kind.address.format_map(self._made), language)
        sending = address.partition("?")[0] + "*"
        if kind.method != "GET":
            self._page.route(f"**{sending}", lambda route: self._send(route, kind))
        self._complaints.clear()
        self._asked.clear()
        answer = self._page.goto(f"{self._base}{address}")
        assert answer is not None
        yield self._page, answer.status
        self._page.unroute_all()

    def _send(self, route: Route, kind: PageType) -> None:
        headers = {**route.request.headers, "content-type": kind.sends, "authorization": f"Bearer {self._key}"}
        route.continue_(method=kind.method, headers=headers, post_data=kind.body)


def in_language(address: str, language: str) -> str:
    """*address* with `lang=`."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def serious_faults(page: Page) -> list[str]:
    """What axe-core finds on *page* that is serious or critical: the rule and the element."""
    page.evaluate(_SCRIPTS["axe"])
    found: Any = page.evaluate(_SERIOUS)
    return list(found)


def is_english(text: str, language: str) -> bool:
    """Tell whether *text* is what pages say in English and not in *language*, or a Latin phrase amid Arabic.

    The names that languages have in themselves are neither.
    """
    if text in NAMES_OF_LANGUAGES.values() or _LETTER.search(text) is None:
        return False
    is_phrase = language == "ar" and _PHRASE.search(text) is not None
    return is_phrase or (_is_said(text, "en") and not _is_said(text, language))


def _is_said(text: str, language: str) -> bool:
    return text in _TEXTS_OF[language] or any(pattern.fullmatch(text) for pattern in _PATTERNS[language])


def _is_of_the_answer(complaint: str, status: int) -> bool:
    """Tell whether *complaint* only tells the status of the page, which is planned."""
    return f"responded with a status of {status}" in complaint


def _patterns(texts: frozenset[str]) -> list[re.Pattern[str]]:
    """What those of *texts* that take values may become: anything in their place, and words of their own."""
    taking = (text for text in texts if _IN_BRACES.search(text) and _LETTER.search(_IN_BRACES.sub("", text)))
    return [re.compile(_VALUE.sub(".+", re.escape(text))) for text in taking]


_TEXTS_OF: Final = {
    language: frozenset(" ".join(texts[language].split()) for texts in _WORDS.values()) for language in PAGE_LANGUAGES
}
_PATTERNS: Final = {language: _patterns(texts) for language, texts in _TEXTS_OF.items()}
