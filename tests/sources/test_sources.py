import csv
import re
from collections import Counter, defaultdict

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.evidence import spans_of
from heritage_graph.namespaces import BASE, HG, ID, META, RDF, SKOS, is_generic_graph, is_published, is_source_graph

REGISTER = asset_files("sources/register", ".trig")
FILES = [path for path in asset_files("sources", ".trig") if path not in REGISTER]
DOCUMENT_PREFIXES = {
    "000": "essay-landmarks",
    "001": "essay-art-legacy",
    "002": "icesco-2024-partnerships-report",
    "003": "essay-quranic-societies",
}
COMPOSED = {"evidence", "participation"}
UNLABELLED = {HG.Participation, HG.EvidenceSpan, HG.PageEvidence}
REGISTRY_IDENTIFIERS = {
    HG.externalIdentifier,
    HG.worldHeritageId,
    HG.isoAlpha2,
    HG.isoAlpha3,
    HG.latitude,
    HG.longitude,
}


def quads_of(path):
    return list(parse(path.read_bytes(), format=RdfFormat.TRIG))


def kind_and_slug(term):
    return tuple(term.value.removeprefix(ID).split("/", 1))


def things(quads):
    terms = {term for quad in quads for term in (quad.subject, quad.object) if isinstance(term, NamedNode)}
    return {kind_and_slug(term) for term in terms if term.value.startswith(ID)}


@pytest.fixture(scope="module")
def quads():
    return [quad for path in FILES for quad in quads_of(path)]


@pytest.fixture(scope="module")
def published(quads):
    return [quad for quad in quads if is_published(quad.graph_name)]


@pytest.fixture(scope="module")
def generic(quads):
    return [quad for quad in quads if is_generic_graph(quad.graph_name)]


@pytest.fixture(scope="module")
def registry():
    with (asset_folder("sources") / "registry.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_there_is_a_file_for_each_document_and_one_for_the_curators():
    assert len(FILES) == 1 + 11 + 3 + 1


@pytest.mark.parametrize("path", [*FILES, *REGISTER], ids=lambda path: path.stem)
def test_a_file_parses(path):
    assert quads_of(path)


@pytest.mark.parametrize("path", [*FILES, *REGISTER], ids=lambda path: path.stem)
def test_a_file_holds_the_one_graph_of_its_name_and_describes_it(path):
    graphs = {quad.graph_name.value.rsplit("/", 1)[-1] for quad in quads_of(path)}

    assert graphs == {path.stem, "meta"}


@pytest.mark.parametrize("path", [*FILES, *REGISTER], ids=lambda path: path.stem)
def test_a_file_describes_no_graph_but_its_own(path):
    described = {quad.subject.value.rsplit("/", 1)[-1] for quad in quads_of(path) if quad.graph_name == META}

    assert described == {path.stem}


@pytest.mark.parametrize("path", [*FILES, *REGISTER], ids=lambda path: path.stem)
def test_a_file_declares_no_prefix_that_it_does_not_use(path):
    text = path.read_text(encoding="utf-8")
    declared = re.findall(r"(?m)^@prefix ([\w-]+):", text)

    assert [prefix for prefix in declared if not re.search(rf"(?<![\w-]){prefix}:[\w]", text)] == []


def test_no_node_is_blank(quads):
    assert not [quad for quad in quads if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)]


def test_every_span_says_its_place_in_full(quads):
    described = {quad.subject.value for quad in quads if quad.object == HG.EvidenceSpan}

    assert described == {span.iri for span in spans_of(quads)}


def test_every_span_lies_within_its_document(quads):
    counts = {quad.subject: int(quad.object.value) for quad in quads if quad.predicate == HG.characterCount}
    document = {quad.subject.value: quad.object for quad in quads if quad.predicate == HG.document}

    assert not [span for span in spans_of(quads) if not 0 <= span.start < span.end <= counts[document[span.iri]]]


def test_the_name_of_a_span_is_its_document_and_its_offsets(quads):
    document = {quad.subject.value: kind_and_slug(quad.object)[1] for quad in quads if quad.predicate == HG.document}
    named = [(span, span.iri.removeprefix(ID + "evidence/").split("-")) for span in spans_of(quads)]

    assert not [
        span.iri
        for span, name in named
        if [DOCUMENT_PREFIXES[name[0]], *name[1:]] != [document[span.iri], str(span.start), str(span.end)]
    ]


def test_every_span_is_evidence_of_something(quads):
    cited = {quad.object.value for quad in quads if quad.predicate == HG.evidence}

    assert {span.iri for span in spans_of(quads)} <= cited


def test_every_slug_in_use_is_registered_as_active(quads, registry):
    active = {(row["kind"], row["slug"]) for row in registry if row["status"] == "active"}

    assert {thing for thing in things(quads) if thing[0] not in COMPOSED} - active == set()


def test_every_active_slug_is_in_use(quads, registry):
    active = {(row["kind"], row["slug"]) for row in registry if row["status"] == "active"}

    assert active - things(quads) == set()


def test_a_slug_is_registered_once(registry):
    assert [row for row, count in Counter((row["kind"], row["slug"]) for row in registry).items() if count > 1] == []


def test_the_registry_is_sorted_so_that_changes_are_easy_to_read(registry):
    assert registry == sorted(registry, key=lambda row: (row["kind"], row["slug"]))


def test_a_merged_slug_names_its_successor_and_no_other_does(registry):
    assert not [row for row in registry if (row["status"] == "merged") != bool(row["replaced_by"])]


def test_states_and_countries_are_registered_with_their_two_letter_code_and_nothing_else_is(registry):
    coded = {row["kind"] for row in registry if re.fullmatch("[A-Z]{2}", row["iso_alpha2"])}
    uncoded = {row["kind"] for row in registry if not row["iso_alpha2"]}

    assert (coded, coded & uncoded) == ({"country", "state"}, set())


def test_everything_mentioned_is_described_somewhere(quads):
    described = {kind_and_slug(quad.subject) for quad in quads if quad.subject.value.startswith(ID)}

    assert things(quads) - described == set()


def test_the_name_of_a_participation_is_its_context_and_its_participant(published):
    values = defaultdict(dict)
    for quad in published:
        if quad.predicate in (HG.inContext, HG.participant):
            values[quad.subject][quad.predicate] = kind_and_slug(quad.object)[1]

    assert not [
        node.value
        for node, value in values.items()
        if not kind_and_slug(node)[1].startswith(f"{value[HG.inContext]}--{value.get(HG.participant, '')}")
    ]


def test_everything_in_a_source_graph_has_evidence_there(published):
    kinds = {(quad.graph_name, quad.subject, quad.object) for quad in published if quad.predicate == RDF.type}
    proven = {(quad.graph_name, quad.subject) for quad in published if quad.predicate == HG.evidence}

    assert not [
        subject.value
        for graph, subject, kind in kinds
        if is_source_graph(graph) and kind not in (HG.EvidenceSpan, HG.PageEvidence) and (graph, subject) not in proven
    ]


def test_a_thing_has_at_most_one_preferred_label_a_language(published):
    labels = {(quad.subject, quad.object) for quad in published if quad.predicate == SKOS.prefLabel}
    counts = Counter((subject.value, label.language) for subject, label in labels)

    assert [key for key, count in counts.items() if count > 1] == []


def test_no_label_is_both_preferred_and_alternative(published):
    preferred = {(quad.subject, quad.object) for quad in published if quad.predicate == SKOS.prefLabel}

    assert preferred & {(quad.subject, quad.object) for quad in published if quad.predicate == SKOS.altLabel} == set()


def test_every_thing_has_a_label_in_three_languages(published):
    languages = defaultdict(set)
    for quad in published:
        if quad.predicate == SKOS.prefLabel:
            languages[quad.subject].add(quad.object.language)
    named = {quad.subject for quad in published if quad.predicate == RDF.type and quad.object not in UNLABELLED}

    assert {thing.value: languages[thing] for thing in named if languages[thing] < {"en", "ar", "fr"}} == {}


def test_every_graph_that_gives_labels_of_a_thing_says_whence_they_come(quads):
    labelled = {
        (quad.graph_name, quad.subject)
        for quad in quads
        if quad.predicate in (SKOS.prefLabel, SKOS.altLabel) and quad.subject.value.startswith(ID)
    }

    assert labelled - {(quad.graph_name, quad.subject) for quad in quads if quad.predicate == HG.labelSource} == set()


def test_generic_graphs_say_nothing_of_participations(generic):
    assert not [thing for thing in things(generic) if thing[0] in ("participation", "agreement", "event")]


def test_generic_graphs_mention_real_bodies_and_countries_and_do_no_more(generic):
    real = {"organization", "state", "country", "place"}
    targets = [quad for quad in generic if isinstance(quad.object, NamedNode) and quad.object.value.startswith(ID)]
    uses = {quad.predicate for quad in targets if kind_and_slug(quad.object)[0] in real}

    assert uses == {HG.mentions}


def test_generic_graphs_describe_no_real_body(generic):
    real = {"organization", "state", "country", "place", "site", "person"}

    assert not [quad for quad in generic if kind_and_slug(quad.subject)[0] in real]


def test_generic_graphs_hold_no_identifier_or_coordinate(generic):
    assert not [quad for quad in generic if quad.predicate in REGISTRY_IDENTIFIERS]


def test_no_generic_actor_is_published(published):
    assert not [thing for thing in things(published) if thing[0] == "generic-actor"]


def test_every_claim_in_a_generic_graph_is_about_a_generic_actor(generic):
    claims = {quad.subject for quad in generic if quad.predicate == RDF.type and quad.object == HG.Claim}
    about = {quad.subject for quad in generic if quad.predicate == HG.about and "/generic-actor/" in quad.object.value}

    assert claims == about


def test_every_anomaly_is_attributed(published):
    attributed = {
        quad.subject for quad in published if quad.predicate.value == "http://www.w3.org/ns/prov#wasAttributedTo"
    }

    assert {quad.subject for quad in published if quad.object == HG.Anomaly} <= attributed


def test_every_anomaly_is_linked_from_what_it_affects(published):
    affected = {(quad.object, quad.subject) for quad in published if quad.predicate == HG.affects}
    flagged = {(quad.subject, quad.object) for quad in published if quad.predicate == HG.anomaly}

    assert {pair for pair in affected if "/anomaly/" in pair[1].value} == flagged


def test_our_own_terms_stand_in_our_namespace(quads):
    assert not [quad.predicate.value for quad in quads if re.match(rf"{BASE}(?!ns#)", quad.predicate.value)]
