"""The dataset as search engines for datasets, and registers of heritage, read it: JSON-LD of schema.org in a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import DCTERMS, FOAF
from heritage_graph.web.dataset_catalogue import distribution_of, name_of
from heritage_graph.web.dataset_state import (
    CATALOGUE,
    DATASET,
    DCAT,
    IN_DATASET,
    PUBLISHER,
    addresses_of,
    citation_of,
    english,
    texts_of,
)
from heritage_graph.web.negotiation import RESULTS_JSON, TRIPLES
from heritage_graph.web.signposting import Link, link_field, signposts
from heritage_graph.web.void import PAGE
from heritage_graph.web.void import PATH as VOID_PATH
from heritage_graph.web.void_statements import VOID

if TYPE_CHECKING:
    from heritage_graph.dumps.manifest import DumpFile
    from heritage_graph.web.dataset_state import DatasetState, Dates
    from heritage_graph.web.replies import Fields

LANGUAGES: Final = ("en", "ar", "fr")
"""Of the dataset, as BCP 47 has them."""
_TITLE: Final = DCTERMS.term("title")


def dataset_for_search(state: DatasetState, dates: Dates) -> dict[str, object]:
    """The dataset in *state* as a `schema:Dataset`.

    It has what Google's search for datasets and the Dutch register of heritage ask for, where it is known. The time
    and the countries are told where *state* was counted.
    """
    base = state.base
    licence = addresses_of(base, DATASET, DCTERMS.license)[0]
    told: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": DATASET.value,
        "name": english(base, DATASET, _TITLE),
        "alternateName": [
            {"@language": each.language, "@value": each.value}
            for each in texts_of(base, DATASET, _TITLE)
            if each.language != "en"
        ],
        "description": english(base, DATASET, DCTERMS.description),
        "identifier": DATASET.value,
        "url": f"{base}/dataset",
        "mainEntityOfPage": base + PAGE,
        "license": licence,
        "isAccessibleForFree": True,
        "version": state.version,
        "inLanguage": [*LANGUAGES],
        "keywords": [each.value for each in texts_of(base, DATASET, DCAT.keyword) if each.language == "en"],
        "creator": _curators(base),
        "publisher": _publisher(state),
        "creditText": citation_of(state, dates),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": CATALOGUE.value,
            "name": english(base, CATALOGUE, _TITLE),
            "url": f"{base}/dataset",
        },
        "distribution": [_answers(state, licence), *(_download(each, base, licence) for each in state.latest_dumps)],
    }
    if dates.created is not None:
        told |= {"dateCreated": dates.created, "datePublished": dates.created}
    if dates.modified is not None:
        told["dateModified"] = dates.modified
    if state.census is not None and state.census.span is not None:
        told["temporalCoverage"] = "/".join(state.census.span)
    if state.census is not None and state.census.countries:
        told["spatialCoverage"] = [
            {"@type": "Country", "@id": iri, "name": name} for iri, name in state.census.countries
        ]
    return told


def dataset_links(state: DatasetState) -> Fields:
    """The typed links (FAIR Signposting) of a page about the dataset, as the header field `Link`."""
    described_by = [
        *(
            Link(f"{state.base}/dataset.{each.extension}", "describedby", each.media_type, str(DCAT))
            for each in TRIPLES
        ),
        *(
            Link(f"{state.base}{VOID_PATH}.{each.extension}", "describedby", each.media_type, str(VOID))
            for each in TRIPLES
        ),
    ]
    items = [
        Link(state.base + each.address, "item", each.compress_type or each.media_type) for each in state.latest_dumps
    ]
    return link_field(signposts(cite_as=DATASET.value, kind="Dataset", described_by=described_by, items=items))


def _curators(base: str) -> dict[str, object]:
    name = english(base, PUBLISHER, FOAF.name)
    return {"@type": "Organization", "@id": PUBLISHER.value, "name": name, "url": PUBLISHER.value}


def _publisher(state: DatasetState) -> dict[str, object]:
    told = _curators(state.base)
    if state.contact:
        told["contactPoint"] = {
            "@type": "ContactPoint",
            "contactType": "questions about the data",
            "name": told["name"],
            "email": state.contact,
        }
    return told


def _answers(state: DatasetState, licence: str) -> dict[str, object]:
    """The endpoint as a distribution, for whoever asks how the data are had by a program."""
    return {
        "@type": "DataDownload",
        "name": english(state.base, IN_DATASET.sparql, _TITLE),
        "description": english(state.base, IN_DATASET.sparql, DCTERMS.description),
        "contentUrl": f"{state.base}/sparql",
        "encodingFormat": RESULTS_JSON.media_type,
        "usageInfo": addresses_of(state.base, IN_DATASET.sparql, DCTERMS.conformsTo)[0],
        "license": licence,
    }


def _download(dump: DumpFile, base: str, licence: str) -> dict[str, object]:
    """A file; how it is compressed follows its media type after a plus, as the Dutch register asks."""
    compressed = "" if dump.compress_type is None else f"+{dump.compress_type.rpartition('/')[2]}"
    return {
        "@type": "DataDownload",
        "@id": distribution_of(dump).value,
        "name": name_of(dump),
        "description": f"{name_of(dump)}, as of generation {dump.generation}.",
        "contentUrl": base + dump.address,
        "encodingFormat": dump.media_type + compressed,
        "contentSize": str(dump.bytes),
        "sha256": dump.sha256,
        "dateModified": dump.modified.isoformat(),
        "license": licence,
    }
