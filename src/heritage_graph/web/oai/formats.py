"""The formats in which records are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.namespaces import RDF
from heritage_graph.views import PROFILES
from heritage_graph.views.profile import EDM
from heritage_graph.views.rdf_xml import rdf_element
from heritage_graph.web.oai import dublin_core
from heritage_graph.web.oai.refusals import Refusal
from heritage_graph.web.oai.xml import place_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyoxigraph import Triple

    from heritage_graph.views import Profile
    from heritage_graph.web.oai.xml import Element

_EDM: Final = PROFILES["edm"].uri


@dataclass(frozen=True)
class MetadataFormat:
    """A format.

    Attributes:
        prefix: its metadataPrefix.
        schema: where its schema is.
        namespace: its namespace.
        written: the XML of a thing out of statements about it.
        profile: the view that those statements are; None: they are the whole record, as the change log keeps it.
        families: the families whose things it can tell of; empty: it tells of everything.
    """

    prefix: str
    schema: str
    namespace: str
    written: Callable[[str, Iterable[Triple]], Element]
    profile: Profile | None = None
    families: tuple[str, ...] = ()

    def tells_of(self, family: str) -> bool:
        """Tell whether it can tell of the things of *family*."""
        return not self.families or family in self.families


def _edm(iri: str, triples: Iterable[Triple]) -> Element:
    """A record of EDM has one object; of others of the same page only their IRIs stay."""
    told = list(triples)
    objects = {each.subject for each in told if each.predicate == RDF.type and each.object == EDM.ProvidedCHO}
    others = objects - {NamedNode(iri)}
    element = rdf_element((each for each in told if each.subject not in others), PROFILES["edm"].prefixes)
    place_schema(element, _EDM, f"{_EDM}EDM.xsd")
    return element


FORMATS: Final = (
    MetadataFormat("oai_dc", dublin_core.SCHEMA, dublin_core.NAMESPACE, dublin_core.dublin_core_of, PROFILES["dc"]),
    MetadataFormat("rdf", "http://www.w3.org/2000/07/rdf.xsd", RDF, lambda _, triples: rdf_element(triples)),
    MetadataFormat("edm", f"{_EDM}EDM.xsd", _EDM, _edm, PROFILES["edm"], tuple(sorted(PROFILES["edm"].families))),
)


def format_called(prefix: str) -> MetadataFormat:
    """The format with this metadataPrefix.

    Raises:
        Refusal: cannotDisseminateFormat: there is none.
    """
    for known in FORMATS:
        if known.prefix == prefix:
            return known
    prefixes = ", ".join(known.prefix for known in FORMATS)
    raise Refusal("cannotDisseminateFormat", f"there is no format {prefix[:60]!r}; there are {prefixes}")
