"""A document on its way to the graph: its bytes, what they are, and what they are to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heritage_graph.ingest.changes import Mode


@dataclass(frozen=True)
class Submission:
    """One document for one graph.

    `extension` names the format (`ttl`, `jsonld` …), `encoding` the content encoding (`identity` or `gzip`).
    With `Mode.REMOVE` there is no document: `body` is empty. `withdrawn` are statements, in N-Triples, that leave the
    graph in the same commit.
    """

    graph: str
    mode: Mode
    body: bytes = b""
    extension: str = "ttl"
    encoding: str = "identity"
    message: str = ""
    withdrawn: bytes = b""
