"""The errors that only HTTP has, as branches of the one tree."""

from __future__ import annotations

from heritage_graph.errors import HeritageGraphError, ParameterError, RefusedInput, WrongUsage


class AmbiguousRequest(WrongUsage):
    """The request gives a thing twice, or two things of which one is expected."""

    slug = "ambiguous-request"
    title = "The request can be read in two ways"


class MalformedRequest(WrongUsage):
    """What came is no request of HTTP/1.1; the connection is closed."""

    slug = "malformed-request"
    title = "This is not an HTTP request"


class MethodNotAllowed(WrongUsage):
    """The resource exists but does not take this method; `allowed` lists those it takes."""

    slug = "method-not-allowed"
    title = "The method is not allowed here"


class UriTooLong(WrongUsage):
    """The request line is longer than the limit (`limit_bytes`)."""

    slug = "uri-too-long"
    title = "The address is too long"


class HeadersTooLarge(WrongUsage):
    """The header fields of the request are larger than the limit (`limit_bytes`)."""

    slug = "headers-too-large"
    title = "The header fields are too large"


class BodyTooLarge(WrongUsage):
    """The body of the request is larger than the limit (`limit_bytes`)."""

    slug = "body-too-large"
    title = "The body is too large"


class BatchTooLarge(WrongUsage):
    """More is asked at once than one request may ask (`limit`)."""

    slug = "batch-too-large"
    title = "The batch is too large"


class BodyTooSlow(WrongUsage):
    """The body did not come within its time."""

    slug = "body-too-slow"
    title = "The body came too slowly"


class WrongContentType(WrongUsage):
    """The body comes as a media type or in a charset that this resource does not read (`supported`)."""

    slug = "unsupported-media-type"
    title = "The media type is not supported"


class UpdateDisabled(WrongUsage):
    """A SPARQL update was sent; writing goes another way."""

    slug = "update-disabled"
    title = "SPARQL Update is not offered"


class KeyInAddress(ParameterError):
    """A key stands in the address, where logs and histories keep it."""

    slug = "key-in-address"
    title = "A key does not belong in an address"


class Unauthorized(WrongUsage):
    """No valid key was given; which of the reasons it is stays untold."""

    slug = "unauthorized"
    title = "A key is needed"


class Forbidden(WrongUsage):
    """The key is valid, but not for this graph; or nobody may write this graph."""

    slug = "graph-forbidden"
    title = "This graph may not be written"


class NotForThisKey(WrongUsage):
    """The key is valid, but its scopes, or another owner, do not allow what is asked."""

    slug = "not-for-this-key"
    title = "The key does not allow this"


class RangeNotSatisfiable(WrongUsage):
    """The range that is asked for is malformed, or lies beyond the end (`bytes`: how many there are)."""

    slug = "range-not-satisfiable"
    title = "There are no such bytes"


class NotFinished(WrongUsage):
    """The job has no result: it has not finished, or ended without one (`state`)."""

    slug = "job-not-done"
    title = "The job has no result"


class Expired(WrongUsage):
    """The result of the job was removed when its time had come."""

    slug = "job-expired"
    title = "The result is not kept any more"


class PreconditionFailed(WrongUsage):
    """The graph is not in the state that the request names as its condition."""

    slug = "version-conflict"
    title = "The graph has changed in the meantime"


class KeyInUse(WrongUsage):
    """A request with this `Idempotency-Key` is being worked on; the same can be sent again when it has ended."""

    slug = "idempotency-key-in-use"
    title = "The same request is being worked on"


class KeyUsed(RefusedInput):
    """This `Idempotency-Key` came with another request before; nothing has changed now."""

    slug = "idempotency-key-reused"
    title = "The Idempotency-Key belongs to another request"


class Gone(WrongUsage):
    """The thing was described once and has been withdrawn."""

    slug = "withdrawn"
    title = "The thing has been withdrawn"


class InternalFault(HeritageGraphError):
    """An unforeseen fault of ours; the log has the rest under the id of the request."""

    slug = "internal-error"
    title = "Something went wrong on our side"
