"""A feed by several routes: what is had by which, and that nothing comes twice or is missed for it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.model import Detour, Feed
from service.settings import PollSettings
from tests.servers import FeedServer
from tests.stages.polling import SETTINGS, World
from tests.stages.test_identity import Desk

PLACES = ("northern islands", "southern isles", "old lighthouse", "western reef", "eastern quay", "upper bay")
HOUR, DAY = 3600.0, 86_400.0


def text(n: int) -> str:
    return (
        f"Report number {n} of the harbour office: ferries between the mainland and the {PLACES[n]} sail again, after "
        f"a storm that had kept all {n + 20} vessels at the {PLACES[n]} for {n + 2} days. The operator said on Monday "
        f"that {n + 3} more crossings would carry those who still wait at the {PLACES[n]} for a place on board."
    )


def rss(*numbers: int, site: str = "harbour-gazette.test", ids: bool = True) -> str:
    """The same entries, as the outlet or as a mirror with addresses of its own writes them."""
    entries = "".join(
        f"<item><title>Ferries to the {PLACES[n]} sail</title><link>https://{site}/{n}</link>"
        + (f"<guid isPermaLink='false'>report-{n}</guid>" if ids else "")
        + f"<pubDate>Sat, 14 Mar 2026 08:1{n}:00 GMT</pubDate><description>{text(n)}</description></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>Harbour Gazette</title>{entries}</channel></rss>'


@pytest.fixture
async def mirror() -> AsyncIterator[FeedServer]:
    async with FeedServer.open() as server:
        yield server


def elsewhere(mirror: FeedServer, path: str = "/mirror.xml") -> str:
    """The mirror's address, on a host that is not the server's."""
    return mirror.url(path).replace("127.0.0.1", "localhost")


async def a_mirrored_feed(world: World, server: FeedServer, mirror: FeedServer, **given: Any) -> Feed:
    server.publish("/feed.xml", rss(1, 0))
    mirror.publish("/mirror.xml", rss(1, 0, site="mirror.test"))
    (feed,) = await world.add(server.url("/feed.xml"), routes=(elsewhere(mirror),), **given)
    await world.poller().once()
    return feed


async def wait(world: World, seconds: float) -> None:
    """So much later, poll what is due."""
    world.clock.advance(seconds)
    await world.poller().once()


async def test_a_blocked_feed_comes_by_its_mirror_and_returns_and_no_article_comes_twice(
    world: World, server: FeedServer, mirror: FeedServer
) -> None:
    feed = await a_mirrored_feed(world, server, mirror)
    server.fail("/feed.xml", 403)
    mirror.publish("/mirror.xml", rss(2, 1, 0, site="mirror.test"))
    await wait(world, DAY)
    on_detour = await world.feed(feed)
    assert (on_detour.status, on_detour.failures, on_detour.shown_health) == ("ok", 0, "healthy")
    assert on_detour.url == feed.url
    assert on_detour.detour
    assert (on_detour.detour.route, on_detour.detour.tries) == (1, 1)
    assert on_detour.detour.why == "the server answered 403 Forbidden"
    server.publish("/feed.xml", rss(3, 2, 1, 0))
    await wait(world, DAY)
    assert (await world.feed(feed)).detour is None
    assert [poll.route for poll in await world.polls(feed)] == ["", elsewhere(mirror), ""]

    raws = await world.articles()
    assert {raw.source for raw in raws} == {"harbour-gazette.test"}
    outcomes = await Desk(world.store).tell(*raws)
    articles = {message.article_id for each in outcomes for message in each.messages}
    assert [each.label for each in outcomes].count("new") == len(articles) == 4


async def test_a_mirror_without_ids_brings_no_article_twice(
    world: World, server: FeedServer, mirror: FeedServer
) -> None:
    await a_mirrored_feed(world, server, mirror)
    server.fail("/feed.xml", 500)
    mirror.publish("/mirror.xml", rss(1, 0, site="mirror.test", ids=False))
    await wait(world, DAY)
    raws = await world.articles()
    assert len(raws) == 4
    outcomes = await Desk(world.store).tell(*raws)
    assert len({message.article_id for each in outcomes for message in each.messages}) == 2


async def test_a_sitemap_is_a_route_too_and_brings_only_what_is_new(
    world: World, server: FeedServer, mirror: FeedServer
) -> None:
    at = world.clock().isoformat()
    listed = "".join(
        f"<url><loc>https://harbour-gazette.test/{n}</loc><lastmod>{at}</lastmod></url>" for n in (2, 1, 0)
    )
    await a_mirrored_feed(world, server, mirror)
    server.fail("/feed.xml", 404)
    mirror.publish("/mirror.xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>')
    await wait(world, HOUR)
    raws = await world.articles()
    assert len(raws) == 5
    outcomes = await Desk(world.store).tell(*raws)
    assert [each.label for each in outcomes].count("new") == 3
    assert len({message.article_id for each in outcomes for message in each.messages}) == 3


async def test_raw_articles_say_by_which_route_they_came(world: World, server: FeedServer, mirror: FeedServer) -> None:
    await a_mirrored_feed(world, server, mirror)
    server.fail("/feed.xml", 403)
    mirror.publish("/mirror.xml", rss(2, site="mirror.test"))
    await wait(world, DAY)
    *_, first, last = await world.articles()
    assert [(hop.stage, hop.outcome) for hop in first.hops + last.hops] == [("poll", "fetched"), ("poll", "detoured")]
    assert (first.route, last.route) == ("", elsewhere(mirror))


@pytest.mark.parametrize("status", [403, 404, 500, 503, 200])
async def test_what_is_no_feed_leads_to_the_next_route(
    world: World, server: FeedServer, mirror: FeedServer, status: int
) -> None:
    feed = await a_mirrored_feed(world, server, mirror)
    server.fail("/feed.xml", status)
    await wait(world, DAY)
    found = await world.feed(feed)
    assert found.detour
    assert found.failures == 0


@pytest.mark.parametrize(("status", "word"), [(410, "gone"), (429, "unreachable")])
async def test_a_feed_that_was_taken_down_and_a_host_that_wants_peace_are_not_gone_around(
    world: World, server: FeedServer, mirror: FeedServer, status: int, word: str
) -> None:
    feed = await a_mirrored_feed(world, server, mirror)
    server.fail("/feed.xml", status)
    await wait(world, DAY)
    found = await world.feed(feed)
    assert (found.status, found.detour, found.failures) == (word, None, 1)
    assert mirror.asked("/mirror.xml") == 0


async def test_routes_are_asked_in_their_order_and_the_one_that_serves_is_kept_to(
    world: World, server: FeedServer, mirror: FeedServer
) -> None:
    broken = elsewhere(mirror, "/broken.xml")
    server.fail("/feed.xml", 403)
    mirror.publish("/mirror.xml", rss(0))
    (feed,) = await world.add(server.url("/feed.xml"), routes=(broken, elsewhere(mirror)))
    await world.poller().once()
    found = await world.feed(feed)
    assert found.detour
    assert found.detour.route == 2
    again_at = world.clock() + timedelta(days=1)
    await put_off(world, found, 2, again_at)
    await wait(world, HOUR)
    assert [request.path for request in mirror.requests] == ["/broken.xml", "/mirror.xml", "/mirror.xml"]
    assert server.asked("/feed.xml") == 1


async def put_off(world: World, feed: Feed, route: int, until: Any) -> None:
    """The feed's own address is not to be asked before then."""
    detour = Detour(route, world.clock(), 9, until, "the server answered 403 Forbidden")
    await world.store.write(lambda tx: tx.feeds.update(replace(feed, detour=detour)))


@pytest.mark.slow
async def test_an_address_that_keeps_failing_is_asked_less_and_less_often_but_asked(
    world: World, server: FeedServer, mirror: FeedServer
) -> None:
    settings = PollSettings(**SETTINGS.model_dump() | {"first_seconds": 60, "most_seconds": 60})
    (feed,) = await world.add(server.fail("/feed.xml", 403), routes=(elsewhere(mirror),), fixed_interval=60.0)
    mirror.publish("/mirror.xml", rss(0), etag='"1"')
    for _ in range(60 * 6):
        world.clock.advance(60)
        await world.poller(settings).once()
    assert mirror.asked("/mirror.xml") > 300
    assert 6 + 4 <= server.asked("/feed.xml") <= 6 + 7
    assert {poll.status for poll in await world.polls(feed)} == {200, 304}


async def test_a_mirror_serves_while_the_own_host_is_busy(world: World, server: FeedServer, mirror: FeedServer) -> None:
    feed = await a_mirrored_feed(world, server, mirror)
    server.fail("/feed.xml", 503, retry_after="7200")
    await wait(world, DAY)
    for _ in range(3):
        await wait(world, 1500)
    assert server.asked("/feed.xml") == 2
    assert mirror.asked("/mirror.xml") == 4
    assert (await world.feed(feed)).failures == 0
    server.publish("/feed.xml", rss(2, 1, 0))
    await wait(world, 2 * HOUR)
    await wait(world, HOUR)
    assert (await world.feed(feed)).detour is None


async def test_validators_of_one_route_are_not_shown_to_another(
    world: World, server: FeedServer, mirror: FeedServer
) -> None:
    await a_mirrored_feed(world, server, mirror)
    server.publish("/feed.xml", rss(1, 0, 2), etag='"ours"')
    await wait(world, DAY)
    server.fail("/feed.xml", 403)
    await wait(world, DAY)
    assert server.requests[-1].headers["if-none-match"] == '"ours"'
    assert "if-none-match" not in mirror.requests[-1].headers
    server.publish("/feed.xml", rss(1, 0, 2), etag='"ours"')
    await wait(world, DAY)
    assert "if-none-match" not in server.requests[-1].headers


async def test_what_is_remembered_outlives_a_failure_of_all_routes(
    world: World, server: FeedServer, mirror: FeedServer
) -> None:
    feed = await a_mirrored_feed(world, server, mirror)
    before = await world.feed(feed)
    server.fail("/feed.xml", 403)
    mirror.fail("/mirror.xml", 404)
    await wait(world, DAY)
    failed = await world.feed(feed)
    assert (failed.status, failed.failures, failed.detour) == ("unreachable", 1, None)
    assert failed.error == "the server answered 403 Forbidden; by route 1: the server answered 404 Not Found"
    assert (failed.seen, failed.body_hash) == (before.seen, before.body_hash)
    server.publish("/feed.xml", rss(2, 1, 0))
    await wait(world, DAY)
    assert len(await world.articles()) == 3


async def test_a_change_of_routes_tells_of_no_gap(world: World, server: FeedServer, mirror: FeedServer) -> None:
    feed = await a_mirrored_feed(world, server, mirror)
    for round_ in range(3):
        server.fail("/feed.xml", 403)
        mirror.publish("/mirror.xml", rss(round_ + 2, round_ + 1, round_, site="mirror.test", ids=False))
        await wait(world, HOUR)
        server.publish("/feed.xml", rss(round_ + 2, round_ + 1, round_))
        await wait(world, 2 * HOUR)
        assert (await world.feed(feed)).health == "healthy"


async def test_a_mirror_that_moves_does_not_move_the_feed(world: World, server: FeedServer, mirror: FeedServer) -> None:
    feed = await a_mirrored_feed(world, server, mirror)
    server.fail("/feed.xml", 403)
    mirror.publish("/new.xml", rss(2))
    mirror.redirect("/mirror.xml", "/new.xml", 301)
    for _ in range(5):
        await wait(world, DAY)
    found = await world.feed(feed)
    assert found.detour
    assert (found.url, found.moved_to) == (feed.url, "")
