"""Documents in the models of other communities: chosen by name, by header and by media type."""

from __future__ import annotations

import json
import re

import pytest
from pyoxigraph import RdfFormat, parse

from heritage_graph.web.profiles import in_html

AGREEMENT = "/doc/agreement/icesco-ots-mou"
DOCUMENT = "/doc/document/icesco-2024-partnerships-report"
URIS = {
    "native": "https://w3id.org/heritage-graph/ns#",
    "linked-art": "https://linked.art/ns/v1/linked-art.json",
    "schema": "https://schema.org/",
    "edm": "http://www.europeana.eu/schemas/edm/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def links_of(reply):
    return re.findall(r'<([^>]*)>; rel="([^"]*)"', reply.headers["link"])


@pytest.mark.parametrize(("name", "uri"), URIS.items())
def test_a_profile_is_chosen_by_its_name(client, name, uri):
    reply = client.get(DOCUMENT, params={"profile": name}, headers={"accept": "text/turtle"})

    assert (reply.status_code, reply.headers["content-profile"]) == (200, f"<{uri}>")


@pytest.mark.parametrize(("name", "uri"), URIS.items())
def test_a_profile_is_chosen_by_its_uri_in_a_header(client, name, uri):
    reply = client.get(DOCUMENT, headers={"accept": "text/turtle", "accept-profile": f"<{uri}>"})

    assert reply.content == client.get(DOCUMENT, params={"profile": name, "format": "ttl"}).content


def test_a_profile_may_be_named_by_its_uri_in_the_address(client):
    assert client.get(AGREEMENT, params={"profile": URIS["dc"]}).headers["content-profile"] == f"<{URIS['dc']}>"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (f"<{URIS['dc']}>;q=0.4, <{URIS['schema']}>;q=0.9", "schema"),
        (f"<{URIS['dc']}>, <{URIS['schema']}>", "dc"),
        (f"<https://example.org/unheard-of>, <{URIS['dc']}> ; q=0.1", "dc"),
        (f"<{URIS['edm']}>, <{URIS['dc']}>;q=0.2", "dc"),  # EDM has no agreements
        (f"<{URIS['edm']}>, <{URIS['native']}>;q=0.2", "native"),
        (f"<{URIS['dc']}>;q=0, <{URIS['native']}>;q=0.1", "native"),
    ],
)
def test_the_best_profile_that_can_describe_a_thing_wins(client, header, name):
    reply = client.get(AGREEMENT, headers={"accept": "text/turtle", "accept-profile": header})

    assert reply.headers["content-profile"] == f"<{URIS[name]}>"


def test_the_parameter_beats_the_header(client):
    reply = client.get(AGREEMENT, params={"profile": "dc"}, headers={"accept-profile": f"<{URIS['schema']}>"})

    assert reply.headers["content-profile"] == f"<{URIS['dc']}>"


def test_a_client_of_linked_art_asks_by_the_media_type(client):
    reply = client.get(AGREEMENT, headers={"accept": f'application/ld+json;profile="{URIS["linked-art"]}"'})

    assert (reply.headers["content-type"], reply.json()["type"]) == (
        f'application/ld+json;profile="{URIS["linked-art"]}"',
        "PropositionalObject",
    )


def test_json_is_linked_art_when_that_is_the_profile(client):
    reply = client.get(f"{AGREEMENT}.json", params={"profile": "linked-art"})

    assert reply.json()["@context"] == URIS["linked-art"]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("linked-art", "application/ld+json"),
        ("schema", "application/ld+json"),
        ("edm", "application/rdf+xml"),
        ("dc", "text/turtle"),
    ],
)
def test_each_profile_comes_first_in_the_format_of_its_community(client, name, media_type):
    reply = client.get(DOCUMENT, params={"profile": name}, headers={"accept": "*/*"})

    assert reply.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize("name", ["dc", "edm", "schema"])
@pytest.mark.parametrize(
    ("extension", "rdf_format"),
    [("ttl", RdfFormat.TURTLE), ("rdf", RdfFormat.RDF_XML), ("jsonld", RdfFormat.JSON_LD)],
)
def test_every_format_of_a_profile_says_the_same(client, name, extension, rdf_format):
    told = {
        each: set(parse(client.get(f"{DOCUMENT}.{each}", params={"profile": name}).content, given))
        for each, given in ((extension, rdf_format), ("nt", RdfFormat.N_TRIPLES))
    }

    assert told[extension] == told["nt"] != set()


def test_a_profile_that_is_not_there_is_refused_with_those_that_are(client):
    reply = client.get(AGREEMENT, params={"profile": "marc"}, headers={"accept": "application/problem+json"})

    assert (reply.status_code, reply.json()["allowed"]) == (400, ["native", "linked-art", "schema", "edm", "dc"])


def test_profiles_in_a_header_of_which_there_is_none_are_not_acceptable(client):
    reply = client.get(
        AGREEMENT, headers={"accept": "application/problem+json", "accept-profile": "<https://example.org/none>"}
    )

    assert (reply.status_code, reply.json()["available"]) == (406, list(URIS.values()))


def test_what_a_profile_cannot_describe_is_not_acceptable(client):
    reply = client.get(AGREEMENT, params={"profile": "edm"}, headers={"accept": "*/*"})

    assert (reply.status_code, "dc" in reply.json()["available"]) == (406, True)


def test_what_nobody_knows_is_not_found_in_any_profile(client):
    assert client.get("/doc/agreement/never-heard-of", params={"profile": "dc"}).status_code == 404


def test_a_page_is_not_made_of_another_profile(client):
    assert client.get(AGREEMENT, params={"profile": "dc"}, headers={"accept": "text/html"}).status_code == 406


@pytest.mark.parametrize("profile", [None, "dc"])
def test_caches_are_told_that_the_profile_matters(client, profile):
    reply = client.get(f"{AGREEMENT}.ttl", params={"profile": profile} if profile else {})

    assert "Accept-Profile" in reply.headers["vary"]


def test_profiles_and_formats_have_tags_of_their_own(client):
    asked = [(name, extension) for name in ("native", "dc", "schema") for extension in ("ttl", "nt")]
    tags = {
        client.get(f"{AGREEMENT}.{extension}", params={"profile": name}).headers["etag"] for name, extension in asked
    }

    assert len(tags) == len(asked)


def test_a_client_that_holds_a_view_is_told_so(client):
    held = client.get(AGREEMENT, params={"profile": "dc"}, headers={"accept-encoding": "identity"})
    reply = client.get(AGREEMENT, params={"profile": "dc"}, headers={"if-none-match": held.headers["etag"]})

    assert (reply.status_code, "Accept-Profile" in reply.headers["vary"]) == (304, True)


def test_a_document_leads_to_the_profiles_that_can_describe_it(client):
    reply = client.get(f"{AGREEMENT}.ttl")

    assert {address for address, relation in links_of(reply) if "?profile=" in address} == {
        f"{AGREEMENT}?profile={name}" for name in ("linked-art", "schema", "dc")
    }


def test_a_view_names_its_profile_and_leads_to_the_others(client):
    reply = client.get(DOCUMENT, params={"profile": "edm"})

    assert {(URIS["edm"], "profile"), (f"{DOCUMENT}?profile=native", "alternate")} <= set(links_of(reply))


def test_a_concept_has_views_too(client):
    reply = client.get("/vocab/role/party", params={"profile": "linked-art"})

    assert (reply.json()["type"], reply.json()["_label"]) == ("Type", "Party")


def test_a_generic_actor_is_in_no_view(client):
    reply = client.get("/doc/generic-actor/art-legacy-countries", params={"profile": "dc"}, headers={"accept": "*/*"})

    assert reply.status_code == 406


def test_a_page_holds_what_search_engines_read(client):
    page = client.get(AGREEMENT, headers={"accept": "text/html"}).text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)

    assert (json.loads(found)["@context"], json.loads(found)["@id"]) == (
        "https://schema.org/",
        "https://w3id.org/heritage-graph/id/agreement/icesco-ots-mou",
    )


def test_nothing_in_a_name_can_end_the_data_of_a_page():
    assert in_html({"name": "</script><b>&amp;"}) == '{"name":"\\u003c/script\\u003e\\u003cb\\u003e\\u0026amp;"}'
