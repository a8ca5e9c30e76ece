"""The page about the stored questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heritage_graph.assets import asset_folder
from heritage_graph.query_files import load_catalogue
from reference_pages.markdown import code, page, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.query_files.query import Parameter, Query, Words

_QUERIES = """A stored question is a file `queries/{topic}/{name}.rq`. Ask it by name:
`heritage-graph query NAME --param key=value`, or over HTTP at `/queries/NAME?key=value`. A parameter of type `iri`
takes an absolute IRI or a short one like `id:organization/icesco`; one of type `concept:SCHEME` takes the notation of
a [concept](vocabularies.md)."""

_CHECK_TOPIC = "checks"
_CHECKS = "Any row of a check is a fault; its title is the promise. `heritage-graph check` asks them all."


def queries_page() -> str:
    """Every query with its reason, parameters and columns; checks in a table."""
    return page("Stored questions", _QUERIES, _body(), source="the headers of `queries/**/*.rq`")


def _body() -> Iterator[str]:
    catalogue = load_catalogue(asset_folder("queries"))
    for topic in catalogue.topics():
        yield from (f"## {topic}", "")
        if topic == _CHECK_TOPIC:
            rows = [(code(each.name), plain(str(each.title))) for each in catalogue.on_topic(topic)]
            yield from (_CHECKS, "", *table(("check", "promise"), rows))
            continue
        for query in catalogue.on_topic(topic):
            yield from _query(query)


def _query(query: Query) -> Iterator[str]:
    yield from (f"### {query.name}", "", f"**{_said(query.title)}**", "")
    yield from (plain(str(query.why)), "")
    if query.answers:
        yield from (f"Answers {', '.join(query.answers)}.", "")
    rows = [
        (code(each.name), code(each.type), _default(each), plain(str(each.doc))) for each in query.parameters.values()
    ]
    yield from table(("parameter", "type", "default", "what it is"), rows)
    example = "&".join(f"{name}={value}" for name, value in query.examples.items())
    yield from (f"Example: `/queries/{query.name}{'?' if example else ''}{example}`", "")
    answer = ", ".join(map(code, query.columns)) if query.columns else f"a {query.form.upper()} answer"
    yield from (f"Columns: {answer}." if query.columns else f"Gives {answer}.", "")


def _said(words: Words) -> str:
    return " · ".join(plain(words.by_language[tag]) for tag in ("en", "fr", "ar") if tag in words.by_language)


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return "required"
    return "(left out)" if parameter.default is None else code(parameter.default)
