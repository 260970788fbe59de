"""Whoever listens, and comes again with its last id whenever it is cut off, hears everything once and in order."""

import asyncio
import random
from contextlib import suppress
from pathlib import Path

import pytest

from service.api import Context, create_app, serve
from service.api_keys import new_key
from service.broker.embedded import EmbeddedBroker
from service.model import Notice
from service.settings import ApiSettings, Settings
from service.store import Store
from tests.benchmarks.cutting import cut
from tests.builders import NOW
from tests.clock import SetClock
from tests.listener import Client
from tests.services import free_port

EVENTS = {"look_seconds": 0.01, "heartbeat_seconds": 0.02, "retry_seconds": 0.01, "buffer": 40}


async def tell(store: Store, number: int, pause: float, rng: random.Random) -> None:
    """So many notices, a few at a time."""
    told = 0
    while told < number:
        some = [
            Notice(f"nt_{n}", "feed.gap", "f", NOW, {"text": "x" * 800}) for n in range(told, told + rng.randint(1, 9))
        ]
        await store.write(lambda tx, some=some: tx.notices.tell(some, NOW))
        told += len(some)
        await asyncio.sleep(pause * rng.random())


async def a_key(store: Store) -> str:
    made, text = new_key("tests", NOW)
    await store.write(lambda tx: tx.keys.add(made, text))
    return text


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


async def test_cut_off_by_either_side_it_hears_everything_once(store: Store, embedded_broker: EmbeddedBroker) -> None:
    """Servers stop politely or are torn down; the client breaks off at any byte. Port and store stay."""
    rng, port = random.Random(7), free_port()
    client = Client(await a_key(store))
    settings = Settings(events=EVENTS, quotas={"requests": 10**9, "account_requests": 10**9})
    telling = asyncio.create_task(tell(store, 1500, 0.02, rng))
    async with asyncio.timeout(120):
        while not telling.done() or len(client.heard) < await store.read(lambda tx: tx.notices.head()):
            context = Context(settings, store, embedded_broker, SetClock())
            serving = asyncio.create_task(serve(create_app(context), ApiSettings(port=port), context.until))
            listening = asyncio.create_task(often(client, port, rng))
            await asyncio.sleep(0.3 * rng.random())
            if rng.random() < 0.5:
                context.until.set()
                await serving
            await asyncio.sleep(0.05 * rng.random())
            for task in (listening, serving):
                task.cancel()
            await asyncio.gather(listening, serving, return_exceptions=True)
    head = await store.read(lambda tx: tx.notices.head())
    assert client.heard == list(range(1, head + 1))
    assert client.connections > 20


async def often(client: Client, port: int, rng: random.Random) -> None:
    """Listens for a moment, again and again."""
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.15 * rng.random()):
                await client.listen(port)
        await asyncio.sleep(0.002)


@pytest.mark.slow
async def test_cut_off_by_kills_it_misses_nothing_and_hears_nothing_twice(tmp_path: Path) -> None:
    """`python -m tests.benchmarks.cutting` does the same 500 times."""
    ended = await cut(tmp_path, 10, 1500, random.Random(11))
    assert ended.is_well, ended
    assert ended.connections > 10
