"""A service over an engine: what it refuses to stand on, and what it does while the engine moves on."""

import asyncio

import pytest
from pyoxigraph import Literal, Quad
from waiting import until

from heritage_graph.assets import asset_folder
from heritage_graph.engine_service import EngineService
from heritage_graph.errors import EngineTrouble, GenerationNotKept, MovedOn, SettingError
from heritage_graph.namespaces import HG, ID, LOG, XSD
from heritage_graph.service import ServiceLimits
from heritage_graph.settings import Settings
from heritage_graph.store.base import QueryRequest
from heritage_graph.store.remote.engine import Engine
from heritage_graph.web.app import create_app

LIMITS = ServiceLimits(readers=2)


def commit(generation):
    """What the log says of a commit."""
    this = ID.term(f"commit/{generation}")
    return [
        Quad(this, HG.generation, Literal(str(generation), datatype=XSD.integer), LOG),
        Quad(this, HG.commitKey, Literal(f"key of {generation}"), LOG),
    ]


def during(engine, act):
    """What *act* gives while a service over *engine* runs."""

    async def run():
        service = EngineService(engine, shapes=asset_folder("shapes"), limits=LIMITS)
        try:
            await service.start()
            return await act(service)
        finally:
            await service.stop()

    return asyncio.run(run())


async def nothing(_):
    """Only start and stop."""


def engine_at(server, *, parameters=""):
    return Engine(query=server.query + parameters, update=server.update)


def test_an_engine_whose_default_graph_is_the_union_of_all_is_refused(oxigraph):
    oxigraph.load(commit(1))
    with pytest.raises(EngineTrouble, match="from all its graphs together"):
        during(engine_at(oxigraph, parameters="?union-default-graph"), nothing)


def test_followers_are_told_when_another_node_has_committed(oxigraph):
    async def act(service):
        told = []
        service.follow(lambda: told.append(service.generations.last))
        oxigraph.load(commit(2))
        return await until(lambda: told)

    oxigraph.load(commit(1))

    assert during(engine_at(oxigraph), act) == [2]


def test_a_query_of_an_earlier_generation_is_refused(oxigraph):
    async def act(service):
        with pytest.raises(GenerationNotKept) as refused:
            await service.query(QueryRequest("ASK {}", at_generation=1))
        return refused.value.details

    oxigraph.load([*commit(1), *commit(2)])

    assert during(engine_at(oxigraph), act) == {"generations": [2]}


def test_a_query_of_the_generation_that_was_just_the_last_is_to_be_asked_again(oxigraph):
    async def act(service):
        oxigraph.load(commit(2))
        await service.look()
        with pytest.raises(MovedOn):
            await service.query(QueryRequest("ASK {}", at_generation=1))
        return service.generations.last

    oxigraph.load(commit(1))

    assert during(engine_at(oxigraph), act) == 2


def test_an_empty_engine_has_no_generation(oxigraph):
    async def act(service):
        return service.generations.published

    assert during(engine_at(oxigraph), act) == ()


def test_queries_to_other_servers_and_an_engine_do_not_go_together(tmp_path):
    settings = Settings(data=tmp_path, engine="http://127.0.0.1:1/query", federation=("https://example.org/sparql",))
    with pytest.raises(SettingError, match="federation and engine"):
        create_app(settings)
