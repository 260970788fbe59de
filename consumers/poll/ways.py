"""Where older articles of a site can be had. In: a feed, or any page of the site; out: documents to read.

The feed document may link the one before it; robots.txt may name sitemaps; and news sitemaps have usual places.
"""

from dataclasses import dataclass

from consumers.poll.archive import previous_of
from consumers.poll.fetch import ACCEPT
from consumers.poll.parse import text_of
from consumers.poll.polite import Polite
from consumers.poll.sitemap import is_sitemap
from consumers.poll.survey import Unreadable
from service.egress import Reply
from service.errors import Invalid
from service.model import Feed
from service.urls import resolve

MOST_SITEMAPS = 20
MOST_LINES = 5_000
USUAL = ("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml", "/sitemap_index.xml")
HEADERS = {"accept": ACCEPT}


@dataclass(frozen=True, slots=True)
class Ways:
    """What was found; "" for what was not."""

    archive: str = ""
    sitemap: str = ""
    sitemaps: tuple[str, ...] = ()

    @property
    def urls(self) -> list[str]:
        return list(dict.fromkeys(filter(None, (self.archive, self.sitemap, *self.sitemaps))))


async def ways(polite: Polite, feed: Feed, most_wait: float) -> Ways:
    """Asks the feed, robots.txt and, if these tell nothing, usual places, one after the other. Raises `Outage`."""
    archive = feed.archive or await _archive(polite, feed.url, most_wait)
    if feed.sitemap:
        return Ways(archive, feed.sitemap)
    named = await _named(polite, feed.url, most_wait)
    if not named and not archive:
        named = await _usual(polite, feed.url, most_wait)
    return Ways(archive, named[0] if named else "", tuple(named))


def sitemaps_of(robots: str, url: str) -> list[str]:
    """The sitemaps that a robots.txt names, those for news first."""
    found: list[str] = []
    for line in robots.splitlines()[:MOST_LINES]:
        name, colon, value = line.partition(":")
        if colon and name.strip().lower() == "sitemap":
            try:
                found.append(resolve(url, value.partition(" #")[0].strip()))
            except Invalid:
                continue
    return sorted(dict.fromkeys(found), key=lambda address: "news" not in address.lower())[:MOST_SITEMAPS]


async def _archive(polite: Polite, url: str, most_wait: float) -> str:
    text, at = await _text(polite, url, most_wait)
    return "" if is_sitemap(text) else previous_of(text, at)


async def _named(polite: Polite, url: str, most_wait: float) -> list[str]:
    text, at = await _text(polite, resolve(url, "/robots.txt"), most_wait)
    return sitemaps_of(text, at)


async def _usual(polite: Polite, url: str, most_wait: float) -> list[str]:
    for path in USUAL:
        text, at = await _text(polite, resolve(url, path), most_wait)
        if is_sitemap(text):
            return [at]
    return []


async def _text(polite: Polite, url: str, most_wait: float) -> tuple[str, str]:
    """The document there and where it came from in the end; "" if there is none."""
    reply = await polite.get(url, HEADERS, most_wait)
    if not isinstance(reply, Reply) or reply.status != 200:
        return "", url
    try:
        return text_of(reply.body, reply.headers.get("content-type", "")), reply.url
    except Unreadable:
        return "", url
