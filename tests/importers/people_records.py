"""Records of pages that do not exist, on a fictional island, and how the tests tell them."""

import json
from functools import cache

from pyoxigraph import parse

from heritage_graph.assets import asset_folder
from heritage_graph.importers.labels import no_labels
from heritage_graph.importers.records.binding import settled
from heritage_graph.importers.records.reading import Seen, open_records, records
from heritage_graph.importers.records.telling import tell
from heritage_graph.importers.records.vocabulary import vocabulary_of

NOTHING_SAID = Seen()

MUSEUM = {"as_named": "Museum of Lighthouse Bay", "role": "party", "org_type": "museum-library"}
COUNCIL = {
    "as_named": "Harbour Council",
    "role": "party",
    "country": "Farland",
    "signed_by": "A. N. Example",
    "signed_by_capacity": "Harbour Master",
    "on_behalf_of": "Town of Lighthouse Bay",
}
AGREEMENT = {
    "slug": "bay-2021-museum-council",
    "url": "https://bay.example/news/museum-and-council",
    "publisher": "Bay News",
    "page_date": "2021-05-04",
    "language": "en",
    "kind": "agreement",
    "kind_as_stated": "Memorandum of Understanding",
    "name": "Memorandum of museum and council on the lighthouse",
    "parties": [MUSEUM, COUNCIL],
    "parties_open": False,
    "signed_on": "2021-05",
    "date_precision": "month",
    "valid_until": "2026",
    "start_as_stated": "next Thursday",
    "term": "P5Y",
    "renewable": "by-new-agreement",
    "place": "the old lighthouse",
    "place_country": "Farland",
    "concerns": [
        {"as_named": "Old Lighthouse", "what": "site", "whs_id": None},
        {"as_named": "harbour songs", "what": "intangible"},
    ],
    "heritage_types": ["intangible", "lighthouses"],
    "aims": ["documentation"],
    "topics": ["illicit trafficking", "tides"],
    "level": "masters|apprenticeship",
    "beneficiaries": "forty keepers",
    "funding": [
        {"as_named": "Harbour Council", "amount": 2500, "currency": "EUR", "mode": "proportional", "for": "ropes"},
        {"as_named": "Lamp Fund", "amount": 10.5, "currency": "USD", "mode": "third-party", "amount_is": "maximum"},
        {"as_named": "Bay Bank", "mode": "grant", "is_total": True, "note": "no sum is printed"},
    ],
    "same_as_hint": ["bay-2021-other"],
    "disagreement": "another page has another day",
    "note": "a short page",
}
RENEWAL = {
    "slug": "bay-2026-renewal",
    "url": "https://bay.example/news/renewal",
    "publisher": "Bay News",
    "language": "en",
    "kind": "renewal",
    "kind_as_stated": "renewal",
    "name": "Renewal of the memorandum on the lighthouse",
    "parties": [MUSEUM, COUNCIL],
    "signed_on": "2026-05-04",
    "renews": "bay-2021-museum-council",
    "excerpt_cut": True,
}
EXCAVATION = {
    "slug": "bay-2023-dig",
    "url": "https://bay.example/fr/fouilles",
    "publisher": "Nouvelles de la baie",
    "language": "fr",
    "kind": "excavation",
    "kind_as_stated": "mission archéologique",
    "name": "Fouilles de l'ancien phare",
    "parties": [{"as_named": "Université de la Baie", "role": "organizer"}],
    "start": "2023",
    "end": "2024-02-01",
    "read_on": "2026-11-02",
    "read_in_copy": False,
    "implements": "accord de 2019",
}


def without(record, *names):
    """*record* without the keys *names*."""
    return {key: value for key, value in record.items() if key not in names}


def written(folder, *rows):
    """A file of records, one a line."""
    file = folder / "records.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


@cache
def vocabulary():
    """The vocabularies as they are shipped."""
    files = sorted((asset_folder("ontology") / "vocabularies").glob("*.ttl"))
    return vocabulary_of(quad.triple for file in files for quad in parse(path=str(file)))


def read(folder, *rows, withheld=None, seen=NOTHING_SAID):
    """What is read of a file of *rows*."""
    return list(records(open_records([written(folder, *rows)]), withheld or {}, seen))


def told(folder, *rows, identities=None, given=no_labels, **options):
    """What each of *rows*, all of which can be told, comes to."""
    found = [settled(record, vocabulary()) for record in read(folder, *rows, **options)]
    kinds = {record.slug: record.kind for record in found}
    return [tell(record, vocabulary(), given, kinds, identities or {}) for record in found]


def remarks(folder, *rows):
    """The kinds of remarks on each of *rows*, all of which can be told."""
    return [[remark.kind for remark in each.row.remarks] for each in told(folder, *rows)]
