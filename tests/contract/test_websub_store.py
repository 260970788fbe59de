"""Subscriptions at hubs, kept the same way on both databases."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from service.model import HubSubscription
from service.store import Store, Transaction
from service.store.websub import MOST_SEEN, POLLS_APART
from tests.builders import NOW, a_feed, minutes

FEED = a_feed(next_poll_at=minutes(60), last_poll_at=minutes(-60))


def a_hub_subscription(feed_id: str = FEED.id, hub: str = "https://hub.test/") -> HubSubscription:
    return HubSubscription.new(feed_id, hub, FEED.url, "https://courant.test", NOW)


def add(tx: Transaction, given: Sequence[HubSubscription]) -> None:
    for each in given:
        tx.websub.add(each)


async def added(store: Store, *given: HubSubscription) -> None:
    await store.write(lambda tx: tx.feeds.add_missing([FEED]))
    await store.write(add, given)


async def test_it_is_kept_as_it_is_and_found_by_all_its_names(store: Store) -> None:
    made = a_hub_subscription()
    await added(store, made)
    verified = replace(made.verified(1000, NOW), pushed_at=minutes(1), missed_at=minutes(2), error="Ärger")
    await store.write(lambda tx: tx.websub.keep(verified))
    assert await store.read(lambda tx: tx.websub.get(made.id)) == verified
    assert await store.read(lambda tx: tx.websub.by_token(made.token)) == verified
    assert await store.read(lambda tx: tx.websub.of_feed(FEED.id)) == verified
    assert await store.read(lambda tx: tx.websub.by_token("another")) is None
    await store.write(lambda tx: tx.websub.remove(made.id))
    await store.write(lambda tx: tx.websub.keep(verified))
    assert await store.read(lambda tx: tx.websub.get(made.id)) is None


async def test_a_feeds_is_the_newest_that_is_not_ending(store: Store) -> None:
    old, new, ending = (a_hub_subscription(hub=f"https://hub{n}.test/") for n in range(3))
    old, new = replace(old, created_at=NOW), replace(new, created_at=minutes(1))
    ending = replace(ending, created_at=minutes(2), mode="unsubscribe")
    await added(store, new, ending, old)
    assert await store.read(lambda tx: tx.websub.of_feeds([FEED.id, "other"])) == {FEED.id: new}


async def test_what_is_due_is_claimed_once(store: Store) -> None:
    made = [a_hub_subscription(f"feed-{n}") for n in range(10)]
    await added(
        store,
        *made,
        replace(a_hub_subscription("later"), due_at=minutes(1)),
        replace(made[0], id="x", token="x", token_hash="x", due_at=None),
    )
    claims = await asyncio.gather(*(store.write(lambda tx: tx.websub.claim_due(NOW, 4)) for _ in range(5)))
    ids = [each.id for claim in claims for each in claim]
    assert len(ids) == len(set(ids))
    rest = await store.write(lambda tx: tx.websub.claim_due(NOW, 100))
    assert sorted([*ids, *(each.id for each in rest)]) == sorted(each.id for each in made)
    assert not await store.write(lambda tx: tx.websub.claim_due(minutes(0.9), 100))
    assert all(each.failures == 1 and each.due_at == NOW + timedelta(minutes=5) for claim in claims for each in claim)


async def test_feeds_that_are_not_polled_any_more_are_left(store: Store) -> None:
    off = a_feed(url="https://off.test/feed", enabled=False)
    await store.write(lambda tx: tx.feeds.add_missing([off]))
    polled, switched_off, gone = a_hub_subscription(), a_hub_subscription(off.id), a_hub_subscription("gone")
    await added(store, polled, switched_off, gone)
    assert await store.write(lambda tx: tx.websub.leave_unpolled(minutes(1))) == 2
    assert await store.write(lambda tx: tx.websub.leave_unpolled(minutes(1))) == 0
    assert await store.read(lambda tx: tx.websub.get(polled.id)) == polled
    left = await store.read(lambda tx: [tx.websub.get(each.id) for each in (switched_off, gone)])
    assert [each.ending and each.due_at == minutes(1) for each in left if each] == [True, True]


async def test_a_feed_is_made_due_but_not_again_at_once(store: Store) -> None:
    await added(store)

    async def due_at() -> object:
        return (await store.read(lambda tx: tx.feeds.get(FEED.id))).next_poll_at

    await store.write(lambda tx: tx.websub.poll_now(FEED.id, NOW))
    assert await due_at() == NOW
    await store.write(lambda tx: tx.websub.poll_now(FEED.id, minutes(5)))
    assert await due_at() == NOW
    await store.write(lambda tx: tx.feeds.postpone(FEED.id, minutes(60)))
    await store.write(lambda tx: tx.websub.poll_now(FEED.id, minutes(-60) + timedelta(seconds=1)))
    assert await due_at() == minutes(-60) + POLLS_APART
    await store.write(lambda tx: tx.websub.poll_now("gone", NOW))


async def test_what_was_pushed_is_known_to_the_next_poll(store: Store) -> None:
    made = a_hub_subscription()
    await added(store, made)
    await store.write(lambda tx: tx.websub.pushed(FEED.id, ["a", "b"], minutes(2)))
    await store.write(lambda tx: tx.websub.pushed(FEED.id, ["c", "a"], minutes(1)))
    feed = await store.read(lambda tx: tx.feeds.get(FEED.id))
    assert feed.seen == ("c", "a", "b")
    kept = await store.read(lambda tx: tx.websub.get(made.id))
    assert kept
    assert kept.pushed_at == minutes(2)
    many = [f"{n:016x}" for n in range(MOST_SEEN)]
    await store.write(lambda tx: tx.websub.pushed(FEED.id, many, minutes(3)))
    assert (await store.read(lambda tx: tx.feeds.get(FEED.id))).seen == tuple(many)
    await store.write(lambda tx: tx.websub.pushed("gone", ["a"], NOW))
