"""Identifiers decide, names suggest, and what stands around them makes it more or less likely."""

from __future__ import annotations

import pytest

from heritage_graph.linking.identifiers import Identifier
from heritage_graph.linking.subjects import LinkKind, Subject
from heritage_graph.linking.weighing import MOST_BY_NAME, MOST_BY_NAME_ALONE, Method, acronym_likeness, weigh
from heritage_graph.namespaces import HG, RDF

ORGANIZATION, PLACE, SITE = LinkKind
NORTH, SOUTH = frozenset({"id:country/north"}), frozenset({"id:country/south"})
ACADEMIC, GOVERNMENT = frozenset({HG.AcademicInstitution.value}), frozenset({HG.GovernmentBody.value})


def subject(iri="id:one", **known):
    return Subject(iri, **known)


def identifiers(*pairs):
    return frozenset(Identifier(*pair) for pair in pairs)


def test_a_shared_identifier_outweighs_unlike_names():
    shared = identifiers(("wikidata", "Q1"))
    weighed = weigh(subject(identifiers=shared), subject("id:two", identifiers=shared), ORGANIZATION, 60)

    assert (weighed.score, weighed.method, weighed.identifiers) == (100, Method.SHARED_IDENTIFIER, tuple(shared))


def test_a_shared_identifier_is_worth_less_where_another_registry_tells_the_two_apart():
    one = subject(identifiers=identifiers(("wikidata", "Q1"), ("ror", "A")))
    other = subject("id:two", identifiers=identifiers(("wikidata", "Q1"), ("ror", "B")))

    assert weigh(one, other, ORGANIZATION, 100).score == 70


def test_a_shared_identifier_is_worth_less_where_the_names_are_unlike():
    shared = identifiers(("fundref", "1"))

    assert weigh(subject(identifiers=shared), subject(identifiers=shared), ORGANIZATION, 40).score == 80


def test_registries_with_several_identifiers_a_thing_tell_nothing_apart():
    one = subject(identifiers=identifiers(("isni", "1")))
    other = subject("id:two", identifiers=identifiers(("isni", "2")))

    assert weigh(one, other, ORGANIZATION, 100).score == MOST_BY_NAME_ALONE


def test_a_name_alone_never_counts_as_much_as_a_name_with_something_around_it():
    alone = weigh(subject(), subject("id:two"), ORGANIZATION, 100)
    around = weigh(subject(countries=NORTH), subject("id:two", countries=NORTH), ORGANIZATION, 100)

    assert (alone.score, around.score) == (MOST_BY_NAME_ALONE, MOST_BY_NAME)


@pytest.mark.parametrize(
    ("ours", "theirs", "property_"),
    [
        ({"countries": NORTH}, {"countries": NORTH}, HG.country),
        ({"seats": frozenset({"id:place/a"})}, {"seats": frozenset({"id:place/a"})}, HG.seat),
        ({"founded": ("1901",)}, {"founded": ("1901-05-02",)}, HG.foundedOn),
        ({"homepages": ("https://www.example.org/",)}, {"homepages": ("http://example.org/en",)}, HG.homepage),
        ({"position": (10.0, 20.0)}, {"position": (10.1, 20.1)}, HG.latitude),
    ],
)
def test_what_agrees_is_told_and_adds(ours, theirs, property_):
    weighed = weigh(subject(**ours), subject("id:two", **theirs), ORGANIZATION, 80)

    assert (weighed.agrees, weighed.differs, weighed.score > 80) == ((property_.value,), (), True)


@pytest.mark.parametrize(
    ("ours", "theirs", "property_"),
    [
        ({"countries": NORTH}, {"countries": SOUTH}, HG.country),
        ({"founded": ("1901",)}, {"founded": ("1965",)}, HG.foundedOn),
        ({"homepages": ("https://one.example/",)}, {"homepages": ("https://two.example/",)}, HG.homepage),
        ({"position": (10.0, 20.0)}, {"position": (40.0, 20.0)}, HG.latitude),
        ({"classes": ACADEMIC}, {"classes": GOVERNMENT}, RDF.type),
    ],
)
def test_what_differs_is_told_and_takes(ours, theirs, property_):
    weighed = weigh(subject(**ours), subject("id:two", **theirs), ORGANIZATION, 80)

    assert (weighed.agrees, weighed.differs, weighed.score < 80) == ((), (property_.value,), True)


@pytest.mark.parametrize("kind", [PLACE, SITE])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [({"countries": NORTH}, {"countries": SOUTH}), ({"position": (10.0, 20.0)}, {"position": (40.0, 20.0)})],
)
def test_places_far_from_each_other_are_two_whatever_they_are_called(kind, ours, theirs):
    assert weigh(subject(**ours), subject("id:two", **theirs), kind, 100) is None


def test_a_city_is_not_the_country_of_its_name():
    city, country = subject(classes=frozenset({HG.Place.value})), subject(classes=frozenset({HG.Country.value}))

    assert weigh(city, country, PLACE, 100) is None


def test_the_shorter_an_acronym_the_less_it_says():
    likenesses = [acronym_likeness(letters) for letters in range(2, 8)]

    assert likenesses == sorted(likenesses)
