"""What a server says about its documents, believed only as far as it has proved right."""

import pytest

from tests.servers import Answer, FeedServer
from tests.stages.polling import World, rss


async def statuses(world: World, url: str) -> list[int | None]:
    """Of all polls, the first one first."""
    (feed,) = [each for each in await world.store.read(lambda tx: tx.feeds.list("", 9)) if each.url == url]
    return [poll.status for poll in await world.polls(feed)][::-1]


async def test_the_first_not_modified_is_checked_and_then_believed(world: World, server: FeedServer) -> None:
    url = server.publish("/feed.xml", rss("one"), etag='"1"')
    (feed,) = await world.add(url)
    await world.poller().once()
    await world.poll_again(4)
    assert await statuses(world, url) == [200, 304, 200, 304, 304]
    assert (await world.feed(feed)).trust == "proved"


async def test_an_etag_that_stays_while_the_document_changes_is_not_used_again(
    world: World, server: FeedServer
) -> None:
    url = server.publish("/feed.xml", rss("one"), etag='"always"')
    (feed,) = await world.add(url)
    await world.poller().once()
    titles = ["one"]
    for title in ("two", "three", "four", "five"):
        titles.append(title)
        server.publish("/feed.xml", rss(*titles[::-1]), etag='"always"')
        await world.poll_again()
    assert (await world.feed(feed)).trust == "broken"
    assert await statuses(world, url) == [200, 304, 200, 200, 200]
    assert await world.titles() == titles, "the lie delays an entry by one poll and loses none"


async def test_a_server_that_says_not_modified_to_whatever_it_is_asked_is_not_believed(
    world: World, server: FeedServer
) -> None:
    url = server.publish("/feed.xml", rss("one"), etag='"1"')
    (feed,) = await world.add(url)
    await world.poller().once()
    server.answers["/feed.xml"] = Answer(304)
    await world.poll_again(2)
    kept = await world.feed(feed)
    assert await statuses(world, url) == [200, 304, 304]
    assert kept.status == "unreachable"
    assert "304" in kept.error


async def test_without_validators_the_hash_tells_what_has_not_changed(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("one")))
    await world.poller().once()
    await world.poll_again(2)
    assert [poll.outcome for poll in await world.polls(feed)] == ["not_modified", "not_modified", "fetched"]


async def test_the_wishes_of_a_document_hold_while_it_has_not_changed(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("one", ttl=600), etag='"1"'))
    await world.poller().once()
    await world.poll_again()
    kept = await world.feed(feed)
    assert kept.status == "not_modified"
    assert kept.next_poll_at
    assert (kept.next_poll_at - world.clock()).total_seconds() >= 36_000


@pytest.mark.parametrize("control", ["no-store, max-age=7200", "no-cache, max-age=7200"])
async def test_an_answer_that_must_not_be_kept_asks_for_no_pause(
    world: World, server: FeedServer, control: str
) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("one"), cache_control=control))
    await world.poller().once()
    kept = await world.feed(feed)
    assert kept.next_poll_at
    assert (kept.next_poll_at - world.clock()).total_seconds() < 1000


async def test_a_poll_notes_the_rhythm_of_the_feed(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("d", "c", "b", "a")))
    await world.poller().once()
    first = await world.feed(feed)
    assert (first.overlap, first.last_new_at) == (None, world.clock())
    server.publish("/feed.xml", rss("e", "d", "c", "b"))
    world.clock.advance(86_400)
    await world.poller().once()
    second = await world.feed(feed)
    assert (second.overlap, second.last_new_at) == (0.75, world.clock())
    assert 0 < second.per_day < 1
    await world.poll_again()
    third = await world.feed(feed)
    assert (third.overlap, third.last_new_at) == (1.0, second.last_new_at)


async def test_a_feed_that_is_gone_and_comes_back_is_found(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.fail("/feed.xml", 410))
    await world.poller().once()
    world.clock.advance(86_400)
    await world.poller().once()
    gone = await world.feed(feed)
    assert (gone.status, gone.enabled, gone.failures) == ("gone", True, 2)
    world.clock.advance(29 * 86_400)
    assert await world.poller().once() == 0
    server.publish("/feed.xml", rss("back"))
    world.clock.advance(5 * 86_400)
    await world.poller().once()
    assert (await world.feed(feed)).status == "ok"
    assert await world.titles() == ["back"]


async def test_its_owners_interval_holds(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("one", ttl=600)), fixed_interval=300.0)
    await world.poller().once()
    kept = await world.feed(feed)
    assert kept.next_poll_at
    assert (kept.next_poll_at - world.clock()).total_seconds() == 300


async def test_two_feeds_that_move_to_one_place_become_one(world: World, server: FeedServer) -> None:
    server.publish("/new.xml", rss("one"))
    feeds = await world.add(*(server.redirect(f"/old-{n}.xml", "/new.xml") for n in range(2)))
    await world.poller().once()
    await world.poll_again(3)
    kept = [await world.feed(feed) for feed in feeds]
    assert sorted(each.enabled for each in kept) == [False, True]
    (off,) = [each for each in kept if not each.enabled]
    (on,) = [each for each in kept if each.enabled]
    assert on.id in off.error
    assert on.url == server.url("/new.xml")
