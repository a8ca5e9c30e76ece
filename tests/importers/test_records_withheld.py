"""A name that is withheld stands nowhere in a graph, and a finding says where it does without telling it."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from heritage_graph.importers.records.withheld import digest_of, told_in
from heritage_graph.namespaces import CURATION, HG, ID, INFERRED, SKOS, source_graph
from heritage_graph.store.state import StoreState

WITHHELD = {digest_of("Keepers of the Bay"): "for the safety of its people"}
EVENT = ID.term("event/bay-1")
SOURCE = source_graph("bay-2021")


def places(*statements, withheld=WITHHELD):
    """Where the name is told by *statements*: thing, property, value and graph."""
    store = Store()
    store.extend([Quad(*statement) for statement in statements])
    return list(told_in(StoreState(store), withheld))


def text(value):
    return (EVENT, HG.note, Literal(value, language="en"), SOURCE)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param("Keepers of the Bay", id="as it is"),
        pytest.param("with the KEEPERS of the-Bay, who sing", id="in a sentence"),
        pytest.param("keepers\u00a0 of the  bay's songs", id="with other spaces"),
    ],
)
def test_a_text_that_tells_a_withheld_name_is_found_by_graph_thing_and_property(told):
    assert places(text(told)) == [f"{SOURCE.value}  {EVENT.value}  {HG.note.value}"]


@pytest.mark.parametrize("told", ["Keepers of another Bay", "the Bay of the Keepers", "", "\U0001f3db"])
def test_other_words_tell_nothing(told):
    assert places(text(told)) == []


@pytest.mark.parametrize("graph", [SOURCE, CURATION, INFERRED], ids=["source", "curation", "inferred"])
def test_a_name_is_looked_for_in_every_graph(graph):
    assert places((EVENT, SKOS.altLabel, Literal("Keepers of the Bay"), graph)) == [
        f"{graph.value}  {EVENT.value}  {SKOS.altLabel.value}"
    ]


def test_an_address_that_tells_a_withheld_name_is_found_and_not_told():
    keepers = ID.term("organization/keepers-of-the-bay")
    (found,) = places((keepers, HG.country, ID.term("country/farland"), source_graph("the-keepers-of-the-bay-2021")))

    assert found == "(an address that tells it)  (an address that tells it)"


def test_the_name_stands_in_no_finding():
    keepers = ID.term("organization/keepers-of-the-bay")
    found = places((keepers, SKOS.prefLabel, Literal("Keepers of the Bay", language="en"), SOURCE))

    assert (len(found), "keepers" in "".join(found).casefold()) == (2, False)


def test_where_nothing_is_withheld_nothing_is_found():
    assert places(text("Keepers of the Bay"), withheld={}) == []


def test_what_is_no_text_is_passed_over():
    assert places((EVENT, HG.note, NamedNode("https://keepers.example/of-the-bay"), SOURCE)) == []
