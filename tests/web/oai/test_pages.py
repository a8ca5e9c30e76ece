"""Pages of lists: what stands at their end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from heritage_graph.changes.entries import Change, Record
from heritage_graph.web.oai.arguments import Selection
from heritage_graph.web.oai.formats import format_called
from heritage_graph.web.oai.listing import Item, Page, add_page
from heritage_graph.web.oai.tokens import Position

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DAY = datetime(2026, 11, 21, tzinfo=UTC)
CHANGE = Change(7, 1, DAY, "https://w3id.org/heritage-graph/id/site/a", "create", "site", (), has_content=True)
ITEM = Item(Record(CHANGE, ()), [])
BEGUN = Position("ListIdentifiers", Selection("rdf"), after=0, cursor=0, size=3)
GOING_ON = Position("ListIdentifiers", Selection("rdf"), after=5, cursor=2, size=3)


@pytest.fixture
def list_of():
    """What writes a page as the element of its list."""

    def written(position, items, token):
        root = etree.Element("root")
        add_page(root, Page(format_called("rdf"), position, items, None), token)
        return root[0]

    return written


def ending(page):
    """The texts and attributes of the tokens of a page."""
    return [(each.text, dict(each.attrib)) for each in page.iter(f"{OAI}resumptionToken")]


def test_a_page_that_goes_on_has_a_token(list_of):
    assert ending(list_of(BEGUN, [ITEM], "next")) == [("next", {"completeListSize": "3", "cursor": "0"})]


def test_the_last_of_several_pages_has_an_empty_token(list_of):
    assert ending(list_of(GOING_ON, [ITEM], None)) == [(None, {"completeListSize": "3", "cursor": "2"})]


def test_a_page_that_is_the_whole_list_has_none(list_of):
    assert ending(list_of(BEGUN, [ITEM], None)) == []


def test_a_list_whose_rest_has_gone_elsewhere_ends_all_the_same(list_of):
    page = list_of(GOING_ON, [], None)

    assert [each.tag for each in page] == [f"{OAI}resumptionToken"]


def test_a_list_that_has_grown_tells_no_size_that_it_has_passed(list_of):
    assert ending(list_of(GOING_ON, [ITEM, ITEM], "next")) == [("next", {"completeListSize": "5", "cursor": "2"})]
