"""Credentials: shown to the engine as it is set, on no command line, and by a worker that starts no program."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from asked import asked

from heritage_graph.errors import UpstreamRefused
from heritage_graph.store.remote.client import Client
from heritage_graph.store.remote.engine import Authentication, Dialect, Engine, Scheme

PASSWORD = "open sesame"


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (Scheme.NONE, None),
        (Scheme.BASIC, f"Basic {base64.b64encode(f'reader:{PASSWORD}'.encode()).decode()}"),
        (Scheme.BEARER, f"Bearer {PASSWORD}"),
    ],
)
def test_we_say_who_we_are_as_it_is_set(server, scheme, expected):
    server.behave("well")
    who = Authentication() if scheme is Scheme.NONE else Authentication(scheme, "reader", PASSWORD)
    with Client(Engine(server.query, server.update, authentication=who)) as client:
        client.ask("ASK { }")

    assert server.requests[0].headers.get("Authorization") == expected


def test_digest_is_said_before_it_is_asked_for_again(server):
    server.behave("asks who")
    who = Authentication(Scheme.DIGEST, "reader", PASSWORD)
    with Client(Engine(server.query, server.update, authentication=who)) as client:
        client.ask("ASK { }")
        client.ask("ASK { }")

    assert [request.headers.get("Authorization", "none").split()[0] for request in server.requests] == [
        *("none", "Digest", "Digest")
    ]


def test_a_wrong_password_is_told_when_the_pool_starts(virtuoso_server):
    who = Authentication(Scheme.DIGEST, virtuoso_server.user, "a wrong one")
    engine = Engine(virtuoso_server.query, virtuoso_server.update, None, Dialect.VIRTUOSO, who)

    with pytest.raises(UpstreamRefused), asked(engine):
        pass


def test_the_password_is_on_no_command_line(pool):
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pool.pool.pids]

    assert not any(b"a password" in line for line in lines)


def test_a_worker_may_not_start_programs(pool):
    (pid,) = pool.pool.pids
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")

    assert "Seccomp:\t2" in status
