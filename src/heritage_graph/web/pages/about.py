"""/about and /accessibility: what the graph is and how to read it, who can use the pages and how that was tested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import DCTERMS
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.references import Asking, add_words
from heritage_graph.web.dataset_state import DATASET, citation_of, dataset_state, dates_of, texts_of
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.page_language import PAGE_LANGUAGES
from heritage_graph.web.replies import cached, current, json_reply, page_reply
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.words import read_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from heritage_graph.web.api.references import Words
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

_ABOUT: Final = "/about"
_ACCESSIBILITY: Final = "/accessibility"
_PARTS: Final = (
    "what",
    "holds",
    "lacks",
    "gate",
    "sources",
    "status",
    "unknown",
    "licence",
    "cite",
    "versions",
    "contact",
)
_OF_ACCESS: Final = ("access-aim", "access-tested", "access-limits", "access-report")
LIMITS: Final = ("pictures", "editor", "texts", "tables", "axe")
TESTED: Final = ("axe", "keyboard", "scripts", "width", "language", "hosts")
"""What is tested of every type of pages; the texts are `about.tested-…`, those of the limits `about.limit-…`."""


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations of the two pages."""
    return (
        Operation(
            "about", _ABOUT, "What the graph is, what it holds and does not, how to read, use and cite it.", _about,
            values=(FORMAT,), formats=(JSON, HTML), schema="about", example=_ABOUT,
        ),
        Operation(
            "accessibility", _ACCESSIBILITY, "Who can use the pages: what was tested, what is known to be missing.",
            _accessibility, values=(FORMAT,), formats=(JSON, HTML), schema="accessibility", example=_ACCESSIBILITY,
            still=True,
        ),
    )  # fmt: skip


async def _about(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    state = await dataset_state(request, context, counted=False)
    edition = await current(request, context, _ABOUT, chosen.extension, *state.parts, at_generation=state.generation)
    if edition.unchanged:
        return edition.unchanged
    dates = await dates_of(request, context, edition.generation)
    statuses = await _statuses(Asking(request, context, edition.generation))
    citation = citation_of(state, dates)
    if chosen == HTML:
        page = page_reply(
            request, context, "about.html", parts=_PARTS, statuses=statuses, state=state, dates=dates,
            citation=citation, generation=edition.generation,
            descriptions={text.language: text.value for text in texts_of(state.base, DATASET, DCTERMS.description)},
        )  # fmt: skip
        return cached(page, edition)
    document = envelope(
        edition.generation, version=state.version, created=dates.created, modified=dates.modified,
        citation=citation, contact=state.contact or None, statuses=statuses, sections=_sections(_PARTS),
    )  # fmt: skip
    return cached(json_reply(document), edition)


async def _accessibility(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    contact = context.settings.contact_email
    if chosen == HTML:
        return page_reply(request, context, "accessibility.html", tested=TESTED, limits=LIMITS, contact=contact)
    return json_reply(
        {
            "sections": _sections(_OF_ACCESS),
            "tested": [_said(f"tested-{name}") for name in TESTED],
            "limits": [_said(f"limit-{name}") for name in LIMITS],
            "contact": contact or None,
        }
    )


async def _statuses(asking: Asking) -> list[dict[str, object]]:
    """The words for how far something can be trusted, with what each means."""
    concepts = [row["concept"]["value"] for row in await asking.rows("epistemic-statuses")]
    labels = await asking.labels(concepts)
    meanings: dict[str, Words] = {concept: {} for concept in concepts}
    for row in await asking.rows_about("concept-definitions", "concepts", concepts):
        add_words(meanings[row["concept"]["value"]], row["definition"])
    return [
        {"code": iri.rpartition("/")[2], **labels.reference(iri), "definition": meaning}
        for iri, meaning in meanings.items()
    ]


def _sections(names: Sequence[str]) -> list[dict[str, object]]:
    return [{"name": name, "title": _said(name), "text": _said(f"{name}-text")} for name in names]


def _said(name: str) -> dict[str, str]:
    """What the words about this say, by language."""
    texts = read_words()["about." + name]
    return {language: texts[language] for language in PAGE_LANGUAGES}
