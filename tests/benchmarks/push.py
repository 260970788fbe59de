"""How many articles a second can be pushed in: a real server on a real socket, the embedded broker.

python -m tests.benchmarks.push

Articles of about 2 KB each; one at a time from 8 callers at once, and by the batch from one and from two.
Server and callers share one process, so a caller's own work is part of the figures.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import httpx

import migrations
from service.api import Context, create_app, serve
from service.api_keys import new_key
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.settings import Settings
from service.store import Store
from tests.builders import TEXT
from tests.services import free_port

CASES = ((1, 8, 400), (100, 1, 5_000), (500, 1, 10_000), (500, 2, 10_000))
"""Articles in a request, callers, articles in all."""


def an_article(n: int) -> dict[str, str]:
    return {
        "source": "harbour-gazette.com",
        "external_id": f"id-{n}",
        "url": f"https://harbour-gazette.com/2026/{n}",
        "title": f"Ferry {n} resumes",
        "text": f"{n} " + TEXT * 5,
        "published_at": "2026-03-14T09:30:00Z",
    }


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key, of a server that runs."""
    url = f"sqlite:///{folder / 'store.db'}"
    migrations.upgrade(url)
    store, until, listening = Store(url), asyncio.Event(), asyncio.Event()
    settings = Settings(api={"port": free_port()}, quotas={"requests": 10**9, "account_requests": 10**9})
    key, text = new_key("bench", now())
    await store.write(lambda tx: tx.keys.add(key, text))
    async with EmbeddedBroker.open(folder / "log.db") as broker:
        app = create_app(Context(settings, store, broker, now))
        serving = asyncio.create_task(serve(app, settings.api, until, lambda _: listening.set()))
        await listening.wait()
        base, headers = f"http://127.0.0.1:{settings.api.port}", {"Authorization": f"Bearer {text}"}
        async with httpx.AsyncClient(base_url=base, headers=headers, trust_env=False, timeout=60) as client:
            yield client
        until.set()
        await serving
    store.close()


async def case(client: httpx.AsyncClient, batch: int, callers: int, articles: int) -> float:
    """Articles a second."""
    bodies = [
        json.dumps({"articles": [an_article(n) for n in range(at, at + batch)]} if batch > 1 else an_article(at))
        for at in range(0, articles, batch)
    ]
    path = "/v1/articles:batch" if batch > 1 else "/v1/articles"

    async def call() -> None:
        while bodies:
            answer = await client.post(path, content=bodies.pop(), headers={"Content-Type": "application/json"})
            assert answer.status_code == 202, answer.text

    started = perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return articles / (perf_counter() - started)


async def main() -> None:
    with TemporaryDirectory() as folder:
        async with opened(Path(folder)) as client:
            for batch, callers, articles in CASES:
                rate = await case(client, batch, callers, articles)
                print(f"{batch:>4} a request, {callers} callers: {rate:>8,.0f} articles/s")


if __name__ == "__main__":
    asyncio.run(main())
