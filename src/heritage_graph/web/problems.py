"""Every error as an RFC 9457 problem document: the one place that turns errors into statuses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph import errors
from heritage_graph.web import faults
from heritage_graph.web.negotiation import HTML, PROBLEM, TEXT, TURTLE, acceptable
from heritage_graph.web.templating import PAGE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from heritage_graph.errors import HeritageGraphError
    from heritage_graph.web.page_language import PageLanguage
    from heritage_graph.web.templating import Pages

_STATUS_OF_CLASS: Final[dict[type[HeritageGraphError], int]] = {
    errors.HeritageGraphError: 500,
    errors.WrongUsage: 400,
    errors.UnknownName: 404,
    errors.GenerationNotKept: 410,
    errors.NotAcceptable: 406,
    errors.NotInXml: 406,
    errors.QueryTooLarge: 413,
    errors.ServiceForbidden: 403,
    errors.RefusedInput: 422,
    errors.SyntaxFault: 400,
    errors.ForbiddenContent: 400,
    errors.TooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.InvalidData: 422,
    errors.StaleBase: 412,
    errors.LimitReached: 422,
    errors.QueryTimeout: 504,
    errors.ValidationTimeout: 504,
    errors.Busy: 503,
    errors.TooManyRequests: 429,
    errors.EngineTrouble: 503,
    errors.StorageFull: 507,
    errors.RemoteFailed: 502,
    errors.UpstreamTrouble: 502,
    errors.UpstreamDown: 503,
    errors.UpstreamGaveUp: 504,
    errors.UpstreamPartial: 504,
    errors.SettingError: 500,
    faults.MethodNotAllowed: 405,
    faults.UriTooLong: 414,
    faults.HeadersTooLarge: 431,
    faults.BodyTooLarge: 413,
    faults.BatchTooLarge: 413,
    faults.BodyTooSlow: 408,
    faults.WrongContentType: 415,
    faults.UpdateDisabled: 403,
    faults.Unauthorized: 401,
    faults.Forbidden: 403,
    faults.NotForThisKey: 403,
    faults.RangeNotSatisfiable: 416,
    faults.NotFinished: 409,
    faults.Expired: 410,
    faults.PreconditionFailed: 412,
    faults.KeyInUse: 409,
    faults.Gone: 410,
    faults.InternalFault: 500,
}
"""The status of each branch of the tree; a class that is not here has that of its parent."""

CONTENT_KINDS: Final = {
    "doctype-forbidden": (400, "The document holds a DOCTYPE"),
    "remote-context-forbidden": (400, "The document refers to a remote context"),
    "document-too-deep": (400, "The document nests too deeply"),
    "document-unreadable": (400, "The document cannot be read safely"),
    "triple-term-forbidden": (400, "The document uses triple terms"),
    "blank-node-forbidden": (422, "The document uses blank nodes"),
    "graph-forbidden": (403, "This graph may not be written"),
    "decompressed-too-large": (413, "The document is too large once decompressed"),
    "literal-too-large": (413, "A literal is too large"),
    "too-many-graphs": (413, "The document names too many graphs"),
}
"""Kinds of content that one class of error stands for: status and title by slug."""

_REPORT_FORMATS: Final = (PROBLEM, TURTLE, TEXT, HTML)
_PROBLEM_FORMATS: Final = (PROBLEM, TEXT, HTML)
_RETRY_AFTER_S: Final = 5
_READ: Final = {b"accept-post": "/", b"accept-encoding": "identity"}
"""The fields that tell what is read of a body, and by what its list is known."""


@dataclass(frozen=True)
class Problem:
    """What a problem document says; `members` are its extension members, `reports` the SHACL report by form."""

    slug: str
    status: int
    title: str
    detail: str
    members: Mapping[str, object]
    reports: Mapping[str, object]

    def document(self, instance: str) -> dict[str, object]:
        """The problem as JSON; *instance* is the id of the request."""
        return {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": f"urn:request:{instance}",
            **self.members,
        }


def status_of(kind: type[HeritageGraphError]) -> int:
    """The HTTP status of a class of errors."""
    return next(_STATUS_OF_CLASS[parent] for parent in kind.__mro__ if parent in _STATUS_OF_CLASS)


def problem_of(error: HeritageGraphError) -> Problem:
    """What the problem document about *error* says."""
    members = {name: value for name, value in error.details.items() if value is not None}
    slug, status, title = error.slug, status_of(type(error)), error.title
    kind = str(members.pop("kind", slug))
    if kind in CONTENT_KINDS and isinstance(error, errors.RefusedInput):
        slug, (status, title) = kind, CONTENT_KINDS[kind]
    reports: Mapping[str, object] = {}
    if isinstance(error, errors.InvalidData) and isinstance(error.report, dict):
        reports = error.report
        members["report"] = reports["json"]
    return Problem(slug, status, title, str(error), members, reports)


def written(
    problem: Problem,
    *,
    accept: str,
    language: PageLanguage,
    instance: str,
    pages: Pages,
    here: str = "/",
    head: bool = False,
) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The header fields and the body of the answer that tells *problem* to a client with this `Accept`.

    A problem is always told: where nothing is acceptable it comes as JSON. *here* is the address that was asked,
    without its language.
    """
    content_type, body = _representation(problem, accept, instance, partial(pages.render, language=language, here=here))
    fields = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"vary", b"Accept, Accept-Language"),
    ]
    if content_type == HTML.content_type:
        fields += PAGE_FIELDS
    if problem.status in {429, 503, 507}:
        fields.append((b"retry-after", str(problem.members.get("retry_after", _RETRY_AFTER_S)).encode()))
    if problem.status == 401:  # noqa: PLR2004 - the status that asks for credentials
        fields.append((b"www-authenticate", b'Bearer realm="heritage-graph"'))
    if problem.status == 416:  # noqa: PLR2004 - the status that tells how many bytes there are
        fields.append((b"content-range", f"bytes */{problem.members['bytes']}".encode()))
    supported = problem.members.get("supported")
    if problem.status == 415 and isinstance(supported, list):  # noqa: PLR2004 - the status that tells what is read
        fields += [(name, ", ".join(supported).encode()) for name, sign in _READ.items() if sign in supported[0]]
    allowed = problem.members.get("allowed")
    if problem.status == 405 and isinstance(allowed, list):  # noqa: PLR2004 - the status that needs Allow
        fields.append((b"allow", ", ".join(allowed).encode()))
    return fields, b"" if head else body


def catalogue() -> dict[str, tuple[int, str, str]]:
    """Every kind of problem by slug, sorted: status, title, and what it means."""
    known = {
        kind.slug: (status_of(kind), kind.title, " ".join((kind.__doc__ or "").split()))
        for kind in _branches(errors.HeritageGraphError)
    }
    known |= {slug: (status, title, title + ".") for slug, (status, title) in CONTENT_KINDS.items()}
    return dict(sorted(known.items()))


def _branches(kind: type[HeritageGraphError]) -> Iterator[type[HeritageGraphError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _branches(child)


def _representation(problem: Problem, accept: str, instance: str, page: Callable[..., bytes]) -> tuple[str, bytes]:
    formats = _REPORT_FORMATS if problem.reports else _PROBLEM_FORMATS
    try:
        chosen = acceptable(accept, formats) or PROBLEM
    except errors.ParameterError:
        chosen = PROBLEM
    if chosen == HTML:
        return HTML.content_type, page("problem.html", problem=problem, instance=instance)
    if chosen == TURTLE:
        return TURTLE.content_type, str(problem.reports["turtle"]).encode()
    if chosen == TEXT:
        told = f"{problem.status} {problem.title}\n\n{problem.detail}\n"
        if problem.reports:
            told += f"\n{problem.reports['text']}"
        return TEXT.content_type, f"{told}\nrequest {instance}\n".encode()
    return PROBLEM.media_type, orjson.dumps(problem.document(instance), default=str)
