"""The whole pipeline on a real store and broker, with a site of its own on loopback, and a clock that a test sets."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from consumers.enrich import open_enrich
from consumers.pages.reader import open_reader
from consumers.pipeline import stages
from consumers.recheck import Pages, Recheck
from consumers.runner import Runner
from service.api import Context, create_app
from service.api_keys import new_key
from service.broker import Broker
from service.egress import Egress
from service.messages import Hop, RawArticle
from service.settings import EgressSettings, Settings
from service.store import Store, Transaction
from service.streams import RAW, READS
from service.urls import article_id, canonical
from tests.builders import a_raw_article, a_subscription, a_topic, an_endpoint
from tests.clock import SetClock
from tests.servers import FeedServer

SECONDS = 60
LEAD = (
    "The ferry company told reporters that all crews had been called back to work on Sunday morning, and that the "
    "boats would leave as soon as the wind allowed. "
)


def a_page(title: str, *paragraphs: str, around: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in (*paragraphs, LEAD, LEAD.replace("Sunday", "Friday")))
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><nav><a href=/>Home</a></nav>{around}"
        f"<article><h1>{title}</h1>{body}</article><footer>All rights reserved</footer></body></html>"
    )


@dataclass
class Newsdesk:
    """Use `open`."""

    store: Store
    broker: Broker
    clock: SetClock
    settings: Settings
    site: FeedServer
    pages: Pages
    client: httpx.AsyncClient

    @classmethod
    @asynccontextmanager
    async def open(cls, store: Store, broker: Broker, clock: SetClock, **given: Any) -> AsyncIterator["Newsdesk"]:
        settings = Settings(
            egress=EgressSettings(allow_loopback=True),
            enrich={"processes": 0, "embeddings": False, "page_gap_seconds": 0},
            work={"idle_seconds": 0.02},
            **given,
        )
        async with AsyncExitStack() as stack:
            site = await stack.enter_async_context(FeedServer.open())
            egress = await stack.enter_async_context(Egress.open(settings.egress))
            pages = await stack.enter_async_context(open_reader(store, egress, settings.enrich, clock))
            enrich = await stack.enter_async_context(open_enrich(store, egress, settings.enrich, clock))
            await stack.enter_async_context(_running(stages(store, enrich, settings, clock), store, broker, settings))
            client = await stack.enter_async_context(_client(Context(settings, store, broker, clock), clock))
            yield cls(store, broker, clock, settings, site, pages, client)

    def publish(self, path: str, page: str, **headers: str) -> str:
        return self.site.publish(path, page, content_type="text/html; charset=utf-8", **headers)

    async def bring(self, url: str, title: str, **given: Any) -> RawArticle:
        """As a feed would, with a summary that is not all of the text."""
        told = {"content": "", "summary": "Ferries again.", "link": url, "published_at": self.clock(), "language": "en"}
        hops = (Hop(stage="poll", at=self.clock(), outcome="fetched"),)
        raw = a_raw_article(url=canonical(url), title=title, seen_at=self.clock(), hops=hops, **(told | given))
        await self.broker.append(RAW.name, [RAW.encode(raw)])
        await self.settled()
        return raw

    def recheck(self, broker: Broker | None = None) -> Recheck:
        return Recheck(self.store, broker or self.broker, self.pages, self.settings.recheck, self.clock)

    async def look_again(self, hours: float) -> None:
        """So many hours later, look at all pages that are due, and let the news go through."""
        self.clock.advance(3600 * hours)
        while await self.recheck().once():
            pass
        await self.settled()

    async def settled(self) -> None:
        """Until all that was appended has gone through."""
        async with asyncio.timeout(SECONDS):
            while sum([(await self.broker.lag(stream.name, name)).records for name, stream in READS.items()]):
                await asyncio.sleep(0.01)

    async def revisions(self, url: str) -> Sequence[dict[str, Any]]:
        """As the API shows them."""
        response = await self.client.get(f"/v1/articles/{article_id(canonical(url))}/revisions")
        assert response.status_code == 200, response.text
        shown: Sequence[dict[str, Any]] = response.json()["items"]
        return shown

    async def types(self, url: str) -> list[str | None]:
        return [each["change"]["type"] for each in await self.revisions(url)]

    async def watch(self, query: str) -> None:
        """A topic with an endpoint that subscribes to it."""

        def add(tx: Transaction) -> None:
            topic, endpoint = a_topic(query=query), an_endpoint()
            tx.topics.add(topic)
            tx.endpoints.add(endpoint)
            tx.subscriptions.add(a_subscription(topic_id=topic.id, endpoint_id=endpoint.id))

        await self.store.write(add)

    async def alerts(self) -> int:
        return len(await self.store.read(lambda tx: tx.alerts.list_alerts(None, None, None, None, 100)))


@asynccontextmanager
async def _running(of: Sequence[Any], store: Store, broker: Broker, settings: Settings) -> AsyncIterator[None]:
    until = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for stage in of:
            group.create_task(Runner(stage, broker, store, settings.work, until).run())
        try:
            yield
        finally:
            until.set()


@asynccontextmanager
async def _client(context: Context, clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    made, text = new_key("tests", clock())
    await context.store.write(lambda tx: tx.keys.add(made, text))
    headers, transport = {"Authorization": f"Bearer {text}"}, httpx.ASGITransport(create_app(context))
    async with httpx.AsyncClient(transport=transport, base_url="http://courant.test", headers=headers) as client:
        yield client
