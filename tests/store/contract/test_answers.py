"""Every stored query gives on each engine what it gives on the embedded store, of the shipped dataset."""

from __future__ import annotations

from functools import cache

import orjson
import pytest
from places import REMOTE, answer_of, last_folder, loaded, pool_of, state_of
from pyoxigraph import Store
from shipped_questions import shipped_questions

from heritage_graph import terms
from heritage_graph.assets import asset_folder
from heritage_graph.query_files import load_catalogue
from heritage_graph.query_files.binding import written

OURS = asset_folder("queries").parent / "src" / "heritage_graph"
QUESTIONS = shipped_questions()
OF_PAGES = load_catalogue(OURS / "web" / "queries")
OF_BUILDERS = [
    query
    for package in ("changes", "dumps", "index", "linking", "site")
    for query in load_catalogue(OURS / package / "queries").queries.values()
]


def named(queries):
    return {"argvalues": list(queries), "ids": lambda query: query.name}


def texts(query):
    """The query with those parameters only that it needs, and with all of them."""
    examples = {name: terms.written(each.example, each.type) for name, each in query.parameters.items()}
    needed = {name: text for name, text in examples.items() if not query.parameters[name].optional}
    return list(dict.fromkeys("".join(written(query.sparql, bound)) for bound in (needed, examples)))


def unordered(answer):
    """An answer whose rows may come in any order."""
    if not isinstance(answer, bytes):
        return answer
    told = orjson.loads(answer)
    return told["boolean"] if "boolean" in told else sorted(map(orjson.dumps, told["results"]["bindings"]))


@pytest.fixture(scope="module", params=REMOTE)
def engine(request, shipped_store):
    return loaded(request.param, request, Store.read_only(str(last_folder(shipped_store))))


@pytest.fixture(scope="module")
def remote(engine):
    with pool_of(engine) as pool:
        yield pool


@pytest.fixture(scope="module")
def embedded(shipped_store):
    with pool_of(shipped_store) as pool:
        yield cache(lambda text: answer_of(pool, text))


@pytest.fixture(scope="module")
def there(engine):
    with state_of(engine) as state:
        yield state


@pytest.fixture(scope="module")
def here(shipped_store):
    with state_of(shipped_store) as state:
        yield state


@pytest.mark.parametrize("query", **named(query for query in QUESTIONS.queries.values() if query.topic != "checks"))
def test_a_question_has_the_same_answer(remote, embedded, query):
    text, *_ = texts(query)  # the cases have the others

    assert answer_of(remote, text) == embedded(text)


@pytest.mark.parametrize("query", **named(OF_PAGES.queries.values()))
def test_what_pages_ask_has_the_same_answer(remote, embedded, query):
    *_, text = texts(query)

    assert unordered(answer_of(remote, text)) == unordered(embedded(text))


@pytest.mark.parametrize("query", **named(OF_BUILDERS))
def test_what_is_built_of_a_state_is_the_same(there, here, query):
    ask = "triples" if query.form == "construct" else "rows"

    found = [set(getattr(there, ask)(text)) for text in texts(query)]

    assert found == [set(getattr(here, ask)(text)) for text in texts(query)]
