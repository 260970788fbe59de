"""The HTTP API: in goes a `Context`, out comes the app.

app = create_app(Context(settings, store, broker, clock, health))
await serve(app, settings.api, until)
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from service.api import problems
from service.api.audited import Audited
from service.api.broadcast import Broadcast
from service.api.conditions import Conditions
from service.api.context import Context, Health, StageHealth
from service.api.deps import acceptable
from service.api.description import describe
from service.api.doors import Envelope, Intake
from service.api.fresh import Fresh
from service.api.gate import CALLBACKS, Gate
from service.api.header_names import TAKEN, TOLD
from service.api.once import Once
from service.api.routes import (
    accounts,
    alerts,
    articles,
    attributions,
    audit,
    backfills,
    bulletins,
    configuration,
    copies,
    dead_letters,
    decisions,
    discovery,
    endpoints,
    entities,
    events,
    explain,
    extraction,
    feed_batches,
    feeds,
    health,
    hubs,
    keys,
    lineage,
    lists,
    missed,
    notices,
    opml,
    payloads,
    portraits,
    push,
    queries,
    revisions,
    search,
    sources,
    stats,
    stories,
    subscriptions,
    topic_batches,
    topic_versions,
    topics,
    trials,
    webhooks,
    websub,
)
from service.api.server import serve
from service.settings import Settings

__all__ = ["Context", "Health", "StageHealth", "create_app", "create_probes", "document", "serve"]

ROUTERS = (
    stories.router,  # what is asked for most stands first: each is tried in turn
    articles.router,
    search.router,
    opml.router,
    discovery.router,
    feeds.router,
    feed_batches.router,
    lists.router,
    backfills.router,
    hubs.router,
    push.router,
    sources.router,
    extraction.router,
    copies.router,
    revisions.router,
    payloads.router,
    lineage.router,
    decisions.router,
    portraits.router,
    entities.router,
    attributions.router,
    queries.router,
    explain.router,
    trials.router,
    topic_batches.router,
    configuration.router,
    topics.router,
    topic_versions.router,
    endpoints.router,
    subscriptions.router,
    missed.subscriptions,
    missed.endpoints,
    missed.recoveries,
    alerts.alerts,
    alerts.deliveries,
    alerts.attempts,
    notices.router,
    events.router,
    bulletins.router,
    accounts.own,
    accounts.router,
    keys.router,
    audit.router,
    dead_letters.router,
    health.router,
    stats.router,
)
EVERYWHERE = problems.documented(problems.UNAUTHORISED, problems.INVALID, problems.INTERNAL, problems.UNAVAILABLE)
UNLOCKED = problems.documented(problems.INVALID, problems.INTERNAL, problems.UNAVAILABLE)


def create_app(context: Context) -> FastAPI:
    """The whole API. It opens nothing and closes nothing: the context is its maker's."""
    app = _routed()
    app.state.context = context
    app.state.fresh = Fresh(context)
    app.state.broadcast = Broadcast(context.store, context.settings.events, context.until)
    app.user_middleware += [
        Middleware(Envelope),
        *_shared(context.settings.api.origins),
        Middleware(Gate, context=context),
        Middleware(Intake, **_intake(context.settings)),
        Middleware(Conditions, context=context),
        Middleware(Once, context=context),
        Middleware(Audited, context=context),
    ]
    return app


def _shared(origins: Sequence[str]) -> list[Middleware]:
    """Whose pages may call from a browser: nobody's, unless somebody's was set."""
    if not origins:
        return []
    methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
    return [
        Middleware(
            CORSMiddleware, allow_origins=origins, allow_methods=methods, allow_headers=TAKEN, expose_headers=TOLD
        )
    ]


def _intake(settings: Settings) -> dict[str, Any]:
    own = settings.api
    return {"body_bytes": own.body_bytes, "seconds": own.body_seconds, "larger": _larger(settings)}


def _larger(settings: Settings) -> dict[str, int]:
    """Where a body may have another size than elsewhere."""
    return {
        CALLBACKS: settings.websub.body_bytes,
        "/v1/feeds/opml": settings.api.opml_bytes,
        push.BATCH: settings.api.batch_bytes,
        topic_batches.BATCH: settings.api.batch_bytes,
        configuration.PLAN: settings.api.batch_bytes,
        configuration.APPLY: settings.api.batch_bytes,
    }


def create_probes(context: Context) -> FastAPI:
    """Liveness, readiness and metrics alone: for processes that do not serve the API."""
    app = _bare()
    app.include_router(health.probes)
    app.state.context = context
    app.user_middleware += [Middleware(Envelope), Middleware(Intake, body_bytes=0)]
    return app


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, which needs no context: made once, since that takes a second, and not to be changed."""
    return describe(_routed())


def _routed() -> FastAPI:
    app = _bare(openapi_url="/openapi.json")
    app.include_router(health.probes)
    for router in ROUTERS:
        app.include_router(router, responses=EVERYWHERE, dependencies=[Depends(acceptable)])
    app.include_router(websub.router, responses=UNLOCKED)
    app.include_router(bulletins.public, responses=UNLOCKED)
    app.webhooks.include_router(webhooks.router)
    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _bare(openapi_url: str | None = None) -> FastAPI:
    return FastAPI(
        openapi_url=openapi_url,
        docs_url=None,  # these pages load their scripts from strangers
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        exception_handlers={HTTPException: _problem, RequestValidationError: _problem},
    )


def _operation_id(route: APIRoute) -> str:
    return route.name


async def _problem(request: Request, error: Exception) -> Response:
    told = problems.response(problems.problem_of(error), problems.request_id(request.scope))
    if told.status_code == 405 and (allowed := _allowed(request)):
        told.headers["Allow"] = ", ".join(allowed)
    return told


def _allowed(request: Request) -> list[str]:
    """The methods of this address; Starlette itself names those of the first route only."""
    paths, path = request.app.openapi()["paths"], request.url.path
    fitting = [path] if path in paths else [each for each in paths if _fits(each, path)]
    return list(dict.fromkeys(method.upper() for each in fitting for method in paths[each]))


def _fits(template: str, path: str) -> bool:
    return compile_path(template)[0].match(path) is not None
