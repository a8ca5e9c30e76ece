"""Harvesters of two makes, a service of one's own to harvest from, and changes to make while they are at it."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import httpx
import pytest
from lxml import etree
from oaipmh_scythe import RetryConfig, Scythe
from pyoxigraph import RdfFormat, parse, serialize
from sickle import Sickle

from heritage_graph.web.security import create_key

BASE = "https://w3id.org/heritage-graph/"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
RDF_ROOT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
MEMORANDUM = Path(__file__).parents[1].joinpath("documents/memorandum.ttl").read_text()
_AT_A_TIME = 60


class Repository:
    """A service over a folder of its own, and the key by which its graphs are written."""

    def __init__(self, data, address):
        key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
        self.data = data
        self.base_url = f"{address}/oai"
        self.client = httpx.Client(base_url=address, timeout=60, headers={"Authorization": f"Bearer {key}"})
        while self.client.get("/oai", params={"verb": "Identify"}).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            pass  # the change log is being made; each answer waits for it a while

    def ask(self, **arguments):
        return etree.fromstring(self.client.get("/oai", params=arguments).content)

    def put(self, slug, name):
        """Write a source graph with a memorandum and a document of its own, called *name*."""
        text = MEMORANDUM.replace("test-memorandum", f"made-{slug}").replace("test-page", f"page-{slug}")
        answer = self.client.put(
            "/rdf-graph-store",
            params={"graph": f"{BASE}graph/source/made-{slug}"},
            content=text.replace("Memorandum made for a test", name),
            headers={"Content-Type": "text/turtle"},
        )
        assert answer.status_code in {201, 204}, answer.text

    def delete(self, source):
        answer = self.client.delete("/rdf-graph-store", params={"graph": f"{BASE}graph/source/{source}"})
        assert answer.status_code == 204, answer.text

    def changes(self):
        """Changes of every kind, one after the other, each when it is called; made-before is there already."""
        yield lambda: self.put("first", "First")
        yield lambda: self.put("second", "Second")
        yield lambda: self.delete("news-az-2024-shusha")
        yield lambda: self.put("first", "First, of another name")
        yield lambda: self.delete("made-second")
        yield lambda: self.put("third", "Third")
        yield lambda: self.delete("made-before")

    def published(self):
        """The digest of the published view as it is now."""
        answer = self.client.get(
            "/rdf-graph-store", params={"default": ""}, headers={"Accept": "application/n-triples"}
        )
        return digest(quad.triple for quad in parse(answer.content, RdfFormat.N_TRIPLES))

    def sickle(self):
        return SickleHarvester(self.base_url)

    def scythe(self):
        return ScytheHarvester(self.base_url)


@dataclass(frozen=True)
class Changed:
    """A repository after changes.

    Attributes:
        source: the repository.
        taken: what each harvest took while they were made, in order.
        mirrors: what each of these harvesters has in the end.
        followed: what one has who harvested before the changes, and what changed after them.
        anew: what one has who begins when all changes are made.
        published: the digest of the published view.
    """

    source: Repository
    taken: dict
    mirrors: dict
    followed: dict
    anew: dict
    published: tuple


class SickleHarvester:
    """Sickle: what it harvests as elements."""

    def __init__(self, base_url):
        self._sickle = Sickle(base_url, max_retries=5)

    def records(self, prefix, **selection):
        for record in self._sickle.ListRecords(metadataPrefix=prefix, **_named(selection, "from", "set")):
            yield record.xml

    def headers(self, prefix, **selection):
        for header in self._sickle.ListIdentifiers(metadataPrefix=prefix, **_named(selection, "from", "set")):
            yield header.xml


class ScytheHarvester:
    """oaipmh-scythe: what it harvests as elements."""

    def __init__(self, base_url):
        self._scythe = Scythe(base_url, retry_config=RetryConfig(max_retries=5))

    def records(self, prefix, **selection):
        with self._scythe as scythe:
            for record in scythe.list_records(metadata_prefix=prefix, **_named(selection, "from_", "set_")):
                yield record.xml

    def headers(self, prefix, **selection):
        with self._scythe as scythe:
            for header in scythe.list_identifiers(metadata_prefix=prefix, **_named(selection, "from_", "set_")):
                yield header.xml


class Mirror:
    """What a harvester has after applying records in the order in which they came: metadata by identifier."""

    def __init__(self, elements=()):
        self.metadata = {}
        self.apply(elements)

    def apply(self, elements):
        for element in elements:
            header = next(element.iter(f"{OAI}header"))
            metadata = element.find(f"{OAI}metadata")
            told = {None: metadata, "deleted": "deleted"}[header.get("status")]
            self.metadata[header.findtext(f"{OAI}identifier")] = told

    @property
    def deleted(self):
        return {identifier for identifier, metadata in self.metadata.items() if metadata == "deleted"}

    @property
    def living(self):
        return self.metadata.keys() - self.deleted

    def texts(self):
        """The metadata of what is not deleted, in the canonical form of XML."""
        return {each: etree.tostring(self.metadata[each][0], method="c14n") for each in self.living}

    def digest(self):
        """The digest of the union of all records in RDF/XML."""
        documents = (etree.tostring(self.metadata[each].find(RDF_ROOT)) for each in self.living)
        return digest(quad.triple for text in documents for quad in parse(text, RdfFormat.RDF_XML))


def digest(triples):
    """A digest of a set of triples without blank nodes: of its sorted lines."""
    lines = serialize(set(triples), format=RdfFormat.N_TRIPLES).splitlines()
    return len(lines), hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()


def harvest_while_it_changes(harvests, changes):
    """Take some of the elements of each of *harvests* before each of *changes*, and then the rest.

    What each has harvested, by its name, in the order in which it came.
    """
    taken = {name: [] for name in harvests}
    for change in changes:
        for name, elements in harvests.items():
            taken[name] += islice(elements, _AT_A_TIME)
        change()
    for name, elements in harvests.items():
        taken[name] += elements
    return taken


def _named(selection, since, chosen):
    """The arguments of a selection under the names that a library has for from and set."""
    names = {"since": since, "of": chosen}
    return {names.get(name, name): value for name, value in selection.items()}


@pytest.fixture(scope="session")
def repository(shipped, tmp_path_factory, start_server):
    """What gives a repository of one's own over the shipped dataset, or over *data*, with pages of *page* records."""

    @contextmanager
    def given(*, page=40, data=None, **settings):
        folder = data or Path(shutil.copytree(shipped, tmp_path_factory.mktemp("harvested") / "data"))
        with start_server(folder, HERITAGE_GRAPH_OAI_PAGE=str(page), **settings) as (address, _):
            repository = Repository(folder, address)
            with closing(repository.client):
                yield repository

    return given


@pytest.fixture(scope="session")
def changed(repository):
    """What harvests of all kinds made of a repository that changed while they were at it, and how it is afterwards."""
    with repository(page=10) as source:
        source.put("before", "Before")
        sickle, scythe = source.sickle(), source.scythe()
        identity = source.ask(verb="Identify")
        since, earliest = identity.findtext(f"{OAI}responseDate"), identity.findtext(f".//{OAI}earliestDatestamp")
        parts = {
            "everything": {"prefix": "rdf"},
            "agreements": {"prefix": "rdf", "of": "kind:agreement"},
            "a source": {"prefix": "rdf", "of": "source:icesco-2024-partnerships-report"},
            "edm": {"prefix": "edm"},
        }
        followed = {name: Mirror(sickle.records(**part)) for name, part in parts.items()}
        taken = harvest_while_it_changes(
            {
                "sickle, rdf": sickle.records("rdf"),
                "scythe, rdf": scythe.records("rdf"),
                "sickle, oai_dc": sickle.records("oai_dc"),
                "scythe, oai_dc": scythe.records("oai_dc"),
                "sickle, headers": sickle.headers("oai_dc"),
                "scythe, headers": scythe.headers("rdf"),
                "sickle, between": sickle.records("rdf", since=earliest, until="2999-12-31T23:59:59Z"),
            },
            source.changes(),
        )
        for name, part in parts.items():
            followed[name].apply(scythe.records(**part, since=since))
        anew = {name: Mirror(sickle.records(**part)) for name, part in parts.items()}
        yield Changed(
            source,
            taken,
            mirrors={name: Mirror(elements) for name, elements in taken.items()},
            followed=followed,
            anew=anew | {"oai_dc": Mirror(scythe.records("oai_dc"))},
            published=source.published(),
        )
