"""Who a printed name means is decided at the desk: previewed, made with a key, told in the graph, and taken back."""

from __future__ import annotations

import csv
import io
import re
import shutil
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest
from typer.testing import CliRunner

from heritage_graph.assets import asset_folder
from heritage_graph.cli import app
from heritage_graph.importers.records.bringing import bring_in_records
from heritage_graph.importers.records.identities import FILE, read_identities
from heritage_graph.importers.records.reading import Seen
from heritage_graph.ingest.local import bring_in
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.ingest.shipped import registered_changes
from heritage_graph.web.security import create_key

BROWSER = {"Accept": "text/html"}
PATIENT = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "30", "HERITAGE_GRAPH_CLIENT_SECONDS": "3600"}
MOSUL, ROUTES, BAMIYAN = "iccrom-fr-2018-mosul", "zawya-2023-09-28-hajj-routes-resolution", "ava-2020-02-27-bamiyan"
"""Shipped records of which mentions have a proposed identity."""
EMIRATI, IRAQI = f"{MOSUL}/party-4", f"{MOSUL}/party-5"
SAUDI, COMMISSION = f"{ROUTES}/party-2", f"{ROUTES}/party-3"
PEOPLE = f"{BAMIYAN}/funding-3"
GRAPH = "https://w3id.org/heritage-graph/graph/source"
SAID = {"by": "A. Curator", "because": "the page shows its emblem"}
OF_PARTY = """
SELECT ?property ?value WHERE {{ GRAPH <{graph}/{slug}> {{
  <https://w3id.org/heritage-graph/id/participation/{slug}--{number}> ?property ?value }} }}
"""


@pytest.fixture(scope="module")
def desk(shipped, tmp_path_factory, start_server):
    """A client of a service over a few records with proposals, keys by what they may, and the data folder."""
    folder = tmp_path_factory.mktemp("desk-identities")
    data, sources, rulebook = folder / "data", asset_folder("sources"), load_rulebook(asset_folder("shapes"))
    shutil.copytree(shipped, data)
    lines = b"\n".join(file.read_bytes() for file in (sources / "records").glob("*.jsonl")).splitlines()
    chosen = [line for line in lines if any(f'"{slug}"'.encode() in line for slug in (MOSUL, ROUTES, BAMIYAN))]
    (folder / "records.jsonl").write_bytes(b"\n".join(chosen))
    bring_in(data, registered_changes(), rulebook=rulebook, message="register")
    bring_in_records(
        data,
        [folder / "records.jsonl"],
        withheld={},
        identities=read_identities(sources / "records"),
        seen=Seen(),
        rulebook=rulebook,
    )
    now = datetime.now(UTC)
    keys = {
        "all": create_key(data, scopes=["*"], now=now)[0],
        "routes": create_key(data, scopes=[f"{GRAPH}/{ROUTES}"], now=now)[0],
        "other": create_key(data, scopes=[f"{GRAPH}/other-*"], now=now)[0],
    }
    with start_server(data, **PATIENT) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        yield client, keys, data


def page(desk, address):
    return desk[0].get(address, headers=BROWSER)


def sent(desk, mention, outcome, do="decide", /, key="all", **fields):
    """The answer to the form of a mention."""
    data = {**SAID, "outcome": outcome, "do": do, "key": desk[1].get(key, key), **fields}
    return desk[0].post(f"/desk/identities/{mention}", params={"lang": "en"}, data=data, headers=BROWSER)


def stated(desk, mention):
    """What the record's graph says of a party, by the last part of the property."""
    slug, party = mention.split("/")
    query = OF_PARTY.format(graph=GRAPH, slug=slug, number=party.removeprefix("party-"))
    answer = desk[0].get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    rows = answer.json()["results"]["bindings"]
    return {re.split("[#/]", row["property"]["value"])[-1]: row["value"]["value"] for row in rows}


def everything(desk, slug):
    """All that the graph of a record states, in order."""
    answer = desk[0].get(f"/graph/source/{slug}", headers={"Accept": "application/n-triples"})
    return sorted(answer.text.splitlines())


def words_of(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def last_generation(desk):
    return desk[0].get("/api/v1/sources").json()["generation"]


def waiting_identities(desk):
    """How many identities wait, as the desk tells it."""
    text = page(desk, "/desk").text
    return int(re.search(r'"/desk/identities">[^<]+</a><p class="figure">([0-9]+)<', text)[1])


@pytest.fixture
def waiting(desk):
    """Make every mention wait again afterwards."""
    yield
    for mention in (EMIRATI, IRAQI, SAUDI, COMMISSION, PEOPLE):
        sent(desk, mention, "undo")


@pytest.mark.usefixtures("waiting")
def test_who_is_accepted_takes_the_place_of_the_printed_name_at_once(desk):
    answer = sent(desk, EMIRATI, "accept")
    told = stated(desk, EMIRATI)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/identities/{EMIRATI}?lang=en")
    assert (told["participant"].rpartition("/")[2], told["namedAs"]) == (
        "uae-ministry-of-culture-and-knowledge-development",
        "Emirati Ministry of Culture",
    )
    assert {"participantAsNamed", "proposedIdentity"} & told.keys() == set()


@pytest.mark.usefixtures("waiting")
def test_who_decided_when_and_why_stands_beside_the_decision(desk):
    sent(desk, EMIRATI, "accept")
    told = stated(desk, EMIRATI)

    assert [told[name] for name in ("decidedBy", "decidedBecause", "decidedOn")] == [
        *SAID.values(),
        datetime.now(UTC).date().isoformat(),
    ]


@pytest.mark.usefixtures("waiting")
def test_who_is_rejected_is_not_meant_and_the_name_stays_as_printed(desk):
    sent(desk, IRAQI, "reject")
    told = stated(desk, IRAQI)

    assert told["participantAsNamed"] == "Iraqi Ministry of Culture"
    assert told["rejectedIdentity"].endswith("/iraq-ministry-of-culture-tourism-and-antiquities")
    assert {"participant", "proposedIdentity"} & told.keys() == set()


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("outcome", ["accept", "reject"])
@pytest.mark.parametrize("mention", [SAUDI, PEOPLE])
def test_a_decision_that_is_taken_back_leaves_the_proposal_as_it_was(desk, mention, outcome):
    slug = mention.partition("/")[0]
    before = everything(desk, slug)
    sent(desk, mention, outcome)
    between = everything(desk, slug)
    sent(desk, mention, "undo")

    assert (between == before, everything(desk, slug) == before) == (False, True)


@pytest.mark.usefixtures("waiting")
def test_what_was_decided_leaves_the_queue_and_stands_among_what_can_be_taken_back(desk):
    waits = "/desk/identities", "/desk/identities?state=decided"
    before = [EMIRATI in page(desk, each).text for each in waits]
    sent(desk, EMIRATI, "reject")

    assert (before, [EMIRATI in page(desk, each).text for each in waits]) == ([True, False], [False, True])


@pytest.mark.usefixtures("waiting")
def test_the_desk_counts_what_waits(desk):
    before = waiting_identities(desk)
    sent(desk, EMIRATI, "reject")

    assert waiting_identities(desk) == before - 1


@pytest.mark.usefixtures("waiting")
def test_one_decision_leaves_the_other_mentions_of_the_record_as_they_are(desk):
    before = stated(desk, COMMISSION)
    sent(desk, SAUDI, "accept")

    assert stated(desk, COMMISSION) == before


@pytest.mark.usefixtures("waiting")
def test_a_record_that_is_imported_again_keeps_what_was_decided_at_the_desk(desk):
    sent(desk, EMIRATI, "accept")
    sent(desk, IRAQI, "reject")
    before = everything(desk, MOSUL)
    opened = page(desk, f"/desk/records/{MOSUL}")
    form = dict(re.findall(r'<input id="[^"]*" name="([^"]+)"[^>]* value="([^"]+)"', opened.text))
    fields = {name: unescape(text) for name, text in form.items()}
    kind = re.search(r'<option value="([a-z]+)" selected>', opened.text)[1]
    again = desk[0].post("/desk/records", data={**fields, "kind": kind, "do": "preview"}, headers=BROWSER)

    assert re.search(r"participant|rejected", words_of(again)) is None
    assert everything(desk, MOSUL) == before


@pytest.mark.usefixtures("waiting")
def test_a_decision_is_a_row_of_the_file_that_version_control_keeps(desk, tmp_path):
    sent(desk, EMIRATI, "reject", because="another ministry, “of culture”, too")
    CliRunner().invoke(
        app, ["link", "mentions", str(tmp_path / FILE), "--decided", "--data", str(desk[2])], catch_exceptions=False
    )
    was = (asset_folder("sources") / "records" / FILE).read_text(encoding="utf-8").splitlines()
    now = (tmp_path / FILE).read_text(encoding="utf-8").splitlines()
    (changed,) = [line for line, other in zip(now, was, strict=True) if line != other]

    assert changed == (
        f"{MOSUL},party-4,Emirati Ministry of Culture,organization/uae-ministry-of-culture-and-knowledge-development,"
        f'rejected,A. Curator,{datetime.now(UTC).date()},"another ministry, “of culture”, too"'
    )


@pytest.mark.usefixtures("waiting")
def test_what_was_decided_is_had_as_a_table_with_the_columns_of_the_file(desk):
    sent(desk, EMIRATI, "accept")
    table = desk[0].get("/desk/identities?state=decided&format=csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table, newline=""))

    assert (row["record"], row["mention"], row["decision"], row["why"]) == (
        MOSUL,
        "party-4",
        "identified",
        SAID["because"],
    )


def test_a_preview_tells_what_would_change_and_stores_nothing(desk):
    before = last_generation(desk)
    answer = sent(desk, EMIRATI, "accept", "preview", key="")

    assert re.search(r"participant : \S*.*Ministry of Culture and Knowledge Development", words_of(answer))
    assert (answer.status_code, last_generation(desk)) == (200, before)


@pytest.mark.parametrize(("key", "status"), [("", 401), ("hgk_0.wrong", 401), ("other", 403), ("routes", 403)])
def test_without_a_key_for_the_source_nothing_is_stored_and_what_was_typed_is_kept(desk, key, status):
    before = last_generation(desk)
    answer = sent(desk, EMIRATI, "accept", key=key)

    assert (answer.status_code, last_generation(desk)) == (status, before)
    assert (f'value="{SAID["because"]}"' in answer.text, "hgk_" in answer.text) == (True, False)


@pytest.mark.usefixtures("waiting")
def test_a_key_for_one_source_decides_on_its_mentions(desk):
    assert sent(desk, SAUDI, "accept", key="routes").status_code == 303


def test_a_key_in_the_header_does_not_make_up_for_the_field_of_the_form(desk):
    data = {**SAID, "outcome": "accept", "do": "decide"}
    headers = {**BROWSER, "Authorization": f"Bearer {desk[1]['all']}"}

    assert desk[0].post(f"/desk/identities/{EMIRATI}", data=data, headers=headers).status_code == 401


@pytest.mark.usefixtures("waiting")
def test_what_others_have_decided_meanwhile_is_told_and_stays(desk):
    sent(desk, EMIRATI, "reject")
    before = last_generation(desk)
    answer = sent(desk, EMIRATI, "accept")

    assert (answer.status_code, last_generation(desk)) == (412, before)
    assert "Others have changed the graph meanwhile" in answer.text


def test_only_a_decision_can_be_taken_back(desk):
    assert sent(desk, EMIRATI, "undo").status_code == 412


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param({"outcome": "perhaps"}, 400, id="no outcome"),
        pytest.param({"because": " "}, 400, id="no reason"),
        pytest.param({"by": "x" * 501}, 400, id="a long name"),
        pytest.param({"because": "a\nb"}, 400, id="two lines"),
        pytest.param({"do": "nonsense"}, 400, id="nothing to do"),
        pytest.param({"because": "x" * (1 << 17)}, 413, id="a large body"),
    ],
)
def test_what_is_no_decision_is_refused(desk, fields, status):
    data = {**SAID, "outcome": "accept", "do": "preview", **fields}

    assert desk[0].post(f"/desk/identities/{EMIRATI}", data=data, headers=BROWSER).status_code == status


@pytest.mark.parametrize("mention", [f"{MOSUL}/party-1", f"{MOSUL}/party-99", f"{MOSUL}/thing", "no--slug/party-1"])
def test_a_mention_for_which_nothing_is_proposed_has_no_page(desk, mention):
    assert page(desk, f"/desk/identities/{mention}").status_code == 404


def test_a_body_of_another_type_is_refused(desk):
    assert desk[0].post(f"/desk/identities/{EMIRATI}", json={}, headers=BROWSER).status_code == 415


@pytest.mark.parametrize(("language", "words"), [("fr", "Ce qui est décidé"), ("ar", "ما يتقرر")])
def test_the_page_speaks_the_language_of_its_address(desk, language, words):
    assert words in page(desk, f"/desk/identities/{EMIRATI}?lang={language}").text


def test_what_is_typed_stays_text(desk):
    answer = sent(desk, EMIRATI, "accept", "preview", because='"><script>alert(1)</script>')

    assert ("<script>alert" in answer.text, "&lt;script&gt;alert" in answer.text) == (False, True)
