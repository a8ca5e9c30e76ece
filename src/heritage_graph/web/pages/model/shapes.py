"""The page of the rules: what data must be, as messages, with the shapes that demand it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import PREFIXES
from heritage_graph.web.negotiation import GRAPHS
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.model.shape_files import RULES, SEVERITIES, shapes
from heritage_graph.web.pages.model.term_links import TermLink, address_of, in_language, in_others, literal, shortened
from heritage_graph.web.replies import page_reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.model.shape_files import Shape
    from heritage_graph.web.pages.model.term_links import Spoken
    from heritage_graph.web.replies import Reply

_NAMED: Final = re.compile(r"\b((hg|hgv):[A-Za-z][A-Za-z/-]*[A-Za-z])")


@dataclass(frozen=True)
class ShapeView:
    """A shape in the language of the page: its message in pieces, of which names of terms are links."""

    shape: Shape
    language: str
    message: Sequence[TermLink]
    others: Sequence[Spoken]
    targets: Sequence[tuple[str, Sequence[TermLink]]]
    terms: Sequence[TermLink]


@dataclass(frozen=True)
class RuleView:
    """A rule of the model with the shapes that carry it out, and the conditions that those use."""

    number: int
    shapes: Sequence[ShapeView]
    conditions: Sequence[ShapeView]


def shapes_page(request: Request, context: Context) -> Reply:
    """Every rule of the model with its shapes, each at the anchor that its IRI has."""
    code = page_language(request.scope).code
    views = [_view(shape, code) for shape in shapes()]
    rules = [
        RuleView(
            number,
            [view for view in views if view.shape.rule == number and not view.shape.is_condition],
            [view for view in views if view.shape.rule == number and view.shape.is_condition],
        )
        for number in RULES
    ]
    return page_reply(
        request,
        context,
        "shapes.html",
        rules=rules,
        severities=SEVERITIES,
        formats=GRAPHS,
    )


def _view(shape: Shape, language: str) -> ShapeView:
    message = in_language(shape.messages, language)
    return ShapeView(
        shape,
        message.language,
        _pieces(message.text),
        in_others(shape.messages, language),
        [(kind, [_term(iri) for iri in iris]) for kind, iris in shape.targets.items()],
        [_term(iri) for iri in shape.terms],
    )


def _pieces(text: str) -> list[TermLink]:
    """*text* with a link for each of our terms that it names."""
    found, begin = [], 0
    for named in _NAMED.finditer(text):
        prefix, _, name = named[1].partition(":")
        found += [literal(text[begin : named.start()]), TermLink(named[1], "", address_of(PREFIXES[prefix] + name), "")]
        begin = named.end()
    return [piece for piece in [*found, literal(text[begin:])] if piece.text]


def _term(iri: str) -> TermLink:
    return TermLink(shortened(iri), "", address_of(iri), "")
