"""The application: its handlers, what they share, and the service that it starts and stops."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from heritage_graph.analysis.analyses import Analyses, AnalysisLimits
from heritage_graph.assets import asset_folder
from heritage_graph.changes.changes import Changes
from heritage_graph.dumps.dumps import Dumps
from heritage_graph.errors import HeritageGraphError, SettingError, UnknownName
from heritage_graph.index.indexes import Indexes
from heritage_graph.jobs.desk import JobDesk, JobLimits
from heritage_graph.query_files import load_catalogue, load_questions
from heritage_graph.service import FolderService, Service, ServiceLimits
from heritage_graph.store.conversions import ConversionLimits, Conversions
from heritage_graph.store.generations import Generations
from heritage_graph.web import (
    activity_stream,
    api_docs,
    catalogue,
    citations,
    completions,
    conformance,
    dataset,
    dumps,
    editor,
    entities,
    graph_store,
    graphs,
    health,
    jobs,
    ldes,
    memento,
    oai,
    openapi,
    page_files,
    pages,
    problem_kinds,
    published_schemas,
    reconciliation,
    robots,
    signposting,
    sitemap,
    sparql,
    terms,
    validate,
    void,
)
from heritage_graph.web.api import (
    agreement_calendar,
    agreement_lapsing,
    agreement_status,
    anomalies,
    batch,
    changes,
    collaboration_path,
    collaborations,
    completeness,
    contradictions,
    json_ld,
    link_decisions,
    links,
    network,
    releases,
    resources,
    search,
    sources,
    why,
)
from heritage_graph.web.api.paging import Paging
from heritage_graph.web.cited_queries import CitedQueries
from heritage_graph.web.context import Context
from heritage_graph.web.editions import Editions
from heritage_graph.web.exchange import Envelope, exchange_of, send_problem, unforeseen
from heritage_graph.web.limits import ClientBudgets, Proxies
from heritage_graph.web.measures import Measures, fault_log
from heritage_graph.web.names import TermNames
from heritage_graph.web.request_log import RequestLog
from heritage_graph.web.result_cache import ResultCache
from heritage_graph.web.routing import Operation, Resource
from heritage_graph.web.security import KeyRing
from heritage_graph.web.statistics import Censuses
from heritage_graph.web.templating import Pages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from typing import BinaryIO

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from heritage_graph.settings import Settings
    from heritage_graph.web.measures import Log

_INTERNAL_QUERIES: Final = Path(__file__).parent / "queries"
_PROTOCOLS: Final = (
    sparql,
    completions,
    editor,
    jobs,
    citations,
    entities,
    memento,
    signposting,
    releases,
    catalogue,
    agreement_status,
    agreement_lapsing,
    agreement_calendar,
    sources,
    graphs,
    graph_store,
    validate,
    terms,
    conformance,
    dumps,
    sitemap,
    robots,
    published_schemas,
    reconciliation,
    search,
    why,
    collaborations,
    collaboration_path,
    network,
    contradictions,
    anomalies,
    completeness,
    links,
    link_decisions,
    changes,
    health,
    void,
    dataset,
    pages,
    problem_kinds,
    page_files,
    json_ld,
    batch,
    activity_stream,
    ldes,
    oai,
    resources,  # last: /api/v1/agreements/{slug} leaves more special addresses to those before
)


@dataclass(frozen=True)
class Application:
    """The application, whose lifespan starts and stops the service, and the operations that it answers."""

    asgi: ASGIApp
    operations: tuple[Operation, ...]


def create_app(settings: Settings, *, service: Service | None = None) -> ASGIApp:
    """The application over the data folder of *settings*; its lifespan starts and stops the service.

    Args:
        settings: where the data are, and the limits.
        service: a service to use in place of the one that *settings* describe.

    Raises:
        SettingError: as `make_application`.
    """
    return make_application(settings, service=service, log=sys.stderr.buffer).asgi


def make_application(settings: Settings, *, service: Service | None = None, log: BinaryIO) -> Application:
    """As `create_app`, with the operations; requests are noted in *log*.

    Raises:
        SettingError: a query file is wrong; the message names the file and the line.
    """
    served = service or service_of(settings)
    internal = load_catalogue(_INTERNAL_QUERIES)
    conversions = Conversions(
        ConversionLimits(settings.job_timeout, settings.query_memory_mb << 20), confined=not settings.allow_unconfined
    )
    pages = Pages()
    measures = Measures(lambda: served.generations.last)
    context = Context(
        settings=settings,
        service=served,
        indexes=_indexes(settings, served),
        changes=_changes(settings, served),
        dumps=_dumps_of(settings, served),
        jobs=_job_desk(settings, served, conversions),
        cited=CitedQueries(settings.shared_folder),
        conversions=conversions,
        analyses=Analyses(
            AnalysisLimits(settings.query_timeout, settings.query_memory_mb << 20),
            confined=not settings.allow_unconfined,
        ),
        questions=load_questions(asset_folder("queries")),
        catalogue=load_catalogue(asset_folder("queries")),
        internal=internal,
        budgets=ClientBudgets(queries=settings.client_queries, seconds=settings.client_seconds),
        keys=KeyRing(settings.shared_folder),
        pages=pages,
        editions=Editions(served, internal),
        results=ResultCache(settings.cache_mb << 20),
        censuses=Censuses(served, internal),
        measures=measures,
        term_names=TermNames(),
        paging=Paging(settings.shared_folder, served.generations),
    )
    operations = [operation for protocol in _PROTOCOLS for operation in protocol.operations(context)]
    operations += openapi.operations(operations)  # this list itself is described, with what is added to it
    operations += api_docs.operations(operations)
    pages.know(operations)
    faults, requests = fault_log(), RequestLog(log)
    asgi = Envelope(
        _ShortWay(_router(operations, context, faults, requests), operations, context, faults),
        measures=measures,
        log=requests,
        pages=pages,
        proxies=Proxies(settings.trusted_proxies),
    )
    return Application(asgi, tuple(operations))


def service_of(settings: Settings) -> Service:
    """The service that *settings* describe.

    Raises:
        SettingError: as `Settings.remote_engine`; or what is set does not go together with an engine.
    """
    engine = settings.remote_engine()
    if engine is None:
        return folder_service_of(settings)
    from heritage_graph.engine_service import EngineService  # noqa: PLC0415 - loaded by whoever has an engine

    if settings.federation:
        raise SettingError("federation and engine do not go together: whom an engine calls is set there")
    return EngineService(
        engine,
        shapes=asset_folder("shapes"),
        limits=_limits(settings),
        confined=not settings.allow_unconfined,
    )


def folder_service_of(settings: Settings, kind: type[FolderService] = FolderService) -> FolderService:
    """The service over the data folder, of this *kind*, that *settings* describe."""
    return kind(
        settings.data,
        shapes=asset_folder("shapes"),
        limits=_limits(settings),
        confined=not settings.allow_unconfined,
    )


def _limits(settings: Settings) -> ServiceLimits:
    return ServiceLimits(
        readers=settings.readers,
        reader_memory_bytes=settings.query_memory_mb << 20,
        queue=settings.queue,
        view_bytes=settings.in_memory_mb << 20,
        federation=bool(settings.federation),
        gate=settings.gate_limits(),
        reserve_bytes=settings.disk_reserve_mb << 20,
    )


def _indexes(settings: Settings, service: Service) -> Indexes:
    indexes = Indexes(
        settings.data,
        service.generations,
        memory_bytes=settings.query_memory_mb << 20,
        confined=_is_confined(settings),
    )
    service.follow(indexes.published)
    return indexes


def _changes(settings: Settings, service: Service) -> Changes:
    changes = Changes(
        settings.data,
        service.generations,
        memory_bytes=settings.query_memory_mb << 20,
        confined=_is_confined(settings),
    )
    service.follow(changes.published)
    return changes


def _is_confined(settings: Settings) -> bool:
    """Whether what reads generations is kept from everything else; what reads an engine starts processes that are."""
    return not (settings.allow_unconfined or settings.engine)


def _dumps_of(settings: Settings, service: Service) -> Dumps:
    made = Dumps(
        settings.data,
        service.generations if isinstance(service, FolderService) else Generations(settings.data, ()),
        wanted=settings.makes_dumps,
        reserve_bytes=settings.disk_reserve_mb << 20,
        confined=not settings.allow_unconfined,
    )
    service.follow(made.published)
    return made


def _job_desk(settings: Settings, service: Service, conversions: Conversions) -> JobDesk:
    return JobDesk(
        settings.data,
        service.generations,
        limits=JobLimits(
            readers=settings.job_readers,
            memory_bytes=settings.query_memory_mb << 20,
            kept_bytes=settings.job_mb << 20,
            days=settings.job_days,
            reserve_bytes=settings.disk_reserve_mb << 20,
        ),
        conversions=conversions,
        clock=lambda: datetime.now(UTC),
        pool=lambda memory_bytes: service.pool(size=1, memory_bytes=memory_bytes),
    )


def _router(operations: Sequence[Operation], context: Context, log: Log, requests: RequestLog) -> FastAPI:
    """The operations by path, with every error told as a problem document."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await context.service.start()
        await context.indexes.start()
        await context.changes.start()
        await context.dumps.start()
        await context.jobs.start()
        try:
            yield
        finally:
            await context.censuses.stop()
            await context.analyses.stop()
            await context.jobs.stop()
            await context.dumps.stop()
            await context.changes.stop()
            await context.indexes.stop()
            await context.service.stop()
            requests.flush()

    async def as_problem(request: Request, error: Exception) -> _Told:
        return _Told(_foreseen(request.scope, error, log), context.pages)

    paths = {
        path: list(group)
        for path, group in groupby(sorted(operations, key=lambda each: each.path), lambda each: each.path)
    }
    in_order = dict.fromkeys(operation.path for operation in operations)
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        exception_handlers={
            HeritageGraphError: as_problem,
            HTTPException: as_problem,
            Exception: as_problem,
        },
    )
    app.router.routes.extend(Route(path, Resource(paths[path], context)) for path in in_order)
    return app


class _ShortWay:
    """The paths without variables that ASGI operations answer, past the router; everything else by the router.

    The router costs more than a small query does: with it /sparql gave a third fewer answers.
    """

    def __init__(self, router: ASGIApp, operations: Sequence[Operation], context: Context, log: Log) -> None:
        self._router = router
        self._context = context
        self._log = log
        raw = [operation for operation in operations if operation.raw is not None and "{" not in operation.path]
        self._resources = {
            path: Resource([operation for operation in operations if operation.path == path], context)
            for path in dict.fromkeys(operation.path for operation in raw)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or run the lifespan of the application within."""
        resource = self._resources.get(scope["path"]) if scope["type"] == "http" else None
        if resource is None:
            await self._router(scope, receive, send)
            return
        exchange = exchange_of(scope)
        try:
            await resource(scope, receive, send)
        except HeritageGraphError as error:
            if exchange.status:  # the answer has begun, so it can only be broken off
                raise
            await send_problem(scope, send, error, pages=self._context.pages)
        except Exception as error:
            if not exchange.status:
                told = _foreseen(scope, error, self._log)
                await send_problem(scope, send, told, pages=self._context.pages)
            raise


class _Told(Response):
    """An answer that tells an error."""

    def __init__(self, error: HeritageGraphError, pages: Pages) -> None:
        super().__init__()
        self._error = error
        self._pages = pages

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the problem document."""
        await send_problem(scope, send, self._error, pages=self._pages)


def _foreseen(scope: Scope, error: Exception, log: Log) -> HeritageGraphError:
    """*error* as one of ours; an unforeseen one is logged with its trace, and told without it."""
    if isinstance(error, HeritageGraphError):
        return error
    if isinstance(error, HTTPException):
        return UnknownName(f"there is nothing at {scope['path'][:200]}")
    log.warning("unforeseen", id=exchange_of(scope).request_id, exc_info=error)
    return unforeseen()
