"""A real app over a real store and broker, and clients that call it: one with a key, one without."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute

from service.api import Context, Health, StageHealth, create_app
from service.api_keys import new_key
from service.broker import Broker
from service.settings import Settings
from service.store import Store
from tests.clock import SetClock

STAGES = (StageHealth("dedupe", "articles.raw"), StageHealth("deliver"))


@dataclass
class Reported:
    """The health that the API is told of; a test may change it."""

    health: Health = field(default_factory=lambda: Health(STAGES))


@pytest.fixture
def reported() -> Reported:
    return Reported()


@pytest.fixture
def settings() -> Settings:
    many = {"requests": 1_000_000, "account_requests": 1_000_000}
    return Settings(api={"body_bytes": 20_000, "key_cache_seconds": 0}, quotas=many)


@pytest.fixture
def context(settings: Settings, store: Store, embedded_broker: Broker, clock: SetClock, reported: Reported) -> Context:
    return Context(settings, store, embedded_broker, clock, lambda: reported.health)


ROUTES: list[BaseRoute] = []
"""Of the first app, for all: FastAPI makes a route ready when it is first asked for, which takes longer than most
tests. They know of no context."""


@pytest.fixture
def app(context: Context) -> FastAPI:
    made = create_app(context)
    if not ROUTES:
        ROUTES.extend(made.router.routes)
    made.router.routes[:] = ROUTES
    return made


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test") as client:
        yield client


@pytest.fixture
async def key(store: Store, clock: SetClock) -> str:
    made, text = new_key("tests", clock())
    await store.write(lambda tx: tx.keys.add(made, text))
    return text


@pytest.fixture
async def client(app: FastAPI, key: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test", headers=headers) as client:
        client.event_hooks["request"].append(_any_version)
        yield client


async def _any_version(request: httpx.Request) -> None:
    """Most tests mean whatever version there is; those of conditions say so themselves."""
    if request.method in ("PUT", "PATCH", "DELETE"):
        request.headers.setdefault("If-Match", "*")
