"""The profiles in which things are described, besides the graph's own model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import DCTERMS, HG, OWL, RDF, RDFS, SKOS, Namespace

if TYPE_CHECKING:
    from collections.abc import Mapping

DC: Final = Namespace("http://purl.org/dc/elements/1.1/")
EDM: Final = Namespace("http://www.europeana.eu/schemas/edm/")
ORE: Final = Namespace("http://www.openarchives.org/ore/terms/")
WGS: Final = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
SCHEMA: Final = Namespace("https://schema.org/")
CRM: Final = Namespace("http://www.cidoc-crm.org/cidoc-crm/")
CRMDIG: Final = Namespace("http://www.ics.forth.gr/isl/CRMdig/")
LA: Final = Namespace("https://linked.art/ns/terms/")

NATIVE: Final = "native"
"""The name of the graph's own model among the profiles."""
NATIVE_URI: Final = str(HG)


@dataclass(frozen=True)
class Profile:
    """A model in which things are described, by the stored query that has its name.

    Attributes:
        name: by which it is asked for.
        uri: how the community names the model.
        title: what people call it.
        mark: the property that a thing has when the model can describe it.
        formats: the formats of a description by extension, first the one that the community uses.
        prefixes: of the namespaces in a description.
        root: a description begins at the node with the IRI of the thing and this behind it, and at the thing.
        reference: all that is told of a thing within the description of another; empty: the others never stand there.
        families: whose things it can describe; empty: those of all.
    """

    name: str
    uri: str
    title: str
    mark: str
    formats: tuple[str, ...]
    prefixes: Mapping[str, str] = field(compare=False)
    root: str = ""
    reference: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()

    def describes(self, family: str) -> bool:
        """Tell whether things of *family* can be described."""
        return not self.families or family in self.families


_TYPE: Final = RDF.type.value

PROFILES: Final = {
    profile.name: profile
    for profile in (
        Profile(
            "linked-art", "https://linked.art/ns/v1/linked-art.json", "Linked Art", _TYPE,
            ("jsonld", "ttl", "nt", "rdf"),
            {"crm": CRM, "dc": DC, "dig": CRMDIG, "la": LA, "rdf": RDF, "rdfs": RDFS, "skos": SKOS},
            reference=frozenset({_TYPE, RDFS.label.value}),
            families=frozenset({
                "activity", "agreement", "agreement-document", "artifact", "claim", "collection", "collective",
                "concept", "country", "designation", "document", "event", "event-series", "instrument",
                "organization", "person", "place", "plan", "policy", "programme", "project", "route", "scope", "site",
                "state", "terms",
            }),
        ),
        Profile(
            "schema", "https://schema.org/", "schema.org", _TYPE,
            ("jsonld", "ttl", "nt", "rdf"),
            {"hg": HG, "rdf": RDF, "schema": SCHEMA},
            reference=frozenset({_TYPE, SCHEMA.name.value}),
        ),
        Profile(
            "edm", "http://www.europeana.eu/schemas/edm/", "Europeana Data Model", EDM.type.value,
            ("rdf", "ttl", "nt", "jsonld"),
            {
                "dc": DC, "dcterms": DCTERMS, "edm": EDM, "ore": ORE, "owl": OWL, "rdf": RDF, "skos": SKOS,
                "wgs84_pos": WGS,
            },
            root="#aggregation", reference=frozenset({_TYPE, SKOS.prefLabel.value}),
            families=frozenset({
                "agreement-document", "artifact", "collection", "document", "intangible", "route", "site",
            }),
        ),
        Profile(
            "dc", "http://purl.org/dc/elements/1.1/", "Dublin Core", DC.identifier.value,
            ("ttl", "rdf", "jsonld", "nt"),
            {"dc": DC, "rdf": RDF},
        ),
    )
}  # fmt: skip
"""The profiles by name."""
