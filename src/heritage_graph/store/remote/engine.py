"""Where a remote engine is, how it speaks, and who we are to it: values that go to worker processes as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from heritage_graph.errors import SettingError

if TYPE_CHECKING:
    from heritage_graph.store.frames import Json

RESULT_BYTES: Final = 200 << 20
"""How much of one result is read from an engine unless a setting says otherwise."""


class Dialect(StrEnum):
    """How an engine differs from what SPARQL 1.1 says."""

    SPARQL11 = "sparql11"
    """It has an unnamed default graph of its own, and one update request is one transaction."""
    VIRTUOSO = "virtuoso"
    """The default graph is the union of all graphs unless named; one request is limited in size."""


class Scheme(StrEnum):
    """How we say who we are."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    DIGEST = "digest"


@dataclass(frozen=True)
class Authentication:
    """Who we are to an engine: `user` and `password` for Basic and Digest, the token as `password` for Bearer.

    Sent to the addresses of the engine only, and to no place that an engine redirects to. Not shown by `repr`.

    Raises:
        SettingError: something is missing, or cannot stand in a header.
    """

    scheme: Scheme = Scheme.NONE
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.scheme is not Scheme.NONE and not self.password:
            raise SettingError(f"authentication by {self.scheme} needs engine_password in the environment or a file")
        if self.scheme in {Scheme.BASIC, Scheme.DIGEST} and (not self.user or ":" in self.user):
            raise SettingError(f"authentication by {self.scheme} needs engine_user, without a colon")
        if not (self.user + self.password).isprintable():
            raise SettingError("engine_user and engine_password hold printable characters only")


@dataclass(frozen=True)
class Engine:
    """One engine: the addresses of the SPARQL 1.1 Protocol and of the Graph Store Protocol, and its limits.

    `timeout_s` is the longest that anything asked of it may take; a request may ask for less. `result_bytes` is how
    much of one result is read. `own_timeout` is a parameter by which the engine limits itself, 10 % below our time:
    `timeout={ms}` (milliseconds; Virtuoso, Stardog), `timeout={s}` (seconds; GraphDB, Fuseki), `timeout={s}s`
    (QLever); empty is none, or that of Virtuoso when it is one.

    Raises:
        SettingError: an address is not http or https, names nobody, or holds credentials.
    """

    query: str
    update: str
    graph_store: str | None = None
    dialect: Dialect = Dialect.SPARQL11
    authentication: Authentication = field(default_factory=Authentication)
    timeout_s: float = 30.0
    result_bytes: int = RESULT_BYTES
    own_timeout: str = ""

    def __post_init__(self) -> None:
        for address in (self.query, self.update, *([] if self.graph_store is None else [self.graph_store])):
            origin_of(address)

    def as_json(self) -> Json:
        """What `from_json` takes; it holds the credentials, so it goes through a socket and nowhere else."""
        return asdict(self)

    @classmethod
    def from_json(cls, written: Json) -> Engine:
        """The engine that `as_json` wrote."""
        who = written["authentication"]
        return cls(
            **{
                **written,
                "dialect": Dialect(written["dialect"]),
                "authentication": Authentication(**{**who, "scheme": Scheme(who["scheme"])}),
            }
        )


def origin_of(address: str) -> tuple[str, str, int]:
    """Scheme, host and port of the http address *address*.

    Raises:
        SettingError: it is none, or it holds credentials.
    """
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        parts, port = urlsplit(""), 0
    if not port or not parts.hostname:
        raise SettingError("the address of an engine is like https://sparql.example.org/query")
    if parts.username is not None or parts.password is not None:
        raise SettingError("the address of an engine holds no credentials; set engine_user and engine_password")
    return parts.scheme, parts.hostname, port
