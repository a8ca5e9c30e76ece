"""The gate process: parse, validate and infer where untrusted bytes can do no harm.

Started by `ingest.intake`, and told first where the graph is: through the socket, since others see the command line. It
reads published generations, writes nothing, and answers with the changeset that the writer is to apply, or with the
reason for refusal.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from pyoxigraph import RdfFormat, serialize

from heritage_graph.errors import EngineTrouble, HeritageGraphError, InvalidData, LimitReached
from heritage_graph.ingest.bases import FolderBases
from heritage_graph.ingest.changes import Mode
from heritage_graph.ingest.judgement import prepare_submission
from heritage_graph.ingest.pipeline import Occasion, Prepared
from heritage_graph.ingest.rulebook import Rulebook, load_rulebook
from heritage_graph.ingest.submission import Submission
from heritage_graph.rdf_io import DocumentLimits
from heritage_graph.store import sandbox
from heritage_graph.store.frames import DATA, END, FAULT, START, Json, frame, json_frame, read_body, read_frame
from heritage_graph.store.worker_end import connection_and_settings
from heritage_graph.validation.report import Report, as_dict, as_text, as_turtle

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

    from pyoxigraph import Quad

    from heritage_graph.ingest.bases import Bases

_PIECE: int = 8 << 20


def main() -> None:
    """Judge submissions from the socket given on the command line until it closes."""
    connection, settings = connection_and_settings()
    sandbox.die_with_parent()
    told = read_frame(connection)
    if told is None:
        return
    rulebook = load_rulebook(Path(settings["shapes"]))
    limits = DocumentLimits(bytes=settings["document_bytes"])
    sandbox.limit_memory(settings["memory_bytes"])
    with suppress(ConnectionError):  # the front has stopped: there is nobody to judge for
        try:
            bases = _bases(orjson.loads(told[1]))
        except (EngineTrouble, LimitReached) as fault:
            connection.sendall(_fault(fault))
            return
        if settings["confined"]:
            sandbox.confine()
        connection.sendall(json_frame(END, {}))
        sandbox.run_on_deep_stack(lambda: _serve(connection, bases, rulebook, limits))


def _bases(told: Json) -> Bases:
    """How the state of a generation is opened: in a folder, or on the engine that *told* names.

    Raises:
        EngineTrouble, LimitReached: the engine cannot be asked.
    """
    if "engine" not in told:
        return FolderBases()
    # What asks engines takes a third of a second to load, and folders are read without it.
    from heritage_graph.ingest.engine_bases import EngineBases  # noqa: PLC0415

    return EngineBases(told)


def _serve(connection: socket.socket, bases: Bases, rulebook: Rulebook, limits: DocumentLimits) -> None:
    while (received := read_frame(connection)) is not None:
        request: Json = orjson.loads(received[1])
        if "ahead" in request:
            bases.look_ahead(request["ahead"])
            continue
        body, withdrawn = read_body(connection), read_body(connection)
        if body is None or withdrawn is None:
            return
        occasion = Occasion(datetime.fromisoformat(request["when"]), request["key"], request["message"])
        submission = Submission(
            graph=request["graph"],
            mode=Mode(request["mode"]),
            body=body,
            extension=request["extension"],
            encoding=request["encoding"],
            withdrawn=withdrawn,
        )
        try:
            with bases(request["base"]) as base:
                prepared = prepare_submission(
                    submission, base=base, rulebook=rulebook, occasion=occasion, limits=limits
                )
        except InvalidData as refusal:
            connection.sendall(_fault(refusal, report=_written(refusal.report)))
        except HeritageGraphError as refusal:
            connection.sendall(_fault(refusal))
        else:
            _send(connection, prepared)


def _send(connection: socket.socket, prepared: Prepared) -> None:
    changeset = prepared.changeset
    head = {
        "receipt": asdict(prepared.receipt),
        "report": _written(prepared.report),
        "changes": changeset is not None,
    }
    connection.sendall(json_frame(START, head))
    for quads in (changeset.added, changeset.removed) if changeset else ((), ()):
        _send_quads(connection, quads)


def _send_quads(connection: socket.socket, quads: Iterable[Quad]) -> None:
    body = serialize(quads, format=RdfFormat.N_QUADS)
    assert body is not None
    for start in range(0, len(body), _PIECE):
        connection.sendall(frame(DATA, body[start : start + _PIECE]))
    connection.sendall(json_frame(END, {}))


def _written(report: object) -> Json:
    assert isinstance(report, Report)
    return {"json": as_dict(report), "text": as_text(report), "turtle": as_turtle(report).decode()}


def _fault(refusal: HeritageGraphError, **details: object) -> bytes:
    return json_frame(
        FAULT,
        {"kind": type(refusal).__name__, "message": str(refusal), "slug": refusal.slug}
        | {"details": {**refusal.details, **details}},
    )


if __name__ == "__main__":
    main()
