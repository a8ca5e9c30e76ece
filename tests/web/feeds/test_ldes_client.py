"""The event stream as ldes-client 0.3.0 reads it: all of it, in order, by time, and what comes while it follows.

It knows no `ldes:sequencePath`, so that it leaves the order within one second open; and it may tell a member twice when
it polls, since it fetches the open page again beside the root that leads there. The tests count members once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from threading import Timer

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from tree_walk import ADDED, ENTITY, KIND, POSITION, Version, latest, versions, walk

CLIENTS = Path(__file__).resolve().parents[2] / "clients"
_LONGEST_S = 120
BASE = "https://w3id.org/heritage-graph/"


@pytest.fixture(scope="module")
def reading(house):
    """What starts the client with some options, and gives what it tells as it comes; it ends with the context."""
    program = shutil.which("node", path=f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}")
    assert program, "make test installs Node"
    assert (CLIENTS / "node_modules").is_dir(), "make test installs the clients"

    @contextmanager
    def read(**options):
        command = [program, CLIENTS / "ldes-client.mjs", f"{house.client.base_url}/ldes", json.dumps(options)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as client:
            given_up = Timer(_LONGEST_S, client.kill)
            given_up.start()
            try:
                yield (json.loads(line) for line in client.stdout if line.startswith("{"))
            finally:
                given_up.cancel()
                client.kill()

    return read


@pytest.fixture(scope="module")
def replicated(house, reading):
    """What the client tells of a stream that stands still, and what the stream then is."""
    with reading() as told:
        lines = list(told)
    return lines, versions(walk(house.client, f"{house.client.base_url}/ldes"))


def version_of(line):
    """The member that the client tells, as our own reader has it."""
    member = NamedNode(line["member"])
    quads = list(parse(line["quads"].encode(), RdfFormat.N_QUADS))
    said = {quad.predicate.value: quad.object.value for quad in quads if quad.subject == member}
    payload = frozenset(quad.triple for quad in quads if quad.graph_name == member)
    kind = said[KIND].rpartition("/")[2]
    return Version(line["member"], said[ENTITY], said[ADDED], int(said[POSITION]), kind, payload)


def members_in(lines):
    """The versions that *lines* tell, each once, by position."""
    found = {line["member"]: version_of(line) for line in lines if "member" in line}
    return sorted(found.values(), key=lambda version: version.position)


def until(told, entity, kind):
    """The lines until the version of *entity* that is of *kind*."""
    lines = []
    for line in told:
        lines.append(line)
        if line.get("entity") == entity and version_of(line).kind == kind:
            break
    return lines


def test_it_reads_every_version_whole(replicated):
    lines, versions_of_the_stream = replicated

    assert members_in(lines) == versions_of_the_stream


def test_it_sees_which_pages_are_immutable(replicated):
    lines, _ = replicated
    told = {line["page"].rpartition("/")[2]: line["immutable"] for line in lines if "page" in line}
    (*closed, last) = sorted(set(told) - {"ldes"}, key=int)

    assert ([told[page] for page in closed], told[last], told["ldes"]) == ([True] * len(closed), False, False)


@pytest.mark.parametrize(("order", "sign"), [("ascending", 1), ("descending", -1)])
def test_it_reads_in_the_order_of_time(replicated, reading, order, sign):
    _, versions_of_the_stream = replicated
    with reading(ordered=order) as told:
        times = [version_of(line).added for line in told if "member" in line]

    assert (len(times), [pair for pair in pairwise(times[::sign]) if pair[0] > pair[1]]) == (
        len(versions_of_the_stream),
        [],
    )


def test_it_passes_over_pages_that_are_older_than_it_asks_for(replicated, reading):
    _, versions_of_the_stream = replicated
    begin = versions_of_the_stream[0].added
    with reading(after=begin) as told:
        lines = list(told)
    pages = {line["page"].rpartition("/")[2] for line in lines if "page" in line}

    assert (members_in(lines), "1" in pages) == (
        [version for version in versions_of_the_stream if version.added > begin],
        False,
    )


def test_it_follows_what_comes_and_goes(house, reading):
    followed = f"{BASE}id/agreement/followed"
    with reading(polling=True) as told:
        lines = until(told, f"{BASE}id/agreement/passing", "delete")
        house.bring("followed")
        lines += until(told, followed, "create")
        house.bring("followed", signed="2025-06-06")
        lines += until(told, followed, "update")
        house.withdraw("followed")
        lines += until(told, followed, "delete")

    assert [version.kind for version in members_in(lines) if version.entity == followed] == [
        "create",
        "update",
        "delete",
    ]


def test_what_it_has_at_the_end_is_the_published_view(house, reading):
    house.bring("last")
    house.withdraw("last")
    with reading() as told:
        found = members_in(list(told))

    assert {triple for version in latest(found).values() for triple in version.triples} == house.published()
