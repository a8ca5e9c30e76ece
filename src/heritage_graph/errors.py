"""Every deliberate error of heritage-graph, as one tree.

The message says what was wrong and what would be right. `slug` names the kind of problem for machines; the
edges (`web.problems`, `cli`) choose a status or an exit code from the branch of the tree.

    HeritageGraphError
    ├── WrongUsage            the caller asked for something that does not exist or cannot be (exit 2)
    │   ├── ParameterError, SettingError
    │   ├── UnknownName
    │   │   └── GenerationNotKept
    │   └── QueryFault        the query cannot be accepted as it is
    ├── RefusedInput          the data was read and refused; nothing has changed (exit 1)
    │   ├── SyntaxFault, ForbiddenContent, TooLarge, InvalidData
    │   └── StaleBase
    ├── LimitReached          a query or a validation was stopped
    └── EngineTrouble         the store, a worker or a disk failed (exit 3)
        └── UpstreamTrouble   a remote engine failed
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class HeritageGraphError(Exception):
    """A fault that we foresaw: `str(error)` names it and the cure, `details` holds members for machines."""

    slug: ClassVar[str] = "error"
    title: ClassVar[str] = "Error"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.details: Mapping[str, object] = details


class WrongUsage(HeritageGraphError):
    """The request names something that does not exist or that cannot be."""

    slug = "wrong-usage"
    title = "The request cannot be understood"


class ParameterError(WrongUsage):
    """A parameter is missing, unknown, or its text is not of its type."""

    slug = "bad-parameter"
    title = "A parameter is not as it should be"


class SettingError(WrongUsage):
    """A setting, a query file or a shape file is wrong, so the service does not start."""

    slug = "bad-setting"
    title = "A setting is wrong"


class UnknownName(WrongUsage):
    """Nothing has the name that was asked for."""

    slug = "not-found"
    title = "Nothing has this name"


class TargetNotEmpty(WrongUsage):
    """What a graph is to be copied to holds another one."""

    slug = "target-not-empty"
    title = "The target holds another graph"


class GenerationNotKept(UnknownName):
    """A generation is not kept any more, or was never made; `generations` and `releases` list those that are kept."""

    slug = "generation-not-kept"
    title = "This state of the graph is not kept"


class NotAcceptable(WrongUsage):
    """None of the representations that we can make is acceptable; `available` lists them."""

    slug = "not-acceptable"
    title = "No acceptable representation"


class NotInXml(HeritageGraphError):
    """The result holds a character (`character`) that XML has no spelling for."""

    slug = "not-in-xml"
    title = "The result cannot be written in XML"

    def __init__(self, character: str) -> None:
        super().__init__(
            f"the result holds the character {character}, which no XML can hold; ask for another format",
            character=character,
        )


class QueryFault(WrongUsage):
    """A query that cannot be accepted; `line` and `column` (from 1) and `token` say where, when known."""

    slug = "sparql-syntax"
    title = "The query is not valid SPARQL"


class UnknownFunction(QueryFault):
    """The query calls a function (`function`) that the engine does not have."""

    slug = "unknown-function"
    title = "The function is not known"


class QueryTooDeep(QueryFault):
    """Brackets or operators nest deeper than the limit."""

    slug = "query-too-deep"
    title = "The query nests too deeply"


class QueryTooComplex(QueryFault):
    """More groups, patterns or operators than the limit."""

    slug = "query-too-complex"
    title = "The query is too complex to plan"


class QueryTooLarge(QueryFault):
    """The text of the query is longer than the limit."""

    slug = "query-too-large"
    title = "The query is too large"


class NotAQuery(QueryFault):
    """An update was sent where a query is expected."""

    slug = "not-a-query"
    title = "This is an update, not a query"


class ServiceForbidden(QueryFault):
    """The query asks another server, which this service does not do."""

    slug = "service-forbidden"
    title = "SERVICE is switched off"


class RefusedInput(HeritageGraphError):
    """The input was read and refused; the graph is as it was."""

    slug = "refused"
    title = "The input was refused"


class SyntaxFault(RefusedInput):
    """A document does not parse; `line` and `column` (from 1) say where, when known."""

    slug = "syntax-fault"
    title = "The document cannot be parsed"


class ForbiddenContent(RefusedInput):
    """A document holds what is never accepted: a DOCTYPE, a remote context, a blank node, a foreign graph."""

    slug = "forbidden-content"
    title = "The document holds something that is not accepted"

    def __init__(self, message: str, *, slug: str | None = None, **details: object) -> None:
        super().__init__(message, **details)
        if slug is not None:
            self.slug = slug  # type: ignore[misc]  # one class, several machine-readable kinds of content


class TooLarge(RefusedInput):
    """A document, one of its terms or its decompressed form is larger than the limit."""

    slug = "too-large"
    title = "The document is too large"


class UnsupportedMediaType(RefusedInput):
    """The media type, charset or content encoding of a document is not one that we read."""

    slug = "unsupported-media-type"
    title = "The media type is not supported"


class InvalidData(RefusedInput):
    """The data breaks a rule of the model; `report` (a `validation.report.Report`) says which and where."""

    slug = "shacl-violation"
    title = "The data breaks rules of the model"

    def __init__(self, message: str, *, report: object, **details: object) -> None:
        super().__init__(message, **details)
        self.report = report


class StaleBase(RefusedInput):
    """The change rests on a generation that is no longer the last one."""

    slug = "version-conflict"
    title = "The graph has changed in the meantime"


class LimitReached(HeritageGraphError):
    """Work was stopped because it passed a limit."""

    slug = "limit-reached"
    title = "A limit was reached"


class QueryTimeout(LimitReached):
    """The query ran longer than its limit (`limit_s`)."""

    slug = "query-timeout"
    title = "The query took too long"


class QueryMemory(LimitReached):
    """The query needed more memory than its limit (`limit_mb`)."""

    slug = "query-memory"
    title = "The query needed too much memory"


class ResultTooLarge(LimitReached):
    """The result has more bytes or rows than the limit."""

    slug = "result-too-large"
    title = "The result is too large"


class ValidationTimeout(LimitReached):
    """Parsing, validating or inferring took longer than its limit."""

    slug = "validation-timeout"
    title = "The document took too long to check"


class Busy(LimitReached):
    """The queue is full; `retry_after` says in how many seconds to try again."""

    slug = "busy"
    title = "The service is busy"


class MovedOn(Busy):
    """The graph moved on to another generation while an answer was made of one; the next answer is of the new one."""

    slug = "graph-moved-on"
    title = "The graph changed while the answer was made"


class TooManyRequests(LimitReached):
    """This client has used its share; `retry_after` says in how many seconds to try again."""

    slug = "too-many-requests"
    title = "Too many requests"


class EngineTrouble(HeritageGraphError):
    """The store, a worker or the disk failed; the request itself may be right."""

    slug = "engine-trouble"
    title = "The store cannot answer"


class RemoteFailed(EngineTrouble):
    """Another server, which the query asks with SERVICE, did not answer as it should."""

    slug = "service-failed"
    title = "A server that the query asks did not answer"


class UpstreamTrouble(EngineTrouble):
    """The engine behind this service failed us; `said` is the beginning of its own words, which go to no client."""

    slug = "upstream-trouble"
    title = "The engine behind this service failed"

    def __init__(self, message: str, *, said: str = "", **details: object) -> None:
        super().__init__(message, **details)
        self.said = said


class UpstreamDown(UpstreamTrouble):
    """The engine cannot be reached; `retry_after` says in how many seconds to try again."""

    slug = "upstream-down"
    title = "The engine behind this service cannot be reached"


class UpstreamGaveUp(UpstreamTrouble):
    """The engine gave the request up: it took too long, or was too much for it."""

    slug = "upstream-gave-up"
    title = "The engine behind this service gave the request up"


class UpstreamInvalid(UpstreamTrouble):
    """What the engine answered is not what it was asked for, or is broken off."""

    slug = "upstream-invalid"
    title = "The engine behind this service answered what cannot be read"


class UpstreamPartial(UpstreamTrouble):
    """The engine answered a part only."""

    slug = "upstream-partial"
    title = "The engine behind this service answered a part only"


class UpstreamRedirect(UpstreamTrouble):
    """The engine sent us elsewhere, where we do not go."""

    slug = "upstream-redirect"
    title = "The engine behind this service points elsewhere"


class UpstreamRefused(UpstreamTrouble):
    """The engine refused the request (`status`), which is right by the standard; nothing was done."""

    slug = "upstream-refused"
    title = "The engine behind this service refused the request"


class CopyDiffers(EngineTrouble):
    """A graph that was copied is not the same as the one it was copied from (`graph`)."""

    slug = "copy-differs"
    title = "The copy is not the same"


class StoreLocked(EngineTrouble):
    """Another process has the store open for writing."""

    slug = "store-locked"
    title = "The store is in use"


class StorageFull(EngineTrouble):
    """There is not enough room on the disk to write safely; reading goes on."""

    slug = "insufficient-storage"
    title = "There is not enough disk space"


class WorkerLost(EngineTrouble):
    """A worker process ended before it had answered."""

    slug = "worker-lost"
    title = "A worker process ended unexpectedly"
