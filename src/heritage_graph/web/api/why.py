"""/api/v1/why: who says so, where in which text, by which rule, and who disagrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph import terms
from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.grounds import Wanted, statements_told
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.reasons import reasons
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.faults import Gone
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.replies import cached, current, json_reply, links, redirect
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.terms import Term
    from heritage_graph.web.api.lists import PageAsked
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

PATH: Final = "/api/v1/why"
PAGE: Final = "/why"
VALUES: Final = (
    Value(
        "s", "The thing that the statements are about, an IRI.", required=True, example="id:agreement/icesco-ots-mou"
    ),
    Value("p", "Only statements with this property.", example="hg:validUntil"),
    Value(
        "o",
        "Only statements with this value: an IRI, or a literal as SPARQL writes it. It needs `p`.",
        example='"2027-06-13"^^<http://www.w3.org/2001/XMLSchema#date>',
    ),
    LIMIT,
    CURSOR,
    MIN_GENERATION,
    AS_OF,
    FORMAT,
)


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation on statements."""
    return (
        Operation(
            "why", PATH, "Who says so: graphs, documents, places in the text, rules and premises, and who disagrees.",
            answer, values=VALUES, formats=(JSON, HTML), statuses=(200, 303), schema="why", tag="trust",
            problems=("bad-parameter", "not-found", "withdrawn", "generation-not-kept", "too-many-requests"),
        ),
    )  # fmt: skip


async def answer(request: Request, context: Context) -> Reply:
    """The grounds of the statements that *request* asks about, in JSON; browsers are led to the page that tells them.

    Raises:
        ParameterError, UnknownName, Gone, GenerationNotKept, LimitReached, EngineTrouble: as `document_of`.
    """
    if negotiated(request.scope, (JSON, HTML)) == HTML:
        return redirect(f"{PAGE}?{request.scope['query_string'].decode('ascii', 'replace')}")
    asked = await asked_in(request, context)
    edition = await current(request, context, "why", *asked.parts, at_generation=asked.page.generation)
    if edition.unchanged:
        return edition.unchanged
    document = await document_of(request, context, asked, edition.generation)
    following = document["next"]
    fields = links((following, "next", "application/json")) if isinstance(following, str) else ()
    return cached(json_reply(document, fields=fields), edition)


@dataclass(frozen=True)
class Asked:
    """Which statements a request asks about, and which page of them."""

    wanted: Wanted
    page: PageAsked
    given: Mapping[str, str]

    @property
    def parts(self) -> tuple[str, ...]:
        """What tells the answer from others of one generation."""
        wanted = self.wanted
        named = wanted.thing, wanted.predicate or "", self.given.get("o", "")
        return *named, str(wanted.limit), str(wanted.after), self.given.get(AS_OF.name, "")


async def asked_in(request: Request, context: Context) -> Asked:
    """What *request* asks.

    Raises:
        ParameterError: `s` is missing, `o` stands without `p`, a text is no term, or the page is none.
        GenerationNotKept: the state that it asks is not kept.
    """
    given = values_of(request.scope)
    thing, predicate, value = _statements(given)
    page = await page_asked(request, context, PATH, given)
    return Asked(Wanted(thing, predicate, value, after=int(page.after or 0), limit=page.limit), page, given)


async def document_of(request: Request, context: Context, asked: Asked, generation: int) -> dict[str, object]:
    """The grounds of the statements, as JSON tells them.

    Raises:
        UnknownName, Gone: no graph describes the thing, or none does any more.
        LimitReached, EngineTrouble: as `Service.query`.
    """
    asking = Asking(request, context, generation)
    with context.budgets.spending(client_of(request.scope)):
        replacement = await _known(asking, asked.wanted.thing)
        members, last = await statements_told(asking, asked.wanted)
    return envelope(
        generation,
        **members,
        next=asked.page.next_address(generation, None if last is None else str(last)),
        **({"replacedBy": replacement} if replacement else {}),
        **({} if members["items"] else {"unknown": {"reason": dict(reasons()["nobody-says-so"])}}),
        links=_links(asked.wanted.thing),
    )


def _statements(given: Mapping[str, str]) -> tuple[str, str | None, Term | None]:
    """The thing, the property and the value of the statements that are asked about.

    Raises:
        ParameterError: `s` is missing, `o` stands without `p`, or a text is no term.
    """
    if not given.get("s"):
        raise ParameterError("'s' is missing: the IRI of the thing, like id:agreement/icesco-ots-mou", parameter="s")
    if "o" in given and "p" not in given:
        raise ParameterError("'o' needs 'p': a value belongs to a property", parameter="o")
    return (
        terms.parse_parameter(given["s"], "iri").value,
        terms.parse_parameter(given["p"], "iri").value if "p" in given else None,
        terms.parse_parameter(given["o"], "term") if "o" in given else None,
    )


async def _known(asking: Asking, iri: str) -> str | None:
    """What *iri* was merged into, None when it stands.

    Raises:
        UnknownName: no graph has ever described it.
        Gone: it was described once.
    """
    row = (await asking.rows("standing", this=iri))[0]
    if any(row[place]["value"] == "true" for place in ("published", "generic", "elsewhere")):
        return row["replacement"]["value"] if "replacement" in row else None
    if "change" in row:
        raise Gone(f"{iri} was described once and has been withdrawn; the log tells when", iri=iri)
    raise UnknownName(f"nothing is known of {iri}; s takes the IRI of a thing that some graph describes", iri=iri)


def _links(iri: str) -> dict[str, str]:
    about = urlencode({"about": iri})
    return {
        **({"document": address} if (address := local_address(iri)) else {}),
        "contradictions": f"/api/v1/contradictions?{about}",
        "anomalies": f"/api/v1/anomalies?{about}",
    }
