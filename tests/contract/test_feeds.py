"""What the feeds' tables promise on every database."""

from asyncio import gather
from dataclasses import replace

import pytest

from service.errors import Conflict, NotFound
from service.model import Detour, Feed, Poll
from service.model.hosts import Terms
from service.store import Store
from tests.builders import NOW, a_feed, a_poll, minutes


def feeds(n: int) -> list[Feed]:
    return [a_feed(url=f"https://outlet-{at}.test/feed") for at in range(n)]


async def add(store: Store, *given: Feed) -> None:
    await store.write(lambda tx: tx.feeds.add_missing(given))


async def get(store: Store, feed: Feed) -> Feed:
    return await store.read(lambda tx: tx.feeds.get(feed.id))


async def record(store: Store, feed: Feed, poll: Poll | None = None) -> None:
    await store.write(lambda tx: tx.feeds.record((feed, poll or a_poll(feed_id=feed.id))))


async def claim(store: Store, most: int = 10, at: float = 0, lease: float = 60) -> list[str]:
    terms = Terms(gap_seconds=0, lease_seconds=lease)
    found = await store.write(lambda tx: tx.feeds.claim_due(minutes(at), most, terms))
    return [claim.feed.url for claim in found]


async def test_a_feed_comes_back_as_it_was_given(store: Store) -> None:
    feed = a_feed(seen=("aa", "bb"), failing_since=minutes(-5), etag='"x"', language="be", interval=77.5)
    assert await store.write(lambda tx: tx.feeds.add(feed)) == feed
    assert await get(store, feed) == feed


async def test_a_detour_is_kept_and_claimed_at_its_own_host(store: Store) -> None:
    detour = Detour(1, minutes(0), 2, minutes(60), "blocked")
    own, routes = "https://outlet.test/feed", ("https://mirror.test/feed",)
    feed = a_feed(url=own, routes=routes, next_poll_at=minutes(0))
    await add(store, feed)
    await record(store, replace(feed, detour=detour), a_poll(feed_id=feed.id, route=routes[0]))
    assert (await get(store, feed)).detour == detour
    assert (await store.read(lambda tx: tx.feeds.polls(feed.id, 1)))[0].route == routes[0]
    await store.write(lambda tx: tx.hosts.back_off("outlet.test", minutes(30), minutes(0)))
    assert await claim(store, at=1) == [own]
    await record(store, replace(feed, next_poll_at=minutes(1)))
    assert await claim(store, at=2) == []
    assert await claim(store, at=31) == [own]


async def test_an_address_is_known_once(store: Store) -> None:
    feed = a_feed()
    await add(store, feed)
    with pytest.raises(Conflict, match="already"):
        await store.write(lambda tx: tx.feeds.add(replace(feed, id="another")))
    many = [*feeds(1200), feed, replace(feed, id="another")]
    assert await store.write(lambda tx: tx.feeds.add_missing(many)) == 1200
    assert await store.write(lambda tx: tx.feeds.add_missing(many)) == 0
    assert await store.write(lambda tx: tx.feeds.add_missing([])) == 0


async def test_a_feed_without_a_date_gets_that_of_its_adding(store: Store) -> None:
    feed = a_feed(created_at=None)
    await add(store, feed)
    assert (await get(store, feed)).created_at is not None


async def test_feeds_are_listed_page_by_page(store: Store) -> None:
    await add(store, *feeds(5))
    first = await store.read(lambda tx: tx.feeds.list("", 3))
    rest = await store.read(lambda tx: tx.feeds.list(first[-1].id, 3))
    ids = [feed.id for feed in (*first, *rest)]
    assert ids == sorted(feed.id for feed in feeds(5))


async def test_who_claims_a_feed_has_it_alone_until_the_lease_ends(store: Store) -> None:
    await add(store, *feeds(3))
    assert len(await claim(store, most=2)) == 2
    assert len(await claim(store)) == 1
    assert await claim(store) == []
    assert await claim(store, at=0.9) == []
    assert len(await claim(store, at=1.1)) == 3


async def test_feeds_are_claimed_when_due_those_first_that_wait_longest(store: Store) -> None:
    times = {"later": 10.0, "long": -60.0, "short": -1.0, "never": None, "off": -90.0}
    for name, due in times.items():
        at = None if due is None else minutes(due)
        await add(store, a_feed(url=f"https://{name}.test/", next_poll_at=at, enabled=name != "off"))
    claimed = await claim(store)
    assert claimed == ["https://never.test/", "https://long.test/", "https://short.test/"]


async def test_two_who_claim_at_once_share(store: Store) -> None:
    await add(store, *feeds(40))
    claims = await gather(*(claim(store, most=15) for _ in range(4)))
    urls = [url for found in claims for url in found]
    assert len(urls) == len(set(urls)) == 40


async def test_a_recorded_poll_ends_the_claim_and_is_kept(store: Store) -> None:
    feed = a_feed()
    await add(store, feed)
    await claim(store)
    after = replace(feed, status="ok", etag='"2"', seen=("x",), next_poll_at=minutes(15), last_poll_at=NOW)
    poll = a_poll(feed_id=feed.id, fresh=3)
    await record(store, after, poll)
    assert await get(store, feed) == after
    assert await store.read(lambda tx: tx.feeds.polls(feed.id, 10)) == [poll]
    assert await claim(store, at=10) == []
    assert await claim(store, at=15) == [feed.url]
    await record(store, after, poll)
    assert len(await store.read(lambda tx: tx.feeds.polls(feed.id, 10))) == 1


async def test_a_poll_does_not_undo_what_the_owner_changed_meanwhile(store: Store) -> None:
    feed = a_feed(title="")
    await add(store, feed)
    changed = replace(feed, title="Mine", source="me", language="uk", enabled=False)
    await store.write(lambda tx: tx.feeds.update(changed))
    await record(store, replace(feed, title="Theirs", status="ok"))
    kept = await get(store, feed)
    assert (kept.title, kept.source, kept.language, kept.enabled) == ("Mine", "me", "uk", False)
    assert kept.status == "ok"


async def test_a_feed_that_is_switched_off_while_it_is_polled_goes_on_saying_why(store: Store) -> None:
    feed = a_feed()
    await add(store, feed)
    await store.write(lambda tx: tx.feeds.update(replace(feed, enabled=False, error="the list names it no more")))
    await record(store, replace(feed, status="failing", error="the server answered 404 Not Found"))
    kept = await get(store, feed)
    assert (kept.enabled, kept.status, kept.error) == (False, "failing", "the list names it no more")


async def test_a_feed_without_title_takes_the_documents(store: Store) -> None:
    feed = a_feed(title="")
    await add(store, feed)
    await record(store, replace(feed, title="Theirs"))
    assert (await get(store, feed)).title == "Theirs"


async def test_a_feed_that_is_gone_is_marked_and_stays_on(store: Store) -> None:
    feed = a_feed()
    await add(store, feed)
    await record(store, replace(feed, status="gone", error="410", next_poll_at=minutes(60)))
    kept = await get(store, feed)
    assert (kept.enabled, kept.status, kept.error) == (True, "gone", "410")
    assert await claim(store, at=61) == [feed.url]


async def test_a_feed_that_moved_changes_its_address(store: Store) -> None:
    feed = a_feed()
    await add(store, feed)
    await record(store, replace(feed, url="https://new.test/feed"))
    assert (await get(store, feed)).url == "https://new.test/feed"


async def test_a_feed_that_moved_to_anothers_address_is_switched_off_and_says_so(store: Store) -> None:
    feed, other = feeds(2)
    await add(store, feed, other)
    await record(store, replace(feed, url=other.url, status="ok"))
    kept = await get(store, feed)
    assert (kept.url, kept.enabled, kept.moved_to) == (feed.url, False, other.url)
    assert other.id in kept.error
    assert other.url in kept.error
    assert await get(store, other) == other


async def test_a_feed_removed_meanwhile_stays_removed(store: Store) -> None:
    feed = a_feed()
    await add(store, feed)
    await record(store, feed)
    assert await store.write(lambda tx: tx.feeds.remove(feed.id))
    assert not await store.write(lambda tx: tx.feeds.remove(feed.id))
    await record(store, feed, a_poll(feed_id=feed.id, at=minutes(1)))
    with pytest.raises(NotFound):
        await get(store, feed)
    assert await store.read(lambda tx: tx.feeds.polls(feed.id, 10)) == []


async def test_a_postponed_feed_is_free_and_due_later(store: Store) -> None:
    feed = a_feed()
    await add(store, feed)
    await claim(store)
    await store.write(lambda tx: tx.feeds.postpone(feed.id, minutes(5)))
    assert await claim(store, at=4) == []
    assert await claim(store, at=5) == [feed.url]


async def test_a_change_must_be_of_a_known_feed_and_to_a_free_address(store: Store) -> None:
    feed, other = feeds(2)
    await add(store, feed)
    with pytest.raises(NotFound):
        await store.write(lambda tx: tx.feeds.update(other))
    await add(store, other)
    with pytest.raises(Conflict):
        await store.write(lambda tx: tx.feeds.update(replace(feed, url=other.url)))


async def test_old_polls_are_forgotten(store: Store) -> None:
    feed = a_feed()
    await add(store, feed)
    for at in range(4):
        await record(store, feed, a_poll(feed_id=feed.id, at=minutes(at)))
    assert await store.write(lambda tx: tx.feeds.prune(minutes(2))) == 2
    polls = await store.read(lambda tx: tx.feeds.polls(feed.id, 10))
    assert [poll.at for poll in polls] == [minutes(3), minutes(2)]


async def test_feeds_are_counted_by_status(store: Store) -> None:
    one, two, three, four = feeds(4)
    await add(store, one, replace(two, status="ok"), replace(three, status="ok", next_poll_at=minutes(5)))
    await add(store, replace(four, enabled=False, status="gone"))
    counts = await store.read(lambda tx: tx.feeds.counts(NOW))
    assert counts == {"waiting": 1, "ok": 2, "disabled": 1, "due": 2}
