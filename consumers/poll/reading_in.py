"""One backfill's way through its documents. In: a claimed backfill; out: it is further along.

Of each document the entries are appended a portion at a time, and how far that got is noted down after each: a
crash in between leads to repeats, which dedupe drops. Nothing is appended while live news is not kept up with.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog

from consumers.poll.archive import numbered, old_articles, onward, pace, previous_of, said, within
from consumers.poll.articles import Visit
from consumers.poll.document import Document, Entry
from consumers.poll.fetch import ACCEPT, Failed, Fetched, judge
from consumers.poll.parse import text_of
from consumers.poll.patient import Reader
from consumers.poll.polite import Later, Polite
from consumers.poll.sitemap import MOST_LISTED, is_sitemap, read_sitemap
from consumers.poll.survey import Unreadable
from consumers.poll.ways import ways
from service import telemetry
from service.broker import Broker, Stream
from service.clock import Clock
from service.errors import NotFound
from service.messages import RawArticle
from service.model import Backfill, BackfillDocument, Feed
from service.settings import BackfillSettings
from service.sources import NONE, Sources
from service.store import Store, Transaction
from service.streams import RAW
from service.urls import article_id

log = structlog.get_logger(__name__)

FINAL = frozenset((401, 403, 404, 410))
"""Answers that asking again will not change."""


class Stopped(Exception):
    """The backfill was stopped, or we are told to; not an error."""


@dataclass(frozen=True)
class ReadingIn:
    """What reading archives in takes. `reading` says which stage reads which stream."""

    store: Store
    broker: Broker
    polite: Polite
    reader: Reader
    settings: BackfillSettings
    clock: Clock
    reading: Mapping[str, Stream[Any]]
    until: asyncio.Event
    sources: Sources = NONE

    async def advance(self, kept: Backfill) -> Backfill:
        """Read the next document, or find out that there is none. Raises `Outage`, `Stopped`."""
        if kept.kind == "gap" and not await self.store.read(lambda tx: tx.backfills.documents(kept.id)):
            await self._find(kept)
        document = await self.store.read(lambda tx: tx.backfills.next_document(kept.id))
        if document is None or kept.documents >= self.settings.most_documents:
            return await self._finish(kept)
        await self.wait_for_room(kept, self.settings.most_lag)
        found = await self._fetch(kept, document)
        if isinstance(found, Later):
            return replace(kept, next_at=self.clock() + timedelta(seconds=found.seconds))
        if isinstance(found, Failed):
            return await self._failed(kept, document, found)
        try:
            return await self._read(kept, document, found)
        except Unreadable as error:
            return await self._unreadable(kept, document, str(error))

    async def wait_for_room(self, kept: Backfill, most_lag: int) -> None:
        """Until no stage lags by more than that; keeps the claim meanwhile. Raises `Stopped`."""
        while not await self._is_room(most_lag):
            await self._hold(kept)
            try:
                await asyncio.wait_for(self.until.wait(), self.settings.pause_seconds)
            except TimeoutError:
                continue
            raise Stopped

    async def _hold(self, kept: Backfill) -> None:
        until = self.clock() + timedelta(seconds=self.settings.lease_seconds)
        await self.store.write(lambda tx: tx.backfills.hold(kept.id, until))

    async def _is_room(self, most_lag: int) -> bool:
        lags = await asyncio.gather(*(self.broker.lag(stream.name, stage) for stage, stream in self.reading.items()))
        return all(lag.records <= most_lag for lag in lags)

    async def _find(self, kept: Backfill) -> None:
        """What a hole in a feed may be filled from; noted down on the feed."""
        feed = await self._feed(kept)
        found = await ways(self.polite, feed, self.settings.most_wait_seconds)

        def note(tx: Transaction) -> None:
            tx.backfills.remember(feed.id, found.sitemap, found.archive)
            tx.backfills.enlist(kept.id, found.urls)

        await self.store.write(note)

    async def _fetch(self, kept: Backfill, document: BackfillDocument) -> Fetched | Failed | Later:
        reply = await self.polite.get(document.url, {"accept": ACCEPT}, self.settings.most_wait_seconds)
        if isinstance(reply, Later):
            return reply
        found = judge(reply, Feed(id="", url=document.url), self.clock())
        return found if isinstance(found, Fetched | Failed) else Later(self.settings.most_wait_seconds)

    async def _read(self, kept: Backfill, document: BackfillDocument, found: Fetched) -> Backfill:
        text = await asyncio.to_thread(text_of, found.body, found.content_type)
        read = await self._document(text, found)
        before = previous_of(text, found.url)
        entries = within(read.entries, kept)
        says = said(read.entries)
        if read.entries and await self._is_known(kept, document, says):
            return await self._done(kept, replace(document, body_hash=says), [])  # the last page, again
        at = document if document.body_hash == says else replace(document, body_hash=says, done=0)
        kept, at = await self._append(kept, at, entries, read)
        further = onward(read, before, found.url, kept, self.settings.most_documents)
        number = sum((await self.store.read(lambda tx: tx.backfills.documents(kept.id))).values())
        return await self._done(kept, at, [*further, *filter(None, [numbered(kept, read, number)])])

    async def _is_known(self, kept: Backfill, document: BackfillDocument, says: str) -> bool:
        return await self.store.read(lambda tx: tx.backfills.is_known(kept.id, says, document.id))

    async def _document(self, text: str, found: Fetched) -> Document:
        if is_sitemap(text):
            return await asyncio.to_thread(read_sitemap, text, found.url, MOST_LISTED)
        return await self.reader.read(found.body, found.content_type, found.url)

    async def _append(
        self, kept: Backfill, document: BackfillDocument, entries: Sequence[Entry], read: Document
    ) -> tuple[Backfill, BackfillDocument]:
        feed = await self._feed(kept)
        while document.done < len(entries):
            size, most_lag = pace(entries[document.done :], self.settings)
            await self.wait_for_room(kept, most_lag)
            portion = entries[document.done : document.done + size]
            visit = Visit(feed, self.clock(), sources=self.sources)
            articles = await asyncio.to_thread(old_articles, portion, read, visit)
            kept, document = await self.pass_on(kept, document, articles, len(portion))
        return kept, document

    async def pass_on(
        self, kept: Backfill, document: BackfillDocument, articles: Sequence[RawArticle], entries: int
    ) -> tuple[Backfill, BackfillDocument]:
        """Append what is not known yet, and only then note down how far we are. Raises `Stopped`."""
        ids = [article_id(each.url) for each in articles]
        known = await self.store.read(lambda tx: tx.sightings.of(ids))
        unknown = [each for each, its_id in zip(articles, ids, strict=True) if its_id not in known]
        await self.broker.append(RAW.name, map(RAW.encode, unknown))
        kept = replace(kept, entries=kept.entries + entries, appended=kept.appended + len(unknown))
        document = replace(document, done=document.done + entries)
        await self.note(kept, document)
        return kept, document

    async def _done(self, kept: Backfill, document: BackfillDocument, further: Sequence[str]) -> Backfill:
        kept = replace(kept, documents=kept.documents + 1, failures=0, error="", next_at=self.clock())
        await self.note(kept, replace(document, state="done"), further)
        telemetry.count("backfill", "read")
        log.info("document read in", backfill=kept.id, document=document.url, entries=document.done)
        return kept

    async def _failed(self, kept: Backfill, document: BackfillDocument, found: Failed) -> Backfill:
        failures = kept.failures + 1
        if found.status in FINAL or failures >= self.settings.tries:
            return await self._unreadable(kept, document, found.failure.why)
        pause = timedelta(seconds=found.failure.retry_after or min(60.0 * 2**failures, 3600.0))
        return replace(kept, failures=failures, error=found.failure.why, next_at=self.clock() + pause)

    async def _unreadable(self, kept: Backfill, document: BackfillDocument, why: str) -> Backfill:
        """Leave this document out; if it is the first one, and a page, there may be a sitemap to it."""
        further: Sequence[str] = ()
        if kept.kind == "archive" and not kept.documents and document.url == kept.url and "HTML" in why:
            further = (await ways(self.polite, await self._feed(kept), self.settings.most_wait_seconds)).urls
        kept = replace(kept, failures=0, error=f"{document.url}: {why}", next_at=self.clock())
        await self.note(kept, replace(document, state="failed", error=why), further)
        telemetry.count("backfill", "left_out")
        log.warning("document left out", backfill=kept.id, document=document.url, why=why)
        return kept

    async def _finish(self, kept: Backfill) -> Backfill:
        counts = await self.store.read(lambda tx: tx.backfills.documents(kept.id))
        error, now = kept.error, self.clock()
        if not counts:
            error = "the site offers neither an archive nor a sitemap"
        elif counts.get("waiting"):
            error = f"more than {self.settings.most_documents} documents: the others are left out"
        return replace(kept, state="done" if counts.get("done") else "failed", error=error, finished_at=now)

    async def note(self, kept: Backfill, document: BackfillDocument, further: Sequence[str] = ()) -> None:
        """Raises `Stopped` if the backfill was stopped meanwhile."""

        def note(tx: Transaction) -> bool:
            tx.backfills.record_document(kept.id, document)
            tx.backfills.enlist(kept.id, further)
            tx.backfills.hold(kept.id, self.clock() + timedelta(seconds=self.settings.lease_seconds))
            return tx.backfills.record(kept)

        if not await self.store.write(note):
            raise Stopped

    async def _feed(self, kept: Backfill) -> Feed:
        """The feed to which its articles belong, or one made up of what was said of them."""
        made_up = Feed(id=kept.feed_id, url=kept.url, source=kept.source, language=kept.language)
        try:
            feed = await self.store.read(lambda tx: tx.feeds.get(kept.feed_id)) if kept.feed_id else made_up
        except NotFound:
            return made_up
        return replace(feed, source=kept.source or feed.source, language=kept.language or feed.language)
