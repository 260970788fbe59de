"""What feeds a site has, found out at a real server."""

from collections.abc import AsyncIterator

import pytest

from consumers.poll.candidates import linked, ranked
from consumers.poll.discover import MOST_REQUESTS, Discoverer
from consumers.poll.polite import Polite
from service.egress import Egress
from service.errors import Invalid, UnsafeAddress
from service.model import Candidate, Discovery
from service.settings import EgressSettings
from service.store import Store
from tests.builders import NOW, a_feed
from tests.clock import SetClock
from tests.servers import FeedServer

RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Harbour Gazette</title>
<language>en</language><atom:link rel="hub" href="https://hub.test/"/>
<item><title>A</title><link>https://a.test/1</link><pubDate>Sat, 14 Mar 2026 08:00:00 GMT</pubDate></item>
</channel></rss>"""
NEWS = """<urlset><url><loc>https://a.test/1</loc><news><title>T</title>
<publication_date>2026-03-13</publication_date></news></url></urlset>"""
LOOPBACK = EgressSettings(allow_loopback=True)


@pytest.fixture
async def discoverer(sqlite_store: Store, clock: SetClock) -> AsyncIterator[Discoverer]:
    async with Egress.open(LOOPBACK) as egress:
        yield Discoverer(sqlite_store, Polite(sqlite_store, egress, clock, 0), LOOPBACK)


def told(found: Discovery, server: FeedServer) -> list[tuple[str, str, str]]:
    root = server.url("")
    return [(each.url.removeprefix(root), each.kind, each.found_by) for each in found.candidates]


async def test_the_feeds_that_a_page_links_are_found_read_and_ranked(
    discoverer: Discoverer, server: FeedServer, sqlite_store: Store
) -> None:
    page = """<html><head><!-- <link rel=alternate type="application/rss+xml" href="/hidden.xml"> -->
      <LINK REL="Alternate" TYPE='application/rss+xml; charset=utf-8' href="/comments.xml">
      <link rel=alternate type=application/rss+xml href=news.xml>
      <link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" href="/rss.css"></head>
      <body><a href="/other/rss">Other</a><a href="/broken.rss">Broken</a></body></html>"""
    server.publish("/section/", page)
    news = server.publish("/section/news.xml", RSS)
    server.publish("/comments.xml", RSS.replace("Harbour Gazette", "Comments on the Gazette"))
    server.publish("/other/rss", RSS.replace("14 Mar 2026", "14 Mar 2020"))
    feed = a_feed(url=news)
    await sqlite_store.write(lambda tx: tx.feeds.add(feed))
    found = await discoverer.discover(server.url("/section/"))
    assert told(found, server) == [
        ("/section/news.xml", "feed", "link"),
        ("/other/rss", "feed", "link"),
        ("/comments.xml", "feed", "link"),
    ]
    best = found.candidates[0]
    assert (best.title, best.entries, best.hub, best.known_as) == ("Harbour Gazette", 1, "https://hub.test/", feed.id)
    assert best.newest_at is not None
    assert best.newest_at.date().isoformat() == "2026-03-14"
    assert server.asked("/hidden.xml") == 0
    assert found.why == ""


async def test_sitemaps_of_robots_txt_are_found(discoverer: Discoverer, server: FeedServer) -> None:
    server.publish("/", "<html><head></head></html>")
    server.publish("/robots.txt", f"User-agent: *\nSitemap: {server.url('/all.xml')}\nsitemap: /news.xml # new\n")
    server.publish("/news.xml", NEWS)
    server.publish("/all.xml", "<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>")
    found = await discoverer.discover(server.url("/"))
    assert told(found, server) == [("/news.xml", "sitemap", "robots"), ("/all.xml", "sitemap", "robots")]


async def test_usual_places_are_tried_when_a_site_says_nothing(discoverer: Discoverer, server: FeedServer) -> None:
    server.publish("/", "<html></html>")
    server.redirect("/feed", "/feed/", 301)
    server.publish("/feed/", RSS)
    found = await discoverer.discover(server.url("/"))
    assert told(found, server) == [("/feed/", "feed", "guess")]
    assert server.asked("/rss.xml") == 0, "one is enough"


async def test_an_address_that_is_a_feed_itself_is_told_so(discoverer: Discoverer, server: FeedServer) -> None:
    found = await discoverer.discover(server.publish("/feed.xml", RSS))
    assert told(found, server)[0] == ("/feed.xml", "feed", "itself")
    lists = await discoverer.discover(server.publish("/f.opml", '<opml><outline xmlUrl="https://a.test/"/></opml>'))
    assert told(lists, server)[0][1:] == ("list", "itself")


async def test_the_same_feed_at_two_addresses_is_told_once(discoverer: Discoverer, server: FeedServer) -> None:
    server.publish("/", '<link rel="alternate" type="application/rss+xml" href="/a"><a href="/feed/">x</a>')
    server.publish("/a", RSS)
    server.publish("/feed/", RSS)
    assert [each[0] for each in told(await discoverer.discover(server.url("/")), server)] == ["/a"]


async def test_a_site_out_of_reach_or_without_feeds_says_so(discoverer: Discoverer, server: FeedServer) -> None:
    found = await discoverer.discover(server.fail("/", 403))
    assert (found.candidates, found.tried) == ((), 1)
    assert "403" in found.why
    server.publish("/", "<html>nothing</html>")
    assert (await discoverer.discover(server.url("/"))).candidates == ()


async def test_a_page_with_endless_links_costs_a_bounded_number_of_requests(
    discoverer: Discoverer, server: FeedServer
) -> None:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}.xml">' for n in range(5000))
    server.publish("/", f"<html>{links}</html>")
    found = await discoverer.discover(server.url("/"))
    assert found.tried <= MOST_REQUESTS
    assert len(server.requests) <= MOST_REQUESTS


async def test_addresses_that_are_not_for_us_are_not_asked(sqlite_store: Store, clock: SetClock) -> None:
    async with Egress.open(EgressSettings()) as egress:
        strict = Discoverer(sqlite_store, Polite(sqlite_store, egress, clock, 0), EgressSettings())
        for url in ("http://127.0.0.1/", "http://169.254.169.254/", "file:///etc/passwd", "localhost"):
            with pytest.raises((UnsafeAddress, Invalid)):
                await strict.discover(url)


def test_links_of_hostile_pages_are_found_in_linear_time() -> None:
    for page in ("<link " * 200_000, "<a href='" * 200_000, "<!--" * 200_000, '<link rel="' + "x" * 1_000_000):
        assert linked(page, "https://a.test/") == []


def test_feeds_with_entries_come_before_empty_ones_and_sitemaps() -> None:
    empty = Candidate("https://a.test/empty", "feed", "link")
    sitemap = Candidate("https://a.test/sitemap", "sitemap", "itself", entries=9, newest_at=NOW)
    guessed = Candidate("https://a.test/guess", "feed", "guess", entries=9, newest_at=NOW)
    declared = Candidate("https://a.test/link", "feed", "link", entries=2, newest_at=NOW)
    assert ranked([empty, sitemap, guessed, declared]) == (declared, guessed, sitemap, empty)
