"""The three kinds of place where a graph stands, in one way: a folder, a server of Oxigraph, a Virtuoso."""

from __future__ import annotations

from contextlib import closing, contextmanager

from asked import asked, asked_folder
from commit_fixtures import engine_of, held
from pyoxigraph import RdfFormat, Store, parse

from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.remote.commit import RemoteStore
from heritage_graph.store.remote.literals import kept_quad
from heritage_graph.store.remote.state import EngineState
from heritage_graph.store.state import FolderState

KINDS = ["embedded", "oxigraph", "virtuoso"]
REMOTE = KINDS[1:]


def empty_place(kind, request, folder):
    """An empty place of a *kind*: the *folder*, or the engine of a server that was emptied."""
    if kind == "embedded":
        return folder
    server = request.getfixturevalue(f"{kind}_server")
    server.empty()
    return engine_of(server)


def loaded(kind, request, quads):
    """An engine of a *kind* that holds *quads*, brought in by its own loader."""
    server = request.getfixturevalue(f"{kind}_server")
    server.empty()
    server.load(map(kept_quad, quads) if kind == "virtuoso" else quads)
    return engine_of(server)


@contextmanager
def opened(place):
    """The store in *place*, open for writing."""
    if hasattr(place, "query"):
        with closing(RemoteStore(place)) as store:
            yield store
    else:
        yield EmbeddedStore(place)


@contextmanager
def state_of(place):
    """The last state of *place*."""
    if hasattr(place, "query"):
        with closing(EngineState(place)) as state:
            yield state
    else:
        yield FolderState(last_folder(place))


@contextmanager
def pool_of(place):
    """A pool that answers queries of *place*."""
    with asked(place) if hasattr(place, "query") else asked_folder(place) as pool:
        yield pool


def quads_of(place):
    """All quads of *place*, those of the published view in the default graph."""
    return held(place) if hasattr(place, "query") else set(Store.read_only(str(last_folder(place))))


def last_folder(data):
    return generation_folder(data, published_generations(data)[-1])


def answer_of(pool, text, **options):
    """What *pool* answers: rows as JSON tells them, truth, or the triples of a graph."""
    answer, body = pool.answer(text, graph_format="nt", timeout_s=110, **options)
    if answer.form == "graph":
        return {quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)}
    return body
