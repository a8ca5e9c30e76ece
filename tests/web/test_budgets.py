"""What one client may take, with a clock of our own; and that others do not feel it."""

from __future__ import annotations

import ipaddress
import shutil
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from heritage_graph.errors import TooManyRequests
from heritage_graph.web.limits import ClientBudgets, Proxies, client_of


class Clock:
    """A clock that goes when it is told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def budgets(clock):
    return ClientBudgets(queries=2, seconds=60.0, clock=clock)


def test_a_third_query_at_once_is_refused(budgets):
    with budgets.spending("a"), budgets.spending("a"), pytest.raises(TooManyRequests) as refusal, budgets.spending("a"):
        pass

    assert refusal.value.details["retry_after"] == 1


def test_nothing_is_begun_by_one_who_has_used_up_its_time(budgets):
    budgets.charge("a", 61.0)

    with pytest.raises(TooManyRequests, match="60 seconds"):
        budgets.admit("a")


def test_another_client_is_not_concerned(budgets):
    with budgets.spending("a"), budgets.spending("a"), budgets.spending("b"):
        running = True

    assert running


def test_time_that_is_used_up_comes_back_with_the_minute(budgets, clock):
    with budgets.spending("a"), budgets.spending("a"):
        clock.now += 70
    with pytest.raises(TooManyRequests) as refusal, budgets.spending("a"):
        pass
    clock.now += refusal.value.details["retry_after"]

    with budgets.spending("a"):
        running = True

    assert running


def test_faults_cost_something(budgets):
    budgets.charge("a", 61)

    with pytest.raises(TooManyRequests) as refusal, budgets.spending("a"):
        pass

    assert refusal.value.details["retry_after"] == 2


def test_ten_thousand_clients_are_remembered_at_most(budgets):
    for number in range(11_000):
        budgets.charge(str(number), 1)

    assert len(budgets._accounts) == 10_000  # noqa: SLF001 - memory is the point, and nothing else tells it


@pytest.mark.parametrize(
    ("host", "client"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("somewhere", "somewhere")],
)
def test_a_client_is_its_address_and_ipv6_its_network(host, client):
    assert client_of({"client": (host, 1)}) == client


FORWARDED = {
    "nobody is trusted": ((), "198.51.100.9", ["192.0.2.1"], "198.51.100.9"),
    "somebody who is not trusted": (("10.0.0.0/8",), "198.51.100.9", ["192.0.2.1"], "198.51.100.9"),
    "a trusted proxy": (("10.0.0.0/8",), "10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
    "a trusted proxy that says nothing": (("10.0.0.0/8",), "10.0.0.1", [], "10.0.0.1"),
    "a client who writes more in front": (("10.0.0.0/8",), "10.0.0.1", ["203.0.113.5, 192.0.2.1"], "192.0.2.1"),
    "two trusted proxies": (("10.0.0.0/8",), "10.0.0.1", ["203.0.113.5, 192.0.2.1, 10.9.9.9"], "192.0.2.1"),
    "two header fields": (("10.0.0.0/8",), "10.0.0.1", ["192.0.2.1", "10.9.9.9"], "192.0.2.1"),
    "trusted proxies alone": (("10.0.0.0/8",), "10.0.0.1", ["10.0.0.7, 10.9.9.9"], "10.0.0.7"),
    "what is no address": (("10.0.0.0/8",), "10.0.0.1", ["192.0.2.1, unknown, 10.9.9.9"], "10.9.9.9"),
    "an address with a port": (("10.0.0.1/32",), "10.0.0.1", ["192.0.2.1:4711"], "192.0.2.1"),
    "an IPv6 address with a port": (("::1/128",), "::1", ["[2001:db8::7]:4711"], "2001:db8::/64"),
}


@pytest.mark.parametrize(("trusted", "peer", "values", "client"), FORWARDED.values(), ids=FORWARDED.keys())
def test_a_forwarded_address_is_believed_from_trusted_proxies_alone(trusted, peer, values, client):
    proxies = Proxies(ipaddress.ip_network(network) for network in trusted)
    scope = {"client": (peer, 1), "headers": [(b"x-forwarded-for", value.encode()) for value in values]}
    proxies.set_client(scope)

    assert client_of(scope) == client


@pytest.fixture(scope="module")
def strict(start_server, shipped, tmp_path_factory):
    """The address of a server that lets each client run one query at once, for three seconds a minute."""
    folder = tmp_path_factory.mktemp("strict") / "data"
    shutil.copytree(shipped, folder)
    with start_server(folder, HERITAGE_GRAPH_CLIENT_QUERIES="1", HERITAGE_GRAPH_CLIENT_SECONDS="3") as (address, _):
        yield address


def test_the_surplus_of_one_client_is_told_to_wait(strict):
    heavy = {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "timeout": "1"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: httpx.get(f"{strict}/sparql", params=heavy, timeout=30), range(6)))

    assert {(answer.status_code, answer.headers.get("retry-after")) for answer in answers} == {(504, None), (429, "1")}


def test_a_header_of_a_client_does_not_make_it_another(strict):
    heavy = {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "timeout": "1"}
    with ThreadPoolExecutor(6) as pool:
        hosts = [{"X-Forwarded-For": f"192.0.2.{number}", "Forwarded": f"for=192.0.2.{number}"} for number in range(6)]
        answers = list(pool.map(lambda host: httpx.get(f"{strict}/sparql", params=heavy, headers=host), hosts))

    assert 429 in {answer.status_code for answer in answers}


def test_who_tries_keys_is_told_to_wait(strict):
    statuses = [httpx.delete(f"{strict}/rdf-graph-store?default").status_code for _ in range(6)]

    assert (set(statuses), statuses[-1]) == ({401, 429}, 429)
