"""A feed server on loopback, the door to it, and a world to poll in."""

from collections.abc import AsyncIterator

import pytest

from service.broker import Broker
from service.egress import Egress
from service.settings import EgressSettings
from service.store import Store
from tests.clock import SetClock
from tests.servers import FeedServer
from tests.stages.polling import World


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer.open() as server:
        yield server


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    async with Egress.open(EgressSettings(allow_loopback=True)) as egress:
        yield egress


@pytest.fixture
def world(sqlite_store: Store, embedded_broker: Broker, egress: Egress, clock: SetClock) -> World:
    return World(sqlite_store, embedded_broker, egress, clock)
