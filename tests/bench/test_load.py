"""The program that loads a server tells what it got, also from a server that breaks off."""

import json
import socket
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

LOAD = Path(__file__).parents[2] / "bench" / "load.py"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BROKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"


@pytest.fixture
def answering():
    """What starts a server that gives each connection one after the other of some answers, and closes it then."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def start(*answers):
            threading.Thread(target=serve, args=(listening, answers), daemon=True).start()
            return listening.getsockname()[1]

        yield start


def serve(listening, answers):
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:  # the test is over
            return
        with connection:
            for answer in answers:
                connection.recv(4096)
                connection.sendall(answer)


def loaded(port, connections):
    job = {"port": port, "source": "127.0.0.1", "paths": ["/"], "accept": "*/*", "connections": connections}
    job |= {"seconds": 30, "fresh": False, "first": 0, "warm": 0}
    run = subprocess.run([sys.executable, LOAD], input=json.dumps(job), capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


@pytest.mark.parametrize("connections", [1, 2])
def test_an_answer_that_breaks_off_is_an_error_and_ends_its_connection(answering, connections):
    told = loaded(answering(WHOLE, WHOLE, BROKEN), connections)

    assert (len(told["latencies"]), told["errors"]) == (3 * connections, connections)
    assert told["seconds"] < 30
