"""A writer or an engine that is killed at any moment leaves each commit whole or absent."""

import random
import socket
import time
from contextlib import closing, suppress
from threading import Thread

import pytest
from commit_fixtures import AT_REST, LETTERS, changeset, engine_of, held, left_over, stated
from engines import oxigraph_running, virtuoso_running
from pyoxigraph import RdfFormat, serialize

from heritage_graph.errors import EngineTrouble, LimitReached
from heritage_graph.namespaces import LOG
from heritage_graph.store.frames import ASK, DATA, END, frame, json_frame, read_frame
from heritage_graph.store.remote.commit import RemoteStore
from heritage_graph.store.worker import spawn

WRITER = "heritage_graph.store.remote.writer_process"
PATIENCE_S = 1


class Writer:
    """A writer process of its own."""

    def __init__(self, engine):
        self.connection, theirs = socket.socketpair()
        with theirs:
            self.process = spawn(WRITER, {"patience_s": PATIENCE_S}, theirs)
        self.connection.sendall(json_frame(ASK, engine.as_json()))
        read_frame(self.connection)

    def send(self, wanted):
        """Have it commit, and wait for nothing."""
        request = {"base": wanted.base, "generation": wanted.generation, "key": wanted.key}
        self.connection.sendall(json_frame(ASK, request))
        for quads in (wanted.added, wanted.removed):
            self.connection.sendall(frame(DATA, serialize(quads, format=RdfFormat.N_QUADS)) + json_frame(END, {}))

    def answer(self):
        return read_frame(self.connection)

    def kill_after(self, seconds):
        """Kill it after so many seconds, or when it has answered."""
        self.connection.settimeout(seconds)
        with suppress(TimeoutError):
            self.answer()
        self.process.kill()
        self.process.reap()
        self.connection.close()


class Graph:
    """What a graph holds as its commits come, each in place of the one before."""

    def __init__(self):
        self.generation = 0
        self.quads = set()
        self._last = []

    def next(self, number):
        added = list(stated(range(100 * number, 100 * number + 20), graph=LETTERS))
        return changeset(self.generation, added, removed=self._last, key=f"trial-{number}")

    def take(self, wanted):
        self.quads = self.quads - set(wanted.removed) | set(wanted.added)
        self._last = [quad for quad in wanted.added if quad.graph_name != LOG]
        self.generation = wanted.generation


def comes_to_rest(store, server, key):
    """Tell whether nothing is left but the data, once the engine is through with what the dead had sent it."""
    deadline = time.monotonic() + 10
    while left_over(server) != AT_REST[server.dialect] and time.monotonic() < deadline:
        time.sleep(0.05)
        store.outcome(key)
    return left_over(server) == AT_REST[server.dialect]


def outcomes_of_killed_writers(server, trials):
    """For each trial whether what is there is what the log says, and nothing else is left."""
    engine, graph, found = engine_of(server), Graph(), []
    chance = random.Random(7)
    with closing(RemoteStore(engine, patience_s=PATIENCE_S)) as store:
        writer = Writer(engine)
        began = time.monotonic()
        writer.send(graph.next(0))
        writer.answer()
        longest = 1.2 * (time.monotonic() - began)
        writer.kill_after(0.01)
        graph.take(graph.next(0))
        for number in range(1, trials + 1):
            wanted = graph.next(number)
            writer = Writer(engine)
            writer.send(wanted)
            writer.kill_after(chance.uniform(0.001, longest))
            if store.outcome(wanted.key) is not None:
                graph.take(wanted)
            found.append((held(engine) == graph.quads, comes_to_rest(store, server, wanted.key)))
    return found


def outcomes_of_killed_engines(running, folder, trials):
    """As `outcomes_of_killed_writers`, of an engine that is killed instead and started again over its files."""
    graph, found = Graph(), []
    chance = random.Random(7)
    wanted, longest = None, 0.0
    for number in range(trials + 1):
        with running(folder) as server:
            store = RemoteStore(engine_of(server), patience_s=PATIENCE_S)
            if wanted is not None:
                if store.outcome(wanted.key) is not None:
                    graph.take(wanted)
                found.append((held(store.engine) == graph.quads, comes_to_rest(store, server, wanted.key)))
            else:
                began = time.monotonic()
                store.commit(graph.next(0))
                longest = time.monotonic() - began
                graph.take(graph.next(0))
            wanted = graph.next(number + 1)
            writing = Thread(target=commit_to_the_end, args=(store, wanted))
            writing.start()
            writing.join(chance.uniform(0.001, longest))
        writing.join()
        store.close()
    return found


def commit_to_the_end(store, wanted):
    with suppress(EngineTrouble, LimitReached):
        store.commit(wanted)


def test_a_killed_writer_leaves_each_commit_whole_or_absent_on_virtuoso(virtuoso):
    assert outcomes_of_killed_writers(virtuoso, 20) == [(True, True)] * 20


def test_a_killed_writer_leaves_each_commit_whole_or_absent_on_oxigraph(oxigraph):
    assert outcomes_of_killed_writers(oxigraph, 6) == [(True, True)] * 6


@pytest.mark.parametrize("running", [oxigraph_running, virtuoso_running])
def test_a_killed_engine_leaves_each_commit_whole_or_absent(running, tmp_path):
    assert outcomes_of_killed_engines(running, tmp_path, 2) == [(True, True)] * 2
