"""Pages of the model as trees, and what stands in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from lxml import html

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_STEP = re.compile(r"(?P<tag>[a-z0-9]*)(?:#(?P<id>[\w-]+))?(?:\.(?P<class>[\w-]+))?")


@pytest.fixture(scope="module")
def client(site):
    """A client of a service that is patient with its queries."""
    with httpx.Client(base_url=site[0], timeout=60, headers={"Accept-Encoding": "identity"}) as client:
        yield client


@pytest.fixture(scope="module")
def page(client):
    """What reads the page at an address in a language, each once."""
    read = {}

    def tree(address, lang="en"):
        if (address, lang) not in read:
            answer = client.get(address, params={"lang": lang}, headers={"Accept": "text/html"}).raise_for_status()
            read[address, lang] = html.fromstring(answer.content.decode())
        return read[address, lang]

    return tree


def within(element: HtmlElement, *steps: str) -> list[HtmlElement]:
    """The elements at the end of *steps* down from *element*, each like `li`, `#role`, `.tag` or `dl.more`."""
    path = "."
    for step in steps:
        found = _STEP.fullmatch(step)
        assert found is not None
        path += f"//{found['tag'] or '*'}"
        path += f"[@id='{found['id']}']" if found["id"] else ""
        path += f"[contains(concat(' ', @class, ' '), ' {found['class']} ')]" if found["class"] else ""
    return list(dict.fromkeys(element.xpath(path)))


def said(element: HtmlElement) -> str:
    """What an element says, in one line."""
    return " ".join(element.text_content().split())


def addresses(element: HtmlElement) -> list[str]:
    """Where the links in an element lead, without their language."""
    found = [each.get("href") for each in element.iter("a", "{http://www.w3.org/2000/svg}a")]
    return [re.sub(r"[?&]lang=[a-z]+", "", address) for address in found if address]
