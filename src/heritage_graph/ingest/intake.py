"""The front's side of writing: one submission at a time through the gate, and what passes to the writer."""

from __future__ import annotations

import asyncio
import signal
import uuid
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph import errors
from heritage_graph.errors import (
    EngineTrouble,
    HeritageGraphError,
    LimitReached,
    MovedOn,
    StaleBase,
    ValidationTimeout,
    WorkerLost,
)
from heritage_graph.store.frames import ASK, DATA, END, FAULT, Json, frame, json_frame
from heritage_graph.store.worker import Worker, start_worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from heritage_graph.ingest.submission import Submission

_PIECE: Final = 4 << 20
_TRIES: Final = 8
"""So often a document is judged anew when others commit meanwhile, unless its author said what it rests on."""
_ENDED_FROM_OUTSIDE: Final = (-signal.SIGKILL, -signal.SIGTERM)


@dataclass(frozen=True)
class GateLimits:
    """What one submission may take: seconds, bytes of memory of the gate, bytes of the document."""

    seconds: float = 60.0
    memory_bytes: int = 4 << 30
    document_bytes: int = 64 << 20


@dataclass(frozen=True)
class Verdict:
    """The gate's answer to a submission that it did not refuse.

    `receipt` are the members of `pipeline.Receipt`; `report` has the SHACL report as `json`, `text` and `turtle`.
    """

    receipt: Json
    report: Json
    added: bytes = field(default=b"", repr=False)
    removed: bytes = field(default=b"", repr=False)
    changes: bool = False


class Intake(ABC):
    """The gate and the writer of one graph; `on_commit` is awaited whenever a generation was published."""

    def __init__(
        self, *, shapes: Path, limits: GateLimits, on_commit: Callable[[], Awaitable[None]], confined: bool = True
    ) -> None:
        self._shapes = shapes
        self._limits = limits
        self._on_commit = on_commit
        self._confined = confined
        self._gate: Worker | None = None
        self._writer: Worker | None = None
        self._turn = asyncio.Lock()

    @property
    @abstractmethod
    def _last(self) -> int:
        """The last generation, as the writer has told it."""

    @abstractmethod
    def _note(self, told: Json) -> None:
        """Take note of where the writer says that the graph stands."""

    @abstractmethod
    async def _look(self) -> None:
        """Have the writer tell where the graph stands now, where others write too."""

    @abstractmethod
    def _place(self) -> Json:
        """What the gate is told first: where the graph is."""

    @abstractmethod
    def _base(self) -> AbstractContextManager[Json]:
        """What the gate is told to read the last generation, which is kept until it has been read."""

    @abstractmethod
    async def _started_writer(self) -> Worker:
        """A new writer, which is about to say where the graph stands."""

    @abstractmethod
    async def _was_committed(self, key: str) -> bool:
        """Have a new writer tell what became of the commit called *key*, whose writer ended."""

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of the gate and the writer that run now."""
        return {
            name: worker.pid
            for name, worker in (("gate", self._gate), ("writer", self._writer))
            if worker is not None and not worker.channel.closed
        }

    async def start(self) -> None:
        """Start the writer, which publishes what is there; the gate begins with the first document (docs/adr/0003)."""
        await self._running_writer()

    async def stop(self) -> None:
        """End both; a commit under way finishes first."""
        async with self._turn:
            for worker in (self._gate, self._writer):
                if worker is not None:
                    await worker.stop()

    async def keep_alive(self) -> None:
        """Start anew what has ended; cheap when nothing has."""
        if self._turn.locked():
            return
        async with self._turn:
            await self._running_writer()
            if self._gate is not None:
                await self._running_gate()

    async def validate(self, submission: Submission) -> Verdict:
        """The verdict on *submission* against the last generation; nothing is stored.

        Raises:
            RefusedInput: as `submit` would.
        """
        async with self._turn:
            await self._look()
            return await self._judge(submission, key="")

    async def submit(self, submission: Submission, *, expected: int | None = None) -> Verdict:
        """Bring *submission* in and return once it is durable and published.

        Args:
            submission: the document and its graph.
            expected: the generation that its author saw; the last one must still be that.

        Raises:
            StaleBase: it is not.
            RefusedInput: the document or the state it would make is refused; nothing has changed.
            ValidationTimeout: the gate took longer than its limit; nothing has changed.
            EngineTrouble: a process or the disk failed; `committed` in the details tells whether it was stored.
        """
        async with self._turn:
            for _ in range(_TRIES - 1):
                with suppress(_OutrunByOthers):
                    return await self._submit_once(submission, expected=expected)
            try:
                return await self._submit_once(submission, expected=expected)
            except _OutrunByOthers as outrun:
                raise outrun.fault from None

    async def _submit_once(self, submission: Submission, *, expected: int | None) -> Verdict:
        """Bring *submission* in on the last generation.

        Raises:
            _OutrunByOthers: others have committed meanwhile, and its author did not say on what it rests.
        """
        await self._look()
        if expected is not None and expected != self._last:
            raise StaleBase(
                f"you saw generation {expected}, but the last one is {self._last}; "
                "read the graph again and repeat the change",
                expected=expected,
                generation=self._last,
            )
        key = uuid.uuid4().hex
        try:
            verdict = await self._judge(submission, key=key)
            if verdict.changes:
                await self._commit(verdict, key)
        except (StaleBase, MovedOn) as fault:
            if expected is None:
                raise _OutrunByOthers(fault) from fault
            raise StaleBase(str(fault), **{"expected": expected, **fault.details}) from fault
        if verdict.changes:
            await self._look_ahead()
            await self._on_commit()
        return verdict

    async def _look_ahead(self) -> None:
        """Tell the gate on what the next document is likely to rest, so that it need not open it then."""
        if self._gate is not None:
            with self._base() as base:
                await self._gate.channel.send(json_frame(ASK, {"ahead": base}))

    async def _judge(self, submission: Submission, *, key: str) -> Verdict:
        """The gate's verdict; a gate that was killed from outside is replaced once, since judging changes nothing."""
        try:
            return await self._judge_once(submission, key=key)
        except WorkerLost:
            return await self._judge_once(submission, key=key)

    async def _judge_once(self, submission: Submission, *, key: str) -> Verdict:
        gate = await self._running_gate()
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._judged(gate, submission, key)
        except TimeoutError:
            gate.kill()
            raise ValidationTimeout(
                f"checking the document took longer than {self._limits.seconds:g} s; nothing was stored. "
                "Send it in parts.",
                limit_s=self._limits.seconds,
            ) from None
        except asyncio.CancelledError:
            gate.kill()
            raise

    async def _judged(self, gate: Worker, submission: Submission, key: str) -> Verdict:
        with self._base() as base:
            await gate.channel.send(json_frame(ASK, {"base": base, **_request(submission, key)}))
            await _send_body(gate, submission.body)
            await _send_body(gate, submission.withdrawn)
            return await self._read_verdict(gate)

    async def _read_verdict(self, gate: Worker) -> Verdict:
        received = await gate.channel.receive()
        if received is None:
            if await gate.wait() in _ENDED_FROM_OUTSIDE:
                raise _gate_lost()
            raise errors.ForbiddenContent(
                "the document made the process that reads it end; it nests too deeply or expands too far",
                slug="document-unreadable",
            )
        kind, payload = received
        head: Json = orjson.loads(payload)
        if kind == FAULT:
            raise _refusal(head)
        added, removed = await _read_body(gate), await _read_body(gate)
        return Verdict(head["receipt"], head["report"], added, removed, head["changes"])

    async def _commit(self, verdict: Verdict, key: str) -> None:
        """Have the writer apply *verdict*; one that was killed before it did is replaced once."""
        try:
            await self._commit_once(verdict, key)
        except WorkerLost:
            await self._commit_once(verdict, key)

    async def _commit_once(self, verdict: Verdict, key: str) -> None:
        writer = await self._running_writer()
        generation = verdict.receipt["generation"]
        await writer.channel.send(json_frame(ASK, {"base": generation - 1, "generation": generation, "key": key}))
        await _send_body(writer, verdict.added)
        await _send_body(writer, verdict.removed)
        received = await writer.channel.receive()
        if received is None:
            await writer.wait()
            if await self._was_committed(key):
                return
            raise WorkerLost(
                "the writer ended before the change was durable; nothing was stored. Send it again.",
                committed=False,
                retry_after=1,
            )
        kind, payload = received
        answer: Json = orjson.loads(payload)
        if kind == FAULT:
            raise writer_fault(answer)
        self._note({"key": key, **answer})

    async def _running_writer(self) -> Worker:
        if self._writer is None or self._writer.channel.closed:
            await _bury(self._writer)
            self._writer = await self._started_writer()
            received = await self._writer.channel.receive()
            if received is None:
                raise EngineTrouble("the writer process did not start", retry_after=5)
            kind, payload = received
            hello: Json = orjson.loads(payload)
            if kind == FAULT:
                raise writer_fault(hello)
            self._note(hello)
        return self._writer

    async def _running_gate(self) -> Worker:
        if self._gate is None or self._gate.channel.closed:
            await _bury(self._gate)
            self._gate = await start_worker(
                "heritage_graph.ingest.gate_process",
                {
                    "shapes": str(self._shapes),
                    "memory_bytes": self._limits.memory_bytes,
                    "document_bytes": self._limits.document_bytes,
                    "confined": self._confined,
                },
            )
            await self._gate.channel.send(json_frame(ASK, self._place()))
            received = await self._gate.channel.receive()
            if received is None:
                raise EngineTrouble("the gate process did not start", retry_after=5)
            kind, payload = received
            if kind == FAULT:
                raise _refusal(orjson.loads(payload))
        return self._gate


def _request(submission: Submission, key: str) -> Json:
    return {
        "when": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "key": key,
        "message": submission.message,
        "graph": submission.graph,
        "mode": submission.mode.value,
        "extension": submission.extension,
        "encoding": submission.encoding,
    }


class _OutrunByOthers(Exception):
    """What was prepared rests on a generation that is not the last one any more; `fault` tells so."""

    def __init__(self, fault: StaleBase | MovedOn) -> None:
        super().__init__()
        self.fault = fault


async def _bury(worker: Worker | None) -> None:
    if worker is not None:
        worker.kill()
        await worker.wait()


def _gate_lost() -> WorkerLost:
    return WorkerLost("the gate ended before it had answered; nothing was stored. Send it again.", retry_after=1)


async def _send_body(worker: Worker, body: bytes) -> None:
    for start in range(0, len(body), _PIECE):
        await worker.channel.send(frame(DATA, body[start : start + _PIECE]))
    await worker.channel.send(json_frame(END, {}))


async def _read_body(worker: Worker) -> bytes:
    parts: list[bytes] = []
    while True:
        received = await worker.channel.receive()
        if received is None:
            raise _gate_lost()
        kind, payload = received
        if kind == END:
            return b"".join(parts)
        parts.append(payload)


def _refusal(fault: Json) -> HeritageGraphError:
    """The error that the gate reported, as one of the same class."""
    kind: type[HeritageGraphError] = getattr(errors, fault["kind"])
    details = fault["details"]
    if kind is errors.InvalidData:
        return errors.InvalidData(fault["message"], report=details["report"])
    if kind is errors.ForbiddenContent:
        return errors.ForbiddenContent(fault["message"], slug=fault["slug"], **details)
    return kind(fault["message"], **details)


_WRITER_FAULTS: Final = {
    kind.slug: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, EngineTrouble | StaleBase | LimitReached)
}


def writer_fault(fault: Json) -> HeritageGraphError:
    """The error that the writer reported, as one of the same class."""
    details = {name: value for name, value in fault.items() if name not in {"slug", "message"}}
    return _WRITER_FAULTS[fault["slug"]](fault["message"], **details)
