"""The form of a stored question: a control for each parameter, with what may be chosen in the language of the page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import Busy, ParameterError
from heritage_graph.namespaces import HGV
from heritage_graph.terms import choices, parse_parameter
from heritage_graph.web.answer_page import Cell
from heritage_graph.web.answer_words import coded, heading
from heritage_graph.web.api.kinds import kind_of
from heritage_graph.web.routing import LANG
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from heritage_graph.query_files import Parameter, Query
    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.names import Names

_CONCEPT: Final = "concept:"
_IRI: Final = "iri"
_MOST_SUGGESTED: Final = 200
_INPUTS: Final = {"date": "date", "year": "year", "integer": "number", "decimal": "number", _IRI: "thing"}


@dataclass(frozen=True)
class Option:
    """Something that may be chosen: what is sent, and what is shown."""

    value: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class Control:
    """A field of the form. `kind` is `select`, `date`, `year`, `number`, `thing` or `text`.

    `value` is what it holds, `chosen` the thing that this names. The `options` of a thing are only suggestions.
    """

    name: str
    label: str
    doc: str
    kind: str
    required: bool
    value: str
    example: str
    options: Sequence[Option] = ()
    chosen: Cell | None = None


async def controls(asking: Asking, query: Query, given: Mapping[str, str], names: Names) -> list[Control]:
    """The controls of the form of *query*, which holds what was *given*; the language is chosen elsewhere.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    return [
        await _control(asking, parameter, given.get(parameter.name, parameter.default or ""), names)
        for parameter in query.parameters.values()
        if parameter.name != LANG.name
    ]


async def _control(asking: Asking, parameter: Parameter, value: str, names: Names) -> Control:
    language = names.language
    fixed = list(_fixed_options(parameter, names))
    kind = "select" if fixed else _INPUTS.get(parameter.type, "text")
    chosen: Cell | None = None
    options = fixed
    if kind == "thing":
        options = await _suggestions(asking, parameter.example, language)
        chosen = await _named(asking, value, language)
    return Control(
        parameter.name,
        heading(parameter.name, names),
        parameter.doc.in_language(language),
        kind,
        parameter.required,
        _slug(value, parameter.type) if fixed else value,
        parameter.example,
        options,
        chosen,
    )


def _fixed_options(parameter: Parameter, names: Names) -> Iterator[Option]:
    """All that the parameter takes; none when that is not a choice."""
    words = ("true", "false") if parameter.type == "boolean" else choices(parameter.type)
    for word in words:
        yield Option(word, coded(parameter.name, word, names.language) or word)
    if parameter.type.startswith(_CONCEPT):
        scheme = f"{HGV}{parameter.type.removeprefix(_CONCEPT)}/"
        found = [(names.of(iri), iri) for iri in names.by_iri if iri.startswith(scheme)]
        for name, iri in sorted(found, key=lambda pair: pair[0].text.casefold()):
            yield Option(iri.removeprefix(scheme), name.text, name.language)


def _slug(value: str, type_: str) -> str:
    """The short name of a concept, however it was given."""
    return value.rpartition("/")[2] if type_.startswith(_CONCEPT) else value


async def _suggestions(asking: Asking, example: str, language: str) -> list[Option]:
    """Things of the kind of *example* with their names; none where it has no list, or where that is too long."""
    kind = kind_of(parse_parameter(example, _IRI).value)
    if kind is None:
        return []
    try:
        index = await asking.context.indexes.of(asking.generation)
    except Busy:  # the page is useful without them
        return []
    page = await asyncio.to_thread(index.page, kind.plural, limit=_MOST_SUGGESTED)
    if page.last is not None:
        return []
    labels = await asking.labels(page.iris)
    found = [Option(iri, labels.text(iri, language) or iri) for iri in page.iris]
    return sorted(found, key=lambda option: option.text.casefold())


async def _named(asking: Asking, value: str, language: str) -> Cell | None:
    """The thing that is given, by its name."""
    try:
        iri = parse_parameter(value, _IRI).value if value else ""
    except ParameterError:
        return None
    text = (await asking.labels([iri])).text(iri, language) if iri else ""
    return Cell(text, "", local_address(iri), iri, "thing") if text else None
