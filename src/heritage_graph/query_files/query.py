"""A stored question as a value: what it asks, in three languages, and what its parameters are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Form = Literal["select", "construct", "ask"]


@dataclass(frozen=True, slots=True)
class Words:
    """A text in the languages that its author gave: tags to texts; English is always there."""

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """The text in *language*, else in English."""
        return self.by_language.get(language, self.by_language["en"])

    def __str__(self) -> str:
        return self.by_language["en"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a query takes under one name; `type` is a type of `terms.parse_parameter`.

    A parameter with a `default` need not be given. An `optional` one, when it is not given, leaves the lines
    that begin `#? name` out of the query. One `for_analysis` is for the algorithm and stands nowhere in the SPARQL.
    """

    name: str
    type: str
    doc: Words
    optional: bool
    default: str | None
    example: str
    for_analysis: bool = False

    @property
    def required(self) -> bool:
        """Tell whether the query cannot be asked without it."""
        return not self.optional and self.default is None


@dataclass(frozen=True, slots=True)
class Query:
    """One file of `queries/`: `name` is its file name without `.rq`, `topic` its folder.

    `sparql` is valid SPARQL as it stands, without the header; its first line is line `first_line` of the file.
    `columns` are the names of the answer's columns, in order: those that a SELECT projects, or those of the `analysis`
    through which its rows go; empty for the other forms. `answers` lists the competency questions, like `CQ-02`.

    `counts` says which columns are lower bounds: a count and the column that is true where it is complete. `facts` are
    basic graph patterns over the columns: the statements on which a row rests. `empty` is what no row at all means.
    """

    name: str
    topic: str
    path: Path
    title: Words
    why: Words
    answers: tuple[str, ...]
    marks: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    form: Form
    columns: tuple[str, ...]
    sparql: str
    first_line: int
    counts: Mapping[str, str]
    facts: tuple[str, ...]
    analysis: str | None
    empty: Words | None

    @property
    def examples(self) -> dict[str, str]:
        """The parameters as the file's own example gives them, the optional ones left out."""
        return {name: parameter.example for name, parameter in self.parameters.items() if parameter.required}
