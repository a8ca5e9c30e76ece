"""Who works with whom: the partners of one agent, or what two have done and agreed upon together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.query_files import bind
from heritage_graph.web.api.collaboration_contexts import FROM, TO, UNDATED, contexts_of, period_in
from heritage_graph.web.api.envelope import at_least, envelope
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.parameters import LANGUAGE, PROBLEMS, iri_in, language_in, names_in
from heritage_graph.web.api.reasons import unknown_because
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import CSV, JSON
from heritage_graph.web.replies import Reply, cached, current, json_reply, links, rows_of
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of
from heritage_graph.web.row_sources import sources_of
from heritage_graph.web.spreadsheet import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.api.collaboration_contexts import Json, Period
    from heritage_graph.web.api.lists import PageAsked
    from heritage_graph.web.context import Context
    from heritage_graph.web.row_sources import Source

PATH: Final = "/api/v1/collaborations"
FORMATS: Final = (JSON, CSV)
A: Final = Value("a", "An organization, state or person.", required=True, example="id:organization/icesco", type="iri")
B: Final = Value("b", "Another one: the answer then tells what the two have in common.", type="iri",
                 example="id:organization/icom")  # fmt: skip
INCLUDE: Final = Value("include", "sources: the graphs that state each participation, with their documents.",
                       example="sources")  # fmt: skip
_COLUMNS: Final = ("partner", "partnerName", "times", "complete", "context", "contextName", "kind", "earliest",
                   "latest", "roles")  # fmt: skip
_SHARED_COLUMNS: Final = ("context", "contextName", "kind", "earliest", "latest", "rolesOfA", "rolesOfB")
_MOST_TIMES: Final = 10**9


def operations(_: Context) -> tuple[Operation, ...]:
    """The list."""
    return (
        Operation(
            "collaborations", PATH, "The partners of an agent with contexts, or what two agents did together.",
            _list,
            values=(A, B, FROM, TO, UNDATED, INCLUDE, LANGUAGE, LIMIT, CURSOR, AS_OF, MIN_GENERATION, FORMAT),
            formats=FORMATS, problems=(*PROBLEMS, "result-too-large"), schema="collaborations", tag="api",
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class _Page:
    """One page of a list: the keys and rows of its items, the address of the next one, and how many there are."""

    items: Sequence[tuple[str, list[Row]]]
    following: str | None
    count: int


@dataclass(frozen=True)
class _Asked:
    """What a request asks for."""

    a: str
    b: str | None
    period: Period
    with_sources: bool
    language: str
    place: PageAsked

    def page(self, groups: Mapping[str, list[Row]], generation: int) -> _Page:
        """The page of *groups*, which are ordered by their keys."""
        shown, last = self.place.cut(list(groups.items()), lambda group: group[0])
        return _Page(shown, self.place.next_address(generation, last), len(groups))


async def _list(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, FORMATS)
    values = values_of(request.scope)
    a, b = iri_in(values, A), iri_in(values, B)
    assert a is not None
    if a == b:
        raise ParameterError("'a' and 'b' are the same; leave 'b' out for the partners of one", parameter=B.name)
    with_sources = bool(names_in([values.get(INCLUDE.name, "")], INCLUDE, ("sources",)))
    period, language = period_in(values), language_in(values)
    asked = _Asked(a, b, period, with_sources, language, await page_asked(request, context, PATH, values))
    edition = await current(
        request, context, PATH, *map(str, sorted(values.items())), chosen.extension,
        at_generation=asked.place.generation,
    )  # fmt: skip
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        answer = await (_partners(asking, asked) if asked.b is None else _shared(asking, asked, asked.b))
    fields = links((answer.following, "next", chosen.media_type)) if answer.following else ()
    if chosen == CSV:
        return cached(Reply(csv_bytes(answer.columns, answer.cells), CSV), edition, fields)
    return cached(json_reply(envelope(edition.generation, **answer.members)), edition, fields)


@dataclass(frozen=True)
class _Answer:
    """A page in both forms."""

    members: Json
    columns: Sequence[str]
    cells: Sequence[Sequence[str]]
    following: str | None


async def _partners(asking: Asking, asked: _Asked) -> _Answer:
    """The partners of one agent, those with most contexts first."""
    query = asking.context.catalogue.query("collaborations-of")
    text = bind(query, {"agent": asked.a, **asked.period.bound})
    rows = await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")
    own = sorted({row["partner"]["value"] for row in rows if row["sameHouse"]["value"] == "true"})
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row["sameHouse"]["value"] != "true":
            key = f"{_MOST_TIMES - int(row['times']['value']):010} {row['partner']['value']}"
            groups.setdefault(key, []).append(row)
    page = asked.page(groups, asking.generation)
    shown = [row for _, of_partner in page.items for row in of_partner]
    described = await contexts_of(asking, (row["context"]["value"] for row in shown))
    labels = await asking.labels({asked.a, *own, *_iris(shown, "partner", "context", "role")})
    sources = await _sources(asking, shown) if asked.with_sources else {}
    items: list[Json] = []
    cells: list[list[str]] = []
    for _, of_partner in page.items:
        partner, times, complete = (of_partner[0][column]["value"] for column in ("partner", "times", "complete"))
        contexts = []
        for iri, roles in _roles_by(of_partner, "context").items():
            told = {**described[iri].told(labels), "roles": labels.references(roles)}
            contexts.append(told | ({"sources": sources[partner, iri]} if asked.with_sources else {}))
            named = " | ".join(labels.text(role, asked.language) for role in roles)
            cells.append([partner, labels.text(partner, asked.language), times, complete, iri,
                          labels.text(iri, asked.language), described[iri].kind, described[iri].first or "",
                          described[iri].last or "", named])  # fmt: skip
        items.append(
            {
                "partner": labels.reference(partner),
                "times": at_least(int(times), complete=complete == "true"),
                "contexts": contexts,
            }
        )
    members: Json = {
        "a": labels.reference(asked.a),
        "period": asked.period.told,
        "total": at_least(page.count, complete=bool(rows) and all(row["complete"]["value"] == "true" for row in rows)),
        "items": items,
        "next": page.following,
        "sameHouse": labels.references(own),
    }
    return _Answer(members | _unless(page.count), _COLUMNS, cells, page.following)


async def _shared(asking: Asking, asked: _Asked, b: str) -> _Answer:
    """The activities and agreements in which two agents both take part, by IRI."""
    text = bind(asking.context.internal.query("shared-contexts"), {"a": asked.a, "b": b, **asked.period.bound})
    rows = await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["context"]["value"], []).append(row)
    page = asked.page(groups, asking.generation)
    described = await contexts_of(asking, groups)
    shown = [row for _, of_context in page.items for row in of_context]
    labels = await asking.labels({asked.a, b, *_iris(shown, "context", "role")})
    complete = bool(rows) and all(row["complete"]["value"] == "true" for row in rows)
    sources = await _sources(asking, [_as_partner(row) for row in shown]) if asked.with_sources else {}
    items: list[Json] = []
    cells: list[list[str]] = []
    for iri, of_context in page.items:
        roles = _roles_by(of_context, "agent")
        active = {row["agent"]["value"] for row in of_context if row["collaborates"]["value"] == "true"}
        told = {
            **described[iri].told(labels),
            "roles": {name: labels.references(roles[agent]) for name, agent in (("a", asked.a), ("b", b))},
            "collaboration": len(active) == 2,  # noqa: PLR2004 - both
        }
        if asked.with_sources:
            told["sources"] = _merged(sources[agent, iri] for agent in (asked.a, b))
        items.append(told)
        named = [" | ".join(labels.text(role, asked.language) for role in roles[agent]) for agent in (asked.a, b)]
        cells.append([iri, labels.text(iri, asked.language), described[iri].kind, described[iri].first or "",
                      described[iri].last or "", *named])  # fmt: skip
    agreements = sum(described[iri].kind == "agreement" for iri in groups)
    members: Json = {
        "a": labels.reference(asked.a),
        "b": labels.reference(b),
        "period": asked.period.told,
        "agreements": at_least(agreements, complete=complete),
        "activities": at_least(page.count - agreements, complete=complete),
        "total": at_least(page.count, complete=complete),
        "items": items,
        "next": page.following,
    }
    return _Answer(members | _unless(page.count), _SHARED_COLUMNS, cells, page.following)


async def _sources(asking: Asking, rows: Sequence[Row]) -> dict[tuple[str, str], list[Source]]:
    """The graphs that state that a partner took part in a context, by both."""
    query = asking.context.catalogue.query("collaborations-of")
    told = await sources_of(asking.request, asking.context, query, rows, asking.generation)
    found: dict[tuple[str, str], list[Source]] = {}
    for row, sources in zip(rows, told, strict=True):
        pair = (row["partner"]["value"], row["context"]["value"])
        found[pair] = _merged([found.get(pair, []), sources])
    return found


def _merged(lists: Iterable[Sequence[Source]]) -> list[Source]:
    by_graph = {source["graph"]: source for each in lists for source in each}
    return [by_graph[graph] for graph in sorted(by_graph)]


def _as_partner(row: Row) -> Row:
    """A row about one of two agents as `collaborations-of` would have it."""
    return {"partner": row["agent"], "context": row["context"], "role": row["role"]}


def _roles_by(rows: Sequence[Row], column: str) -> dict[str, list[str]]:
    """The roles in *rows* by the value of *column*, in the order of the rows."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row[column]["value"], []).append(row["role"]["value"])
    return found


def _iris(rows: Sequence[Row], *columns: str) -> set[str]:
    return {row[column]["value"] for row in rows for column in columns}


def _unless(count: int) -> Json:
    """Why nothing is told, when there is nothing."""
    return {} if count else unknown_because("no-collaboration-on-record")
