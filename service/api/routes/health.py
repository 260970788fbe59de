"""How the installation is doing: for people, for Kubernetes, for Prometheus."""

import asyncio
from collections.abc import Awaitable

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.api.context import StageHealth
from service.api.deps import ContextDep
from service.api.problems import INTERNAL, UNAVAILABLE, Problem, documented, request_id, response
from service.api.schemas.health import Alive, HealthReport, Ready, Stage
from service.broker import Broker
from service.errors import Outage
from service.store import Transaction
from service.streams import RAW

probes = APIRouter(tags=["health"])
router = APIRouter(prefix="/v1/health", tags=["health"])

PROBE_SECONDS = 3.0
LOADING = "loading"


@probes.get("/livez", response_model=Alive, summary="Is the process alive?", responses=documented(INTERNAL))
async def livez() -> Alive:
    """Says yes as long as the process can say anything; asks nothing else. Needs no key."""
    return Alive(status="alive")


@probes.get(
    "/readyz",
    response_model=Ready,
    summary="Can it work?",
    responses=documented(INTERNAL, UNAVAILABLE),
)
async def readyz(kept: ContextDep, request: Request) -> Response | Ready:
    """Asks the database and the broker, and whether every stage of this process has read in what it needs. Answers 503,
    and what is down or still loading, if anything is. Needs no key."""
    database, broker = await asyncio.gather(_state(kept.store.ping()), _state(kept.broker.lag(RAW.name, "dedupe")))
    dependencies = {"database": database, "broker": broker}
    dependencies |= {stage.name: LOADING for stage in kept.health().stages if not stage.ready}
    if wrong := [f"{name} is {state}" for name, state in dependencies.items() if state != "up"]:
        problem = Problem(UNAVAILABLE, f"Not ready: {', '.join(wrong)}.", {"dependencies": dependencies})
        return response(problem, request_id(request.scope))
    return Ready(status="ready", dependencies=dependencies)


@probes.get("/metrics", summary="Numbers for Prometheus", response_class=Response, responses=documented(INTERNAL))
async def metrics() -> Response:
    """Counters and gauges of this process, in Prometheus' text form. Needs no key."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("", response_model=HealthReport, summary="How is it doing?")
async def health(kept: ContextDep) -> HealthReport:
    """Every stage with its lag, and why it stopped if it did; what waits to be delivered; dead letters."""
    stages = [await _stage(kept.broker, stage) for stage in kept.health().stages]
    waiting, dead, feeds = await kept.store.read(_counts)
    status = "stopped" if any(stage.stopped_why for stage in stages) else "ok"
    return HealthReport(status=status, stages=stages, feeds=feeds, deliveries_waiting=waiting, dead_letters=dead)


async def _stage(broker: Broker, stage: StageHealth) -> Stage:
    lag = (await broker.lag(stage.stream, stage.name)).records if stage.stream else None
    return Stage(name=stage.name, stream=stage.stream, lag=lag, stopped_why=stage.stopped_why)


async def _state(answer: Awaitable[object]) -> str:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await answer
    except (Outage, TimeoutError):
        return "down"
    return "up"


def _counts(tx: Transaction) -> tuple[int, int, dict[str, int]]:
    """Deliveries that wait, dead letters, feeds by how they are doing."""
    return tx.deliveries.counts().get("waiting", 0), tx.dead_letters.count(), tx.feeds.health()
