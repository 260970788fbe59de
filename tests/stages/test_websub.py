"""WebSub from end to end: a feed server, a hub, our callback on a real socket, a poller, the stage that receives."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import perf_counter
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from consumers.pipeline import entrance
from consumers.poll.leases import Leases
from consumers.poll.patient import Reader
from consumers.poll.poller import Known, Poll
from consumers.poll.websub import Hubs
from consumers.runner import Received, Runner, Stage
from service.api import Context, create_app, serve
from service.broker import Broker
from service.clock import now as real_now
from service.egress import Egress
from service.messages import RawArticle
from service.model import Feed, HubSubscription
from service.settings import EgressSettings, PollSettings, Settings, WorkSettings
from service.store import Store
from service.streams import PUSHED, RAW
from tests.builders import a_feed
from tests.clock import SetClock
from tests.hub import Hub
from tests.servers import FeedServer
from tests.services import free_port

POLLING = PollSettings(host_gap_seconds=0, per_host=50, idle_seconds=0.01)
WORK = WorkSettings(idle_seconds=0.05, retry_seconds=(), outage_seconds=0.01)
RARELY = 21_600.0
FAR = 100_000.0


def rss(*titles: str, links: str = "") -> bytes:
    entries = "".join(f"<item><title>{each}</title><link>https://gazette.test/{each}</link></item>" for each in titles)
    channel = f"<channel><title>Gazette</title>{links}{entries}</channel>"
    return f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">{channel}</rss>'.encode()


def link_tags(hub: str, topic: str) -> str:
    return f'<atom:link rel="hub" href="{hub}"/><atom:link rel="self" href="{topic}"/>'


@dataclass
class World:
    """All that takes part, and one feed."""

    store: Store
    broker: Broker
    egress: Egress
    clock: Any
    """One that is set, or the real one."""
    settings: Settings
    server: FeedServer
    hub: Hub
    reader: Reader
    feed_id: str = ""
    articles: list[RawArticle] = field(default_factory=list)

    async def add(self, url: str) -> None:
        feed = a_feed(url=url, next_poll_at=self.clock())
        self.feed_id = feed.id
        await self.store.write(lambda tx: tx.feeds.add_missing([feed]))

    async def offer(self, *titles: str, path: str = "/feed.xml") -> str:
        """A feed whose Link header names the hub; gives the topic."""
        topic = self.server.url(path)
        link = f'<{self.hub.url}>; rel="hub", <{topic}>; rel="self"'
        self.server.publish(path, rss(*titles), link=link)
        return topic

    async def poll(self) -> None:
        hubs = Hubs(self.settings.websub)
        poller = Poll(self.store, self.broker, self.egress, POLLING, self.clock, Known(hubs))
        assert await poller.once() == 1

    async def ask(self) -> int:
        """Whatever is due at hubs, until they have called back."""
        asked = await Leases(self.store, self.egress, self.settings.websub, self.clock).once()
        await self.hub.settled()
        return asked

    async def subscribe(self, *titles: str) -> str:
        """A feed whose hub has confirmed; gives the topic."""
        topic = await self.offer(*titles)
        await self.add(topic)
        await self.poll()
        assert await self.ask() == 1
        return topic

    async def receive(self) -> None:
        """Run the stage until it has read everything."""
        until = asyncio.Event()
        runner = Runner(self.stage(), self.broker, self.store, WORK, until)

        async def watch() -> None:
            while (await self.broker.lag(PUSHED.name, "receive")).records:
                await asyncio.sleep(0.002)
            until.set()

        async with asyncio.timeout(60):
            await asyncio.gather(runner.run(), watch())

    def stage(self) -> Stage[Any, Any]:
        return entrance(self.store, self.reader, POLLING, self.clock)

    async def titles(self) -> list[str]:
        """Of all that was passed on so far, in order."""
        async with self.broker.reader(RAW.name, "tests") as reader:
            while records := await reader.read(1000, 0.01):
                self.articles += [RAW.decode(record) for record in records]
                await reader.commit(records)
        return [raw.title for raw in self.articles]

    async def feed(self) -> Feed:
        return await self.store.read(lambda tx: tx.feeds.get(self.feed_id))

    async def seconds_to_poll(self) -> float:
        next_poll_at = (await self.feed()).next_poll_at
        assert next_poll_at
        seconds: float = (next_poll_at - self.clock()).total_seconds()
        return seconds

    async def subscription(self) -> HubSubscription:
        found = await self.store.read(lambda tx: tx.websub.of_feed(self.feed_id))
        assert found
        return found


@asynccontextmanager
async def opened(store: Store, broker: Broker, clock: Any) -> AsyncIterator[World]:
    port = free_port()
    settings = Settings(api={"port": port}, websub={"public_url": f"http://127.0.0.1:{port}/"})
    until, listening = asyncio.Event(), asyncio.Event()
    app = create_app(Context(settings, store, broker, clock))
    serving = asyncio.create_task(serve(app, settings.api, until, lambda _: listening.set()))
    async with (
        FeedServer.open() as server,
        Hub.open() as hub,
        Reader() as reader,
        Egress.open(EgressSettings(allow_loopback=True)) as egress,
    ):
        await asyncio.wait_for(listening.wait(), 60)
        yield World(store, broker, egress, clock, settings, server, hub, reader)
        until.set()
        await asyncio.wait_for(serving, 60)


@pytest.fixture
async def world(sqlite_store: Store, embedded_broker: Broker, clock: SetClock) -> AsyncIterator[World]:
    async with opened(sqlite_store, embedded_broker, clock) as world:
        yield world


async def test_what_a_hub_pushes_becomes_articles_once(world: World) -> None:
    topic = await world.subscribe("one")
    subscription = await world.subscription()
    assert (subscription.state, subscription.topic, subscription.hub) == ("verified", topic, world.hub.url)
    assert await world.hub.publish(topic, rss("two", "one")) == [202]
    await world.receive()
    assert await world.titles() == ["one", "one", "two"]
    (*_, two) = world.articles
    assert (two.url, two.feed_id, two.source) == ("https://gazette.test/two", world.feed_id, "harbour-gazette.test")
    assert [(hop.stage, hop.outcome) for hop in two.hops] == [("websub", "accepted"), ("receive", "received")]
    payload = await world.store.read(lambda tx: tx.payloads.get(two.payload))
    assert payload
    assert payload.body == rss("two", "one")
    await world.offer("two", "one")
    world.clock.advance(FAR)
    await world.poll()
    assert await world.titles() == ["one", "one", "two"]


async def test_the_hub_is_asked_as_the_rules_have_it(world: World) -> None:
    topic = await world.subscribe("one")
    (asked,) = world.hub.requests
    subscription = await world.subscription()
    assert asked == {
        "hub.mode": "subscribe",
        "hub.topic": topic,
        "hub.callback": f"{world.settings.websub.public_url}v1/websub/{subscription.token}",
        "hub.lease_seconds": "864000",
        "hub.secret": subscription.secret,
        "hub.verify": "async",
    }
    assert len(subscription.token) >= 32
    assert 32 <= len(subscription.secret) < 200
    assert world.hub.verified == [(200, True)]


async def test_tokens_and_secrets_are_each_feeds_own(world: World) -> None:
    made = [
        HubSubscription.new(f"f{n}", "https://h.test/", "https://t.test/", "https://c.test", real_now())
        for n in range(50)
    ]
    assert len({each.token for each in made}) == len({each.secret for each in made}) == 50


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_hub_may_send_us_on(world: World, status: int) -> None:
    world.hub.moved(status)
    await world.subscribe("one")
    assert world.hub.paths == ["/hub", "/new-hub"]
    assert (await world.subscription()).state == "verified"
    assert (await world.subscription()).hub == world.hub.url


@pytest.mark.parametrize("status", [301, 302])
async def test_a_feed_may_be_redirected_and_call_itself_something_else(world: World, status: int) -> None:
    topic = await world.offer("one", path="/new.xml")
    await world.add(world.server.redirect("/old.xml", "/new.xml", status))
    await world.poll()
    await world.ask()
    assert world.hub.requests[0]["hub.topic"] == topic
    assert (await world.subscription()).state == "verified"
    assert await world.hub.publish(topic, rss("two")) == [202]
    await world.receive()
    assert await world.titles() == ["one", "two"]


async def test_a_hub_is_found_in_the_document(world: World) -> None:
    topic = "https://gazette.test/its-own-name"
    await world.add(world.server.publish("/feed.xml", rss("one", links=link_tags(world.hub.url, topic))))
    await world.poll()
    await world.ask()
    assert world.hub.requests[0]["hub.topic"] == topic
    assert (await world.subscription()).state == "verified"


async def test_without_a_public_address_no_hub_is_asked(world: World) -> None:
    world.settings = Settings()
    await world.add(await world.offer("one"))
    await world.poll()
    assert await world.ask() == 0
    assert await world.store.read(lambda tx: tx.websub.of_feed(world.feed_id)) is None


@pytest.mark.slow
async def test_a_feed_is_polled_rarely_while_it_is_pushed(world: World, clock: SetClock) -> None:
    topic = await world.subscribe("one")
    assert await world.seconds_to_poll() < 2000
    clock.advance(2000)
    await world.poll()
    assert await world.seconds_to_poll() < 2000  # promised, but nothing came yet
    await world.hub.publish(topic, rss("two", "one"))
    await world.receive()
    await world.offer("two", "one")
    clock.advance(2000)
    await world.poll()
    assert RARELY <= await world.seconds_to_poll() < 1.2 * RARELY


async def test_a_feed_that_pushes_no_more_is_polled_as_ever(world: World, clock: SetClock) -> None:
    topic = await world.subscribe("one")
    await world.hub.publish(topic, rss("two", "one"))
    await world.receive()
    clock.advance(2000)
    await world.offer("three", "two", "one")
    await world.poll()
    assert await world.titles() == ["one", "one", "two", "three"]
    assert await world.seconds_to_poll() < 2000
    clock.advance(10)
    await world.hub.publish(topic, rss("four", "three"))
    await world.receive()
    clock.advance(2000)
    await world.offer("four", "three", "two", "one")
    await world.poll()
    assert await world.seconds_to_poll() >= RARELY


async def test_a_lease_is_renewed_in_time(world: World, clock: SetClock) -> None:
    world.hub.lease_seconds = 1000
    await world.subscribe("one")
    token = (await world.subscription()).token
    clock.advance(799)
    assert await world.ask() == 0
    clock.advance(2)
    assert await world.ask() == 1
    subscription = await world.subscription()
    assert (subscription.token, subscription.state) == (token, "verified")
    assert subscription.lease_until == clock() + timedelta(seconds=1000)
    assert [asked["hub.mode"] for asked in world.hub.requests] == ["subscribe"] * 2


async def test_a_lease_that_ends_ends_the_trust(world: World, clock: SetClock) -> None:
    world.hub.lease_seconds = 5000
    topic = await world.subscribe("one")
    await world.hub.publish(topic, rss("two", "one"))
    await world.receive()
    clock.advance(2000)
    await world.poll()
    assert await world.seconds_to_poll() <= 3000  # not after the lease
    world.hub.silent = True
    for _ in range(4):
        clock.advance(2000)
        await world.ask()
    assert (await world.subscription()).state == "lapsed"
    await world.poll()
    assert await world.seconds_to_poll() < 2000
    world.hub.silent = False
    clock.advance(FAR)
    await world.ask()
    assert (await world.subscription()).state == "verified"


async def test_a_silent_hub_is_asked_ever_less_often(world: World, clock: SetClock) -> None:
    world.hub.silent = True
    await world.subscribe("one")
    waits = []
    for _ in range(12):
        due_at = (await world.subscription()).due_at
        assert due_at
        waits.append((due_at - clock()).total_seconds())
        assert await world.ask() == 0
        clock.now = due_at
        assert await world.ask() == 1
    assert waits[:4] == [300, 600, 1200, 2400]
    assert waits[-1] == 86_400
    assert (await world.subscription()).state == "pending"


async def test_a_hub_that_refuses_is_noted_with_its_words(world: World) -> None:
    world.hub.refuses = "no such\n topic \x00here"
    await world.subscribe("one")
    assert (await world.subscription()).error == "the hub answered 400: no such topic here"
    assert (await world.subscription()).state == "pending"


async def test_a_hub_that_denies_is_asked_again_the_next_day(world: World, clock: SetClock) -> None:
    world.hub.denies = "not allowed"
    await world.subscribe("one")
    assert (await world.subscription()).state == "denied"
    assert (await world.subscription()).error == "the hub denied it: not allowed"
    clock.advance(86_399)
    assert await world.ask() == 0
    world.hub.denies = ""
    clock.advance(1)
    await world.ask()
    assert (await world.subscription()).state == "verified"


@pytest.mark.parametrize("gone", [True, False])
async def test_the_hub_is_told_when_a_feed_is_not_polled_any_more(world: World, gone: bool) -> None:
    topic = await world.subscribe("one")
    feed = await world.feed()
    if gone:
        await world.store.write(lambda tx: tx.feeds.remove(feed.id))
    else:
        await world.store.write(lambda tx: tx.feeds.update(replace(feed, enabled=False)))
    await world.hub.publish(topic, rss("two"))
    await world.receive()
    assert await world.titles() == ["one"]
    await world.ask()
    assert [asked["hub.mode"] for asked in world.hub.requests] == ["subscribe", "unsubscribe"]
    assert "hub.secret" not in world.hub.requests[1]
    assert world.hub.subscribers == {}
    assert await world.store.read(lambda tx: tx.websub.of_feed(world.feed_id)) is None


async def test_a_hub_that_never_confirms_an_end_is_forgotten(world: World, clock: SetClock) -> None:
    await world.subscribe("one")
    token = (await world.subscription()).token
    await world.store.write(lambda tx: tx.feeds.remove(world.feed_id))
    world.hub.silent = True
    for _ in range(10):
        await world.ask()
        clock.advance(86_400)
    assert len(world.hub.requests) < 8
    assert await world.store.read(lambda tx: tx.websub.by_token(token)) is None


async def test_a_feed_that_names_another_hub_leaves_the_first(world: World, clock: SetClock) -> None:
    topic = await world.subscribe("one")
    async with Hub.open() as other:
        link = f'<{other.url}>; rel="hub", <{topic}>; rel="self"'
        world.server.publish("/feed.xml", rss("two", "one"), link=link)
        clock.advance(FAR)
        await world.poll()
        await world.ask()
        await other.settled()
        assert (await world.subscription()).hub == other.url
        assert len(other.subscribers) == 1
    assert world.hub.subscribers == {}


async def test_a_document_that_cannot_be_read_makes_the_feed_due(world: World) -> None:
    topic = await world.subscribe("one")
    world.clock.advance(60)
    assert await world.hub.publish(topic, b"<html>sorry</html>") == [202]
    await world.receive()
    assert await world.titles() == ["one"]
    assert await world.seconds_to_poll() == 0


async def test_a_replay_is_taken_and_told_twice_to_dedupe_alone(world: World) -> None:
    topic = await world.subscribe("one")
    for _ in range(3):
        await world.hub.publish(topic, rss("two"))
    await world.receive()
    assert await world.titles() == ["one", "two", "two", "two"]


async def test_a_record_read_again_gives_the_same_answer(world: World) -> None:
    topic = await world.subscribe("one")
    await world.hub.publish(topic, rss("three", "two"))
    async with world.broker.reader(PUSHED.name, "another group") as reader:
        received = [Received(PUSHED.decode(each), each.position) for each in await reader.read(10, 1)]
    first = await world.stage().handle(received)
    assert [raw.title for raw in first[0].messages] == ["two", "three"]
    assert await world.stage().handle(received) == first


async def test_unsigned_and_forged_documents_go_nowhere(world: World) -> None:
    topic = await world.subscribe("one")
    world.hub.method = ""
    assert await world.hub.publish(topic, rss("two")) == [202]
    world.hub.method = "sha1"
    assert await world.hub.publish(topic, rss("two")) == [202]
    await world.receive()
    assert await world.titles() == ["one"]


async def test_a_callback_that_was_guessed_finds_nothing(world: World) -> None:
    await world.subscribe("one")
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        answer = await client.post(f"{world.settings.websub.public_url}v1/websub/{'A' * 32}", content=rss("two"))
    assert answer.status_code == 404


async def test_no_secret_is_ever_logged(world: World) -> None:
    with capture_logs() as logs:
        world.hub.refuses = "no"
        topic = await world.subscribe("one")
        world.hub.refuses = ""
        world.clock.advance(FAR)
        await world.ask()
        await world.hub.publish(topic, rss("two"))
        await world.hub.publish(topic, b"nonsense")
        await world.receive()
    subscription = await world.subscription()
    assert logs
    assert subscription.secret
    assert subscription.secret not in repr(logs)
    assert subscription.token not in repr(logs)


def test_a_secret_is_only_given_where_nobody_can_listen() -> None:
    def made(hub: str, public_url: str) -> bool:
        return bool(HubSubscription.new("f", hub, "https://t.test/", public_url, real_now()).secret)

    assert made("https://hub.test/", "https://courant.test")
    assert made("http://127.0.0.1:8000/hub", "http://localhost:8000")
    assert not made("http://hub.test/", "https://courant.test")
    assert not made("https://hub.test/", "http://courant.test")


@pytest.mark.slow
async def test_an_article_is_there_moments_after_its_hub_was_told(
    sqlite_store: Store, embedded_broker: Broker, record_property: Callable[[str, object], None]
) -> None:
    async with opened(sqlite_store, embedded_broker, real_now) as world:
        topic = await world.subscribe("one")
        until, took = asyncio.Event(), []
        running = asyncio.create_task(Runner(world.stage(), world.broker, world.store, WORK, until).run())
        for n in range(20):
            started = perf_counter()
            await world.hub.publish(topic, rss(f"news-{n}"))
            async with asyncio.timeout(60):
                while f"news-{n}" not in await world.titles():
                    await asyncio.sleep(0.001)
            took.append(perf_counter() - started)
        until.set()
        await running
    took.sort()
    record_property("published to articles.raw, median ms", round(took[10] * 1000, 1))
    print(f"published to articles.raw: median {took[10] * 1000:.1f} ms, worst {took[-1] * 1000:.1f} ms")
    assert took[10] < 10, "not at the next poll"
