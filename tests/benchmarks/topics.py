"""How long many topics take: added over HTTP (in this process) in batches of 5,000, then loaded by a matcher.

    python -m tests.benchmarks.topics [COUNT]

Prints seconds of wall time and of processor time. The client's share is in them.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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

COUNT, BATCH = 100_000, 5_000
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


@contextmanager
def timed(what: str) -> Iterator[None]:
    wall, used = time.perf_counter(), time.process_time()
    yield
    print(
        f"{what}: {time.perf_counter() - wall:.1f} s, {time.process_time() - used:.1f} s of processor time", flush=True
    )


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'store.db'}"
        migrations.upgrade(url)
        store = Store(url)
        key, text = new_key("benchmark", now())
        await store.write(lambda tx: tx.keys.add(key, text))
        settings = Settings(quotas={"topics": 10 * COUNT, "requests": 10**6, "account_requests": 10**6})
        reading = Reading(KnownNames())
        reading.read("Belarus")
        await add(Context(settings, store, cast(Broker, None), now, reading=reading), text, count)
        matcher = Match(store, now, Reading(KnownNames()))
        with timed(f"{count} topics loaded"):
            await matcher.load()
        assert matcher.topics == count
        store.close()


async def add(context: Context, key: str, count: int) -> None:
    topics: list[dict[str, Any]] = [{"name": f"topic {n}", "query": query} for n, query in enumerate(queries(count))]
    transport, headers = httpx.ASGITransport(create_app(context)), {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://x", headers=headers, timeout=600) as client:
        with timed(f"{count} topics added"):
            for start in range(0, count, BATCH):
                answer = await client.post("/v1/topics:batch", json={"topics": topics[start : start + BATCH]})
                assert answer.json()["refused"] == 0, answer.text[:500]


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
