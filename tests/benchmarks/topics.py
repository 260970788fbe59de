"""How long many topics take: added over HTTP (in this process) in batches of 5,000, then loaded by a matcher.

    python -m tests.benchmarks.topics [COUNT]

Prints seconds of wall time and of processor time. The client's share is in them.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx

import migrations
from consumers.match import Match
from service.api import Context, create_app
from service.api_keys import new_key
from service.broker import Broker
from service.clock import now
from service.query import KnownNames, Reading
from service.settings import Settings
from service.store import Store
from tests.benchmarks.table import Row, show

COUNT, FEW, BATCH = 100_000, 10_000, 5_000
NAMES = ("Belarus", "Poland", "Merkel", "ferry")


def queries(count: int, seed: int = 1) -> Iterator[str]:
    """Two words; a phrase with alternatives; NEAR with fields."""
    chance = random.Random(seed)
    words = [*(f"word{number}" for number in range(5000)), *NAMES]
    for _ in range(count):
        a, b, c, d, e, f = chance.choices(words, k=6)
        forms = (
            f"{a} {b}",
            f'"{a} {b}" ({c} OR {d} OR {e}) NOT {f}',
            f"{a} NEAR/5 {b} title:{c} (country:BY OR lang:ru)",
        )
        yield chance.choice(forms)


def rows(_articles: int, _embeddings: bool, count: int = FEW) -> Iterator[Row]:
    """For `make bench`: the same topics whatever is given."""
    yield from asyncio.run(measured(count))


async def measured(count: int) -> list[Row]:
    """How long they take to be added, and then to be loaded by who starts anew."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'store.db'}"
        migrations.upgrade(url)
        store = Store(url)
        key, text = new_key("benchmark", now())
        await store.write(lambda tx: tx.keys.add(key, text))
        settings = Settings(quotas={"topics": 10 * COUNT, "requests": 10**6, "account_requests": 10**6})
        reading = Reading(KnownNames())
        reading.read("Belarus")
        context = Context(settings, store, cast(Broker, None), now, reading=reading)
        matcher = Match(store, now, Reading(KnownNames()))
        added = await timed("topics, add over HTTP", count, add(context, text, count), COUNT / 60)
        loaded = await timed("topics, load what was kept", count, matcher.load(), COUNT / 10)
        assert matcher.topics == count
        store.close()
    return [added, loaded]


async def timed(name: str, count: int, doing: Awaitable[None], aim: float) -> Row:
    begun, used = time.perf_counter(), time.process_time()
    await doing
    seconds, used = time.perf_counter() - begun, time.process_time() - used
    return Row(name, count, "topics", seconds, f"{used:.1f} s of processor time", aim)


async def add(context: Context, key: str, count: int) -> None:
    topics: list[dict[str, Any]] = [{"name": f"topic {n}", "query": query} for n, query in enumerate(queries(count))]
    transport, headers = httpx.ASGITransport(create_app(context)), {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://x", headers=headers, timeout=600) as client:
        for start in range(0, count, BATCH):
            answer = await client.post("/v1/topics:batch", json={"topics": topics[start : start + BATCH]})
            assert answer.json()["refused"] == 0, answer.text[:500]


if __name__ == "__main__":
    for row in rows(0, False, int(sys.argv[1]) if len(sys.argv) > 1 else COUNT):
        print(show(row), flush=True)
