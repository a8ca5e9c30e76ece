"""Names that differ in writing only have one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_graph.model.names import loose_name_key, name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الإيسيسكو", "الايسيسكو"),
        ("آثار", "اثار"),
        ("ٱلتراث", "التراث"),
        ("منتدى", "منتدي"),
        ("مُذَكِّرَةٌ", "مذكرة"),
        ("الـتـراث", "التراث"),
        ("هٰذا", "هذا"),
        ("\u0627\u0655يسيسكو", "إيسيسكو"),
        ("Médina de Fès", "medina de fes"),
        ("Białowieża", "BIALOWIEZA"),
        ("Århus", "A\u030arhus"),
        ("Straße", "STRASSE"),
        ("Old  Town\u00a0of Sana", "old town of sana"),
        ("İSTANBUL", "istanbul"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    keys = {name_key(one), name_key(other)}

    assert len(keys) == 1


@pytest.mark.parametrize(("one", "other"), [("مكة", "مكه"), ("كتاب", "كتب"), ("Rabat", "Rabats")])
def test_different_names_have_different_keys(one, other):
    keys = {name_key(one), name_key(other)}

    assert len(keys) == 2


def test_teh_marbuta_and_heh_have_one_loose_key():
    keys = {loose_name_key("مكة"), loose_name_key("مكه")}

    assert len(keys) == 1


@given(st.text())
def test_a_key_is_its_own_key(text):
    key = name_key(text)

    assert name_key(key) == key


FOLDED = "أإآٱىـ\u064b\u064e\u0651\u0654\u0655\u0670éøÉ\u0131"


@given(st.text(alphabet=st.sampled_from(FOLDED + "\u0627يةكتب wo")))
def test_a_key_of_arabic_and_latin_holds_no_sign_that_is_folded(text):
    key = name_key(text)

    assert not set(key) & set(FOLDED)
