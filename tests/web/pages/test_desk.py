"""The curator's desk: what waits, and records by a form: previewed, mended, and accepted with a key."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import pytest

from heritage_graph.assets import asset_folder
from heritage_graph.importers import records
from heritage_graph.importers.records.identities import read_identities
from heritage_graph.web.security import create_key
from heritage_graph.web.words import read_words

BROWSER = {"Accept": "text/html"}
PATIENT = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "30", "HERITAGE_GRAPH_CLIENT_SECONDS": "3600"}
AGREEMENT = {
    "slug": "bay-2021-museum-council",
    "url": "https://bay.example/news/museum-and-council",
    "publisher": "Bay News",
    "language": "en",
    "kind": "agreement",
    "kind_as_stated": "Memorandum of Understanding",
    "name": "Memorandum of museum and council on the lighthouse",
    "signed_on": "2021-05",
    "term": "P5Y",
    "aims": "documentation\ntides",
    "parties.1.as_named": "Museum of Lighthouse Bay",
    "parties.1.role": "party|host",
    "parties.4.as_named": "Harbour Council",  # two rows between them were left empty
    "parties.4.role": "party",
    "parties.4.signed_by_capacity": "Harbour Master",
    "concerns.1.as_named": "Old Lighthouse",
    "concerns.1.what": "site",
    "funding.1.as_named": "Lamp Fund",
    "funding.1.amount": "10.5",
    "funding.1.currency": "USD",
    "funding.1.mode": "grant",
}
SLUG = AGREEMENT["slug"]
BROKEN = {"slug": "bay-broken", "valid_until": "2019"}
IDENTIFIED = "gulfnews-2019-mosul-churches"
"""A shipped record; by their addresses its two churches come in the other order."""
MARKUP = "<script>alert(1)</script>"
OF_FILES = {"breaks-a-rule", "key-unknown", "not-an-object", "rows-differ", "slug-missing", "slug-repeated"}
"""What is remarked on files and what no form can say."""
PREFIXES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix hg:   <https://w3id.org/heritage-graph/ns#> .
@prefix role: <https://w3id.org/heritage-graph/vocab/role/> .
@prefix id:   <https://w3id.org/heritage-graph/id/> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
"""
A_SITE = """
  a hg:Site ; skos:prefLabel "Church"@en ; prov:wasAttributedTo id:organization\\/heritage-graph-curators .
"""
PROPOSING = """
id:participation\\/proposing a hg:Participation ;
  hg:inContext id:agreement\\/icesco-ots-mou ; hg:role role:participant ;
  hg:participantAsNamed "Islamic World Body"@en ; hg:proposedIdentity id:organization\\/icesco ;
  hg:decidedBy "A curator" ; hg:decidedOn "2026-11-22"^^xsd:date ; hg:decidedBecause "It is so." ;
  hg:evidence id:evidence\\/002-3301-3458 .
"""


@pytest.fixture(scope="module")
def desk(shipped, tmp_path_factory, start_server):
    """A client of a service of its own, and keys by what they may."""
    data = tmp_path_factory.mktemp("desk") / "data"
    shutil.copytree(shipped, data)
    now = datetime.now(UTC)
    keys = {
        "all": create_key(data, scopes=["*"], now=now)[0],
        "other": create_key(data, scopes=["https://w3id.org/heritage-graph/graph/source/other-*"], now=now)[0],
    }
    with start_server(data, **PATIENT) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        yield client, keys


def page(desk, address):
    return desk[0].get(address, headers=BROWSER)


def sent(desk, do, /, language="en", **fields):
    """The answer to the form of a record, sent with the button *do*."""
    data = {**AGREEMENT, "do": do, **fields}
    return desk[0].post("/desk/records", params={"lang": language}, data=data, headers=BROWSER)


def previewed_on(answer):
    """The generation on which an answer says that the record may be accepted."""
    return re.search(r'name="generation" value="([0-9]+)"', answer.text)[1]


def accepted(desk, key="all", **fields):
    """The answer to accepting a record as it was previewed."""
    generation = previewed_on(sent(desk, "preview", **fields))
    return sent(desk, "accept", **{"generation": generation, "key": desk[1].get(key, key), **fields})


def typed(answer):
    """What stands in the fields of the form that is shown."""
    found = []
    for field in (
        r'<input id="[^"]*" name="([^"]+)"[^>]* value="([^"]+)"',
        r'<textarea id="[^"]*" name="([^"]+)"[^>]*>\n([^<]+)</textarea>',
        r'<select id="[^"]*" name="([^"]+)"[^>]*>(?:(?!</select>).)*value="([^"]+)" selected',
    ):
        found += re.findall(field, answer.text, re.DOTALL)
    return {name: unescape(text) for name, text in found}


def preview_of(answer):
    """The words of the preview."""
    part = re.search(r'<section id="preview".*?</section>', answer.text, re.DOTALL)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", part)))


def last_generation(desk):
    return desk[0].get("/api/v1/sources").json()["generation"]


def test_what_waits_is_told_with_its_number_and_its_page(desk):
    text = page(desk, "/desk").text
    figures = re.findall(r'<a href="/(?:quality|desk)/([a-z]+)">[^<]+</a><p class="figure">([0-9]+)</p>', text)
    told = {name: count for name, count in figures if name != "identities"}
    counts = {name: desk[0].get(f"/api/v1/{name}").json()["total"]["exactly"] for name in told}

    assert sorted(told) == ["anomalies", "contradictions", "links"]
    assert told == {name: str(count) for name, count in counts.items()}


def test_a_preview_says_what_would_change_and_stores_nothing(desk):
    before = last_generation(desk)
    told = preview_of(sent(desk, "preview"))

    assert [re.search(words, told) is None for words in (r"Statements added: \d+", r"Inferred by rules: \d+")] == [
        False
    ] * 2
    assert (last_generation(desk), page(desk, f"/desk/records/{SLUG}").status_code) == (before, 404)


def test_a_preview_names_what_it_speaks_of(desk):
    told = preview_of(sent(desk, "preview"))

    assert [each in told for each in ("Museum of Lighthouse Bay Kind: Participation", "signed on : May 2021")] == [
        True
    ] * 2


def test_what_the_gate_finds_is_told_in_the_language_of_the_page(desk):
    assert "Un site se trouve dans un pays." in preview_of(sent(desk, "preview", language="fr"))


def test_what_is_missing_is_told_and_what_was_typed_is_kept(desk):
    answer = sent(desk, "preview", name="", language="fr")

    assert "Il manque quelque chose de nécessaire: “name” is missing" in preview_of(answer)
    assert typed(answer)["parties.2.signed_by_capacity"] == "Harbour Master"


def test_a_record_that_cannot_be_told_is_not_offered_for_acceptance(desk):
    assert 'value="accept"' not in sent(desk, "preview", url="no address").text


def test_a_record_that_breaks_a_rule_says_so_and_is_not_offered_for_acceptance(desk):
    answer = sent(desk, "preview", **BROKEN)

    assert ("would be refused" in preview_of(answer), 'value="accept"' in answer.text) == (True, False)


def test_a_record_that_breaks_a_rule_is_not_stored(desk):
    before = last_generation(desk)
    answer = sent(desk, "accept", generation=str(before), key=desk[1]["all"], **BROKEN)

    assert (answer.status_code, "The gate refused the record" in answer.text, last_generation(desk)) == (
        422,
        True,
        before,
    )


def test_a_source_that_no_record_made_is_not_replaced(desk):
    assert "no record made it" in preview_of(sent(desk, "preview", slug="turkicstates-icesco"))


def test_a_record_is_accepted_and_opened_again(desk):
    answer = accepted(desk, slug="bay-accepted")
    generation = last_generation(desk)

    assert f"at generation {generation} now" in answer.text
    assert [f'href="{each}?lang=en"' in answer.text for each in (
        "/id/agreement/bay-accepted", "/graph/source/bay-accepted", "/desk/records/bay-accepted", "/desk"
    )] == [True] * 4  # fmt: skip
    assert typed(page(desk, "/desk/records/bay-accepted")) == {
        **{name: text for name, text in AGREEMENT.items() if not name.startswith("parties.")},
        "slug": "bay-accepted",
        "parties.1.as_named": "Museum of Lighthouse Bay",
        "parties.1.role": "host|party",
        "parties.2.as_named": "Harbour Council",
        "parties.2.role": "party",
        "parties.2.signed_by_capacity": "Harbour Master",
    }


def test_a_record_that_is_sent_as_it_was_opened_changes_nothing(desk):
    accepted(desk, slug="bay-same")
    opened = typed(page(desk, "/desk/records/bay-same"))
    again = desk[0].post("/desk/records", data={**opened, "do": "preview"}, headers=BROWSER)

    assert "Nothing would change" in preview_of(again)


def test_a_mended_record_takes_the_place_of_what_it_said(desk):
    accepted(desk, slug="bay-mended")
    told = preview_of(sent(desk, "preview", slug="bay-mended", signed_on="2021-06"))

    assert "takes its place" in told
    assert re.search(
        r"Statements taken out: 1 Memorandum of museum and council on the lighthouse signed on : May 2021", told
    )


def test_the_record_of_the_renewed_agreement_is_found_in_the_graph(desk):
    accepted(desk, slug="bay-renewed")
    told = preview_of(sent(desk, "preview", slug="bay-renewal", kind="renewal", renews="bay-renewed", name="Renewal"))

    assert "renews : Memorandum of museum and council on the lighthouse" in told


def test_what_was_previewed_before_others_committed_is_previewed_anew(desk):
    seen = previewed_on(sent(desk, "preview", slug="bay-late"))
    accepted(desk, slug="bay-early")
    answer = sent(desk, "accept", slug="bay-late", generation=seen, key=desk[1]["all"])

    assert (answer.status_code, "Others have changed the graph" in answer.text) == (412, True)
    assert (previewed_on(answer), page(desk, "/desk/records/bay-late").status_code) == (str(last_generation(desk)), 404)


def test_a_record_that_is_accepted_twice_is_there_once(desk):
    form = {
        "slug": "bay-twice",
        "generation": previewed_on(sent(desk, "preview", slug="bay-twice")),
        "key": desk[1]["all"],
    }
    first, second = sent(desk, "accept", **form), sent(desk, "accept", **form)

    assert (first.status_code, second.status_code, "holds all of this now" in second.text) == (200, 412, True)


def test_a_record_whose_mentions_are_identified_opens_as_it_was_accepted(desk):
    decisions = read_identities(asset_folder("sources") / "records")[IDENTIFIED]
    churches = [decisions["concern-1"], decisions["concern-2"]]
    headers = {"Authorization": f"Bearer {desk[1]['all']}", "Content-Type": "text/turtle"}
    sites = "".join(f"<{each.identity.value}> {A_SITE}" for each in churches)
    desk[0].put("/api/v1/sources/churches", content=f"{PREFIXES}{sites}", headers=headers).raise_for_status()
    fields = {f"concerns.{number}.as_named": each.printed for number, each in enumerate(churches, 1)}
    fields |= {"slug": IDENTIFIED, "concerns.2.what": "site"}
    stored = accepted(desk, **fields)
    opened = typed(page(desk, f"/desk/records/{IDENTIFIED}"))
    again = desk[0].post("/desk/records", data={**opened, "do": "preview"}, headers=BROWSER)

    assert (stored.status_code, {name: opened.get(name) for name in fields}) == (200, fields)
    assert "Nothing would change" in preview_of(again)


@pytest.mark.parametrize(("key", "status"), [("", 401), ("hgk_0.wrong", 401), ("other", 403)])
def test_without_the_right_key_nothing_is_stored_and_what_was_typed_is_kept(desk, key, status):
    answer = accepted(desk, key=key)

    assert (answer.status_code, page(desk, f"/desk/records/{SLUG}").status_code) == (status, 404)
    assert typed(answer)["parties.2.signed_by_capacity"] == "Harbour Master"
    assert ("accept again" in answer.text, "hgk_" in answer.text) == (True, False)


def test_a_key_in_the_header_does_not_make_up_for_the_field_of_the_form(desk):
    data = {**AGREEMENT, "do": "accept", "generation": str(last_generation(desk))}
    headers = {**BROWSER, "Authorization": f"Bearer {desk[1]['all']}"}

    assert desk[0].post("/desk/records", data=data, headers=headers).status_code == 401


def test_what_is_typed_stays_text(desk):
    texts = {"name": MARKUP, "note": f"</textarea>{MARKUP}", "parties.1.as_named": f'"{MARKUP}', "page_date": MARKUP}
    texts |= {"kind_as_stated": MARKUP, "funding.1.mode": MARKUP, "language": "en"}
    answer = sent(desk, "preview", **texts)

    assert ("<script>alert" in answer.text, "&lt;script&gt;alert" in answer.text) == (False, True)
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_more_rows_keep_what_was_typed(desk):
    few, more = (len(re.findall(r'name="parties\.\d+\.as_named"', sent(desk, do).text)) for do in ("preview", "rows"))

    assert (more > few, typed(sent(desk, "rows"))["parties.2.as_named"]) == (True, "Harbour Council")


def test_a_number_that_would_fill_the_memory_is_none(desk):
    assert "it would be a number" in preview_of(sent(desk, "preview", **{"funding.1.amount": "1e999999999"}))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"surprise": "1"}, 400),
        ({"parties.1.surprise": "1"}, 400),
        ({"name": "x" * 2001}, 400),
        ({"do": "nonsense"}, 400),
        ({"do": "accept", "generation": "none"}, 400),
        ({"do": "accept"}, 400),
        ({f"parties.{number}.as_named": "x" for number in range(1, 300)}, 400),
        ({f"parties.{number}.note": "x" * 2000 for number in range(1, 200)}, 413),
    ],
)
def test_what_is_no_form_of_a_record_is_refused(desk, fields, status):
    assert sent(desk, "preview", **fields).status_code == status


def test_a_body_of_another_type_is_refused(desk):
    assert desk[0].post("/desk/records", json={}, headers=BROWSER).status_code == 415


def test_a_record_is_opened_by_the_name_of_its_source(desk):
    answer = desk[0].get("/desk/records", params={"slug": "bay-1", "lang": "ar"}, headers=BROWSER)

    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/records/bay-1?lang=ar")


def test_the_desk_lists_the_records(desk):
    accepted(desk, slug="bay-listed")

    assert 'href="/desk/records/bay-listed"' in page(desk, "/desk").text


def test_proposed_identities_wait_with_the_name_as_printed(desk):
    headers = {"Authorization": f"Bearer {desk[1]['all']}", "Content-Type": "text/turtle"}
    desk[0].put("/api/v1/sources/proposing", content=PREFIXES + PROPOSING, headers=headers).raise_for_status()
    text = page(desk, "/desk/identities").text

    assert [
        each in text for each in (">Islamic World Body</bdi>", "/id/organization/icesco", "/desk/records/proposing")
    ] == [True] * 3


def test_every_remark_on_a_record_is_of_a_sort_that_the_page_names():
    written = "".join(path.read_text(encoding="utf-8") for path in Path(records.__file__).parent.glob("*.py"))
    kinds = set(re.findall(r'(?:Remark|unusable|remark|_Unusable)\(\s*"([a-z-]+)"', written))

    assert {kind for kind in kinds - OF_FILES if f"desk.remark-{kind}" not in read_words()} == set()
