"""The profiles in which things are described, besides the graph's own model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from heritage_graph.namespaces import RDF, RDFS, SKOS, Namespace

DC: Final = Namespace("http://purl.org/dc/elements/1.1/")
EDM: Final = Namespace("http://www.europeana.eu/schemas/edm/")
ORE: Final = Namespace("http://www.openarchives.org/ore/terms/")
WGS: Final = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
SCHEMA: Final = Namespace("https://schema.org/")
CRM: Final = Namespace("http://www.cidoc-crm.org/cidoc-crm/")
LA: Final = Namespace("https://linked.art/ns/terms/")

NATIVE: Final = "native"
"""The name of the graph's own model among the profiles."""
NATIVE_URI: Final = "https://w3id.org/heritage-graph/ontology/heritage"


@dataclass(frozen=True)
class Profile:
    """A model in which things are described, by the stored query that has its name.

    `uri` is how the community names the model. The description of a thing begins at the node whose IRI is that of the
    thing with `root` behind it; a thing is described only when it bears the property `mark`. What stands in the
    description of another thing tells no more of a thing than `reference`, when that is given.
    """

    name: str
    uri: str
    title: str
    mark: str
    root: str = ""
    reference: frozenset[str] = frozenset()


_TYPE: Final = RDF.type.value

PROFILES: Final = {
    profile.name: profile
    for profile in (
        Profile("dc", "http://purl.org/dc/elements/1.1/", "Dublin Core", DC.type.value),
        Profile(
            "edm", "http://www.europeana.eu/schemas/edm/", "Europeana Data Model", EDM.type.value,
            root="#aggregation", reference=frozenset({_TYPE, SKOS.prefLabel.value}),
        ),
        Profile(
            "linked-art", "https://linked.art/ns/v1/linked-art.json", "Linked Art", _TYPE,
            reference=frozenset({_TYPE, RDFS.label.value}),
        ),
        Profile(
            "schema", "https://schema.org/", "schema.org", _TYPE,
            reference=frozenset({_TYPE, SCHEMA.name.value}),
        ),
    )
}  # fmt: skip
"""The profiles by name."""
