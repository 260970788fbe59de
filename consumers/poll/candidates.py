"""Which addresses of a site may be feeds, and which of them are the best. Pure.

In: a page, its address, what was read; out: addresses to try, and candidates in order.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from consumers.poll.document import Document, absolute, is_address
from consumers.poll.tags import tags
from service.errors import Invalid
from service.model import EPOCH, Candidate, FoundBy
from service.urls import resolve

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
LIST_TYPES = ("text/x-opml", "application/opml+xml")
HINTS = ("/feed", "/rss", "/atom", ".rss", ".atom", "rss.xml", "feed.xml", "feed.json", "atom.xml", ".opml")
USUAL = ("/feed", "/rss.xml", "/rss", "/atom.xml", "/feed.xml", "/index.xml", "/feed.json", "/feeds/posts/default")
USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap_news.xml", "/sitemap-news.xml", "/sitemap.xml")
MOST_LINKED = 8
MOST_CHARACTERS = 2_000_000
TRUST: tuple[FoundBy, ...] = ("itself", "link", "robots", "guess")


def linked(page: str, url: str) -> list[str]:
    """The feeds that a page links: those it declares, then those that only look like feeds."""
    declared, looking = [], []
    base = url
    for name, given in tags(page[:MOST_CHARACTERS], "base", "link", "a"):
        href = given.get("href", "")
        if name == "base" and href:
            base = absolute(url, href)
        elif name == "link" and _declares_feed(given):
            declared.append(absolute(base, href))
        elif name == "a" and any(hint in href.lower() for hint in HINTS):
            looking.append(absolute(base, href))
    return [each for each in dict.fromkeys((*declared, *looking)) if is_address(each)][:MOST_LINKED]


def usual(url: str, paths: Iterable[str] = USUAL) -> list[str]:
    """The places where sites usually have their feed: below the page's own folder too, for sections."""
    found = []
    for path in paths:
        try:
            found.append(resolve(url, path))
        except Invalid:
            continue
    return found


def candidate(url: str, document: Document, found_by: FoundBy, hub: str) -> Candidate:
    """Of a document that was read. An index's entries are the sitemaps it lists."""
    dates = [each.published_at or each.updated_at for each in document.entries]
    dates += [each.changed_at for each in document.children]
    return Candidate(
        url=url,
        kind="sitemap" if document.listing else "feed",
        found_by=found_by,
        title=document.title,
        language=document.language[:35],
        entries=len(document.entries) or len(document.children),
        newest_at=max(filter(None, dates), default=None),
        hub=hub,
    )


def ranked(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The best first: feeds before lists of them and sitemaps, with entries before empty, the site's own before
    its comments', the freshest by day, the better vouched for."""
    return tuple(sorted(found, key=_rank))


def _rank(each: Candidate) -> tuple[bool, bool, bool, int, int, int]:
    about_comments = "comment" in f"{each.url} {each.title}".lower()
    newest: datetime = each.newest_at or EPOCH
    kinds = ("feed", "sitemap", "list")
    return (
        not each.entries,
        about_comments,
        each.kind != "feed",
        kinds.index(each.kind),
        -newest.toordinal(),
        TRUST.index(each.found_by),
    )


def _declares_feed(given: dict[str, str]) -> bool:
    relations, kind = given.get("rel", "").lower().split(), given.get("type", "").partition(";")[0].strip().lower()
    return ("alternate" in relations or "feed" in relations) and (
        kind in FEED_TYPES or kind in LIST_TYPES or (not kind and "feed" in relations)
    )
