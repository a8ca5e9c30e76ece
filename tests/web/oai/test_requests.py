"""Requests, good and bad: what the protocol says to each (sections 3 and 4 of its specification)."""

from __future__ import annotations

import gzip

import httpx
import pytest
from lxml import etree

OAI = "{http://www.openarchives.org/OAI/2.0/}"
ITEM = "oai:w3id.org:heritage-graph/id/agreement/icesco-ots-mou"
REFUSED = {
    "": "badVerb",
    "verb=": "badVerb",
    "verb=Harvest": "badVerb",
    "verb=identify": "badVerb",
    "verb=Identify&verb=Identify": "badVerb",
    "metadataPrefix=oai_dc": "badVerb",
    "verb=Identify&metadataPrefix=oai_dc": "badArgument",
    "verb=Identify&resumptionToken=x": "badArgument",
    "verb=ListSets&set=kind:agreement": "badArgument",
    "verb=ListRecords": "badArgument",
    "verb=ListIdentifiers&set=kind:agreement": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&page=2": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x": "badArgument",
    "verb=ListRecords&metadataPrefix=oai%20dc": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&set=a%20b": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&set=kind:": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=yesterday": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2026-11": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-21T08:00Z": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-21T08:00:00.5Z": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-21T08:00:00%2B01:00": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&until=2026-11-21T25:00:00Z": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01&until=2026-11-21T08:00:00Z": "badArgument",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-21&until=2026-11-20": "badArgument",
    "verb=GetRecord&identifier=" + ITEM: "badArgument",
    "verb=GetRecord&metadataPrefix=oai_dc": "badArgument",
    "verb=ListRecords&metadataPrefix=%FF": "badArgument",
    "verb=ListRecords&metadataPrefix=marc": "cannotDisseminateFormat",
    "verb=ListIdentifiers&metadataPrefix=OAI_DC": "cannotDisseminateFormat",
    "verb=GetRecord&metadataPrefix=marc&identifier=" + ITEM: "cannotDisseminateFormat",
    "verb=GetRecord&metadataPrefix=edm&identifier=" + ITEM: "cannotDisseminateFormat",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:w3id.org:heritage-graph/id/agreement/none": "idDoesNotExist",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=icesco": "idDoesNotExist",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=invalid%22id": "idDoesNotExist",
    "verb=ListMetadataFormats&identifier=oai:example.org:1": "idDoesNotExist",
    "verb=ListRecords&metadataPrefix=oai_dc&set=kind:unicorn": "noRecordsMatch",
    "verb=ListRecords&metadataPrefix=oai_dc&set=unicorn": "noRecordsMatch",
    "verb=ListRecords&metadataPrefix=edm&set=kind:organization": "noRecordsMatch",
    "verb=ListRecords&metadataPrefix=oai_dc&set=source:unicorn": "noRecordsMatch",
    "verb=ListRecords&metadataPrefix=oai_dc&until=1999-12-31": "noRecordsMatch",
    "verb=ListIdentifiers&metadataPrefix=oai_dc&from=2999-01-01T00:00:00Z": "noRecordsMatch",
    "verb=ListRecords&resumptionToken=": "badResumptionToken",
    "verb=ListRecords&resumptionToken=junk": "badResumptionToken",
    "verb=ListRecords&resumptionToken=%D9%85": "badResumptionToken",
    "verb=ListSets&resumptionToken=junk": "badResumptionToken",
}
ANSWERED = (
    "verb=Identify",
    "verb=ListMetadataFormats",
    "verb=ListSets",
    f"verb=ListMetadataFormats&identifier={ITEM}",
    f"verb=GetRecord&metadataPrefix=rdf&identifier={ITEM}",
    "verb=ListIdentifiers&metadataPrefix=edm",
    "verb=ListRecords&metadataPrefix=oai_dc&set=kind:agreement&from=2020-01-01&until=2999-12-31",
)


@pytest.fixture(scope="module")
def ready(client):
    """The client, once the change log has been made."""
    while client.get("/oai?verb=Identify").status_code == httpx.codes.SERVICE_UNAVAILABLE:
        pass  # each answer waits for it a while
    return client


@pytest.fixture(scope="module")
def ask(ready):
    """What gives the answer to a query as an element."""
    return lambda query: etree.fromstring(ready.get(f"/oai?{query}").content)


@pytest.fixture(scope="module")
def token(ask):
    """The token of a list that goes on."""
    return ask("verb=ListIdentifiers&metadataPrefix=rdf").findtext(f".//{OAI}resumptionToken")


def attributes(answer):
    return dict(answer.find(f"{OAI}request").attrib)


def without_time(answer):
    return answer.content.partition(b"<request")[2]


@pytest.mark.parametrize(("query", "code"), REFUSED.items())
def test_what_is_wrong_is_told_by_its_code_in_an_answer_of_status_200(ready, query, code):
    answer = ready.get(f"/oai?{query}")

    assert (answer.status_code, etree.fromstring(answer.content).find(f"{OAI}error").get("code")) == (200, code)


@pytest.mark.parametrize("query", [query for query, code in REFUSED.items() if code in {"badVerb", "badArgument"}])
def test_arguments_that_cannot_be_told_again_are_not(ask, query):
    assert attributes(ask(query)) == {}


def test_arguments_of_other_refusals_are_told_again(ask):
    answer = ask("verb=ListRecords&metadataPrefix=marc&from=2026-01-01")

    assert attributes(answer) == {"verb": "ListRecords", "metadataPrefix": "marc", "from": "2026-01-01"}


def test_a_character_that_xml_cannot_hold_is_replaced_where_an_argument_is_told_again(ask):
    answer = ask("verb=ListRecords&resumptionToken=%01%EF%BF%BE")

    assert attributes(answer)["resumptionToken"] == "\N{REPLACEMENT CHARACTER}" * 2


@pytest.mark.parametrize("query", ANSWERED)
def test_an_answer_is_xml_and_names_its_schema(ready, query):
    answer = ready.get(f"/oai?{query}")
    location = etree.fromstring(answer.content).get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")

    assert (answer.headers["content-type"], location) == (
        "text/xml; charset=utf-8",
        "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
    )


@pytest.mark.parametrize("query", ANSWERED)
def test_a_form_gives_what_an_address_gives(ready, query):
    form = ready.post("/oai", content=query, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert without_time(form) == without_time(ready.get(f"/oai?{query}"))


@pytest.mark.parametrize("query", ANSWERED)
def test_the_request_is_told_with_all_its_arguments(ask, query):
    assert attributes(ask(query)) == dict(httpx.QueryParams(query))


def test_a_verb_in_the_address_and_in_the_form_is_repeated(ready):
    answer = ready.post("/oai?verb=Identify", data={"verb": "Identify"})

    assert 'code="badVerb"' in answer.text


def test_a_body_that_is_no_form_is_refused(ready):
    answer = ready.post("/oai", json={"verb": "Identify"})

    assert (answer.status_code, answer.json()["supported"]) == (415, ["application/x-www-form-urlencoded"])


def test_head_gives_the_head_of_an_answer(ready):
    answer = ready.head("/oai?verb=Identify")

    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "text/xml; charset=utf-8", b"")


def test_other_methods_are_not_taken(ready):
    answer = ready.delete("/oai?verb=Identify")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_an_answer_comes_compressed_as_identify_says(ready):
    answer = ready.send(
        ready.build_request("GET", "/oai?verb=ListSets", headers={"Accept-Encoding": "gzip"}), stream=True
    )
    raw = b"".join(answer.iter_raw())

    assert gzip.decompress(raw).endswith(b"</OAI-PMH>")


def test_identify_tells_what_the_repository_promises(ask, address):
    identity = ask("verb=Identify").find(f"{OAI}Identify")

    assert [(each.tag.removeprefix(OAI), each.text) for each in identity if each.tag != f"{OAI}earliestDatestamp"][
        :7
    ] == [
        ("repositoryName", "heritage-graph"),
        ("baseURL", f"{address}/oai"),
        ("protocolVersion", "2.0"),
        ("adminEmail", "webmaster@127.0.0.1"),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        ("compression", "gzip"),
    ]


def test_nothing_changed_before_the_earliest_datestamp(ask):
    earliest = ask("verb=Identify").findtext(f".//{OAI}earliestDatestamp")
    headers = ask("verb=ListIdentifiers&metadataPrefix=rdf")

    assert min(each.text for each in headers.iter(f"{OAI}datestamp")) == earliest


def test_the_sample_identifier_is_that_of_an_item(ask):
    sample = ask("verb=Identify").findtext(".//{http://www.openarchives.org/OAI/2.0/oai-identifier}sampleIdentifier")

    assert ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={sample}").findtext(f".//{OAI}identifier") == sample


def test_identify_tells_the_licence(ask):
    rights = ask("verb=Identify").find(".//{http://www.openarchives.org/OAI/2.0/rights/}rightsDefinition")

    assert "".join(rights.itertext()) == "https://creativecommons.org/licenses/by/4.0/"


def test_all_formats_are_listed(ask):
    answer = ask("verb=ListMetadataFormats")

    assert [each.text for each in answer.iter(f"{OAI}metadataPrefix")] == ["oai_dc", "rdf", "edm"]


def test_the_formats_of_an_item_are_those_that_tell_of_it(ask):
    answer = ask(f"verb=ListMetadataFormats&identifier={ITEM}")

    assert [each.text for each in answer.iter(f"{OAI}metadataPrefix")] == ["oai_dc", "rdf"]


def test_a_source_document_has_all_formats(ask):
    document = "oai:w3id.org:heritage-graph/id/document/icesco-2024-partnerships-report"
    answer = ask(f"verb=ListMetadataFormats&identifier={document}")

    assert [each.text for each in answer.iter(f"{OAI}metadataPrefix")] == ["oai_dc", "rdf", "edm"]


def test_the_sets_that_a_header_names_are_listed(ask):
    listed = {each.text for each in ask("verb=ListSets").iter(f"{OAI}setSpec")}
    named = {each.text for each in ask("verb=ListIdentifiers&metadataPrefix=rdf").iter(f"{OAI}setSpec")}

    assert named <= listed


def test_an_item_belongs_to_its_kind_and_to_its_sources(ask):
    answer = ask(f"verb=GetRecord&metadataPrefix=rdf&identifier={ITEM}")

    assert [each.text for each in answer.iter(f"{OAI}setSpec")] == [
        "kind:agreement",
        "source:anews-2024-06-13-ots",
        "source:icesco-2024-partnerships-report",
        "source:turkicstates-icesco",
    ]


def test_both_bounds_belong_to_the_time_between(ask):
    moment = ask(f"verb=GetRecord&metadataPrefix=rdf&identifier={ITEM}").findtext(f".//{OAI}datestamp")
    answer = ask(f"verb=ListIdentifiers&metadataPrefix=rdf&set=kind:agreement&from={moment}&until={moment}")

    assert ITEM in {each.text for each in answer.iter(f"{OAI}identifier")}


def test_a_day_lasts_until_its_last_second(ask):
    day = ask(f"verb=GetRecord&metadataPrefix=rdf&identifier={ITEM}").findtext(f".//{OAI}datestamp")[:10]
    answer = ask(f"verb=ListIdentifiers&metadataPrefix=rdf&set=kind:agreement&from={day}&until={day}")

    assert ITEM in {each.text for each in answer.iter(f"{OAI}identifier")}


def test_a_token_of_another_verb_is_bad(ask, token):
    assert ask(f"verb=ListRecords&resumptionToken={token}").find(f"{OAI}error").get("code") == "badResumptionToken"


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1], lambda text: text + "A", lambda text: text + "!", str.swapcase]
)
def test_a_token_that_was_changed_is_bad(ask, token, change):
    answer = ask(f"verb=ListIdentifiers&resumptionToken={change(token)}")

    assert answer.find(f"{OAI}error").get("code") == "badResumptionToken"
