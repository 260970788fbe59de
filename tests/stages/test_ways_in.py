"""Feeds that are no feeds: sitemaps, indexes of them, and pages read by rules, polled from a real server."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from consumers.poll.poller import Poll
from service.broker import Broker
from service.egress import Egress
from service.messages import RawArticle
from service.model import Feed, PageRules
from service.settings import PollSettings
from service.store import Store, Transaction
from service.streams import RAW
from tests.builders import a_feed
from tests.clock import SetClock
from tests.servers import FeedServer

SITE = "https://harbour-gazette.test"
SETTINGS = PollSettings(host_gap_seconds=0, per_host=50, idle_seconds=0.01, index_children=2)
HOUR = 3600.0


class World:
    def __init__(self, store: Store, broker: Broker, egress: Egress, clock: SetClock) -> None:
        self.store, self.broker, self.egress, self.clock = store, broker, egress, clock

    async def add(self, url: str, **given: object) -> Feed:
        feed = replace(a_feed(url=url, next_poll_at=self.clock()), **given)  # type: ignore[arg-type]  # a test's own
        await self.store.write(lambda tx: tx.feeds.add(feed))
        return feed

    async def poll(self) -> None:
        """Every feed once, some days after the last time."""
        for feed in await self.store.read(lambda tx: tx.feeds.list("", 100)):
            await self.store.write(_make_due, feed.id, self.clock())
        await Poll(self.store, self.broker, self.egress, SETTINGS, self.clock).once()

    async def kept(self, feed: Feed) -> Feed:
        return await self.store.read(lambda tx: tx.feeds.get(feed.id))

    async def articles(self) -> list[RawArticle]:
        async with self.broker.reader(RAW.name, f"test-{id(object())}") as reader:
            return [RAW.decode(record) for record in await reader.read(1000, 0.05)]

    async def names(self) -> list[str]:
        return [raw.url.rpartition("/")[2] for raw in await self.articles()]

    def rows(self, *names: str, days_old: float = 0.1) -> str:
        at = (self.clock() - timedelta(days=days_old)).isoformat()
        return "".join(f"<url><loc>{SITE}/{name}</loc><lastmod>{at}</lastmod></url>" for name in names)


def _make_due(tx: Transaction, feed_id: str, now: datetime) -> None:
    tx.feeds.postpone(feed_id, now)


@pytest.fixture
def world(sqlite_store: Store, embedded_broker: Broker, egress: Egress, clock: SetClock) -> World:
    return World(sqlite_store, embedded_broker, egress, clock)


async def test_a_sitemap_is_polled_like_a_feed_and_its_archive_is_no_news(world: World, server: FeedServer) -> None:
    old = world.rows("old", days_old=30)
    feed = await world.add(server.publish("/sitemap.xml", f"<urlset>{world.rows('a')}{old}</urlset>"))
    await world.poll()
    assert await world.names() == ["a"]
    undated = f"<url><loc>{SITE}/undated</loc></url>"
    server.publish("/sitemap.xml", f"<urlset>{world.rows('b', 'a')}{old}{undated}</urlset>")
    world.clock.advance(HOUR)
    await world.poll()
    assert sorted(await world.names()) == ["a", "b", "undated"]
    assert (await world.kept(feed)).status == "ok"
    (first, *_) = await world.articles()
    assert (first.lane, first.title, first.content) == ("live", "", ""), "its page says the rest"


async def test_an_index_is_read_by_its_newest_sitemaps(world: World, server: FeedServer) -> None:
    children = []
    for number in (1, 2, 3):
        url = server.publish(f"/{number}.xml", f"<urlset>{world.rows(f'of-{number}')}</urlset>")
        children.append(f"<sitemap><loc>{url}</loc><lastmod>2026-03-{number:02}</lastmod></sitemap>")
    feed = await world.add(
        server.publish("/sitemap.xml", f"<sitemapindex>{''.join(children)}</sitemapindex>", etag="1")
    )
    await world.poll()
    assert sorted(await world.names()) == ["of-2", "of-3"]
    server.publish("/3.xml", f"<urlset>{world.rows('new', 'of-3')}</urlset>")
    world.clock.advance(HOUR)
    await world.poll()
    assert sorted(await world.names()) == ["new", "of-2", "of-3"], "though the index itself has not changed"
    assert (server.asked("/1.xml"), (await world.kept(feed)).status) == (0, "ok")
    server.fail("/3.xml", 500)
    server.fail("/2.xml", 500)
    world.clock.advance(HOUR)
    await world.poll()
    assert "500" in (await world.kept(feed)).error


async def test_a_page_without_a_feed_is_read_by_its_rules(world: World, server: FeedServer) -> None:
    def page(*names: str) -> str:
        teasers = "".join(f'<li class="t"><a href="{SITE}/{name}">Of {name}</a></li>' for name in names)
        return f"<html><title>Town news</title><ul>{teasers}</ul></html>"

    rules = PageRules(entry="li.t", link="a")
    feed = await world.add(server.publish("/news", page("b", "a")), kind="page", rules=rules, title="")
    await world.poll()
    server.publish("/news", page("c", "b", "a"))
    world.clock.advance(HOUR)
    await world.poll()
    assert [raw.title for raw in await world.articles()] == ["Of a", "Of b", "Of c"]
    assert (await world.kept(feed)).title == "Town news"
    server.publish("/news", "<html><body>A new design</body></html>")
    world.clock.advance(HOUR)
    await world.poll()
    kept = await world.kept(feed)
    assert (kept.status, "may have changed" in kept.error) == ("unreadable", True)
