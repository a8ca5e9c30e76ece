"""What graph/meta says of the source graph of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.importers import statements
from heritage_graph.namespaces import ID, source_graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Quad

_LICENCE: Final = NamedNode("https://creativecommons.org/licenses/by/4.0/")
"""That of what curators have written down; the page itself stays as it is."""
_GRAPH_LABELS: Final = {
    "en": "What the page “{slug}” states",
    "ar": "ما تذكره الصفحة «{slug}»",
    "fr": "Ce que dit la page « {slug} »",
}


def described(slug: str) -> Iterator[Quad]:
    """The description of the source graph *slug*: its names, its document, its licence and whose work it is."""
    labels = {language: label.format(slug=slug) for language, label in _GRAPH_LABELS.items()}
    document = ID.term(f"document/{slug}")
    yield from statements.about(source_graph(slug), [document], labels, licence=_LICENCE)
