"""How claims keep their manners, on every database and by however many pollers."""

import time
from asyncio import gather
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from service.model import Claim, Feed
from service.model.hosts import Terms
from service.store import Store
from tests.builders import NOW, a_feed, a_poll

TERMS = Terms(gap_seconds=5, per_host=2, lease_seconds=120)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def feeds(count: int, host: str = "harbour-gazette.test") -> list[Feed]:
    return [a_feed(url=f"https://{host}/{n}", next_poll_at=after(-count + n)) for n in range(count)]


async def add(store: Store, given: Sequence[Feed]) -> None:
    await store.write(lambda tx: tx.feeds.add_missing(given))


async def claim(store: Store, at: float = 0, most: int = 80, terms: Terms = TERMS) -> Sequence[Claim]:
    return await store.write(lambda tx: tx.feeds.claim_due(after(at), most, terms))


async def polled(store: Store, claims: Sequence[Claim], at: float) -> None:
    """Recorded, and due again in a day."""
    done = [
        (replace(each.feed, next_poll_at=after(86400)), a_poll(feed_id=each.feed.id, at=after(at))) for each in claims
    ]
    await store.write(lambda tx: tx.feeds.record(*done))


async def test_each_feed_of_a_host_gets_a_start_of_its_own(store: Store) -> None:
    await add(store, feeds(5))
    first, second = await claim(store)
    assert first.start_at == NOW
    assert after(5) <= second.start_at <= after(6)
    assert await claim(store) == [], "two of the host are claimed, and that is all it takes at once"


async def test_feeds_that_promise_little_can_be_left_alone(store: Store) -> None:
    hosts = ("new", "failing", "slow", "fine")
    given: list[dict[str, Any]] = [
        {},
        {"last_poll_at": NOW, "failures": 1},
        {"last_poll_at": NOW, "slow": True},
        {"last_poll_at": NOW},
    ]
    urls = (f"https://{host}.test/feed" for host in hosts)
    every = [a_feed(url=url, next_poll_at=NOW, **more) for url, more in zip(urls, given, strict=True)]
    await add(store, every)
    found = await claim(store, terms=replace(TERMS, prompt_only=True))
    assert [each.feed.url for each in found] == ["https://fine.test/feed"]
    assert sorted(each.feed.id for each in await claim(store)) == sorted(each.id for each in every[:3])


async def test_hosts_do_not_wait_for_each_other(store: Store) -> None:
    await add(store, [feed for n in range(30) for feed in feeds(1, f"outlet-{n}.test")])
    assert {each.start_at for each in await claim(store)} == {NOW}


async def test_feeds_of_one_host_are_polled_in_the_order_in_which_they_were_due_a_gap_apart(store: Store) -> None:
    wanted = feeds(40)
    await add(store, wanted)
    starts: dict[str, datetime] = {}
    for second in range(40 * 6 + 10):
        claims = await claim(store, at=second)
        starts |= {each.feed.id: each.start_at for each in claims}
        await polled(store, claims, second)
    assert list(starts) == [feed.id for feed in wanted]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(starts.values())]
    assert min(gaps) >= 5
    assert sum(gaps) / len(gaps) <= 7, "and the host is not left idle"


async def test_pollers_that_claim_together_share_a_hosts_places(store: Store) -> None:
    for n in range(4):
        await add(store, feeds(10, f"outlet-{n}.test"))
    claims = [each for found in await gather(*(claim(store) for _ in range(4))) for each in found]
    assert Counter(each.feed.url.split("/")[2] for each in claims) == {f"outlet-{n}.test": 2 for n in range(4)}
    for n in range(4):
        first, second = sorted(each.start_at for each in claims if f"outlet-{n}." in each.feed.url)
        assert (second - first).total_seconds() >= 5


async def test_a_host_with_many_feeds_does_not_keep_the_others_from_being_claimed(store: Store) -> None:
    await add(store, feeds(1000, "many.test"))
    await add(store, [replace(feed, next_poll_at=NOW) for n in range(50) for feed in feeds(1, f"outlet-{n}.test")])
    found = Counter(each.feed.url.split("/")[2] for each in await claim(store))
    assert found.pop("many.test") == 2
    assert len(found) == 50


@pytest.mark.slow
async def test_ten_thousand_feeds_due_at_once_are_claimed_in_short_batches(store: Store) -> None:
    await add(store, [feed for n in range(1000) for feed in feeds(10, f"outlet-{n}.test")])
    took = []
    for _ in range(10):
        began = time.perf_counter()
        assert len(await claim(store, most=200)) == 200
        took.append(time.perf_counter() - began)
    assert min(took) < 1


@pytest.mark.slow
async def test_ten_thousand_feeds_of_one_host_are_put_in_line_at_once(store: Store) -> None:
    await add(store, feeds(10_000))
    began = time.perf_counter()
    assert len(await claim(store)) == 2
    first, later = time.perf_counter() - began, list[float]()
    for _ in range(5):
        began = time.perf_counter()
        assert await claim(store, at=1) == []
        later.append(time.perf_counter() - began)
    assert min(later) < first / 3, "they are not looked at again before it is their turn"


async def test_the_feeds_of_a_busy_host_come_back_one_after_the_other(store: Store) -> None:
    await add(store, feeds(6))
    await store.write(lambda tx: tx.hosts.back_off("harbour-gazette.test", after(600), NOW))
    assert await claim(store) == []
    assert await claim(store, at=500) == []
    starts: list[datetime] = []
    for second in range(560, 800):
        claims = await claim(store, at=second)
        starts += [each.start_at for each in claims]
        await polled(store, claims, second)
    assert len(starts) == 6
    assert min(starts) >= after(600)
    assert min((later - earlier).total_seconds() for earlier, later in pairwise(sorted(starts))) >= 10


async def test_pages_of_the_host_and_its_feeds_keep_the_gap_together(store: Store) -> None:
    await add(store, feeds(1))
    page = await store.write(lambda tx: tx.hosts.reserve("harbour-gazette.test", NOW, 60, 5))
    (feed,) = await claim(store)
    assert page == NOW
    assert feed.start_at >= after(5)


async def test_a_lease_ends_so_long_after_the_start(store: Store) -> None:
    await add(store, feeds(2))
    _, second = await claim(store)
    assert await claim(store, at=119) == []
    again = await claim(store, at=121)
    assert second.feed not in [each.feed for each in again], "its own lease begins with its start"
    assert len(await claim(store, at=131)) == 1


async def test_a_feed_that_moved_to_another_host_waits_for_that_one(store: Store) -> None:
    (feed,) = feeds(1)
    await add(store, [feed])
    await store.write(lambda tx: tx.hosts.back_off("new.test", after(1000), NOW))
    moved = replace(feed, url="https://new.test/feed", next_poll_at=NOW)
    await store.write(lambda tx: tx.feeds.record((moved, a_poll(feed_id=feed.id))))
    assert await claim(store) == []


async def test_several_polls_are_recorded_at_once_and_two_that_moved_to_one_place_become_one(store: Store) -> None:
    one, two, three = feeds(3)
    await add(store, [one, two, three])
    moved = [replace(each, url="https://new.test/feed", status="ok") for each in (one, two)]
    visited = [(each, a_poll(feed_id=each.id)) for each in (*moved, replace(three, status="ok"))]
    await store.write(lambda tx: tx.feeds.record(*visited))
    kept = [await store.read(lambda tx, each=each: tx.feeds.get(each.id)) for each in (one, two, three)]
    assert [each.enabled for each in kept] == [True, False, True]
    assert one.id in kept[1].error
    assert kept[2].status == "ok"
