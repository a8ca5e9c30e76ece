"""Write the descriptions of all things in one profile as a ZIP archive, a file for each thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pyoxigraph import QueryTriples, Store

from heritage_graph.model.records import family_of
from heritage_graph.namespaces import BASE
from heritage_graph.query_files import bind
from heritage_graph.store.records import Records
from heritage_graph.views.separation import separate
from heritage_graph.views.written import written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from heritage_graph.query_files import Query
    from heritage_graph.views.profile import Profile

_SUFFIXES: Final = {"jsonld": "json", "rdf": "xml", "ttl": "ttl", "nt": "nt"}
_AT_ONCE: Final = 200


def write_archive(
    generation: Path, target: Path, profile: Profile, query: Query, *, told: Callable[[int, int], None]
) -> int:
    """Write the things of the generation in the folder *generation* to the file *target*; return how many there are.

    Each is in the first format of *profile*, in a file called by its kind and name: `site--whc-86.xml`. *query* is the
    query of the profile. The archive appears only when it is whole, and equal generations give equal bytes. *told* is
    called with how many things are done, and of how many.
    """
    store = Store.read_only(str(generation))
    things = [each.value for each in Records(store).entities() if profile.describes(family_of(each.value))]
    unfinished = target.with_name(target.name + ".tmp")
    count = 0
    with ZipFile(unfinished, "w", ZIP_DEFLATED) as archive:
        for begin in range(0, len(things), _AT_ONCE):
            batch = things[begin : begin + _AT_ONCE]
            triples = store.query(bind(query, {"things": " ".join(batch)}))
            assert isinstance(triples, QueryTriples)
            for iri, view in separate(profile, batch, triples).items():
                entry = ZipInfo(_name(iri, profile.formats[0]))  # of 1980, as ZIP has it when nobody tells
                entry.compress_type = ZIP_DEFLATED
                archive.writestr(entry, written(profile, iri, view, profile.formats[0]))
                count += 1
            told(begin + len(batch), len(things))
    unfinished.replace(target)
    return count


def _name(iri: str, extension: str) -> str:
    name = iri.removeprefix(BASE).removeprefix("id/").replace("/", "--").replace("#", "--")
    return f"{name}.{_SUFFIXES[extension]}"
