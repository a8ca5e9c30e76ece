"""Analyses run in a process of their own: their answer in every format, and an end when they take too long."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager

import orjson
import pytest
from participations import meetings
from pyoxigraph import QueryResultsFormat, parse_query_results

from heritage_graph.analysis.analyses import Analyses, AnalysisLimits
from heritage_graph.analysis.rows import iri, text
from heritage_graph.errors import NotInXml, ParameterError, QueryTimeout

WAY = {"from": "https://example.org/a", "to": "https://example.org/c"}
ROWS = [
    {column: iri(f"https://example.org/{cell['value']}") for column, cell in row.items()}
    for row in meetings("ab", "bc")
]
CROWD = [{**ROWS[0], "agent": iri(f"https://example.org/{number}")} for number in range(3000)]
DOCUMENT = orjson.dumps({"results": {"bindings": ROWS}})


@asynccontextmanager
async def running(**limits):
    analyses = Analyses(AnalysisLimits(**limits))
    try:
        yield analyses
    finally:
        await analyses.stop()


def asked(ask, **limits):
    async def run():
        async with running(**limits) as analyses:
            return await ask(analyses)

    return asyncio.run(run())


def test_rows_go_in_and_rows_come_out():
    rows = asked(lambda analyses: analyses.run("shortest-path", ROWS, WAY))

    assert [row["hop"]["value"] for row in rows] == ["1", "2"]


@pytest.mark.parametrize("extension", ["json", "xml", "csv", "tsv"])
def test_the_answer_comes_in_each_format_of_sparql(extension):
    answer = asked(lambda analyses: analyses.written("shortest-path", DOCUMENT, WAY, extension))

    assert b"https://example.org/b" in answer


def test_the_answer_in_xml_is_one_of_sparql():
    answer = asked(lambda analyses: analyses.written("shortest-path", DOCUMENT, WAY, "xml"))

    assert len(list(parse_query_results(answer, QueryResultsFormat.XML))) == 2


def test_what_no_xml_can_hold_is_refused():
    named = [*ROWS, {"thing": ROWS[0]["agent"], "name": text("a\x01")}]
    document = orjson.dumps({"results": {"bindings": named}})

    with pytest.raises(NotInXml):
        asked(lambda analyses: analyses.written("shortest-path", document, WAY, "xml"))


def test_an_analysis_that_takes_too_long_is_ended():
    with pytest.raises(QueryTimeout):
        asked(lambda analyses: analyses.run("communities", CROWD, {}), seconds=0.3)


def test_the_start_of_a_process_is_not_counted():
    rows = asked(lambda analyses: analyses.run("shortest-path", ROWS, WAY), seconds=0.2)

    assert [row["hop"]["value"] for row in rows] == ["1", "2"]


def test_the_next_analysis_is_answered_when_the_process_was_killed_at_rest():
    async def kill_and_ask(analyses):
        await analyses.run("shortest-path", ROWS, WAY)
        os.kill(analyses.pids[0], signal.SIGKILL)
        await asyncio.sleep(0.1)
        return await analyses.run("shortest-path", ROWS, WAY)

    assert len(asked(kill_and_ask)) == 2


def test_values_that_an_analysis_refuses_leave_its_process_running():
    async def refuse_and_ask(analyses):
        with pytest.raises(ParameterError):
            await analyses.run("collaboration-network", CROWD, {})
        return analyses.pids

    assert len(asked(refuse_and_ask)) == 1
