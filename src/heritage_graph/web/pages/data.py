"""/data: what the data cover, by kind, year, country, language and publisher, and what they do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.query_files import bind
from heritage_graph.web.answer_page import Cell
from heritage_graph.web.answer_pictures import Bar, Bars, picture_of
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.references import Asking
from heritage_graph.web.dataset_state import citation_of, dataset_state, dates_of
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.quality.coverage import QUESTION
from heritage_graph.web.replies import cached, current, json_reply, page_reply, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.words import read_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.context import Context
    from heritage_graph.web.names import Names
    from heritage_graph.web.replies import Reply

_PATH: Final = "/data"
_AGREEMENT: Final = f"{HG}Agreement"
_TOTALS: Final = frozenset({f"{HG}Participation", f"{HG}SourceDocument"})
"""Kinds that stand above the pictures; beside their bars those of the others would be stubs."""
_MOST_BARS: Final = 12
_MOST_YEARS: Final = 60
"""Years before the last so many are one number."""
_LONGEST_BAR: Final = 82.0
"""Of the width in per cent, so that the number stands behind the bar."""
_LANGUAGES: Final = "data.language-"


@dataclass(frozen=True)
class Year:
    """How many agreements, and how many activities and designations, are of one year."""

    year: int
    agreements: int
    others: int


@dataclass(frozen=True)
class Years:
    """The years in their order without a gap, how many things are older than these, and how many have no date."""

    years: Sequence[Year]
    older: int
    undated: int

    @property
    def most(self) -> int:
        """The largest number of a year; 1 at least."""
        return max((each.agreements + each.others for each in self.years), default=0) or 1


def operations(_: Context) -> tuple[Operation, ...]:
    """The page of the data."""
    return (
        Operation(
            "data", _PATH, "What the data cover and what they do not, how they were gathered, how to cite them.", _data,
            values=(FORMAT,), formats=(JSON, HTML),
            problems=("busy", "query-timeout", "too-many-requests"), schema="data", example=_PATH, tag="dataset",
        ),
    )  # fmt: skip


async def _data(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    state = await dataset_state(request, context, counted=False)
    edition = await current(request, context, _PATH, chosen.extension, *state.parts, at_generation=state.generation)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    dates = await dates_of(request, context, edition.generation)
    citation = citation_of(state, dates)
    coverage = context.catalogue.query(QUESTION)
    code = page_language(request.scope).code if chosen == HTML else "en"
    with context.budgets.spending(client_of(request.scope)):
        (numbers,) = await asking.rows("data-parties")
        kinds = await asking.rows("data-kinds")
        years = _years(await asking.rows("data-years"))
        languages = await asking.rows("data-languages")
        publishers = await asking.rows("data-publishers")
        countries = await rows_of(
            request, context, bind(coverage, {"lang": code}), generation=edition.generation, lane="heavy"
        )
    labels = await asking.labels(
        row["publisher"]["value"] for row in publishers if row["publisher"]["type"] == "uri"
    )  # fmt: skip
    countries.sort(key=lambda row: -sum(int(row[column]["value"]) for column in coverage.counts))
    if chosen != HTML:
        return cached(
            json_reply(
                envelope(
                    edition.generation,
                    **{name: int(cell["value"]) for name, cell in numbers.items()},
                    kinds=[{"kind": row["kind"]["value"], "number": _number(row)} for row in kinds],
                    years=[{"year": each.year, "agreements": each.agreements, "others": each.others}
                           for each in years.years],
                    older=years.older,
                    undated=years.undated,
                    languages=[{"language": row["language"]["value"], "number": _number(row)} for row in languages],
                    publishers=[
                        {"publisher": labels.value(row["publisher"]), "number": _number(row)} for row in publishers
                    ],
                    countries=len(countries),
                    citation=citation,
                )
            ),
            edition,
        )  # fmt: skip
    things = [row for row in kinds if row["kind"]["value"] not in _TOTALS]
    names = await context.term_names.of(request, context, edition.generation)
    page = page_reply(
        request, context, "data.html", generation=edition.generation, citation=citation,
        numbers={name: int(cell["value"]) for name, cell in numbers.items()},
        kinds=_bars(things, [_named(row["kind"]["value"], names) for row in things]),
        years=years,
        countries=len(countries), country_bars=picture_of(coverage, countries[:_MOST_BARS], names),
        tongues=_bars(languages, [Cell(_language(row["language"]["value"], code)) for row in languages]),
        publisher_count=len(publishers), once=sum(_number(row) == 1 for row in publishers),
        publishers=_bars(publishers[:_MOST_BARS], [
            Cell(labels.shown(row["publisher"], code)) for row in publishers[:_MOST_BARS]
        ]),
    )  # fmt: skip
    return cached(page, edition)


def _number(row: Row) -> int:
    return int(row["number"]["value"])


def _named(iri: str, names: Names) -> Cell:
    name = names.of(iri)
    return Cell(name.text, name.language)


def _language(tag: str, code: str) -> str:
    """The name of the language *tag* in the language *code* of the page; the tag where pages know no name."""
    return read_words().get(f"{_LANGUAGES}{tag}", {}).get(code, tag)


def _bars(rows: Sequence[Row], names: Sequence[Cell]) -> Bars:
    """A bar for each of *rows*, called as *names* say."""
    most = max(map(_number, rows), default=0) or 1
    groups = [
        (name, [Bar(f"{_number(row):,}", _LONGEST_BAR * _number(row) / most)])
        for name, row in zip(names, rows, strict=True)
    ]
    return Bars([""], groups, 0)


def _years(rows: Sequence[Row]) -> Years:
    """The years of *rows*, the last of them and those before as far as they are shown one by one."""
    agreements: Counter[int] = Counter()
    others: Counter[int] = Counter()
    for row in rows:
        if "year" in row:
            (agreements if row["kind"]["value"] == _AGREEMENT else others)[int(row["year"]["value"])] += _number(row)
    known = {*agreements, *others}
    last = max(known, default=0)
    first = max(min(known, default=1), last - _MOST_YEARS + 1)
    return Years(
        [Year(year, agreements[year], others[year]) for year in range(first, last + 1)],
        sum(number for counted in (agreements, others) for year, number in counted.items() if year < first),
        sum(_number(row) for row in rows if "year" not in row),
    )
