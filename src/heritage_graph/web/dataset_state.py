"""What the descriptions of the dataset are made of: what is said of it always, and its state when one asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from heritage_graph.namespaces import BASE, DCTERMS, FOAF, PREFIXES, Namespace
from heritage_graph.query_files import bind
from heritage_graph.store.releases import list_releases
from heritage_graph.web.addresses import base_of
from heritage_graph.web.replies import rows_of
from heritage_graph.web.void_statements import FORMATS, VOID

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.dumps.manifest import DumpFile
    from heritage_graph.store.releases import Release
    from heritage_graph.web.context import Context
    from heritage_graph.web.statistics import Census

DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
DESCRIPTION_PREFIXES: Final = {
    **PREFIXES, "void": VOID, "formats": FORMATS, "dcat": DCAT, "vcard": VCARD, "spdx": SPDX, "dcatap": DCATAP,
}  # fmt: skip
"""The prefixes of the descriptions."""

IN_DATASET: Final = Namespace(BASE + "dataset#")
DATASET: Final = IN_DATASET.graph
"""The dataset, in whatever state; its IRI leads to /dataset."""
CATALOGUE: Final = IN_DATASET.catalogue
PUBLISHER: Final = NamedNode(BASE + "id/organization/heritage-graph-curators")

_FILE: Final = Path(__file__).with_name("dataset.ttl")


@dataclass(frozen=True)
class DatasetState:
    """What a description depends on.

    `base` is the address of the service without a slash at its end, `census` the last one (of this or an earlier
    generation) or None, `releases` come by generation, `dumps` with those of the newest generation first. `contact` is
    a mail address, or empty.
    """

    base: str
    generation: int
    census: Census | None
    releases: tuple[Release, ...]
    dumps: tuple[DumpFile, ...]
    contact: str

    @property
    def parts(self) -> tuple[str, ...]:
        """What an entity tag must name besides the generation."""
        counted = "none" if self.census is None else str(self.census.generation)
        releases = (text for each in self.releases for text in (each.name, str(each.generation), each.created))
        dumps = (text for each in self.dumps for text in (each.address, each.sha256))
        return (self.base, self.contact, counted, *releases, "dumps", *dumps)

    @property
    def version(self) -> str:
        """The name of the release that this state is, else the number of its generation."""
        names = [each.name for each in self.releases if each.generation == self.generation]
        return names[0] if names else str(self.generation)

    @property
    def latest_dumps(self) -> tuple[DumpFile, ...]:
        """The files of the newest generation that has any; it may be older than the last one."""
        return tuple(each for each in self.dumps if each.generation == self.dumps[0].generation)


@dataclass(frozen=True)
class Dates:
    """When the first and the last generation were committed (xsd:dateTime); None where the log does not tell."""

    created: str | None
    modified: str | None


async def dataset_state(request: Request, context: Context, *, counted: bool) -> DatasetState:
    """The state of the dataset now; its census is waited for some seconds when it is to be *counted*.

    Raises:
        EngineTrouble: what is released cannot be told.
    """
    generation = context.service.generations.last
    return DatasetState(
        base=base_of(request.scope, context),
        generation=generation,
        census=await context.censuses.of(generation) if counted else None,
        releases=tuple(list_releases(context.settings.data)),
        dumps=tuple(context.dumps.listed()),
        contact=context.settings.contact_email,
    )


async def dates_of(request: Request, context: Context, generation: int) -> Dates:
    """The dates of the dataset as of *generation*.

    Raises:
        LimitReached, EngineTrouble: as `rows_of`.
    """
    last = bind(context.internal.query("generation-time"), {"generation": str(generation)})
    first = bind(context.internal.query("first-commit"), {})
    times = [
        rows[0]["time"]["value"] if rows and "time" in rows[0] else None
        for rows in [await rows_of(request, context, text, generation=generation) for text in (first, last)]
    ]
    return Dates(*times)


@lru_cache(maxsize=8)
def said_always(base: str) -> tuple[Triple, ...]:
    """What is said of the dataset in every state, with the addresses of the service at *base*."""
    return tuple(each.triple for each in parse(_FILE.read_bytes(), RdfFormat.TURTLE, base_iri=f"{base}/"))


def texts_of(base: str, subject: NamedNode, property_: NamedNode) -> list[Literal]:
    """The texts that `said_always` has for a property of *subject*, in the order of the file."""
    return [
        each.object
        for each in said_always(base)
        if each.subject == subject and each.predicate == property_ and isinstance(each.object, Literal)
    ]


def addresses_of(base: str, subject: NamedNode, property_: NamedNode) -> list[str]:
    """The IRIs that `said_always` has for a property of *subject*, in the order of the file."""
    return [
        each.object.value
        for each in said_always(base)
        if each.subject == subject and each.predicate == property_ and isinstance(each.object, NamedNode)
    ]


def english(base: str, subject: NamedNode, property_: NamedNode) -> str:
    """The English text that `said_always` has for a property of *subject*."""
    return next(each.value for each in texts_of(base, subject, property_) if each.language == "en")


def spoken_in(language: str, base: str, subject: NamedNode, property_: NamedNode) -> str:
    """The text that `said_always` has for a property of *subject* in *language*, in English where it has none."""
    texts = {each.language: each.value for each in texts_of(base, subject, property_)}
    return texts.get(language) or texts["en"]


def citation_of(state: DatasetState, dates: Dates) -> str:
    """How the dataset in *state* is cited, as a sentence."""
    committed = (dates.modified or "")[:10]
    day = f" of {committed}" if committed else ""
    name = "" if state.version == str(state.generation) else f"version {state.version}, "
    return (
        f"{english(state.base, PUBLISHER, FOAF.name)} ({committed[:4] or 'n.d.'}). "
        f"{english(state.base, DATASET, DCTERMS.term('title'))} [Data set], "
        f"{name}generation {state.generation}{day}. CC BY 4.0. {DATASET.value}"
    )
