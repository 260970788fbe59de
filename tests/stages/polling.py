"""What tests of polling share: a world to poll in, feeds to publish, and pollers that run meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from consumers.poll.poller import Poll
from service.broker import Broker
from service.egress import Egress
from service.messages import RawArticle
from service.model import Feed
from service.model import Poll as PollRecord
from service.settings import PollSettings
from service.store import Store
from service.streams import RAW
from tests.builders import a_feed
from tests.clock import SetClock

SETTINGS = PollSettings(host_gap_seconds=0, per_host=1000, idle_seconds=0.01)
FAR = 100_000.0


def rss(*titles: str, ttl: int = 0) -> str:
    entries = "".join(
        f"<item><title>{title}</title><link>https://harbour-gazette.test/{title}</link></item>" for title in titles
    )
    wish = f"<ttl>{ttl}</ttl>" if ttl else ""
    return f'<rss version="2.0"><channel><title>Harbour Gazette</title>{wish}{entries}</channel></rss>'


class World:
    """What a test of polling needs, in one hand."""

    def __init__(self, store: Store, broker: Broker, egress: Egress, clock: SetClock) -> None:
        self.store, self.broker, self.egress, self.clock = store, broker, egress, clock

    def poller(self, settings: PollSettings = SETTINGS, broker: Any = None, store: Any = None) -> Poll:
        return Poll(store or self.store, broker or self.broker, self.egress, settings, self.clock)

    async def add(self, *urls: str, **given: Any) -> list[Feed]:
        feeds = [a_feed(url=url, next_poll_at=self.clock(), **given) for url in urls]
        await self.store.write(lambda tx: tx.feeds.add_missing(feeds))
        return feeds

    async def feed(self, feed: Feed) -> Feed:
        return await self.store.read(lambda tx: tx.feeds.get(feed.id))

    async def polls(self, feed: Feed) -> list[PollRecord]:
        return list(await self.store.read(lambda tx: tx.feeds.polls(feed.id, 100)))

    async def poll_again(self, times: int = 1, poller: Poll | None = None) -> None:
        """Poll once more, so much later that every feed is due."""
        for _ in range(times):
            self.clock.advance(FAR)
            await (poller or self.poller()).once()

    async def articles(self) -> list[RawArticle]:
        """Everything on the stream, in order."""
        async with self.broker.reader(RAW.name, f"test-{self.clock()}-{id(object())}") as reader:
            found: list[RawArticle] = []
            while records := await reader.read(1000, 0.05):
                found += [RAW.decode(record) for record in records]
            return found

    async def titles(self) -> list[str]:
        return [raw.title for raw in await self.articles()]


@asynccontextmanager
async def running(*pollers: Poll) -> AsyncIterator[None]:
    """Run them, tell them to stop, and see them out."""
    told = asyncio.Event()
    tasks = [asyncio.create_task(poller.run(told)) for poller in pollers]
    try:
        yield
    finally:
        told.set()
        async with asyncio.timeout(60):
            await asyncio.gather(*tasks)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


async def until_async(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.005)
