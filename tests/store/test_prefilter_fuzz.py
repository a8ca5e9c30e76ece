"""Whatever text the engine accepts, a call of a server that is not listed never passes the look at the text.

Texts are made of pieces that are read in several ways. A process of its own runs each one that passes, with nothing
between it and an endpoint that counts. `FUZZ_SECONDS=60` looks longer; a seed that failed stands in the test's name.
"""

import json
import os
import random
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from heritage_graph.errors import HeritageGraphError
from heritage_graph.store.prefilter import QueryShapeLimits, check_query_text

LIMITS = QueryShapeLimits()
SECONDS = float(os.environ.get("FUZZ_SECONDS", "2.5"))
BATCH = 100
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(time.time_ns())  # processes side by side share the seed
SEEDS = [20_260_101, zlib.crc32(RUN.encode())]  # the second one shows in the name of a test that fails

SPACES = ["", "", "", " ", " ", "\n", "#c\n", "#'\n", "#>\n", "#'''\n", "\t"]
NAMESPACES = [
    "urn:x/",
    "urn:x#",
    "http://127.0.0.1:",
    "http://",
    "http://[::1]",
    "urn:x:",
    "ENDPOINT",
    "ENDPOINT",
    "ENDPOINT#",
]
KEYWORDS = ["SERVICE", "service", "SERVICE SILENT", "SERVICESILENT", "trueSERVICE", "\\u0053ERVICE", "1SERVICE"]
ENDPOINTS = [
    *(
        "<ENDPOINT>",
        "<ENDPOINT>",
        "e:",
        ":",
        "x:",
        ":y",
        "?e",
        "e:b",
        ":a.b",
        "<y>",
        "<ENDPOINT\\u0061>",
        "e:\\#",
        "<>",
    ),
    *("SERVICE:y", "?SERVICE", "x:SERVICE"),
]
OPERANDS = [
    *("1", "?a", "?a", "true", "x:y", "'a'", '"a"', "<http://x/s>", "STR(?a)", "(?a)", "-1", "1.5", "'a'@en", "!?a"),
    *("<<http://x#", "<?b)", "<(2", "<x:s#>", "<=2", "<1", "'''a'", "'''", "<<(?a x:p ?b)>>", "<<<x:s#>", "x:a'"),
]
OPERATORS = ["<", "<", "<", "=", "<=", ">", "&&", "||", "+", "-", "*", "/", "!=", "<<", "<<<", ">>", "IN("]
TERMS = [
    *("?s", "?p", "?o", "x:p", "x:s", "<http://x/p>", "a", "'a'", "1", "1.", "true", "_:b", "[]", "(1 <x>)", "'''a'''"),
    *(
        "x:SERVICE",
        "x:a.b.SERVICE",
        "x:SERVICE:y",
        ":SERVICE:y\\#",
        "x:-SERVICE",
        "?xSERVICE",
        "'''a'",
        "('''a')",
        "x:",
    ),
    *(
        "_:b.SERVICE",
        "'a'@en-SERVICE",
        "<<(?s ?p ?o)>>",
        "<<?s?p?o>>",
        "(<x:a#>)",
        "'\\q'",
        "'''\\uD800'''",
        "<SERVICE>",
    ),
]


def pick(source, texts):
    return source.choice(texts)


def call(source):
    """A call, or what looks like one."""
    return [pick(source, KEYWORDS), pick(source, ENDPOINTS), pick(source, ["{", "{", "{?s ?p ?o", "SILENT{"]), "}"]


def condition(source):
    """A condition of operands and operators."""
    pieces = ["FILTER", "("]
    for _ in range(source.randrange(1, 4)):
        pieces += [pick(source, OPERANDS), pick(source, OPERATORS)]
    return [*pieces, pick(source, OPERANDS), ")"]


def triples(source):
    """A pattern, or two that share their ends."""
    pieces = ["?s", "?p", pick(source, TERMS)]
    return [*pieces, pick(source, [".", ".", "", ";", ","])]


def glued(source):
    """A term, a call right behind it, and what may hide the call."""
    term = pick(source, ["x:", ":", "x:a", "x:a.b.", "x:.", "(1<2)", "(1<<x:s#>)", "(1<<http://x#>)", "('''a')"])
    endpoint = pick(source, ["<ENDPOINT>", ":y", ":y\\#", "?e", "x:a.b", " e:", ""])
    group = pick(source, ["{}", "#>\n{}", "#'\n{}", "{} #\\q'''\n", "#'''\n{}"])
    return [pick(source, ["?s ?p ", "?s ?p ", "FILTER"]), f"{term}SERVICE{endpoint}{group}"]


def soup(source):
    """Anything."""
    return [pick(source, [*KEYWORDS, *ENDPOINTS, *OPERANDS, *OPERATORS, *TERMS, "{", "}"]) for _ in range(3)]


PARTS = [*[glued] * 4, *[call] * 2, *[triples] * 2, condition, soup]
ENDINGS = [*[""] * 6, "#'''", "#>", "'", "'''", "#\\q'''", ")", "}"]


def query_text(source, endpoint):
    """One text: names with namespaces that may be odd, and a group of parts, glued or not."""
    prologue = "".join(f"PREFIX {name}: <{pick(source, NAMESPACES)}>" for name in ("x", "", "e"))
    pieces = []
    for part in source.choices(PARTS, k=source.randrange(1, 4)):
        pieces += part(source)
    body = "".join(piece + pick(source, SPACES) for piece in pieces)
    return f"{prologue} SELECT * {{ {body}{pick(source, ENDINGS)}\n }}".replace("ENDPOINT", endpoint)


def passes(query, services=frozenset()):
    try:
        check_query_text(query, LIMITS, services=services)
    except HeritageGraphError:
        return False
    return True


@pytest.fixture(scope="module")
def engine():
    """What tells the paths that each of some queries calls, and the address where it counts."""
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name("calling_process.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def calls(queries):
            process.stdin.write(json.dumps(queries) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield calls, f"http://127.0.0.1:{process.stdout.readline().strip()}/"
        process.stdin.close()


def texts_that_call(engine, seed, at_least, of_interest=lambda _: True):
    """Texts of interest that the engine accepts and that call, each with the paths that it called.

    The search goes on until the time is over and *at_least* so many are found: a busy machine finds fewer in the time.
    """
    calls, endpoint = engine
    source = random.Random(seed)
    until = time.monotonic() + SECONDS
    found = []
    while time.monotonic() < until or len(found) < at_least:
        batch = [query_text(source, endpoint) for _ in range(BATCH)]
        called = zip(batch, calls(batch), strict=True)
        found += [(query, paths) for query, paths in called if paths and of_interest(query)]
    return found


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_no_text_that_calls_a_server_passes(engine, seed):
    calling = texts_that_call(engine, seed, at_least=20)

    assert [query for query, _ in calling if passes(query)] == []


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_no_text_that_calls_another_server_than_the_listed_passes(engine, seed):
    calling = texts_that_call(engine, seed, 5, of_interest=lambda query: passes(query, services={engine[1]}))

    assert [query for query, paths in calling if paths != ["/"]] == []
