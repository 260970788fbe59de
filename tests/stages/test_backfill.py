"""Reading archives in: a real server, a real broker, a real store; killed in the middle, and in nobody's way."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from consumers.poll.archive import pace
from consumers.poll.backfill import Backfiller
from consumers.poll.document import Entry
from consumers.poll.polite import Polite
from service.broker import Broker
from service.egress import Egress
from service.errors import Outage
from service.messages import RawArticle
from service.model import Backfill, Feed, Sighting, gap_backfill
from service.settings import BackfillSettings
from service.store import Store
from service.streams import RAW
from service.urls import article_id
from tests.builders import a_feed
from tests.clock import SetClock
from tests.servers import FeedServer

NOBODY: Mapping[str, Any] = {}
SITE = "https://harbour-gazette.test"
SETTINGS = BackfillSettings(portion=3, pause_seconds=0.01, idle_seconds=0.01, tries=2)


def urlset(*rows: tuple[str, str]) -> str:
    written = (f"<url><loc>{SITE}/{name}</loc><lastmod>{date}</lastmod></url>" for name, date in rows)
    return f"<urlset>{''.join(written)}</urlset>"


def index(*urls: str, date: str = "") -> str:
    lastmod = f"<lastmod>{date}</lastmod>" if date else ""
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{url}</loc>{lastmod}</sitemap>' for url in urls)}</sitemapindex>"


def rss(*names: str, before: str = "") -> str:
    link = f'<atom:link rel="prev-archive" href="{before}"/>' if before else ""
    entries = (
        f"<item><title>{name}</title><link>{SITE}/{name}</link><pubDate>2026-03-{int(name):02}T08:00:00Z</pubDate></item>"
        for name in names
    )
    head = '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Gazette</title>'
    return f"{head}{link}{''.join(entries)}</channel></rss>"


class World:
    def __init__(self, store: Store, broker: Broker, egress: Egress, clock: SetClock) -> None:
        self.store, self.broker, self.egress, self.clock = store, broker, egress, clock

    def backfiller(
        self, settings: BackfillSettings = SETTINGS, broker: Any = None, watched: Mapping[str, Any] = NOBODY
    ) -> Backfiller:
        polite = Polite(self.store, self.egress, self.clock, 0)
        return Backfiller(self.store, broker or self.broker, polite, settings, self.clock, watched)

    async def add(self, url: str, **given: Any) -> Backfill:
        now = self.clock()
        made = Backfill(**{"id": "b1", "url": url, "kind": "archive", "created_at": now, "next_at": now, **given})
        assert await self.store.write(lambda tx: tx.backfills.add(made))
        return made

    async def finish(self, named: str = "b1", settings: BackfillSettings = SETTINGS) -> Backfill:
        """Read in until it is at its end; hosts are never made to wait."""
        for _ in range(100):
            await self.backfiller(settings).once()
            kept = await self.kept(named)
            if kept.finished_at:
                return kept
            self.clock.advance(3600)
        raise AssertionError("it does not come to its end")

    async def kept(self, named: str = "b1") -> Backfill:
        kept = await self.store.read(lambda tx: tx.backfills.get(named))
        assert kept
        return kept

    async def articles(self) -> list[RawArticle]:
        async with self.broker.reader(RAW.name, f"test-{id(object())}-{self.clock()}") as reader:
            found: list[RawArticle] = []
            while records := await reader.read(1000, 0.05):
                found += [RAW.decode(record) for record in records]
            return found

    async def names(self) -> list[str]:
        return [raw.url.rpartition("/")[2] for raw in await self.articles()]


@pytest.fixture
def world(sqlite_store: Store, embedded_broker: Broker, egress: Egress, clock: SetClock) -> World:
    return World(sqlite_store, embedded_broker, egress, clock)


async def test_a_sitemap_is_read_in_on_the_backfill_lane(world: World, server: FeedServer) -> None:
    url = server.publish("/sitemap.xml", urlset(*((str(n), f"2026-02-{n:02}") for n in range(1, 8))))
    await world.add(url, source="gazette", language="en")
    kept = await world.finish()
    assert (kept.state, kept.error, kept.documents, kept.entries, kept.appended) == ("done", "", 1, 7, 7)
    articles = await world.articles()
    assert {raw.lane for raw in articles} == {"backfill"}
    first = articles[0]
    assert (first.url, first.source, first.language, first.title) == (f"{SITE}/7", "gazette", "en", "")
    assert first.published_at is not None
    assert [(hop.stage, hop.outcome) for hop in first.hops] == [("backfill", "read")]


async def test_an_index_is_followed_newest_first_and_each_document_read_once(world: World, server: FeedServer) -> None:
    a = server.publish("/2026-01.xml", urlset(("a", "2026-01-02")))
    b = server.publish("/2026-02.xml", urlset(("b", "2026-02-02"), ("c", "2026-02-01")))
    inner = server.publish("/inner-3.xml", index(b, server.url("/sitemap.xml")))
    await world.add(server.publish("/sitemap.xml", index(a, inner, a, "https://elsewhere.test/x.xml")))
    kept = await world.finish()
    assert await world.names() == ["a", "b", "c"]
    assert (kept.documents, kept.state) == (4, "done")
    assert server.asked("/sitemap.xml") == 1


async def test_only_the_stretch_of_time_that_was_asked_for_is_read_in(world: World, server: FeedServer) -> None:
    new = server.publish("/new.xml", urlset(("a", "2026-02-20"), ("b", "2026-02-10"), ("c", "2026-02-01"), ("d", "")))
    old = server.publish("/old.xml", urlset(("e", "2026-02-10")))
    whole = index(new) + index(old, date="2025-01-01")
    whole = whole.replace("</sitemapindex><sitemapindex>", "")
    since, until = (datetime.fromisoformat(f"2026-02-{day}T00:00:00+00:00") for day in ("05", "15"))
    await world.add(server.publish("/sitemap.xml", whole), since=since, until=until)
    kept = await world.finish()
    assert await world.names() == ["b"], "an entry that does not say when it is from is left out, too"
    assert server.asked("/old.xml") == 0, "it has not changed since"
    assert (kept.entries, kept.appended) == (1, 1)


async def test_a_feed_is_read_back_along_its_archive(world: World, server: FeedServer) -> None:
    one = server.publish("/archive/1.xml", rss("1", "2"))
    two = server.publish("/archive/2.xml", rss("3", "4", before=one))
    await world.add(server.publish("/feed.xml", rss("5", "6", before=two)))
    assert (await world.finish()).documents == 3
    assert sorted(await world.names()) == ["1", "2", "3", "4", "5", "6"]


async def test_an_archive_that_is_older_than_asked_for_is_not_read_further(world: World, server: FeedServer) -> None:
    one = server.publish("/archive/1.xml", rss("1", "2"))
    two = server.publish("/archive/2.xml", rss("3", "4", before=one))
    since = datetime.fromisoformat("2026-03-05T00:00:00+00:00")
    await world.add(server.publish("/feed.xml", rss("5", "6", before=two)), since=since)
    await world.finish()
    assert (server.asked("/archive/2.xml"), server.asked("/archive/1.xml")) == (1, 0)


async def test_an_archive_by_number_is_read_until_it_repeats_itself_or_ends(world: World, server: FeedServer) -> None:
    for number in (1, 2, 3):
        server.publish(f"/feed?page={number}", rss(str(number)))
    server.publish("/feed?page=4", rss("3"))
    await world.add(server.url("/feed?page={n}"))
    kept = await world.finish()
    assert (await world.names(), kept.state) == (["1", "2", "3"], "done")
    assert server.asked("/feed?page=5") == 0
    server.fail("/feed?page=4", 404)
    await world.add(server.url("/feed?page={n}"), id="b2")
    assert (await world.finish("b2")).state == "done"


async def test_what_is_known_already_is_not_read_in_again(world: World, server: FeedServer) -> None:
    url = f"{SITE}/known"
    sighting = Sighting(
        url=url, text_hash="x", article_id=article_id(url), revision=0, kind="new", original_id="", position="p",
        seen_at=world.clock(),
    )  # fmt: skip
    await world.store.write(lambda tx: tx.sightings.add([sighting]))
    await world.add(server.publish("/sitemap.xml", urlset(("known", "2026-02-01"), ("unknown", "2026-02-01"))))
    kept = await world.finish()
    assert await world.names() == ["unknown"]
    assert (kept.entries, kept.appended) == (2, 1)


class Dying:
    """A broker whose process dies after so many appends."""

    def __init__(self, broker: Broker, appends: int) -> None:
        self.broker, self.left = broker, appends

    async def append(self, stream: str, items: Any) -> None:
        if not self.left:
            raise asyncio.CancelledError
        self.left -= 1
        await self.broker.append(stream, items)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.broker, name)


@pytest.mark.parametrize("appends", range(5))
async def test_a_backfill_that_was_killed_goes_on_where_it_was(world: World, server: FeedServer, appends: int) -> None:
    names = [str(n) for n in range(10, 22)]
    body = urlset(*((name, f"2026-02-{name}") for name in names))
    await world.add(server.publish("/sitemap.xml", body))
    with pytest.raises(asyncio.CancelledError):
        await world.backfiller(broker=Dying(world.broker, min(appends, 3))).once()
    assert not await world.backfiller().once(), "its lease still holds"
    world.clock.advance(SETTINGS.lease_seconds + 1)
    kept = await world.finish()
    assert await world.names() == sorted(names, reverse=True), "none lost, none twice"
    assert (kept.entries, kept.appended) == (12, 12)


async def test_a_document_that_has_changed_meanwhile_is_read_from_its_beginning(
    world: World, server: FeedServer
) -> None:
    await world.add(server.publish("/sitemap.xml", urlset(*((str(n), "2026-02-01") for n in range(6)))))
    with pytest.raises(asyncio.CancelledError):
        await world.backfiller(broker=Dying(world.broker, 1)).once()
    server.publish("/sitemap.xml", urlset(*((str(n), "2026-02-01") for n in range(3, 9))))
    world.clock.advance(SETTINGS.lease_seconds + 1)
    await world.finish()
    assert set(await world.names()) == {str(n) for n in range(9)}, "what moved up is not missed"


async def test_nothing_is_read_in_while_live_news_is_not_kept_up_with(world: World, server: FeedServer) -> None:
    """Live records wait; the backfill appends only once they are handled, and never more than a portion ahead."""
    settings = SETTINGS.model_copy(update={"most_lag": 2, "page_portion": 3})
    live = [RawArticle(url=f"{SITE}/live{n}", source="gazette", seen_at=world.clock()) for n in range(5)]
    await world.broker.append(RAW.name, map(RAW.encode, live))
    await world.add(server.publish("/sitemap.xml", urlset(*((str(n), "2026-02-01") for n in range(12)))))
    until, most = asyncio.Event(), 0
    running = asyncio.create_task(world.backfiller(settings, watched={"dedupe": RAW}).run(until))
    await asyncio.sleep(0.2)
    assert len(await world.articles()) == 5, "five live records wait: nothing was read in"
    async with world.broker.reader(RAW.name, "dedupe") as reader:
        handled = 0
        async with asyncio.timeout(60):
            while handled < 17:
                records = await reader.read(1, 0.05)
                await reader.commit(records)
                handled += len(records)
                most = max(most, (await world.broker.lag(RAW.name, "dedupe")).records)
    until.set()
    await running
    assert most <= 2 + settings.portion
    assert (await world.kept()).appended == 12


def test_articles_without_their_text_are_passed_on_few_at_a_time() -> None:
    settings = BackfillSettings(portion=20, most_lag=30, page_portion=5)
    whole, bare = Entry(content="Text."), Entry(title="Title alone")
    assert pace([whole] * 40, settings) == (20, 30)
    assert pace([whole] * 19 + [bare], settings) == (5, 5)
    assert pace([bare], settings.model_copy(update={"most_lag": 0})) == (5, 0)


async def test_a_backfill_that_is_stopped_appends_no_more(world: World, server: FeedServer) -> None:
    class Stopping(Dying):
        async def append(self, stream: str, items: Any) -> None:
            await self.broker.append(stream, items)
            await world.store.write(lambda tx: tx.backfills.stop("b1", world.clock()))

    await world.add(server.publish("/sitemap.xml", urlset(*((str(n), "2026-02-01") for n in range(9)))))
    await world.backfiller(broker=Stopping(world.broker, 0)).once()
    assert (await world.kept()).state == "stopped"
    assert len(await world.names()) == 3
    assert await world.store.write(lambda tx: tx.backfills.resume("b1", world.clock()))
    assert (await world.finish()).state == "done"
    assert set(await world.names()) == {str(n) for n in range(9)}


async def test_a_server_in_trouble_is_asked_again_later_and_given_up_after_some_tries(
    world: World, server: FeedServer
) -> None:
    await world.add(server.fail("/sitemap.xml", 500))
    await world.backfiller().once()
    kept = await world.kept()
    assert (kept.state, kept.failures) == ("running", 1)
    assert "500" in kept.error
    assert kept.next_at
    assert kept.next_at > world.clock()
    assert not await world.backfiller().once(), "not before its time"
    kept = await world.finish()
    assert (kept.state, server.asked("/sitemap.xml")) == ("failed", 2)
    server.publish("/sitemap.xml", urlset(("a", "2026-02-01")))
    await world.store.write(lambda tx: tx.backfills.resume("b1", world.clock()))
    assert (await world.finish()).state == "done"


async def test_a_busy_host_is_left_alone_for_everybody(world: World, server: FeedServer) -> None:
    await world.add(server.fail("/sitemap.xml", 429, retry_after="600"))
    await world.backfiller().once()
    now = world.clock()
    host = await world.store.read(lambda tx: tx.hosts.get("127.0.0.1"))
    assert host.busy_until >= now + timedelta(seconds=600)
    await world.add(server.publish("/other.xml", urlset(("a", "2026-02-01"))), id="b2")
    await world.backfiller().once()
    assert server.asked("/other.xml") == 0


async def test_hostile_documents_are_left_out_and_the_others_read(world: World, server: FeedServer) -> None:
    bomb = server.publish("/bomb.xml", '<!DOCTYPE a [<!ENTITY b "c">]><urlset><url><loc>&b;</loc></url></urlset>')
    html = server.publish("/page.xml", "<!DOCTYPE html><html><body>Welcome</body></html>")
    good = server.publish("/good.xml", urlset(("a", "2026-02-01")))
    await world.add(server.publish("/sitemap.xml", index(bomb, html, good)))
    kept = await world.finish()
    assert (kept.state, await world.names()) == ("done", ["a"])
    assert kept.documents == 2
    assert await world.store.read(lambda tx: tx.backfills.documents("b1")) == {"done": 2, "failed": 2}


async def test_no_more_documents_are_read_than_the_settings_allow(world: World, server: FeedServer) -> None:
    for number in range(30):
        server.publish(f"/feed?page={number}", rss(str(number % 28 + 1)))
    await world.add(server.url("/feed?page={n}"))
    kept = await world.finish(settings=SETTINGS.model_copy(update={"most_documents": 4}))
    assert (kept.documents, kept.state) == (4, "done")
    assert "more than 4 documents" in kept.error


async def gap(world: World, feed: Feed) -> Backfill:
    await world.store.write(lambda tx: tx.feeds.add(feed))
    since = datetime.fromisoformat("2026-03-02T00:00:00+00:00")
    made = gap_backfill(feed, since, datetime.fromisoformat("2026-03-05T00:00:00+00:00"))
    assert await world.store.write(lambda tx: tx.backfills.add(made))
    return await world.finish(made.id)


async def test_a_hole_is_filled_from_the_feeds_archive(world: World, server: FeedServer) -> None:
    archive = server.publish("/archive.xml", rss("1", "2", "3", "4"))
    feed = a_feed(url=server.publish("/feed.xml", rss("5", "6", before=archive)), source="gazette")
    kept = await gap(world, feed)
    assert (kept.state, sorted(await world.names())) == ("done", ["2", "3", "4"])
    assert {(raw.feed_id, raw.source) for raw in await world.articles()} == {(feed.id, "gazette")}
    assert (await world.store.read(lambda tx: tx.feeds.get(feed.id))).archive == archive


async def test_a_hole_is_filled_from_the_sitemap_that_robots_txt_names(world: World, server: FeedServer) -> None:
    news = server.publish("/news.xml", urlset(("a", "2026-03-01"), ("b", "2026-03-03")))
    server.publish("/robots.txt", f"User-agent: *\nDisallow: /private\nSitemap: {news}  # for news\n")
    feed = a_feed(url=server.publish("/feed.xml", rss("5", "6")))
    assert (await gap(world, feed)).state == "done"
    assert await world.names() == ["b"]
    assert (await world.store.read(lambda tx: tx.feeds.get(feed.id))).sitemap == news


async def test_a_hole_is_filled_from_a_sitemap_in_the_usual_place(world: World, server: FeedServer) -> None:
    server.publish("/news-sitemap.xml", urlset(("b", "2026-03-03")))
    await gap(world, a_feed(url=server.publish("/feed.xml", rss("5"))))
    assert await world.names() == ["b"]


async def test_a_hole_that_nothing_fills_says_so(world: World, server: FeedServer) -> None:
    kept = await gap(world, a_feed(url=server.publish("/feed.xml", rss("5"))))
    assert (kept.state, await world.names()) == ("failed", [])
    assert "neither an archive nor a sitemap" in kept.error


async def test_the_address_of_a_site_leads_to_its_sitemaps(world: World, server: FeedServer) -> None:
    news = server.publish("/news.xml", urlset(("a", "2026-03-01")))
    server.publish("/robots.txt", f"sitemap:{news}")
    await world.add(server.publish("/", "<html><body>Welcome</body></html>"))
    assert (await world.finish()).state == "done"
    assert await world.names() == ["a"]


async def test_a_fault_of_our_own_is_said_and_tried_again(world: World, server: FeedServer) -> None:
    class Faulty(Dying):
        async def append(self, stream: str, items: Any) -> None:
            raise RuntimeError("secret")

    await world.add(server.publish("/sitemap.xml", urlset(("a", "2026-02-01"))))
    await world.backfiller(broker=Faulty(world.broker, 0)).once()
    kept = await world.kept()
    assert "RuntimeError" in kept.error
    assert "secret" not in kept.error
    assert (await world.finish()).appended == 1


async def test_an_outage_ends_no_backfill(world: World, server: FeedServer) -> None:
    class Away(Dying):
        async def append(self, stream: str, items: Any) -> None:
            raise Outage("the broker is away")

    await world.add(server.publish("/sitemap.xml", urlset(("a", "2026-02-01"))))
    with pytest.raises(Outage):
        await world.backfiller(broker=Away(world.broker, 0)).once()
    world.clock.advance(SETTINGS.lease_seconds + 1)
    assert (await world.finish()).appended == 1


async def test_two_processes_share_the_backfills(world: World, server: FeedServer) -> None:
    for number in range(6):
        url = server.publish(f"/{number}.xml", urlset((str(number), "2026-02-01")), delay=0.02)
        await world.add(url, id=f"b{number}")
    readers = [world.backfiller() for _ in range(2)]
    for _ in range(6):
        await asyncio.gather(*(each.once() for each in readers))
        world.clock.advance(1)
    assert sorted(await world.names()) == [str(n) for n in range(6)]
    assert all(server.asked(f"/{n}.xml") == 1 for n in range(6))
