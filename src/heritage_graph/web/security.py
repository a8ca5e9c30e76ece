"""API keys: made once, shown once, kept as digests, and limited to the graphs of their scopes."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import EngineTrouble, ParameterError, UnknownName
from heritage_graph.web.faults import Unauthorized

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

KEY_START: Final = "hgk_"
"""Every key begins so, which lets scanners find keys that leaked."""

JOBS: Final = "jobs"
"""The scope that lets long queries run as jobs."""

_EVERYTHING: Final = "*"
_FILE: Final = "keys.json"
_SECRET_BYTES: Final = 32
_NO_DIGEST: Final = "0" * 64
_USE_RESOLUTION: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Key:
    """What is kept of a key: never the key itself.

    `id` stands in the key and may be shown. `scopes` are graph IRIs in which `*` stands for any text, and the word
    `jobs`; `*` alone is everything. Times are ISO 8601 in UTC, None for never; `used` is exact to the minute.
    """

    id: str
    digest: str
    scopes: tuple[str, ...]
    note: str
    created: str
    expires: str | None = None
    revoked: str | None = None
    used: str | None = None

    def may_write(self, graph: str) -> bool:
        """Tell whether one of the scopes covers *graph*."""
        return any(fnmatchcase(graph, scope.replace("[", "[[]").replace("?", "[?]")) for scope in self.scopes)

    def may_run_jobs(self) -> bool:
        """Tell whether one of the scopes is `jobs` or everything."""
        return JOBS in self.scopes or _EVERYTHING in self.scopes

    def is_valid(self, now: datetime) -> bool:
        """Tell whether the key is neither revoked nor past its time."""
        return self.revoked is None and (self.expires is None or now < datetime.fromisoformat(self.expires))


def create_key(
    data: Path, *, scopes: Sequence[str], now: datetime, expires: datetime | None = None, note: str = ""
) -> tuple[str, Key]:
    """Make a key for the store in *data*; the first value is the key, which is never shown again.

    Raises:
        ParameterError: no scope, or one that is neither `*` nor `jobs` nor begins like an IRI.
    """
    if not scopes:
        raise ParameterError("a key needs at least one scope: a graph IRI, one with * in it, jobs, or * alone")
    for scope in scopes:
        is_iri = ":" in scope and scope.isprintable() and " " not in scope
        if not is_iri and scope not in {_EVERYTHING, JOBS}:
            raise ParameterError(f"a scope is a graph IRI, one with * in it, jobs, or * alone, not {scope!r}")
    text = f"{KEY_START}{secrets.token_hex(6)}.{secrets.token_urlsafe(_SECRET_BYTES)}"
    key = Key(
        id=_id_of(text),
        digest=_digest(text),
        scopes=tuple(scopes),
        note=note,
        created=_written(now),
        expires=None if expires is None else _written(expires),
    )
    with _locked(data):
        _save(data, [*list_keys(data), key])
    return text, key


def list_keys(data: Path) -> list[Key]:
    """All keys of the store in *data*, in the order in which they were made.

    Raises:
        EngineTrouble: the file of keys cannot be read.
    """
    path = data / _FILE
    if not path.exists():
        return []
    try:
        return [Key(**{**entry, "scopes": tuple(entry["scopes"])}) for entry in orjson.loads(path.read_bytes())]
    except (OSError, orjson.JSONDecodeError, TypeError, KeyError) as fault:
        raise EngineTrouble(f"the file {_FILE} of the data folder cannot be read; restore it or remove it") from fault


def revoke_key(data: Path, key_id: str, *, now: datetime) -> Key:
    """Make the key called *key_id* invalid at once; one that is revoked already stays so.

    Raises:
        UnknownName: there is no such key.
    """
    with _locked(data):
        keys = {key.id: key for key in list_keys(data)}
        if key_id not in keys:
            raise UnknownName(f"there is no key {key_id!r}; heritage-graph key list shows all", name=key_id)
        revoked = replace(keys[key_id], revoked=keys[key_id].revoked or _written(now))
        keys[key_id] = revoked
        _save(data, list(keys.values()))
    return revoked


class KeyRing:
    """The keys of one store, read anew whenever the file has changed."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._stamp: tuple[int, int] | None = None
        self._keys: dict[str, Key] = {}

    def authenticate(self, authorization: str | None, *, now: datetime) -> Key:
        """The valid key that the header field `Authorization` bears.

        Raises:
            Unauthorized: none, an unknown one, or one that is no longer valid; the error does not tell which.
        """
        scheme, _, text = (authorization or "").partition(" ")
        text = text.strip()
        key = self._current().get(_id_of(text))
        # Hashed and compared whether there is such a key or not, so that the time tells nothing.
        matches = hmac.compare_digest(_digest(text), _NO_DIGEST if key is None else key.digest)
        if scheme.lower() != "bearer" or key is None or not matches or not key.is_valid(now):
            raise Unauthorized("this takes a valid key, sent as: Authorization: Bearer …")
        self._note_use(key, now)
        return key

    def _current(self) -> dict[str, Key]:
        try:
            status = (self._data / _FILE).stat()
        except FileNotFoundError:
            self._keys, self._stamp = {}, None
            return self._keys
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._keys = {key.id: key for key in list_keys(self._data)}
            self._stamp = stamp
        return self._keys

    def _note_use(self, key: Key, now: datetime) -> None:
        if key.used is not None and now - datetime.fromisoformat(key.used) < _USE_RESOLUTION:
            return
        with _locked(self._data):
            keys = [replace(each, used=_written(now)) if each.id == key.id else each for each in list_keys(self._data)]
            _save(self._data, keys)


def holds_key(text: str) -> bool:
    """Tell whether *text* looks like one of our keys."""
    return KEY_START in text


def _id_of(text: str) -> str:
    return text.removeprefix(KEY_START).partition(".")[0]


def _digest(text: str) -> str:
    # A plain digest suffices: the secret has 256 random bits, so there is nothing to guess from it.
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _save(data: Path, keys: Sequence[Key]) -> None:
    unfinished = data / f"{_FILE}.tmp"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(orjson.dumps([asdict(key) for key in keys], option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(data / _FILE)


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    """Keep other processes from changing the file of keys meanwhile."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / f"{_FILE}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
