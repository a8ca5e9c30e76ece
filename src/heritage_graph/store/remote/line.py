"""The line of a writer to an engine: what it asks for itself, and its updates, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from heritage_graph.store.remote import results
from heritage_graph.store.remote.client import BINDINGS, Client
from heritage_graph.store.remote.update_texts import bound
from heritage_graph.store.view import commit_in

if TYPE_CHECKING:
    from heritage_graph.store.remote.engine import Engine
    from heritage_graph.store.state import Row

# The graph is named as part of the dataset: Virtuoso 7.2.5 finds nothing in `GRAPH <constant>` when the default graph
# is given with the request, unless the constant is among the named graphs that are given.
_LAST_COMMIT: Final = """
PREFIX hg: <https://w3id.org/heritage-graph/ns#>
SELECT ?generation ?key
FROM NAMED <https://w3id.org/heritage-graph/graph/log>
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/log> { ?commit hg:generation ?generation ; hg:commitKey ?key } }
ORDER BY DESC(?generation) LIMIT 1
"""
_COMMITS_CALLED: Final = """
PREFIX hg: <https://w3id.org/heritage-graph/ns#>
SELECT ?generation
FROM NAMED <https://w3id.org/heritage-graph/graph/log>
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/log> { ?commit hg:commitKey $key$ ; hg:generation ?generation } }
"""
UPDATE_S: Final = 600.0
"""The longest that one update may take, in seconds; a large one takes some."""


class Line:
    """The line to *engine*. For one thread."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._client = Client(engine)

    def rows(self, text: str) -> list[Row]:
        """The rows of a SELECT.

        Raises:
            UpstreamTrouble, QueryTimeout, WorkerLost: the engine failed.
        """
        with self._client.stream(text, accept=BINDINGS, max_bytes=self.engine.result_bytes) as answer:
            found = list(results.rows(self.engine, answer)[1])
            while answer.part():
                pass  # what follows the last row
        return found

    def update(self, text: str) -> None:
        """Run an update.

        Raises:
            UpstreamRefused: the engine refused it, and nothing was done.
            UpstreamTrouble, QueryTimeout, WorkerLost: it may have been done, or not.
        """
        self._client.update(text, timeout_s=max(UPDATE_S, self.engine.timeout_s))

    def last_commit(self) -> tuple[int, str]:
        """The generation of the last commit and its key; (0, "") in a new store.

        Raises:
            UpstreamTrouble, QueryTimeout, WorkerLost: the engine failed.
        """
        return commit_in(self.rows(_LAST_COMMIT))

    def generations_of(self, key: str) -> list[int]:
        """The generations of the commits called *key* that the log tells: none or one.

        Raises:
            UpstreamTrouble, QueryTimeout, WorkerLost: the engine failed.
        """
        rows = self.rows(bound(_COMMITS_CALLED, key=Literal(key)))
        return [int(number.value) for (number,) in rows if isinstance(number, Literal)]

    def close(self) -> None:
        """End the worker that asks."""
        self._client.close()
