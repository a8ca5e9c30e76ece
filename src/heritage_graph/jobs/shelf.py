"""The files of the jobs.

{data}/jobs/{id}/job.json        what is known of it; replaced as a whole
{data}/jobs/{id}/query.rq        the query
{data}/jobs/{id}/results.json    the rows, or results.nt the graph; there once the job is done
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import EngineTrouble, StorageFull, UnknownName
from heritage_graph.jobs.job import Job, Question, State
from heritage_graph.store.conversions import STORED

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from heritage_graph.store.frames import Json

_ID: Final = re.compile(r"[0-9a-f]{32}")


class Shelf:
    """The jobs of the data folder *data*; only its owner reads the files."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "jobs"

    def put(self, job: Job) -> None:
        """Keep what is known of *job*, and its query when it is new.

        Raises:
            StorageFull: the files cannot be written; what was known stays.
        """
        folder = self._of(job.id)
        try:
            if not folder.exists():
                folder.mkdir(mode=0o700, parents=True)
                (folder / "query.rq").write_text(job.question.text, encoding="utf-8")
            _write(folder, job)
        except OSError as fault:
            raise StorageFull(f"the job could not be written: {fault.strerror}", retry_after=60) from fault

    def get(self, job_id: str) -> Job:
        """The job called *job_id*.

        Raises:
            UnknownName: there is none, or none any more.
            EngineTrouble: its files cannot be read.
        """
        folder = self._of(job_id)
        try:
            entry = orjson.loads((folder / "job.json").read_bytes())
            text = (folder / "query.rq").read_text(encoding="utf-8")
        except FileNotFoundError as fault:
            raise UnknownName(f"there is no job {job_id}, or none any more", name=job_id) from fault
        except (OSError, ValueError) as fault:
            raise EngineTrouble(f"the files of the job {job_id} cannot be read") from fault
        return _read(entry, text)

    def all(self) -> list[Job]:
        """All jobs, in the order in which they were submitted; those whose files are damaged are left out."""
        found = []
        for path in self._folder.glob("*/job.json"):
            try:
                found.append(self.get(path.parent.name))
            except (UnknownName, EngineTrouble):
                continue
        return sorted(found, key=lambda job: job.submitted)

    def begin_results(self, job: Job) -> BinaryIO:
        """A file to write the result of *job* to; `finish_results` makes it the result."""
        return (self._of(job.id) / "results.tmp").open("wb")

    def finish_results(self, job: Job, form: str) -> None:
        """Make what was written the result of *job*."""
        (self._of(job.id) / "results.tmp").replace(self._of(job.id) / f"results.{STORED[form]}")

    def results(self, job: Job) -> Path:
        """Where the result of *job* is, which has one."""
        assert job.form is not None
        return self._of(job.id) / f"results.{STORED[job.form]}"

    def drop_results(self, job: Job) -> None:
        """Remove the result of *job*, whole or not."""
        for path in self._of(job.id).glob("results.*"):
            path.unlink(missing_ok=True)

    def drop(self, job: Job) -> None:
        """Remove *job* and all its files."""
        shutil.rmtree(self._of(job.id), ignore_errors=True)

    def clear_leftovers(self) -> None:
        """Remove what a killed process left: folders of jobs that nobody was told of, and halves of results."""
        for folder in self._folder.glob("*"):
            if not (folder / "job.json").exists():
                shutil.rmtree(folder, ignore_errors=True)
        for path in self._folder.glob("*/results.tmp"):
            path.unlink()

    def size(self) -> int:
        """Bytes that all results take, those being written among them."""
        return sum(path.stat().st_size for path in self._folder.glob("*/results.*"))

    def free(self) -> int:
        """Bytes of the disk that are free."""
        return shutil.disk_usage(self._folder).free

    def _of(self, job_id: str) -> Path:
        if not _ID.fullmatch(job_id):
            raise UnknownName(f"there is no job {job_id[:40]!r}")
        return self._folder / job_id


def _write(folder: Path, job: Job) -> None:
    entry = asdict(job)
    del entry["question"]["text"]
    unfinished = folder / "job.tmp"
    with unfinished.open("wb") as file:
        file.write(orjson.dumps(entry, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / "job.json")


def _read(entry: Json, text: str) -> Job:
    question = entry["question"]
    return Job(
        id=entry["id"],
        key=entry["key"],
        question=Question(
            text=text,
            generation=question["generation"],
            limit_s=question["limit_s"],
            base_iri=question["base_iri"],
            default_graphs=tuple(question["default_graphs"]),
            named_graphs=tuple(question["named_graphs"]),
            labels=tuple(question["labels"]),
        ),
        state=State(entry["state"]),
        submitted=datetime.fromisoformat(entry["submitted"]),
        started=_moment(entry["started"]),
        finished=_moment(entry["finished"]),
        expires=_moment(entry["expires"]),
        form=entry["form"],
        size=entry["size"],
        fault=entry["fault"],
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
