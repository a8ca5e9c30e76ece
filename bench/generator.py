"""Write statements of our model about invented agreements: N-Quads, any number, the same for the same seed.

    python bench/generator.py 100000 --seed 7 > agreements.nq

Each invented source document has a named graph: the document, its evidence, three organizations, a place, a site, an
event with its participants and four agreements with their parties; labels are in three languages. What our rules
would derive goes to graph/inferred. A document depends on the seed and on its own number only, so nothing is kept in
memory. 40 organizations enter far more agreements than the others; three of four are part of one with a smaller number.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from itertools import chain, count
from random import Random
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.namespaces import BASE, is_published

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SEED: Final = 1
PER_DOCUMENT: Final = 4
"""How many agreements a document tells of."""
HUBS: Final = 40
"""The first organizations: two parties of five are among them."""
_HUB_SHARE: Final = 0.4
PARTS: Final = 8
"""Organization n has its parts among those from PARTS times n on, this many."""
_ORGANIZATIONS: Final = 3
_COUNTRIES: Final = 24
_SPANS: Final = 8
_PREFIXES: Final = {
    "hg": f"{BASE}ns#",
    "hgv": f"{BASE}vocab/",
    "id": f"{BASE}id/",
    "graph": f"{BASE}graph/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "foaf": "http://xmlns.com/foaf/0.1/",
}

Name = tuple[str, str, str]
"""A name in English, Arabic and French."""

_AGREEMENTS: Final[tuple[tuple[str, str, Name], ...]] = (
    ("MemorandumOfUnderstanding", "memorandum-of-understanding", ("Memorandum", "مذكرة تفاهم", "Mémorandum")),
    ("CooperationAgreement", "cooperation-agreement", ("Cooperation agreement", "اتفاقية تعاون", "Accord")),
    ("ExecutiveProgramme", "executive-programme", ("Executive programme", "برنامج تنفيذي", "Programme exécutif")),
)
_EVENTS: Final[tuple[tuple[str, str, Name], ...]] = (
    ("Conference", "conference", ("Conference", "مؤتمر", "Conférence")),
    ("Meeting", "meeting", ("Meeting", "اجتماع", "Réunion")),
    ("Workshop", "workshop", ("Workshop", "ورشة عمل", "Atelier")),
)
_ORGANIZATION_NAMES: Final[tuple[Name, ...]] = (
    ("Institute of Heritage", "معهد التراث", "Institut du patrimoine"),
    ("Centre for Manuscripts", "مركز المخطوطات", "Centre des manuscrits"),
    ("Museum of Antiquities", "متحف الآثار", "Musée des antiquités"),
    ("University of Conservation", "جامعة الصون", "Université de la conservation"),
    ("Ministry of Culture", "وزارة الثقافة", "Ministère de la culture"),
    ("Foundation for Crafts", "مؤسسة الحرف", "Fondation des métiers"),
    ("Academy of Architecture", "أكاديمية العمارة", "Académie des monuments"),
    ("Council of Libraries", "مجلس المكتبات", "Conseil des bibliothèques"),
)
_ORGANIZATION_TYPES: Final = ("academic", "governmental", "intergovernmental", "non-governmental", "foundation")
_TOPICS: Final = ("tangible-heritage", "intangible-heritage", "underwater-heritage", "climate-change", "digitization")
_AIMS: Final = ("protection", "documentation", "preservation", "restoration", "capacity-building", "research")
_HERITAGE_TYPES: Final = ("tangible", "intangible", "natural", "underwater", "manuscripts", "mosques")
_EVENT_ROLES: Final = ("organizer", "host", "participant", "co-organizer")


@dataclass(frozen=True)
class Data:
    """What was written: N-Quads of the named graphs, N-Triples of the published view, and how much of it."""

    quads: Path
    triples: Path
    statements: int
    documents: int

    @property
    def agreements(self) -> int:
        """How many agreements there are; `agreement` names each by its number."""
        return self.documents * PER_DOCUMENT

    @property
    def organizations(self) -> int:
        """How many organizations there are; `organization` names each by its number."""
        return self.documents * _ORGANIZATIONS


def agreement(number: int) -> NamedNode:
    """The agreement with this number, from 0."""
    return NamedNode(f"{BASE}id/agreement/bench-{number // PER_DOCUMENT}-{number % PER_DOCUMENT}")


def organization(number: int) -> NamedNode:
    """The organization with this number, from 0; those below `HUBS` have many agreements."""
    return NamedNode(f"{BASE}id/organization/bench-{number}")


def topics() -> list[str]:
    """The topics of agreements, as terms."""
    return [_term(f"hgv:topic/{topic}") for topic in _TOPICS]


def name_parts() -> list[str]:
    """What somebody may look for in English names of organizations, in small letters: a word and a digit."""
    words = [english.lower().rsplit(" ", 1)[1] for english, _, _ in _ORGANIZATION_NAMES]
    return [f"{word} {digit}" for digit in range(1, 10) for word in words]


def documents(seed: int = SEED) -> Iterator[list[str]]:
    """The lines of N-Quads of one document after the other, without end."""
    return (_Document(seed, number).lines() for number in count())


def write(statements: int, folder: Path, *, also: Iterable[str] = (), seed: int = SEED) -> Data:
    """Write whole documents of at least *statements* statements, and the lines of N-Quads *also*, to *folder*.

    A triple that several graphs assert stands as often among the triples.
    """
    data = Data(folder / "data.nq", folder / "data.nt", 0, 0)
    with data.quads.open("w", encoding="utf-8") as quads, data.triples.open("w", encoding="utf-8") as triples:
        for lines in chain([list(also)], documents(seed)):
            quads.writelines(lines)
            triples.writelines(published(lines))
            data = replace(data, statements=data.statements + len(lines), documents=data.documents + 1)
            if data.statements >= statements:
                break
    return replace(data, documents=data.documents - 1)


def published(lines: Iterable[str]) -> Iterator[str]:
    """Those of *lines* (N-Quads) that belong to the published view, as N-Triples."""
    for line in lines:
        triple, graph, _ = line.rsplit(" ", 2)
        if is_published(NamedNode(graph[1:-1])):
            yield f"{triple} .\n"


class _Document:
    """One invented source document and everything that it asserts."""

    def __init__(self, seed: int, number: int) -> None:
        self._random = Random(f"{seed}/{number}")
        self._number = number
        self._slug = f"bench-{number}"
        self._graph = f"graph:source/bench-{number}"
        self._lines: list[str] = []

    def lines(self) -> list[str]:
        """Its statements, in N-Quads."""
        self._describe_document()
        for place in range(_ORGANIZATIONS):
            self._describe_organization(self._number * _ORGANIZATIONS + place)
        self._describe_places()
        self._describe_event()
        for place in range(PER_DOCUMENT):
            self._describe_agreement(f"{self._slug}-{place}")
        return self._lines

    def _say(self, subject: str, *statements: tuple[str, str], graph: str | None = None) -> None:
        """State each pair of property and object of *subject*; `a` is the type."""
        about, where = _term(subject), _term(graph or self._graph)
        for name, value in statements:
            self._lines.append(f"{about} {_term('rdf:type' if name == 'a' else name)} {_term(value)} {where} .\n")

    def _named(self, subject: str, kind: str, name: Name, *statements: tuple[str, str]) -> None:
        """Describe a thing with its labels and the place where the document tells of it."""
        self._say(
            subject,
            ("a", f"hg:{kind}"),
            *_labels(name),
            ("hg:labelSource", "hgv:label-source/stated"),
            *statements,
            ("hg:evidence", self._evidence()),
        )

    def _evidence(self) -> str:
        return f"id:evidence/{self._slug}-{self._random.randrange(_SPANS)}"

    def _describe_document(self) -> None:
        about = f"id:document/{self._slug}"
        day = f"{self._random.randrange(2000, 2026)}-{self._random.randrange(1, 13):02}-01"
        self._say(
            about,
            ("a", "hg:SourceDocument"),
            ("dcterms:title", f'"Report {self._number} on partnerships"@en'),
            ("skos:prefLabel", f'"Report {self._number} on partnerships"@en'),
            ("hg:labelSource", "hgv:label-source/stated"),
            ("dcterms:language", '"en"'),
            ("dcterms:publisher", self._party()),
            ("foaf:page", f"<https://documents.example/reports/{self._number}>"),
            ("hg:issuedOn", _typed(day, "date")),
            ("hg:retrievedOn", _typed("2026-11-01", "date")),
            ("hg:characterCount", _typed("5000", "integer")),
            ("hg:digest", _typed(self._random.randbytes(32).hex(), "hexBinary")),
        )
        for place in range(_SPANS):
            start = place * 600 + self._random.randrange(100)
            self._say(
                f"id:evidence/{self._slug}-{place}",
                ("a", "hg:EvidenceSpan"),
                ("hg:document", about),
                ("hg:line", _typed(str(place + 1), "integer")),
                ("hg:start", _typed(str(start), "integer")),
                ("hg:end", _typed(str(start + self._random.randrange(20, 400)), "integer")),
                ("hg:spanDigest", _typed(self._random.randbytes(32).hex(), "hexBinary")),
            )
        self._say(
            self._graph,
            ("a", "hg:SourceGraph"),
            ("rdfs:label", f'"What report {self._number} states"@en'),
            ("rdfs:label", f'"ما يذكره التقرير {self._number}"@ar'),
            ("rdfs:label", f'"Contenu du rapport {self._number}"@fr'),
            ("hg:describes", about),
            ("hg:epistemicStatus", "hgv:epistemic-status/synthetic"),
            ("hg:retrievedOn", _typed("2026-11-01", "date")),
            ("dcterms:license", "<https://creativecommons.org/licenses/by/4.0/>"),
            graph="graph:meta",
        )

    def _describe_organization(self, number: int) -> None:
        self._named(
            f"id:organization/bench-{number}",
            "Organization",
            _numbered(self._random.choice(_ORGANIZATION_NAMES), str(number)),
            ("hg:organizationType", f"hgv:organization-type/{self._random.choice(_ORGANIZATION_TYPES)}"),
            ("hg:country", f"id:country/bench-{number % _COUNTRIES}"),
            ("foaf:homepage", f"<https://institute-{number}.example/>"),
            *([("hg:partOf", f"id:organization/bench-{number // PARTS}")] if _is_part(number) else []),
        )

    def _describe_places(self) -> None:
        number = self._number
        country = f"id:country/bench-{number % _COUNTRIES}"
        if number < _COUNTRIES:
            self._named(country, "Country", (f"Country {number}", f"البلد {number}", f"Pays {number}"))
        self._named(
            f"id:place/{self._slug}",
            "Place",
            (f"Town {number}", f"المدينة {number}", f"Ville {number}"),
            ("hg:country", country),
        )
        self._named(
            f"id:site/{self._slug}",
            "Site",
            (f"Old quarter of Town {number}", f"الحي القديم {number}", f"Vieux quartier {number}"),
            ("hg:country", country),
            ("hg:partOf", f"id:place/{self._slug}"),
            ("hg:heritageType", f"hgv:heritage-type/{self._random.choice(_HERITAGE_TYPES)}"),
            ("hg:latitude", _typed(f"{self._random.uniform(-60, 60):.4f}", "decimal")),
            ("hg:longitude", _typed(f"{self._random.uniform(-180, 180):.4f}", "decimal")),
            ("hg:areaHectares", _typed(f"{self._random.uniform(1, 900):.1f}", "decimal")),
        )

    def _describe_event(self) -> None:
        kind, slug, name = self._random.choice(_EVENTS)
        event = f"id:event/{self._slug}"
        month = f"{self._random.randrange(2000, 2027)}-{self._random.randrange(1, 13):02}"
        self._named(
            event,
            kind,
            _numbered(name, self._slug),
            ("hg:activityKind", f"hgv:activity-kind/{slug}"),
            ("hg:startsOn", _typed(f"{month}-08", "date")),
            ("hg:endsOn", _typed(f"{month}-10", "date")),
            ("hg:takesPlaceAt", f"id:place/{self._slug}"),
            ("hg:topic", f"hgv:topic/{self._random.choice(_TOPICS)}"),
            ("hg:listIsOpen", _typed("true", "boolean")),
        )
        for party in self._parties(self._random.randrange(3, 7)):
            self._participation(event, party, self._random.choice(_EVENT_ROLES))

    def _describe_agreement(self, slug: str) -> None:
        agreement = f"id:agreement/{slug}"
        kind, concept, name = self._random.choice(_AGREEMENTS)
        date, datatype = self._date()
        self._named(
            agreement,
            kind,
            _numbered(name, slug),
            ("hg:agreementKind", f"hgv:agreement-kind/{concept}"),
            ("hg:textStatus", "hgv:text-status/mention-only"),
            ("hg:signedOn", _typed(date, datatype)),
            ("hg:signedAt", f"id:place/{self._slug}"),
            *(("hg:topic", f"hgv:topic/{topic}") for topic in self._random.sample(_TOPICS, 2)),
            *(("hg:hasAim", f"hgv:aim/{aim}") for aim in self._random.sample(_AIMS, 2)),
            ("hg:concerns", f"id:site/{self._slug}"),
            ("hg:listIsOpen", _typed("false", "boolean")),
        )
        for party in self._parties(self._random.randrange(2, 6)):
            self._participation(agreement, party, "party")
        if self._random.random() < 0.5:
            self._limit(agreement, slug, date, datatype)

    def _limit(self, agreement: str, slug: str, date: str, datatype: str) -> None:
        """Give the agreement a term of its own, and what our rules derive from it."""
        years = self._random.randrange(1, 6)
        term = f"id:term/{slug}"
        self._say(
            term,
            ("a", "hg:DurationTerm"),
            ("hg:duration", _typed(f"P{years}Y", "duration")),
            ("hg:evidence", self._evidence()),
        )
        self._say(agreement, ("hg:hasTerm", term))
        until = f"{int(date[:4]) + years}{date[4:]}"
        for name, value, rule in (
            ("effectiveFrom", date, "term-counted-from-signature"),
            ("validUntil", until, "term-as-stated"),
        ):
            object_ = _typed(value, datatype)
            self._say(agreement, (f"hg:{name}", object_), graph="graph:inferred")
            self._say(
                f"id:inference/{slug}-{name}",
                ("a", "hg:Inference"),
                ("rdf:subject", agreement),
                ("rdf:predicate", f"hg:{name}"),
                ("rdf:object", object_),
                ("hg:byRule", f"id:rule/{rule}"),
                ("prov:wasDerivedFrom", agreement),
                ("prov:wasDerivedFrom", term),
                ("prov:wasDerivedFrom", self._graph),
                ("hg:inferredAbout", agreement),
                graph="graph:inferred",
            )

    def _participation(self, context: str, party: str, role: str) -> None:
        slug = f"{context.rsplit('/', 1)[1]}--{party.rsplit('/', 1)[1]}"
        self._say(
            f"id:participation/{slug}",
            ("a", "hg:Participation"),
            ("hg:inContext", context),
            ("hg:participant", party),
            ("hg:role", f"hgv:role/{role}"),
            ("hg:evidence", self._evidence()),
        )

    def _parties(self, count: int) -> list[str]:
        """At most *count* organizations, each once; at least two."""
        found = dict.fromkeys(self._party() for _ in range(count))
        while len(found) < 2:
            found[self._party()] = None
        return list(found)

    def _party(self) -> str:
        known = (self._number + 1) * _ORGANIZATIONS
        number = self._random.randrange(HUBS if self._random.random() < _HUB_SHARE else known)
        return f"id:organization/bench-{number}"

    def _date(self) -> tuple[str, str]:
        """A date of signing: to the day mostly, else to the month or the year."""
        year, month, day = (
            self._random.randrange(1995, 2027),
            self._random.randrange(1, 13),
            self._random.randrange(1, 29),
        )
        precise = self._random.random()
        if precise < 0.8:
            return f"{year}-{month:02}-{day:02}", "date"
        return (f"{year}-{month:02}", "gYearMonth") if precise < 0.9 else (str(year), "gYear")


def _is_part(number: int) -> bool:
    """Whether an organization is part of another; one of four stands alone, and so do the first."""
    return number >= PARTS and number % 4 != 3


def _labels(name: Name) -> list[tuple[str, str]]:
    return [("skos:prefLabel", f'"{text}"@{tag}') for text, tag in zip(name, ("en", "ar", "fr"), strict=True)]


def _numbered(name: Name, number: str) -> Name:
    english, arabic, french = (f"{part} {number}" for part in name)
    return english, arabic, french


def _typed(text: str, datatype: str) -> str:
    return f'"{text}"^^<{_PREFIXES["xsd"]}{datatype}>'


def _term(text: str) -> str:
    """The term in N-Quads: a prefixed name becomes an IRI, anything else stands as it is."""
    if text[0] in '<"':
        return text
    prefix, _, name = text.partition(":")
    return f"<{_PREFIXES[prefix]}{name}>"


def main() -> None:
    """Print whole documents of at least the number of statements that is asked for."""
    parser = argparse.ArgumentParser(description="Write invented agreements in our model as N-Quads.")
    parser.add_argument("statements", type=int, help="how many statements at least")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    written = 0
    for lines in documents(arguments.seed):
        sys.stdout.writelines(lines)
        written += len(lines)
        if written >= arguments.statements:
            return


if __name__ == "__main__":
    main()
