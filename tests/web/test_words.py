"""Pages have everything they say in each of their languages, and no more than they say."""

import re
from pathlib import Path

import heritage_graph.web
from heritage_graph.web.page_language import PAGE_LANGUAGES
from heritage_graph.web.words import read_words, spoken, words_that_begin

WEB = Path(heritage_graph.web.__file__).parent
WORDS = read_words()
VALUE = re.compile(r"\{([a-z_]+)\}")


def test_every_text_is_there_in_every_language():
    assert [name for name, texts in WORDS.items() if list(texts) != list(PAGE_LANGUAGES)] == []


def test_a_text_takes_the_same_values_in_every_language():
    taken = {name: {frozenset(VALUE.findall(text)) for text in texts.values()} for name, texts in WORDS.items()}

    assert [name for name, values in taken.items() if len(values) != 1] == []


def test_no_text_is_markup():
    assert [
        name for name, texts in WORDS.items() for text in texts.values() if re.search(r"<[a-z/]|&[a-z]+;", text)
    ] == []


def test_every_file_of_texts_is_used():
    written = "".join(path.read_text(encoding="utf-8") for path in WEB.rglob("*.html"))
    written += "".join(path.read_text(encoding="utf-8") for path in WEB.rglob("*.py"))

    assert [path.stem for path in (WEB / "words").glob("*.toml") if f'"{path.stem}.' not in written] == []


def test_every_text_that_a_template_names_is_there():
    named = {
        (path.name, name)
        for path in (WEB / "templates").glob("*.html")
        for name in re.findall(r'\bword\("([a-z0-9.-]+)"[,)]', path.read_text(encoding="utf-8"))
    }

    assert sorted((page, name) for page, name in named if name not in WORDS) == []


def test_values_are_put_in():
    assert spoken({"a.b": {"en": "{number} things"}}, "a.b", "en", number=3) == "3 things"


def test_a_value_may_be_called_a_name():
    assert spoken({"a.b": {"en": "by {name}"}}, "a.b", "en", name="X") == "by X"


def test_no_line_breaks_before_the_signs_that_french_sets_apart():
    assert [name for name, texts in WORDS.items() if re.search(r" [:;?!»]", texts["fr"])] == []


def test_scripts_are_given_what_they_say_by_name():
    words = {"a.b": {"fr": "un"}, "a.c-d": {"fr": "deux"}, "ab.c": {"fr": "trois"}}

    assert words_that_begin(words, "a.", language="fr") == {"b": "un", "c-d": "deux"}
