"""Polling: a real feed server, a real broker, a real store."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from service.broker import Broker
from service.errors import Outage
from service.store import Store
from tests.servers import FeedServer
from tests.stages.polling import SETTINGS, World, rss, running, until, until_async


async def test_new_entries_are_passed_on_once_the_oldest_first(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("two", "one")), title="")
    assert await world.poller().once() == 1
    assert await world.titles() == ["one", "two"]
    server.publish("/feed.xml", rss("three", "two", "one"))
    await world.poll_again(3)
    assert await world.titles() == ["one", "two", "three"]
    kept = await world.feed(feed)
    assert (kept.status, kept.title, kept.failures) == ("not_modified", "Harbour Gazette", 0)
    newest_first = [(poll.outcome, poll.entries, poll.fresh) for poll in await world.polls(feed)]
    assert newest_first == [("not_modified", 0, 0)] * 2 + [("fetched", 3, 1), ("fetched", 2, 2)]


async def test_a_raw_article_says_where_it_is_from(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("one")), source="gazette", language="en")
    await world.poller().once()
    (raw,) = await world.articles()
    assert (raw.url, raw.source, raw.language) == ("https://harbour-gazette.test/one", "gazette", "en")
    assert (raw.feed_id, raw.seen_at) == (feed.id, world.clock())
    assert [(hop.stage, hop.outcome) for hop in raw.hops] == [("poll", "fetched")]


@pytest.mark.parametrize("headers", [{"etag": '"v1"'}, {"last_modified": "Sat, 14 Mar 2026 08:00:00 GMT"}])
async def test_what_has_not_changed_is_not_fetched_again(
    world: World, server: FeedServer, headers: dict[str, str]
) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("one"), **headers))
    await world.poller().once()
    await world.poll_again()
    assert [poll.status for poll in await world.polls(feed)] == [304, 200]
    server.publish("/feed.xml", rss("two", "one"), **{name: value[:-1] + "x" for name, value in headers.items()})
    await world.poll_again()
    assert await world.titles() == ["one", "two"]


async def test_a_corrected_entry_is_passed_on_again(world: World, server: FeedServer) -> None:
    await world.add(server.publish("/feed.xml", rss("one")))
    await world.poller().once()
    server.publish("/feed.xml", rss("one").replace("<title>one<", "<title>ONE<"))
    await world.poll_again()
    assert await world.titles() == ["one", "ONE"]


async def test_a_feed_is_not_polled_before_it_is_due(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("one", ttl=120), cache_control="max-age=60"))
    await world.poller().once()
    assert ((await world.feed(feed)).next_poll_at - world.clock()).total_seconds() >= 7200  # type: ignore[operator]  # set
    world.clock.advance(7199)
    assert await world.poller().once() == 0
    world.clock.advance(7200 * 0.1 + 1)
    assert await world.poller().once() == 1


@pytest.mark.parametrize(
    ("status", "word", "enabled"), [(404, "unreachable", True), (500, "unreachable", True), (410, "gone", True)]
)
async def test_a_failing_server_is_noted_on_the_feed(
    world: World, server: FeedServer, status: int, word: str, enabled: bool
) -> None:
    (feed,) = await world.add(server.fail("/feed.xml", status))
    await world.poller().once()
    kept = await world.feed(feed)
    assert (kept.status, kept.enabled, kept.failures) == (word, enabled, 1)
    assert kept.failing_since == world.clock()
    assert str(status) in kept.error
    assert [(poll.outcome, poll.status) for poll in await world.polls(feed)] == [(word, status)]


async def test_a_feed_recovers(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", "<html>sorry</html>"))
    await world.poller().once()
    kept = await world.feed(feed)
    assert (kept.status, kept.error) == ("unreadable", "this is an HTML page, not a feed")
    server.publish("/feed.xml", rss("one"))
    await world.poll_again()
    kept = await world.feed(feed)
    assert (kept.status, kept.error, kept.failures, kept.failing_since) == ("ok", "", 0, None)
    assert await world.titles() == ["one"]


async def test_nobody_listening_is_noted_too(world: World) -> None:
    (feed,) = await world.add("http://127.0.0.1:1/feed.xml")
    await world.poller().once()
    kept = await world.feed(feed)
    assert kept.status == "unreachable"
    assert kept.error


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_host_is_left_alone_with_all_its_feeds_and_asked_one_by_one_after(
    world: World, server: FeedServer, status: int
) -> None:
    urls = [server.fail(f"/{n}.xml", status, retry_after="7200") for n in range(6)]
    await world.add(*urls)
    poller = world.poller(SETTINGS.model_copy(update={"per_host": 1, "lease_seconds": 1}))
    await poller.once()
    assert len(server.requests) == 1
    for n in range(6):
        server.publish(f"/{n}.xml", rss(f"t{n}"))
    world.clock.advance(7190)
    assert [await poller.once() for _ in range(2)] == [0, 0]
    assert len(server.requests) == 1
    at_once: list[int] = []
    for _ in range(60):
        world.clock.advance(1)
        at_once.append(await poller.once())
    assert max(at_once) == 1, "they come back one after the other"
    assert len(await world.titles()) >= 5


async def test_a_host_that_turns_busy_is_not_asked_by_who_waits_for_it(world: World, server: FeedServer) -> None:
    urls = [server.fail(f"/{n}.xml", 429, retry_after="600") for n in range(4)]
    feeds = await world.add(*urls)
    assert await world.poller(SETTINGS.model_copy(update={"concurrency": 1})).once() == 4
    assert len(server.requests) == 1
    statuses = [(await world.feed(feed)).status for feed in feeds]
    assert sorted(statuses) == ["unreachable"] + ["waiting"] * 3
    assert await world.poller().once() == 0


async def test_a_permanent_redirect_changes_the_address_the_third_time(world: World, server: FeedServer) -> None:
    new = server.publish("/new.xml", rss("one"))
    (feed,) = await world.add(server.redirect("/old.xml", "/new.xml"))
    await world.poller().once()
    await world.poll_again()
    assert (await world.feed(feed)).url == feed.url
    await world.poll_again()
    assert (await world.feed(feed)).url == new
    await world.poll_again()
    assert server.asked("/old.xml") == 3


async def test_a_passing_redirect_changes_nothing(world: World, server: FeedServer) -> None:
    server.publish("/new.xml", rss("one"))
    (feed,) = await world.add(server.redirect("/old.xml", "/new.xml", 302))
    await world.poller().once()
    await world.poll_again(4)
    assert (await world.feed(feed)).url == feed.url
    assert await world.titles() == ["one"]


async def test_a_feed_that_moved_to_where_another_is_says_so(world: World, server: FeedServer) -> None:
    new = server.publish("/new.xml", rss("one"))
    old, other = await world.add(server.redirect("/old.xml", "/new.xml"), new)
    await world.poller().once()
    await world.poll_again(2)
    kept = await world.feed(old)
    assert not kept.enabled
    assert other.id in kept.error
    assert (await world.feed(other)).enabled


async def test_one_bad_feed_or_entry_costs_nothing_else(world: World, server: FeedServer) -> None:
    bad = [
        server.publish("/bomb.xml", '<!DOCTYPE r [<!ENTITY a "b">]><rss/>'),
        server.publish("/nul.xml", b"\x00" * 1000),
        server.publish("/deep.xml", "<rss>" + "<d>" * 100_000),
        server.publish("/half.xml", "<rss><channel><item><author>nobody</author></item>" + rss("good")[30:]),
        server.fail("/500.xml", 500),
    ]
    feeds = await world.add(*bad, server.publish("/fine.xml", rss("fine")))
    assert await world.poller().once() == 6
    assert sorted(await world.titles()) == ["fine", "good"]
    words = [(await world.feed(feed)).status for feed in feeds]
    assert words == ["unreadable", "unreadable", "unreadable", "ok", "unreachable", "ok"]


async def test_two_pollers_share_the_feeds_and_none_is_polled_twice(world: World, server: FeedServer) -> None:
    await world.add(*(server.publish(f"/{n}.xml", rss(f"t{n}"), delay=0.01) for n in range(60)))
    settings = SETTINGS.model_copy(update={"concurrency": 2})
    pollers = [world.poller(settings) for _ in range(2)]
    async with running(*pollers):
        await until(lambda: len(server.requests) >= 60)
        await until_async(lambda: nothing_due(world))
    assert [server.asked(f"/{n}.xml") for n in range(60)] == [1] * 60
    assert sorted(await world.titles()) == sorted(f"t{n}" for n in range(60))


@pytest.mark.parametrize(
    ("polled", "failures", "slow", "at_once"),
    [
        (True, 0, False, 4),
        (True, 1, False, 2),
        (True, 0, True, 2),
        (False, 0, False, 2),
    ],
)
async def test_no_more_are_polled_at_once_than_was_set_and_half_as_many_that_promise_little(
    world: World, server: FeedServer, polled: bool, failures: int, slow: bool, at_once: int
) -> None:
    given = {"last_poll_at": world.clock() if polled else None, "failures": failures, "slow": slow}
    await world.add(*(server.publish(f"/{n}.xml", rss("x"), delay=0.02) for n in range(12)), **given)
    await world.poller(SETTINGS.model_copy(update={"concurrency": 4})).once()
    assert server.most_open == at_once


async def test_a_host_is_asked_by_so_many_at_once_whoever_asks(world: World, server: FeedServer) -> None:
    await world.add(*(server.publish(f"/{n}.xml", rss("x"), delay=0.01) for n in range(8)))
    settings = SETTINGS.model_copy(update={"per_host": 2})
    counts = await asyncio.gather(*(world.poller(settings).once() for _ in range(3)))
    assert sum(counts) == server.most_open == 2


class CrashingStore:
    """A store whose process dies before the poll is recorded."""

    def __init__(self, store: Store) -> None:
        self._store, self.writes = store, 0

    async def write(self, function: Callable[..., Any]) -> Any:
        self.writes += 1
        if self.writes > 2:  # it has claimed the feed and kept the document
            raise asyncio.CancelledError
        return await self._store.write(function)


async def test_a_crash_between_append_and_record_leads_to_repeats_only(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("two", "one"), etag='"1"'))
    with pytest.raises(asyncio.CancelledError):
        await world.poller(store=CrashingStore(world.store)).once()
    assert await world.titles() == ["one", "two"]
    assert (await world.feed(feed)).etag == ""
    assert await world.poller().once() == 0, "the lease of the dead poller holds"
    world.clock.advance(SETTINGS.lease_seconds)
    assert await world.poller().once() == 1
    assert await world.titles() == ["one", "two", "one", "two"]
    assert (await world.feed(feed)).etag == '"1"'
    await world.poll_again()
    assert len(await world.titles()) == 4


class FailingBroker:
    """A broker that is down until it is told otherwise."""

    def __init__(self, broker: Broker) -> None:
        self._broker, self.down, self.asked = broker, True, 0

    async def append(self, stream: str, items: Iterable[tuple[str, bytes]]) -> None:
        self.asked += 1
        if self.down:
            raise Outage("the broker is away")
        await self._broker.append(stream, items)


async def test_nothing_is_recorded_that_the_broker_did_not_take(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("one"), etag='"1"'))
    broker = FailingBroker(world.broker)
    poller = world.poller(broker=broker)
    await poller.once()
    kept = await world.feed(feed)
    assert (kept.status, kept.etag, kept.seen) == ("waiting", "", ())
    broker.down = False
    world.clock.advance(SETTINGS.lease_seconds)
    await poller.once()
    assert await world.titles() == ["one"]


class FlakyStore:
    """A store that is away for its first questions."""

    def __init__(self, store: Store, outages: int) -> None:
        self._store, self.outages = store, outages

    async def write(self, function: Callable[..., Any]) -> Any:
        if self.outages:
            self.outages -= 1
            raise Outage("the database does not answer")
        return await self._store.write(function)


async def test_polling_goes_on_after_an_outage(
    world: World, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consumers.poll.poller.OUTAGE_SECONDS", 0.01)
    await world.add(server.publish("/feed.xml", rss("one")))
    async with running(world.poller(store=FlakyStore(world.store, 3))):
        await until(lambda: len(server.requests) == 1)
    assert await world.titles() == ["one"]


class BrokenBroker:
    """A broker with a fault of its own."""

    async def append(self, stream: str, items: Iterable[tuple[str, bytes]]) -> None:
        raise TypeError("secret inside")


async def test_a_fault_of_our_own_is_shown_on_the_feed_without_its_insides(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("one")))
    await world.poller(broker=BrokenBroker()).once()
    kept = await world.feed(feed)
    assert (kept.failures, kept.seen) == (1, ())
    assert "TypeError" in kept.error
    assert "secret" not in kept.error


async def test_polling_stops_when_told_and_lets_visits_end(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("one"), delay=0.1))
    async with running(world.poller()):
        await until(lambda: len(server.requests) == 1)
    assert (await world.feed(feed)).status == "ok"


async def test_pollers_share_feeds_on_every_database(store: Store, world: World, server: FeedServer) -> None:
    both = World(store, world.broker, world.egress, world.clock)
    await both.add(*(server.publish(f"/{n}.xml", rss(f"t{n}")) for n in range(20)))
    counts = await asyncio.gather(*(both.poller().once() for _ in range(3)))
    assert sum(counts) == 20
    assert all(server.asked(f"/{n}.xml") == 1 for n in range(20))


async def nothing_due(world: World) -> bool:
    counts = await world.store.read(lambda tx: tx.feeds.counts(world.clock()))
    return counts["due"] == 0
