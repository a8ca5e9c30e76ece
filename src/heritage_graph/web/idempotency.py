"""`Idempotency-Key`: a change that is sent again is not made again; its first answer is given once more.

After draft-ietf-httpapi-idempotency-key-header. What is kept, in files of the data folder, are the answers to changes
that were made; a refusal changes nothing, so the same key may come again with what was mended.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import ParameterError
from heritage_graph.web.faults import KeyInUse, KeyUsed
from heritage_graph.web.negotiation import JSON
from heritage_graph.web.replies import Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

FIELD: Final = b"idempotency-key"
KEPT_S: Final = 24 * 3600.0
"""How long an answer is kept."""

FOLDER: Final = "idempotency"
"""The folder of the answers, in the data folder."""

_REPLAYED: Final = (b"idempotency-replayed", b"true")
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_PRUNE_EVERY_S: Final = 60.0


@dataclass(frozen=True)
class Once:
    """A change that may be sent twice: who sends it, under which key, and the digest of what it asks."""

    sender: str
    key: str
    fingerprint: str

    @property
    def name(self) -> str:
        """The name of the file of its answer."""
        return hashlib.sha256(f"{self.sender}\x00{self.key}".encode()).hexdigest()


def key_in(header: str) -> str | None:
    """The key in the header field, whose quotation marks may be left out; None when it is empty.

    Raises:
        ParameterError: it is longer than 255 characters, or others than visible ASCII.
    """
    key = header.strip()
    if not key:
        return None
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        raise ParameterError(
            'Idempotency-Key takes 1 to 255 visible ASCII characters in quotation marks, like "8e03978e-40d5"',
            parameter="Idempotency-Key",
        )
    return key


def fingerprint_of(*parts: bytes) -> str:
    """The digest of everything that makes a request what it is."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


class KeptAnswers:
    """The answers of the last day in one data folder."""

    def __init__(self, data: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = data / FOLDER
        self._clock = clock
        self._running: set[str] = set()
        self._pruned = 0.0

    async def answer(self, once: Once, make: Callable[[], Awaitable[Reply]]) -> Reply:
        """The answer to *once*: the one that was given before, else that of *make*, which is then kept.

        Only an answer that *make* returns with a status below 300 is kept. When the process ends between the change
        and the keeping, the change is made again; a PUT or DELETE that is made twice leaves what one leaves.

        Raises:
            KeyUsed: the key came with another request before.
            KeyInUse: the same key is being worked on.
        """
        if once.name in self._running:
            raise KeyInUse("a request with this Idempotency-Key is being worked on; send it again in a few seconds")
        self._running.add(once.name)
        try:
            kept = await asyncio.to_thread(self._kept, once)
            if kept is not None:
                return kept
            reply = await make()
            if reply.status < 300:  # noqa: PLR2004 - the change was made
                await asyncio.to_thread(self._keep, once, reply)
            return reply
        finally:
            self._running.discard(once.name)

    def _kept(self, once: Once) -> Reply | None:
        try:
            entry = orjson.loads((self._folder / once.name).read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return None
        if self._clock() - entry["created"] > KEPT_S:
            return None
        if entry["fingerprint"] != once.fingerprint:
            raise KeyUsed("this Idempotency-Key came with another request; make a new key for each change")
        fields = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in entry["fields"])
        return Reply(entry["body"].encode(), JSON, status=entry["status"], fields=(*fields, _REPLAYED))

    def _keep(self, once: Once, reply: Reply) -> None:
        """Keep *reply*, durably; when there is no room, the change stands and only its answer cannot be replayed."""
        entry = {
            "created": self._clock(),
            "fingerprint": once.fingerprint,
            "status": reply.status,
            "fields": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in reply.fields],
            "body": reply.body.decode(),
        }
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._prune()
            unfinished = self._folder / f"{once.name}.tmp"
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(orjson.dumps(entry))
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._folder / once.name)

    def _prune(self) -> None:
        """Remove answers older than a day, at most once a minute."""
        now = self._clock()
        if now - self._pruned < _PRUNE_EVERY_S:
            return
        self._pruned = now
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                if now - path.stat().st_mtime > KEPT_S:
                    path.unlink()
