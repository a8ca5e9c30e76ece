"""The front's side of writing: one submission at a time through the gate, and what passes to the writer."""

from __future__ import annotations

import asyncio
import signal
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph import errors
from heritage_graph.errors import EngineTrouble, HeritageGraphError, StaleBase, ValidationTimeout, WorkerLost
from heritage_graph.store.frames import ASK, DATA, END, FAULT, Json, frame, json_frame
from heritage_graph.store.worker import Worker, start_worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from heritage_graph.ingest.submission import Submission
    from heritage_graph.store.generations import Generations

_PIECE: Final = 4 << 20
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


class Intake:
    """The gate and the writer of one data folder; `on_commit` is awaited whenever a generation was published."""

    def __init__(
        self,
        data: Path,
        generations: Generations,
        *,
        shapes: Path,
        limits: GateLimits,
        reserve_bytes: int,
        on_commit: Callable[[], Awaitable[None]],
        confined: bool = True,
    ) -> None:
        self._data = data
        self._generations = generations
        self._shapes = shapes
        self._limits = limits
        self._reserve_bytes = reserve_bytes
        self._on_commit = on_commit
        self._confined = confined
        self._gate: Worker | None = None
        self._writer: Worker | None = None
        self._turn = asyncio.Lock()
        self._writer_key = ""

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of the gate and the writer that run now."""
        return {
            name: worker.pid
            for name, worker in (("gate", self._gate), ("writer", self._writer))
            if worker is not None and not worker.channel.closed
        }

    async def start(self) -> None:
        """Start the writer, which publishes what is there; the gate follows with `keep_alive`."""
        await self._running_writer()

    async def stop(self) -> None:
        """End both; a commit under way finishes first."""
        async with self._turn:
            for worker in (self._gate, self._writer):
                if worker is not None:
                    await worker.stop()

    async def keep_alive(self) -> None:
        """Start anew what has ended; cheap when both run."""
        if self._turn.locked():
            return
        async with self._turn:
            await self._running_writer()
            await self._running_gate()

    async def validate(self, submission: Submission) -> Verdict:
        """The verdict on *submission* against the last generation; nothing is stored.

        Raises:
            RefusedInput: as `submit` would.
        """
        async with self._turn:
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
            if expected is not None and expected != self._generations.last:
                raise StaleBase(
                    f"you saw generation {expected}, but the last one is {self._generations.last}; "
                    "read the graph again and repeat the change",
                    expected=expected,
                    generation=self._generations.last,
                )
            key = uuid.uuid4().hex
            verdict = await self._judge(submission, key=key)
            if verdict.changes:
                await self._commit(verdict, key)
                await self._on_commit()
            return verdict

    async def retire(self, generation: int) -> None:
        """Have the writer delete the checkpoint of *generation*, unless somebody or a release has come to keep it.

        Raises:
            EngineTrouble: the writer cannot start; nothing is deleted.
        """
        async with self._turn:
            writer = await self._running_writer()
            if generation not in self._generations.retirable():
                return
            self._generations.withdraw(generation)
            await writer.channel.send(json_frame(ASK, {"retire": generation}))
            received = await writer.channel.receive()
            if received is not None:  # else its successor tells what there is
                answer: Json = orjson.loads(received[1])
                self._generations.publish(answer["generations"])

    async def _judge(self, submission: Submission, *, key: str) -> Verdict:
        """The gate's verdict; a gate that was killed from outside is replaced once, since judging changes nothing."""
        try:
            return await self._judge_once(submission, key=key)
        except WorkerLost:
            return await self._judge_once(submission, key=key)

    async def _judge_once(self, submission: Submission, *, key: str) -> Verdict:
        gate = await self._running_gate()
        base = self._generations.last
        self._generations.hold(base)
        try:
            async with asyncio.timeout(self._limits.seconds):
                await gate.channel.send(json_frame(ASK, self._request(submission, base, key)))
                await _send_body(gate, submission.body)
                await _send_body(gate, submission.withdrawn)
                return await self._read_verdict(gate)
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
        finally:
            self._generations.release(base)

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

    def _request(self, submission: Submission, base: int, key: str) -> Json:
        return {
            "base": str(self._generations.folder(base)),
            "when": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "key": key,
            "message": submission.message,
            "graph": submission.graph,
            "mode": submission.mode.value,
            "extension": submission.extension,
            "encoding": submission.encoding,
        }

    async def _commit(self, verdict: Verdict, key: str) -> None:
        """Have the writer apply *verdict*; one that was killed before it did is replaced once."""
        try:
            await self._commit_once(verdict, key)
        except WorkerLost:
            await self._commit_once(verdict, key)

    async def _commit_once(self, verdict: Verdict, key: str) -> None:
        writer = await self._running_writer()
        generation = verdict.receipt["generation"]
        await writer.channel.send(
            json_frame(ASK, {"base": self._generations.last, "generation": generation, "key": key})
        )
        await _send_body(writer, verdict.added)
        await _send_body(writer, verdict.removed)
        received = await writer.channel.receive()
        if received is None:
            # The writer ended. Its successor says whether the transaction was durable: the key tells.
            await writer.wait()
            await self._running_writer()
            if self._writer_key == key:
                return
            raise WorkerLost(
                "the writer ended before the change was durable; nothing was stored. Send it again.",
                committed=False,
                retry_after=1,
            )
        kind, payload = received
        answer: Json = orjson.loads(payload)
        if kind == FAULT:
            raise _writer_fault(answer)
        self._writer_key = key
        self._generations.publish(answer["generations"])

    async def _running_writer(self) -> Worker:
        if self._writer is None or self._writer.channel.closed:
            await _bury(self._writer)
            self._writer = await start_worker(
                "heritage_graph.store.writer_process",
                {"data": str(self._data), "reserve_bytes": self._reserve_bytes},
            )
            received = await self._writer.channel.receive()
            if received is None:
                raise EngineTrouble("the writer process did not start", retry_after=5)
            kind, payload = received
            hello: Json = orjson.loads(payload)
            if kind == FAULT:
                raise _writer_fault(hello)
            self._writer_key = hello["key"]
            self._generations.publish(hello["generations"])
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
            if await self._gate.channel.receive() is None:
                raise EngineTrouble("the gate process did not start", retry_after=5)
        return self._gate


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
    kind.slug: kind for kind in (errors.StaleBase, errors.StorageFull, errors.StoreLocked, errors.EngineTrouble)
}


def _writer_fault(fault: Json) -> HeritageGraphError:
    details = {name: value for name, value in fault.items() if name not in {"slug", "message"}}
    return _WRITER_FAULTS[fault["slug"]](fault["message"], **details)
