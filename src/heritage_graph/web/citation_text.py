"""A kept query, or a release, as a reader cites it: a sentence, BibTeX, CSL-JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import metadata
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from heritage_graph.store.releases import Release
    from heritage_graph.web.cited_queries import CitedQuery

LICENCE: Final = "CC BY 4.0"
_SHORT: Final = 12


@dataclass(frozen=True)
class Citation:
    """One citation in its three forms."""

    text: str
    bibtex: str
    csl: str


def citation_of(query: CitedQuery, address: str) -> Citation:
    """How *query*, which stands at *address*, is cited: the graph, its state, and the query."""
    committed, kept = datetime.fromisoformat(query.committed), datetime.fromisoformat(query.kept)
    state = f"generation {query.generation} of {committed.date()}, commit {query.commit}"
    checksum = "" if query.digest is None else f" SHA-256 of the sorted answer: {query.digest}."
    return _citation(
        query.hash[:_SHORT],
        f"generation {query.generation}",
        committed=committed,
        kept=kept,
        address=address,
        state=state,
        text=f"Query kept on {kept.date()}: {address}.{checksum}",
        note=f"Query on {state}. {LICENCE}.{checksum}",
    )


def citation_of_release(release: Release, *, committed: datetime, commit: str, address: str) -> Citation:
    """How *release*, told at *address*, is cited; *commit* is the key of what made its generation at *committed*."""
    state = f"release {release.name}, generation {release.generation} of {committed.date()}, commit {commit}"
    return _citation(
        release.name,
        f"release {release.name}",
        committed=committed,
        kept=datetime.fromisoformat(release.created),
        address=address,
        state=state,
        text=f"{address}.",
        note=f"{state[0].upper()}{state[1:]}. {LICENCE}.",
    )


def _citation(
    key: str, edition: str, *, committed: datetime, kept: datetime, address: str, state: str, text: str, note: str
) -> Citation:
    software = metadata("heritage-graph")
    title, version, author = software["Name"], software["Version"], software["Author"]
    return Citation(
        text=f"{author} ({committed.year}). {title} [Data set], version {version}, {state}. {LICENCE}. {text}",
        bibtex=_bibtex(
            f"{title}-{key}",
            {
                "author": f"{{{author}}}",
                "title": f"{{{title}}}",
                "year": str(committed.year),
                "version": f"{version}, {edition}",
                "howpublished": "Data set",
                "url": address,
                "urldate": str(kept.date()),
                "note": note,
            },
        ),
        csl=orjson.dumps(
            [
                {
                    "id": f"{title}-{key}",
                    "type": "dataset",
                    "title": title,
                    "author": [{"literal": author}],
                    "issued": _date_parts(committed),
                    "accessed": _date_parts(kept),
                    "version": f"{version}, {edition}",
                    "URL": address,
                    "note": note,
                }
            ],
            option=orjson.OPT_INDENT_2,
        ).decode(),
    )


def _bibtex(name: str, fields: dict[str, str]) -> str:
    width = max(map(len, fields))
    lines = ",\n".join(f"  {field:<{width}} = {{{value}}}" for field, value in fields.items())
    return f"@misc{{{name},\n{lines}\n}}\n"


def _date_parts(moment: datetime) -> dict[str, object]:
    return {"date-parts": [[moment.year, moment.month, moment.day]]}
