"""Whole harvests by real clients, while the graph changes: what they end with is what the graph ends with."""

from __future__ import annotations

import httpx
import pytest
from lxml import etree

from heritage_graph.views.profile import DC
from heritage_graph.web.oai.dublin_core import ELEMENTS

OAI = "{http://www.openarchives.org/OAI/2.0/}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
ITEM = "oai:w3id.org:heritage-graph/id/"

pytestmark = pytest.mark.timeout(300)  # the first test waits for harvests of everything, ten at once


def pages_of(repository, **arguments):
    """The answers to a list, page by page, by its tokens."""
    page = repository.ask(**arguments)
    yield page
    while token := page.findtext(f".//{OAI}resumptionToken"):
        page = repository.ask(verb=arguments["verb"], resumptionToken=token)
        yield page


def identifiers(*pages):
    return [each.text for page in pages for each in page.iter(f"{OAI}identifier")]


def tokens(*pages):
    return [each for page in pages for each in page.iter(f"{OAI}resumptionToken")]


def faults_of_dublin_core(element):
    """What the schema does not allow: all but texts in the fifteen elements, with no attribute but a language."""
    allowed = {f"{{{DC}}}{name}" for name in ELEMENTS}
    return [
        etree.tostring(each)
        for each in element
        if each.tag not in allowed or len(each) or set(each.attrib) - {LANGUAGE} or not each.text
    ]


@pytest.fixture(scope="module")
def quiet(repository):
    """A repository in which nothing changes, in pages of a hundred."""
    with repository(page=100) as source:
        yield source


@pytest.fixture(scope="module")
def whole(quiet):
    """The pages of a list of all records there."""
    return list(pages_of(quiet, verb="ListIdentifiers", metadataPrefix="rdf"))


@pytest.mark.parametrize("name", ["sickle, rdf", "scythe, rdf", "sickle, between"])
def test_the_union_of_records_in_rdf_is_the_published_view(changed, name):
    assert changed.mirrors[name].digest() == changed.published


def test_a_mirror_that_takes_what_changed_since_is_the_published_view(changed):
    assert changed.followed["everything"].digest() == changed.published


@pytest.mark.parametrize("name", ["sickle, oai_dc", "scythe, oai_dc"])
def test_records_in_dublin_core_are_as_they_were_last(changed, name):
    assert changed.mirrors[name].texts() == changed.anew["oai_dc"].texts()


@pytest.mark.parametrize("name", ["agreements", "a source", "edm"])
def test_what_changed_in_a_set_or_in_a_format_that_not_all_have_is_told(changed, name):
    assert changed.followed[name].texts() == changed.anew[name].texts()


@pytest.mark.parametrize(
    "name", ["sickle, rdf", "scythe, rdf", "sickle, oai_dc", "scythe, oai_dc", "sickle, headers", "scythe, headers"]
)
def test_every_harvest_knows_what_was_deleted(changed, name):
    assert changed.mirrors[name].deleted == changed.anew["everything"].deleted


def test_deletions_of_what_was_there_and_of_what_came_meanwhile_are_told(changed):
    assert changed.mirrors["sickle, rdf"].deleted == {
        f"{ITEM}{each}"
        for each in ("agreement/made-before", "document/page-before", "agreement/made-second", "document/page-second")
    }


@pytest.mark.parametrize("name", ["sickle, headers", "scythe, headers"])
def test_headers_tell_of_everything(changed, name):
    assert changed.mirrors[name].metadata.keys() == changed.anew["everything"].metadata.keys()


def test_a_harvest_took_more_than_ten_pages(changed):
    assert min(len(changed.taken[f"{client}, rdf"]) for client in ("sickle", "scythe")) > 10 * 10


def test_a_list_of_which_nothing_changes_has_every_record_once(whole):
    found = identifiers(*whole)

    assert (len(found), len(set(found))) == (int(tokens(*whole)[0].get("completeListSize")),) * 2


def test_cursors_count_the_records_before(whole):
    assert [int(each.get("cursor")) for each in tokens(*whole)] == list(range(0, 100 * len(whole), 100))


def test_the_last_page_ends_the_list_with_an_empty_token(whole):
    assert [bool(each.text) for each in tokens(*whole)] == [True] * (len(whole) - 1) + [False]


def test_a_list_of_one_page_has_no_token(quiet):
    page = quiet.ask(verb="ListRecords", metadataPrefix="rdf", set="kind:agreement")

    assert tokens(page) == []


def test_the_same_token_gives_the_same_records_again(quiet, whole):
    again = quiet.ask(verb="ListIdentifiers", resumptionToken=tokens(*whole)[0].text)

    assert identifiers(again) == identifiers(whole[1])


def test_the_set_stays_through_all_pages(quiet):
    pages = pages_of(quiet, verb="ListIdentifiers", metadataPrefix="oai_dc", set="kind:concept")
    headers = [header for page in pages for header in page.iter(f"{OAI}header")]

    assert {"kind:concept" in [each.text for each in header.iter(f"{OAI}setSpec")] for header in headers} == {True}


def test_a_token_of_another_deployment_is_bad(changed, whole):
    answer = changed.source.ask(verb="ListIdentifiers", resumptionToken=tokens(*whole)[0].text)

    assert answer.find(f"{OAI}error").get("code") == "badResumptionToken"


@pytest.fixture(scope="module")
def restarted(repository):
    """A repository that was started again, one thing having changed, and a token from before."""
    with repository(page=500) as source:
        token = tokens(source.ask(verb="ListIdentifiers", metadataPrefix="rdf"))[0].text
        source.put("first", "First")
    with repository(page=500, data=source.data, HERITAGE_GRAPH_CLIENT_SECONDS="0.5") as again:
        yield again, token


def test_a_token_is_good_after_a_restart_and_what_changed_since_comes_as_well(restarted):
    source, token = restarted
    page = source.ask(verb="ListIdentifiers", resumptionToken=token)

    assert f"{ITEM}agreement/made-first" in identifiers(page)


def test_who_asks_more_than_his_share_is_told_when_to_come_back(restarted):
    source, _ = restarted
    asked = {"verb": "ListRecords", "metadataPrefix": "rdf"}
    while (answer := source.client.get("/oai", params=asked)).status_code == httpx.codes.OK:
        pass

    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)


def test_every_record_in_dublin_core_meets_its_schema(changed):
    faults = {
        each: found
        for each, metadata in changed.mirrors["sickle, oai_dc"].metadata.items()
        if metadata != "deleted" and (found := faults_of_dublin_core(metadata[0]))
    }

    assert faults == {}
