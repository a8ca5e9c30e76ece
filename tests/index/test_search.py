"""What is found first for what is typed, and how it is ranked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from heritage_graph.errors import ParameterError, QueryTimeout

ID = "https://w3id.org/heritage-graph/id/"
NAMES = Path(__file__).with_name("names.ttl").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def index(indexed, tmp_path_factory):
    return indexed(tmp_path_factory.mktemp("names"), NAMES)


def found(index, text, **chosen):
    return [match.thing.iri.removeprefix(ID) for match in index.search(text, **chosen)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Lumen Foundation for Painted Ceilings", "organization/lumen"),
        ("LUMEN FOUNDATION FOR PAINTED CEILINGS", "organization/lumen"),
        ("lumen", "organization/lumen"),
        ("fondation lumen", "organization/lumen"),
        ("plafonds peints", "organization/lumen"),
        ("ceilings painted lumen", "organization/lumen"),
        ("lufopace", "organization/lumen"),
        ("LUFOPCAE", "organization/lumen"),
        ("lufopac", "organization/lumen"),
        ("lufoxpace", "organization/lumen"),
        ("Lumen Fundation for Painted Cielings", "organization/lumen"),
        ("مؤسسة لومن للأسقف المزخرفة", "organization/lumen"),
        ("مؤسسة لومن للاسقف المزخرفه", "organization/lumen"),
        ("مُؤَسَّسة لومن للأسقف المزخرفة", "organization/lumen"),
        ("مؤسـسـة لومن", "organization/lumen"),
        ("المزخرفة لومن", "organization/lumen"),
        ("لومن للأسقف الزخرفة", "organization/lumen"),
        ("universite d'aldara", "organization/aldara"),
        ("Université d\u2019Aldara", "organization/aldara"),
        ("univrsity of aldara", "organization/aldara"),
        ("جامعه الداره", "organization/aldara"),
        ("الجامعة الدارة", "organization/aldara"),
        ("Aldara College", "organization/aldara"),
        ("emara archive", "organization/emara"),
        ("الارشيف الاماري", "organization/emara"),
        ("ارشيف", "organization/emara"),
        ("emara archive bu", "site/emara-archive"),
        ("oeuvres en stuc", "event/oum-colloquium"),
        ("colloque œuvres", "event/oum-colloquium"),
        ("z", "place/zz"),
        ("ZZ", "place/zz"),
        ("nur, layth al", "person/al-nur-the-younger"),
        ("ليث النور", "person/al-nur"),
        ("نور ليث", "person/al-nur"),
    ],
)
def test_what_is_meant_comes_first(index, text, first):
    assert found(index, text)[:1] == [first]


@pytest.mark.parametrize("text", ["qqqq wwww", "!!!", "", " ", "ظظظظظظ", "%_%", '"', "NEAR(", "x' OR 1=1 --"])
def test_what_is_like_no_name_finds_nothing(index, text):
    assert found(index, text) == []


def test_equal_names_come_before_other_names_before_beginnings(index):
    assert found(index, "emara archive") == ["organization/emara", "site/emara-archive", "organization/emara-press"]


def test_scores_fall_in_the_order_of_the_ways_to_match(index):
    texts = ["Lumen Foundation for Painted Ceilings", "LUFOPACE", "Université d\u2019Aldara", "Universite d Aldara",
             "Lumen Foundation", "ceilings lumen", "Lumen Fundation for Ceilings"]  # fmt: skip

    scores = [index.search(text)[0].score for text in texts]

    assert (scores[0], scores[1], scores[2], scores[3]) == (100, 99, 100, 97)
    assert sorted(scores[3:], reverse=True) == scores[3:]


def test_a_match_tells_the_name_its_language_and_that_it_is_exact(index):
    match = index.search("مؤسسه لومن للأسقف المزخرفة")[0]

    assert (match.name, match.language, match.exact) == ("مؤسسة لومن للأسقف المزخرفة", "ar", False)


def test_of_equal_names_that_of_whom_more_is_told_comes_first(index):
    assert found(index, "Layth al-Nur") == ["person/al-nur-the-younger", "person/al-nur"]


def test_a_thing_with_several_names_is_found_once(index):
    assert found(index, "lumen").count("organization/lumen") == 1


def test_only_names_in_the_given_languages_or_in_none_are_searched(index):
    assert (found(index, "lumen", languages=["ar"]), found(index, "lufopace", languages=["ar"])) == (
        [],
        ["organization/lumen"],
    )


def test_a_language_stands_for_its_varieties_too(indexed, tmp_path):
    index = indexed(tmp_path, '<https://example.org/a> a hg:Place ; skos:prefLabel "Grey Colour"@en-GB .')

    assert [match.language for match in index.search("grey", languages=["en"])] == ["en-gb"]


def test_only_the_given_kinds_are_searched(index):
    assert found(index, "emara", kinds=["sites"]) == ["site/emara-archive"]


def test_only_things_with_the_given_facets_are_searched(index):
    of_type = {"type": ["https://w3id.org/heritage-graph/ns#Event"]}

    assert found(index, "o", facets=of_type) == []
    assert found(index, "stucco", facets=of_type) == ["event/oum-colloquium"]


def test_no_more_than_asked_for_are_found_and_the_best_of_them(index):
    assert found(index, "emara archive", limit=1) == ["organization/emara"]


def test_an_unknown_kind_or_facet_is_refused_with_those_there_are(index):
    with pytest.raises(ParameterError, match="kinds are organizations"):
        index.search("a", kinds=["dragons"])
    with pytest.raises(ParameterError, match="facets are agreementKind"):
        index.search("a", facets={"colour": ["red"]})


def test_a_text_beyond_the_limit_is_refused(index):
    with pytest.raises(ParameterError, match="at most 200"):
        index.search("a" * 201)


def test_a_thing_is_told_with_its_classes_and_preferred_names(index):
    (thing,) = index.things([f"{ID}organization/aldara", "https://example.org/unknown"])

    assert (thing.kind, thing.types, thing.labels) == (
        "organizations",
        ("https://w3id.org/heritage-graph/ns#Organization",),
        {"ar": ["جامعة الدارة"], "en": ["University of Aldara"], "fr": ["Université d\u2019Aldara"]},
    )


def test_things_come_in_the_order_asked_for_each_once(index):
    iris = [f"{ID}place/zz", f"{ID}organization/emara", f"{ID}place/zz"]

    assert [thing.iri for thing in index.things(iris)] == iris[:2]


def test_a_search_that_takes_too_long_is_an_error_and_no_part_of_an_answer(indexed, tmp_path):
    names = "\n".join(f'<https://example.org/{n}> a hg:Place ; skos:prefLabel "Anka {n}"@en .' for n in range(20_000))
    index = indexed(tmp_path, names, seconds=0.0)

    with pytest.raises(QueryTimeout):
        index.search("anka 1", limit=1000)


def test_any_number_of_threads_may_search_at_once(index):
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(lambda _: tuple(found(index, "lumen")), range(64)))

    assert answers == {("organization/lumen",)}
