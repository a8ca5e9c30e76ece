"""The competency questions are all there, in three languages; a faulty file is refused by name."""

from __future__ import annotations

import pytest

from heritage_graph.assets import asset_folder
from heritage_graph.errors import SettingError
from heritage_graph.query_files import load_catalogue
from heritage_graph.query_files.questions import load_questions

GOOD = """\
[[question]]
number = 1
marks = ["A", "E"]
topic = "agreements"
[question.text]
en = "Who?"
ar = "من؟"
fr = "Qui ?"
[question.why]
en = "Because"
ar = "لأن"
fr = "Parce que"
"""
SHIPPED = load_questions(asset_folder("queries"))


@pytest.fixture
def load(tmp_path):
    def _load(text):
        (tmp_path / "questions.toml").write_text(text, encoding="utf-8")
        return load_questions(tmp_path)

    return _load


def test_all_seventy_nine_questions_are_shipped():
    assert [question.number for question in SHIPPED] == [*range(1, 80)]


@pytest.mark.parametrize("question", SHIPPED, ids=lambda question: question.code)
def test_a_shipped_question_is_worded_in_three_languages(question):
    worded = {
        (language, text.by_language[language])
        for text in (question.text, question.why)
        for language in ("en", "ar", "fr")
    }

    assert len(worded) == 6


def test_a_query_answers_questions_that_there_are():
    codes = {question.code for question in SHIPPED}
    queries = load_catalogue(asset_folder("queries")).queries.values()

    assert codes.issuperset(code for query in queries for code in query.answers)


def test_a_question_has_a_code_that_query_files_use(load):
    assert [question.code for question in load(GOOD)] == ["CQ-01"]


def test_a_question_is_a_value_with_its_words_and_marks(load):
    (question,) = load(GOOD)

    assert (question.text.in_language("fr"), str(question.why), question.marks, question.topic) == (
        "Qui ?",
        "Because",
        ("A", "E"),
        "agreements",
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("number = 1", "number = 2", "question 1 has the number 1"),
        ("number = 1", "number = true", "question 1 has the number 1"),
        ("number = 1\n", "", "question 1 is a table"),
        ('marks = ["A", "E"]', "marks = []", "'marks' is a list"),
        ('marks = ["A", "E"]', 'marks = ["Z"]', "'marks' is a list"),
        ('marks = ["A", "E"]', 'marks = "A"', "'marks' is a list"),
        ('topic = "agreements"', 'topic = ""', "'topic' is a word"),
        ('fr = "Qui ?"\n', "", "'text' is a table"),
        ('fr = "Qui ?"', 'fr = " "', "'text': each text"),
        ('en = "Because"', "en = 3", "'why': each text"),
        ("[[question]]", "[question]", "tables"),
        ("[[question]]", "more = 1\n[[question]]", "tables"),
        ("number = 1", "number =", "cannot be read"),
        (GOOD, "question = [1]", "question 1 is a table"),
    ],
)
def test_a_fault_is_refused_with_the_file(load, old, new, message):
    with pytest.raises(SettingError, match=rf"questions\.toml: .*{message}"):
        load(GOOD.replace(old, new))


def test_a_missing_file_is_a_fault(tmp_path):
    with pytest.raises(SettingError, match="cannot be read"):
        load_questions(tmp_path)
