"""What was fetched, to a document: of a feed; of a page, by its rules; of an index, by its newest sitemaps.

In: the feed, and what its address gave; out: a `Document`, or `Unreadable`.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from msgspec.structs import replace as with_values

from consumers.poll.document import Document, Entry
from consumers.poll.fetch import ACCEPT, Fetched
from consumers.poll.patient import Reader
from consumers.poll.polite import Later, Polite
from consumers.poll.rules import PageReader
from consumers.poll.sitemap import MOST_POLLED, newest_children
from consumers.poll.survey import Unreadable
from service.egress import Egress, Unreachable
from service.model import EPOCH, Feed

MOST_WAIT = 20.0
"""Seconds that the next sitemap of an index may have to wait for its host."""


@dataclass(frozen=True)
class Reading:
    """How feeds of every kind are read. `children` is how many sitemaps of an index are."""

    reader: Reader
    pages: PageReader
    polite: Polite
    children: int

    def through(self, egress: Egress) -> "Reading":
        """The same, with another way out."""
        return replace(self, polite=replace(self.polite, egress=egress))

    async def read(self, feed: Feed, found: Fetched) -> tuple[Document, Fetched]:
        """The document, and what is to be remembered of the answer. Raises `Unreadable`, `Outage`."""
        if feed.rules:
            return await self.pages.read(feed.rules, found.body, found.content_type, found.url), found
        document = await self.reader.read(found.body, found.content_type, found.url)
        if not document.children:
            return document, found
        forgotten = replace(found, etag="", last_modified="", body_hash="")  # what it lists changes, it may not
        return await self._followed(document, found.url), forgotten

    async def _followed(self, index: Document, url: str) -> Document:
        """The index with the entries of its newest sitemaps."""
        entries: list[Entry] = []
        title, why = index.title, "none is on its own site"
        for child in newest_children(index, url, self.children):
            try:
                read = await self._child(child.url)
            except Unreadable as error:
                why = f"{child.url}: {error}"
                continue
            title = title or read.title
            entries += read.entries
        if not entries:
            raise Unreadable(f"none of the index's newest sitemaps could be read: {why}")
        newest = sorted(entries, key=_date, reverse=True)[:MOST_POLLED]
        return with_values(index, title=title, entries=tuple(newest))

    async def _child(self, url: str) -> Document:
        reply = await self.polite.get(url, {"accept": ACCEPT}, MOST_WAIT)
        if isinstance(reply, Later):
            raise Unreadable("its host is not free")
        if isinstance(reply, Unreachable):
            raise Unreadable(reply.why)
        if reply.status != 200:
            raise Unreadable(f"the server answered {reply.status}")
        return await self.reader.read(reply.body, reply.headers.get("content-type", ""), reply.url)


def _date(entry: Entry) -> datetime:
    return entry.published_at or entry.updated_at or EPOCH
