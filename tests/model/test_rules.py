"""What each rule concludes from small graphs, and on which premises."""

import re

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from heritage_graph.graph_view import MemoryView
from heritage_graph.model.rules import affected_units, derive, derive_all, replace_inferences
from heritage_graph.namespaces import BASE, HG, ID, INFERRED, PREFIXES, VOCAB, source_graph

HEADER = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()) + "".join(
    f"@prefix {kind}: <{ID}{kind}/> .\n"
    for kind in (
        *("agreement", "terms", "term", "organization", "state", "event", "participation", "evidence", "activity"),
        *("designation", "place"),
    )
)
A_SOURCE = source_graph("a")


def quads(turtle: str, graph: NamedNode = A_SOURCE) -> list[Quad]:
    """The triples of *turtle*, in *graph*."""
    text = HEADER + turtle
    return [
        Quad(each.subject, each.predicate, each.object, graph) for each in parse(text.encode(), format=RdfFormat.TURTLE)
    ]


def inferred(turtle: str) -> set[Quad]:
    """The triples of *turtle*, in graph/inferred."""
    return set(quads(turtle, INFERRED))


def named(name: str) -> NamedNode:
    """The thing with the path *name*, such as `agreement/a`."""
    return ID.term(name)


def values(found, subject: str, predicate: str) -> set[str]:
    """The plain values that *found* gives *subject* as `hg:`*predicate*."""
    return {
        quad.object.value for quad in found if quad.subject == named(subject) and quad.predicate == HG.term(predicate)
    }


def premises(found, inference: str) -> set[str]:
    """What the inference called *inference* rests on, as paths below the base."""
    return {
        quad.object.value.removeprefix(BASE)
        for quad in found
        if quad.subject == named(inference) and quad.predicate.value.endswith("#wasDerivedFrom")
    }


def concluded(*parts: list[Quad]) -> frozenset[Quad]:
    """Everything that follows from *parts*."""
    return derive_all(MemoryView(quad for part in parts for quad in part))


GENERAL = """
terms:general hg:governs agreement:a ; hg:hasTerm term:effect, term:length .
term:effect
    hg:effectBasis <https://w3id.org/heritage-graph/vocab/date-basis/on-signature> ;
    hg:evidence evidence:clause .
term:length hg:duration "P3Y"^^xsd:duration ; hg:evidence evidence:length .
"""
SIGNED = 'agreement:a hg:signedOn "2024-06-13"^^xsd:date .'
OWN_LENGTH = 'agreement:a hg:hasTerm term:own . term:own hg:duration "P5Y"^^xsd:duration .'
ROLES = quads(
    """
    <https://w3id.org/heritage-graph/vocab/role/party> hg:impliesCollaboration true .
    <https://w3id.org/heritage-graph/vocab/role/volunteer> hg:impliesCollaboration false .
    """,
    VOCAB,
)


def taking_part(context: str, agent: str, role: str = "party") -> str:
    """A participation of *agent* in *context*, in Turtle."""
    slug = f"{context}--{agent}".replace(":", "-")
    return f"""
    participation:{slug} hg:inContext {context} ; hg:participant {agent} ;
        hg:role <https://w3id.org/heritage-graph/vocab/role/{role}> ; hg:evidence evidence:{slug} .
    """


# When an agreement takes effect, and until when it is valid


def test_an_agreement_under_general_terms_takes_effect_on_signature():
    found = concluded(quads(SIGNED + GENERAL))

    assert values(found, "agreement/a", "effectiveFrom") == {"2024-06-13"}


def test_it_is_valid_until_the_same_day_of_the_last_year_of_the_general_duration():
    found = concluded(quads(SIGNED + GENERAL))

    assert values(found, "agreement/a", "validUntil") == {"2027-06-13"}


def test_a_conclusion_is_a_node_with_the_triple_the_rule_and_the_thing():
    found = derive(named("agreement/a"), MemoryView(quads(SIGNED + GENERAL)))

    assert found >= inferred(
        """
        <https://w3id.org/heritage-graph/id/inference/a--validUntil> a hg:Inference ;
            rdf:subject agreement:a ; rdf:predicate hg:validUntil ; rdf:object "2027-06-13"^^xsd:date ;
            hg:byRule <https://w3id.org/heritage-graph/id/rule/term-from-general-clause> ;
            hg:inferredAbout agreement:a .
        """
    )


def test_a_conclusion_rests_on_terms_evidence_graphs_and_what_was_concluded_before():
    found = concluded(quads(SIGNED), quads(GENERAL, source_graph("report")))

    assert premises(found, "inference/a--validUntil") == {
        *("id/inference/a--effectiveFrom", "id/terms/general", "id/term/effect", "id/term/length"),
        *("id/evidence/clause", "id/evidence/length", "graph/source/a", "graph/source/report"),
    }


def test_evidence_counts_only_beside_the_statement_in_the_same_graph():
    found = concluded(
        quads(SIGNED + "agreement:a hg:evidence evidence:signing ."),
        quads("agreement:a hg:evidence evidence:mention .", source_graph("b")),
    )

    assert premises(found, "bounds/a--signedOn") == {"graph/source/a", "id/evidence/signing"}


def test_without_a_signing_date_nothing_follows():
    found = concluded(quads(GENERAL))

    assert found == set()


def test_a_report_date_is_no_signing_date():
    found = concluded(quads('agreement:a hg:reportedOn "2022-04-12"^^xsd:date .' + GENERAL))

    assert values(found, "agreement/a", "effectiveFrom") == set()


def test_general_terms_that_say_nothing_of_effect_give_none():
    found = concluded(quads(SIGNED + GENERAL.replace("term:effect, ", "")))

    assert values(found, "agreement/a", "effectiveFrom") == set()


def test_of_nested_signing_dates_the_most_precise_counts():
    found = concluded(
        quads('agreement:a hg:signedOn "2022"^^xsd:gYear, "2022-04"^^xsd:gYearMonth, "2022-04-12"^^xsd:date .'),
        quads(GENERAL),
    )

    assert values(found, "agreement/a", "validUntil") == {"2025-04-12"}


def test_a_year_plus_three_years_is_a_year():
    found = concluded(quads('agreement:a hg:signedOn "2022"^^xsd:gYear .' + GENERAL))

    assert inferred('agreement:a hg:validUntil "2025"^^xsd:gYear .') <= found


def test_contradicting_signing_dates_give_one_conclusion_each():
    found = concluded(quads(SIGNED), quads('agreement:a hg:signedOn "2024-06-20"^^xsd:date .'), quads(GENERAL))

    assert values(found, "agreement/a", "validUntil") == {"2027-06-13", "2027-06-20"}


def test_contradicting_conclusions_are_nodes_of_their_own():
    found = concluded(quads(SIGNED), quads('agreement:a hg:signedOn "2024-06-20"^^xsd:date .'), quads(GENERAL))

    assert values(found, "inference/a--validUntil--2027-06-20", "inferredAbout") == {ID + "agreement/a"}


def test_each_contradicting_conclusion_rests_on_the_graph_of_its_own_date():
    other = quads('agreement:a hg:signedOn "2024-06-20"^^xsd:date .', source_graph("b"))
    found = concluded(quads(SIGNED + GENERAL), other)

    assert "graph/source/b" not in premises(found, "inference/a--effectiveFrom--2024-06-13")


def test_29_february_ends_on_28_february():
    found = concluded(quads('agreement:a hg:signedOn "2024-02-29"^^xsd:date .' + GENERAL))

    assert values(found, "agreement/a", "validUntil") == {"2027-02-28"}


def test_a_stated_end_beats_a_derived_one():
    found = concluded(quads(SIGNED + GENERAL + 'agreement:a hg:validUntil "2026"^^xsd:gYear .'))

    assert values(found, "agreement/a", "validUntil") == set()


def test_a_stated_effect_beats_a_derived_one():
    found = concluded(quads(SIGNED + GENERAL + 'agreement:a hg:effectiveFrom "2025-01-01"^^xsd:date .'))

    assert values(found, "agreement/a", "validUntil") == {"2028-01-01"}


def test_a_duration_of_its_own_beats_the_general_one():
    found = concluded(quads(SIGNED + GENERAL + OWN_LENGTH))

    assert values(found, "agreement/a", "validUntil") == {"2029-06-13"}


def test_a_duration_of_its_own_is_counted_from_the_signature_where_no_general_terms_govern():
    found = concluded(quads(SIGNED + OWN_LENGTH))

    assert values(found, "inference/a--effectiveFrom", "byRule") == {ID + "rule/term-counted-from-signature"}


def test_an_end_by_its_own_duration_is_by_the_rule_of_stated_terms():
    found = concluded(quads(SIGNED + OWN_LENGTH))

    assert values(found, "inference/a--validUntil", "byRule") == {ID + "rule/term-as-stated"}


def test_terms_of_its_own_that_say_otherwise_keep_it_from_taking_effect_on_signature():
    otherwise = """agreement:a hg:hasTerm term:own .
        term:own hg:effectBasis <https://w3id.org/heritage-graph/vocab/date-basis/stated> ."""
    found = concluded(quads(SIGNED + GENERAL + otherwise))

    assert values(found, "agreement/a", "effectiveFrom") == set()


@pytest.mark.parametrize("length", ["P0Y", "-P1Y", "three years", "P18M"])
def test_a_duration_that_cannot_be_read_or_held_concludes_nothing(length):
    found = concluded(quads('agreement:a hg:signedOn "2024"^^xsd:gYear .' + GENERAL.replace("P3Y", length)))

    assert values(found, "agreement/a", "validUntil") == set()


def test_a_date_that_is_none_is_as_if_nobody_had_said_it():
    found = concluded(quads('agreement:a hg:signedOn "2020-13-45"^^xsd:date .' + GENERAL))

    assert found == set()


# Bounds


def test_bounds_of_agreeing_readings_are_their_intersection():
    found = concluded(quads('event:e hg:startsOn "2022"^^xsd:gYear, "2022-04"^^xsd:gYearMonth .'))

    assert (
        inferred(
            """<https://w3id.org/heritage-graph/id/bounds/event--e--startsOn>
            hg:earliest "2022-04-01"^^xsd:date ; hg:latest "2022-04-30"^^xsd:date ; rdf:predicate hg:startsOn ."""
        )
        <= found
    )


def test_bounds_of_readings_that_disagree_are_their_hull():
    found = concluded(quads('event:e hg:startsOn "2022-04-12"^^xsd:date, "2023"^^xsd:gYear .'))

    assert values(found, "bounds/event--e--startsOn", "latest") == {"2023-12-31"}


def test_derived_dates_have_bounds_too():
    found = concluded(quads(SIGNED + GENERAL))

    assert premises(found, "bounds/a--validUntil") == {"id/inference/a--validUntil"}


def test_an_agreement_has_the_extent_of_its_signature():
    found = concluded(quads('agreement:a hg:signedOn "2024-06"^^xsd:gYearMonth .'))

    assert values(found, "agreement/a", "latest") == {"2024-06-30"}


def test_an_activity_reaches_from_its_earliest_start_to_its_latest_end():
    found = concluded(quads('activity:x hg:startsOn "2020"^^xsd:gYear ; hg:endsOn "2022-05"^^xsd:gYearMonth .'))

    assert values(found, "activity/x", "earliest") | values(found, "activity/x", "latest") == {
        "2020-01-01",
        "2022-05-31",
    }


def test_what_has_no_end_has_no_last_day():
    found = concluded(quads('designation:d a hg:DangerListing ; hg:startsOn "2016"^^xsd:gYear .'))

    assert values(found, "designation/d", "latest") == set()


def test_an_event_without_an_end_ends_as_it_starts():
    found = concluded(
        quads('event:e a hg:Conference ; hg:startsOn "2020-07-28"^^xsd:date .'),
        quads("hg:Conference rdfs:subClassOf hg:Event ."),
    )

    assert values(found, "event/e", "latest") == {"2020-07-28"}


def test_classes_that_are_subclasses_of_each_other_are_walked_once():
    found = concluded(
        quads('event:e a hg:Conference ; hg:startsOn "2020-07-28"^^xsd:date .'),
        quads("hg:Conference rdfs:subClassOf hg:Meeting . hg:Meeting rdfs:subClassOf hg:Conference ."),
    )

    assert values(found, "event/e", "latest") == set()


def test_an_end_before_the_start_gives_no_extent():
    found = concluded(quads('activity:x hg:startsOn "2022"^^xsd:gYear ; hg:endsOn "2020"^^xsd:gYear .'))

    assert values(found, "activity/x", "earliest") == set()


# Renewals


def test_every_agreement_of_a_chain_has_its_first_as_root():
    found = concluded(quads("agreement:c hg:renews agreement:b . agreement:b hg:renews agreement:a ."))

    assert [values(found, f"agreement/{name}", "renewalChainRoot") for name in "abc"] == [{ID + "agreement/a"}] * 3


def test_a_chain_rests_on_its_agreements_and_the_graphs_that_link_them():
    found = concluded(
        quads("agreement:c hg:renews agreement:b ."), quads("agreement:b hg:renews agreement:a .", source_graph("b"))
    )

    assert premises(found, "inference/c--renewalChainRoot") == {
        *("id/agreement/a", "id/agreement/b", "graph/source/a", "graph/source/b")
    }


def test_an_agreement_outside_any_chain_has_no_root():
    found = concluded(quads(SIGNED))

    assert values(found, "agreement/a", "renewalChainRoot") == set()


def test_a_circle_of_renewals_ends_the_search_and_has_no_root():
    found = concluded(
        quads(
            """agreement:a hg:renews agreement:b . agreement:b hg:renews agreement:a .
            agreement:c hg:renews agreement:c . agreement:d hg:renews agreement:a ."""
        )
    )

    assert found == set()


# Collaboration


def test_two_parties_of_one_agreement_collaborate_both_ways():
    found = concluded(
        ROLES, quads(taking_part("agreement:a", "organization:x") + taking_part("agreement:a", "organization:y"))
    )

    assert (
        inferred(
            "organization:x hg:collaboratesWith organization:y . organization:y hg:collaboratesWith organization:x ."
        )
        <= found
    )


def test_collaboration_rests_on_both_participations_their_evidence_and_their_graphs():
    found = concluded(
        ROLES,
        quads(taking_part("agreement:a", "organization:x")),
        quads(taking_part("agreement:a", "organization:y"), source_graph("b")),
    )

    assert premises(found, "inference/a--x--y") == {
        *("id/participation/agreement-a--organization-x", "id/participation/agreement-a--organization-y"),
        *("id/evidence/agreement-a--organization-x", "id/evidence/agreement-a--organization-y"),
        *("graph/source/a", "graph/source/b", "graph/vocab"),
    }


def test_a_role_that_implies_no_collaboration_makes_none():
    found = concluded(
        ROLES,
        quads(taking_part("event:e", "organization:x") + taking_part("event:e", "organization:y", "volunteer")),
    )

    assert found == set()


def test_nobody_collaborates_with_themselves():
    found = concluded(
        ROLES, quads(taking_part("event:e", "organization:x") + taking_part("event:e", "organization:x", "volunteer"))
    )

    assert found == set()


def test_generic_actors_collaborate_with_nobody():
    found = concluded(
        ROLES,
        quads(taking_part("event:e", "organization:x") + taking_part("event:e", "organization:y")),
        quads("organization:y a hg:GenericActor ."),
    )

    assert found == set()


def test_things_of_different_kinds_with_one_slug_have_inferences_of_their_own():
    both = taking_part("event:x", "state:egypt") + taking_part("event:x", "organization:egypt")
    found = concluded(ROLES, quads(both), quads(both.replace("event:x", "activity:x")))

    assert {quad.subject.value.removeprefix(ID) for quad in found if quad.predicate == HG.byRule} == {
        *("inference/event--x--egypt--state--egypt", "inference/event--x--state--egypt--egypt"),
        *("inference/activity--x--egypt--state--egypt", "inference/activity--x--state--egypt--egypt"),
    }


def test_a_thing_of_another_registry_is_named_by_a_digest_of_its_iri():
    found = concluded(quads('<https://example.org/a> hg:startsOn "2020"^^xsd:gYear .'))
    nodes = {quad.subject.value for quad in found if quad.predicate == HG.byRule}

    assert all(re.fullmatch(ID + "(bounds|inference)/iri-[0-9a-f]{32}--[a-zA-Z]+", node) for node in nodes)


# Bringing graph/inferred up to date


def test_a_triple_stays_while_another_context_still_concludes_it():
    first = quads(taking_part("agreement:a", "organization:x") + taking_part("agreement:a", "organization:y"))
    second = quads(taking_part("event:e", "organization:x") + taking_part("event:e", "organization:y"))
    present = MemoryView(concluded(ROLES, first, second))
    added, removed = replace_inferences([named("event/e")], MemoryView([*ROLES, *first]), present)

    assert (added, removed) == (set(), set(concluded(ROLES, first, second) - concluded(ROLES, first)))


def test_a_triple_goes_with_the_last_context_that_concludes_it():
    first = quads(taking_part("agreement:a", "organization:x") + taking_part("agreement:a", "organization:y"))
    present = concluded(ROLES, first)
    added, removed = replace_inferences([named("agreement/a")], MemoryView(ROLES), MemoryView(present))

    assert (added, removed) == (set(), set(present))


def test_what_is_inferred_already_is_neither_added_nor_removed():
    asserted = MemoryView(quads(SIGNED + GENERAL))
    change = replace_inferences([named("agreement/a")], asserted, MemoryView(derive_all(asserted)))

    assert change == (set(), set())


def test_a_change_of_what_no_rule_reads_affects_nothing():
    before, after = MemoryView(), MemoryView(quads('agreement:a skos:prefLabel "A"@en .'))
    units = affected_units(after.triples(), after, before)

    assert units == set()


def test_another_graph_for_the_same_date_affects_the_agreement():
    again = quads(SIGNED, source_graph("b"))
    before = MemoryView(quads(SIGNED))
    units = affected_units([quad.triple for quad in again], MemoryView([*quads(SIGNED), *again]), before)

    assert units == {named("agreement/a")}
