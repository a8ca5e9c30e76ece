"""What validation found, for whoever has to mend it: one entry a rule, with examples, in three languages."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from heritage_graph.web.api.envelope import at_least

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from heritage_graph.store.frames import Json
    from heritage_graph.web.names import Names

LANGUAGES: Final = ("en", "ar", "fr")
EXAMPLES: Final = 5
"""How many nodes are shown for each rule."""

_STEP: Final = re.compile(r"(\^?)<([^>]*)>(\*?)")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s\"<>]+")
_SENTENCE_ENDS: Final = re.compile(r"(?<=[.!?؟])\s+")


def by_rule(report: Json, names: Names) -> list[Json]:
    """The rules that *report*, the JSON of a validation report, finds broken: the gravest first, then by name.

    The message of a rule says first what holds, then what to do; both are told apart. Counts are lower bounds when the
    report was cut.
    """
    return [
        _rule(shape, list(group), cut=report["truncated"], names=names)
        for shape, group in groupby(report["results"], lambda result: result["shape"])
    ]


def _rule(shape: str, results: Sequence[Json], *, cut: bool, names: Names) -> Json:
    first = results[0]
    parts = {language: _SENTENCE_ENDS.split(first["messages"][language], maxsplit=1)
             for language in LANGUAGES if language in first["messages"]}  # fmt: skip
    return {
        "rule": shape,
        "severity": first["severity"].lower(),
        "message": {language: sentences[0] for language, sentences in parts.items()},
        "mend": {language: sentences[1] for language, sentences in parts.items() if len(sentences) > 1},
        "count": at_least(len(results), complete=not cut),
        "examples": [_example(result, names) for result in results[:EXAMPLES]],
    }


def _example(result: Json, names: Names) -> Json:
    """One node that breaks the rule: which, where in the document, by which property, with which value."""
    told: Json = {"focus": {"id": result["focus"]}}
    if result["focusLabel"]:
        told["focus"]["name"] = result["focusLabel"]
    if result["line"] is not None:
        told["line"] = result["line"]
    if result["path"]:
        told["property"] = list(_steps(result["path"], names))
    if result["value"] is not None and result["value"] != result["focus"]:
        told["value"] = _value(result["value"])
    return told


def _steps(path: str, names: Names) -> Iterator[Mapping[str, object]]:
    """The properties along a path, each with its names; `inverse` when it is followed backwards."""
    for inverse, iri, _ in _STEP.findall(path):
        label = {language: [text] for language, text in names.all_of(iri).items()}
        yield {"id": iri, "label": label} | ({"inverse": True} if inverse else {})


def _value(text: str) -> Mapping[str, str]:
    """An IRI as `id`, a literal as Turtle writes it as `literal`."""
    return {"id": text} if _IRI.fullmatch(text) else {"literal": text}
