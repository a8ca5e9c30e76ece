"""How the pages of the model name what they refer to, and where that leads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat, parse

from heritage_graph.assets import asset_folder
from heritage_graph.namespaces import BASE, HG, HGS, HGV, PREFIXES
from heritage_graph.web.templating import local_address, short_iri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.names import Names

LANGUAGES: Final = ("en", "fr", "ar")


@dataclass(frozen=True)
class TermLink:
    """What a link says, in which language, where it leads (nowhere perhaps) and the IRI behind it in its short form."""

    text: str
    language: str
    address: str | None
    iri: str


@dataclass(frozen=True)
class Spoken:
    """A text and the language that it is in."""

    text: str
    language: str


def link_to(iri: str, names: Names) -> TermLink:
    """The link to *iri*, by its name when it is known."""
    name = names.of(iri)
    short = shortened(iri)
    return TermLink(name.text if name.language else short, name.language, address_of(iri), short)


async def names_of_terms(asking: Asking) -> Names:
    """The names of terms, concepts and graphs, those in the language of the page first."""
    return await asking.context.term_names.of(asking.request, asking.context, asking.generation)


def literal(text: str, language: str = "") -> TermLink:
    """A value that leads nowhere."""
    return TermLink(text, language, None, "")


def address_of(iri: str) -> str | None:
    """Where *iri* is explained: our terms and shapes at their anchors, others where they are on the web."""
    return local_address(iri)


def shortened(iri: str) -> str:
    """*iri* with a prefix, those of the models that ours is aligned with among them; a thing of ours by its path."""
    if iri.startswith(BASE) and not iri.startswith((HG, HGS, HGV)):
        return iri.removeprefix(BASE).removeprefix("id/")
    for prefix, namespace in prefixes_of_others().items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return short_iri(iri)


@cache
def prefixes_of_others() -> Mapping[str, str]:
    """The prefixes of the alignments that are not ours anyway, the longest namespace first."""
    found: dict[str, str] = {}
    for path in sorted((asset_folder("ontology") / "alignments").glob("*.ttl")):
        reader = parse(path.read_bytes(), RdfFormat.TURTLE)
        for _ in reader:  # prefixes are known once they were read
            pass
        found.update({name: iri for name, iri in reader.prefixes.items() if name not in PREFIXES})
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def in_language(texts: Mapping[str, str], language: str) -> Spoken:
    """The text in *language*, else in the first of the languages that there is; empty when there is none."""
    for code in (language, *LANGUAGES, *texts):
        if code in texts:
            return Spoken(texts[code], code)
    return Spoken("", language)


def in_others(texts: Mapping[str, str], language: str) -> list[Spoken]:
    """The texts in the other languages of the pages."""
    return [Spoken(texts[code], code) for code in LANGUAGES if code in texts and code != language]
