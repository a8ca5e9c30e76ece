"""A kept query as a reader cites it: a sentence, BibTeX, CSL-JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import metadata
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
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
    software = metadata("heritage-graph")
    title, version, author = software["Name"], software["Version"], software["Author"]
    committed, kept = datetime.fromisoformat(query.committed), datetime.fromisoformat(query.kept)
    state = f"generation {query.generation} of {committed.date()}, commit {query.commit}"
    checksum = "" if query.digest is None else f" SHA-256 of the sorted answer: {query.digest}."
    return Citation(
        text=(
            f"{author} ({committed.year}). {title} [Data set], version {version}, {state}. {LICENCE}. "
            f"Query kept on {kept.date()}: {address}.{checksum}"
        ),
        bibtex=_bibtex(
            f"{title}-{query.hash[:_SHORT]}",
            {
                "author": f"{{{author}}}",
                "title": f"{{{title}}}",
                "year": str(committed.year),
                "version": f"{version}, generation {query.generation}",
                "howpublished": "Data set",
                "url": address,
                "urldate": str(kept.date()),
                "note": f"Query on {state}. {LICENCE}.{checksum}",
            },
        ),
        csl=orjson.dumps(
            [
                {
                    "id": f"{title}-{query.hash[:_SHORT]}",
                    "type": "dataset",
                    "title": title,
                    "author": [{"literal": author}],
                    "issued": _date_parts(committed),
                    "accessed": _date_parts(kept),
                    "version": f"{version}, generation {query.generation}",
                    "URL": address,
                    "note": f"Query on {state}. {LICENCE}.{checksum}",
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
