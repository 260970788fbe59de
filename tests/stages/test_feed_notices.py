"""What befalls a feed, told: a real feed server at one end, real webhook inboxes at the other, on both databases."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from prometheus_client import REGISTRY

from consumers.deliver import Deliver
from consumers.demo.inbox import Inbox
from consumers.poll.poller import Poll
from consumers.upkeep import Upkeep
from service.broker import Broker
from service.egress import Egress
from service.model import Feed, FeedHealth
from service.settings import DeliverSettings, EgressSettings, PollSettings, Settings
from service.store import Store, Transaction
from tests.builders import NOW, a_dead_letter, a_feed, an_endpoint
from tests.clock import SetClock
from tests.servers import FeedServer

POLLING = PollSettings(host_gap_seconds=0, per_host=1000, idle_seconds=0.01)
SENDING = DeliverSettings(total_seconds=5, idle_seconds=0.05)
SECRET = an_endpoint().secret
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def rss(times: Sequence[datetime]) -> str:
    entries = "".join(
        f"<item><title>Report of {at:%d %H:%M}</title><link>https://harbour.test/{at:%d%H%M}</link>"
        f"<guid>{at:%d%H%M}</guid><pubDate>{format_datetime(at)}</pubDate></item>"
        for at in times
    )
    return f'<rss version="2.0"><channel><title>Harbour Gazette</title>{entries}</channel></rss>'


@dataclass
class World:
    """A feed server, a poller, a deliverer, and inboxes that asked for this or that."""

    store: Store
    broker: Broker
    egress: Egress
    server: FeedServer
    clock: SetClock
    stack: AsyncExitStack
    inboxes: dict[str, Inbox] = field(default_factory=dict)

    async def inbox(self, name: str, *asked: str) -> Inbox:
        inbox = await self.stack.enter_async_context(Inbox([SECRET], clock=self.clock).open())
        endpoint = an_endpoint(id=name, url=inbox.url, notices=asked)
        await self.store.write(lambda tx: tx.endpoints.add(endpoint))
        self.inboxes[name] = inbox
        return inbox

    async def add(self, url: str) -> Feed:
        feed = a_feed(url=url, next_poll_at=self.clock(), created_at=self.clock())
        return await self.store.write(lambda tx: tx.feeds.add(feed))

    def publish(self, count: int, every: timedelta) -> str:
        return self.server.publish("/feed.xml", rss([self.clock() - every * n for n in range(count)]))

    async def poll(self, feed: Feed, times: int = 1, every: timedelta = HOUR) -> Feed:
        """Poll so often, and deliver what is told."""
        poller = Poll(self.store, self.broker, self.egress, POLLING, self.clock)
        for _ in range(times):
            self.clock.advance(every.total_seconds())
            await self.store.write(_make_due, feed.id, self.clock())
            await poller.once()
            await Deliver(self.store, self.egress, SENDING, self.clock, lambda: 0.0).once()
        return await self.store.read(lambda tx: tx.feeds.get(feed.id))

    def told(self, name: str) -> list[dict[str, Any]]:
        """What came to an inbox, every request rightly signed."""
        assert [each.fault for each in self.inboxes[name].received if each.fault] == []
        return [json.loads(each.body) for each in self.inboxes[name].received]

    def kinds(self, name: str) -> list[str]:
        return [each["type"] for each in self.told(name)]


def _make_due(tx: Transaction, feed_id: str, at: datetime) -> None:
    tx.feeds.update(replace(tx.feeds.get(feed_id), next_poll_at=at))


@pytest.fixture
async def world(store: Store, embedded_broker: Broker, clock: SetClock) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        egress = await stack.enter_async_context(Egress.open(EgressSettings(allow_loopback=True)))
        server = await stack.enter_async_context(FeedServer.open())
        yield World(store, embedded_broker, egress, server, clock, stack)


async def test_a_feed_that_breaks_and_is_mended_is_told_to_those_who_asked(world: World) -> None:
    await world.inbox("all", "feed.*")
    await world.inbox("some", "feed.recovered", "source.*")
    await world.inbox("none")
    feed = await world.add(world.publish(20, HOUR))
    assert (await world.poll(feed)).health == "healthy"
    world.server.fail("/feed.xml", 404)
    assert (await world.poll(feed, 5)).health == "failing"
    assert world.kinds("all") == ["feed.failing"]
    told = world.told("all")[0]["data"]
    assert (told["feed"]["id"], told["feed"]["url"]) == (feed.id, feed.url)
    assert (told["failures"], told["since"]) == (3, (NOW + 2 * HOUR).isoformat())
    assert "404" in told["why"]
    world.publish(20, HOUR)
    mended = await world.poll(feed, 3)
    assert (mended.health, mended.failures) == ("healthy", 0)
    assert world.kinds("all") == ["feed.failing", "feed.recovered"]
    assert world.kinds("some") == ["feed.recovered"]
    assert world.kinds("none") == []


async def test_entries_that_came_and_went_are_told_and_looked_for(world: World) -> None:
    """Ten entries, thirty an hour, polled every hour."""
    await world.inbox("all", "feed.*")
    feed = await world.add(world.publish(10, 2 * MINUTE))
    for _ in range(4):
        world.clock.advance(HOUR.total_seconds() - 60)
        world.publish(10, 2 * MINUTE)
        gapping = await world.poll(feed, every=MINUTE)
    assert gapping.health == "gapping"
    assert world.kinds("all") == ["feed.gap"]
    assert world.told("all")[0]["data"]["lost"] in range(19, 22)
    backfills = await world.store.read(lambda tx: tx.backfills.list())
    assert {(each.kind, each.feed_id) for each in backfills} == {("gap", feed.id)}
    assert len(backfills) >= 1


async def test_silence_is_told_once(world: World) -> None:
    await world.inbox("all", "feed.silent")
    feed = await world.add(world.publish(20, HOUR))
    assert (await world.poll(feed, 40, every=4 * HOUR)).health == "silent"
    assert world.kinds("all") == ["feed.silent"]
    told = world.told("all")[0]["data"]
    assert told["per_day"] == pytest.approx(24, rel=0.3)
    assert told["expected"] > 14


@pytest.mark.parametrize("health", ["failing", "healthy", "paused"])
async def test_feeds_are_found_and_counted_by_how_they_do(world: World, health: FeedHealth) -> None:
    feed = await world.add(world.publish(20, HOUR))
    await world.poll(feed)
    if health == "failing":
        world.server.fail("/feed.xml", 404)
        await world.poll(feed, 4)
    if health == "paused":
        await world.store.write(lambda tx: tx.feeds.update(replace(tx.feeds.get(feed.id), enabled=False)))
    for asked in ("failing", "healthy", "silent", "gapping", "paused"):
        found = await world.store.read(lambda tx, h=asked: tx.feeds.list("", 10, h))
        assert [each.shown_health for each in found] == ([health] if asked == health else [])
    assert await world.store.read(lambda tx: tx.feeds.health()) == {health: 1}


async def test_prometheus_is_told_how_feeds_do_and_forgets_words_that_hold_no_more(world: World) -> None:
    feed = await world.add(world.publish(20, HOUR))
    upkeep = Upkeep(world.store, world.broker, Settings(), world.clock)
    await world.poll(feed)
    await upkeep.measure_once({})
    assert measured("courant_feeds", status="ok") == measured("courant_feeds_by_health", health="healthy") == 1
    world.server.fail("/feed.xml", 404)
    await world.poll(feed, 4)
    await upkeep.measure_once({})
    assert measured("courant_feeds", status="unreachable") == 1
    assert measured("courant_feeds_by_health", health="failing") == 1
    assert measured("courant_feeds_by_health", health="healthy") is None


async def test_prometheus_is_told_what_is_owed_and_what_was_set_aside(world: World) -> None:
    upkeep = Upkeep(world.store, world.broker, Settings(), world.clock)
    for number in (0, 1):
        await upkeep.measure_once({})
        assert (measured("courant_dead_letters"), measured("courant_deliveries_waiting")) == (number, 0)
        await world.store.write(lambda tx: tx.dead_letters.add([a_dead_letter()]))


def measured(metric: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(metric, labels)
