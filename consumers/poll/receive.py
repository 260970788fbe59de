"""Receive: read the documents that hubs pushed.

feeds.pushed -> articles.raw    outcomes: received, unreadable, unwanted

Every entry is passed on, again at every repetition of the record; dedupe stops those that are known. The feed
only remembers them, so that the next poll finds them known. What cannot be read makes the feed due at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import structlog

from consumers.poll.articles import Visit, fresh, raw_articles
from consumers.poll.keeping import hash_of
from consumers.poll.patient import Reader
from consumers.poll.survey import Unreadable
from consumers.runner import Outcome, Received
from service.clock import Clock
from service.errors import NotFound
from service.messages import PushedDocument, RawArticle
from service.model import Feed
from service.sources import NONE, Sources
from service.store import Store, Transaction
from service.tracing import of_headers

ReceiveOutcome = Literal["received", "unreadable", "unwanted"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Receive:
    """The stage."""

    store: Store
    reader: Reader
    clock: Clock
    keeps_payloads: bool = True
    """Whether documents are kept as they came."""
    sources: Sources = NONE

    async def __call__(self, batch: Sequence[Received[PushedDocument]]) -> list[Outcome[RawArticle]]:
        return [await self._receive(each.message, of_headers(each.headers)) for each in batch]

    async def _receive(self, pushed: PushedDocument, trace: str) -> Outcome[RawArticle]:
        feed = await self.store.read(polled, pushed.feed_id)
        if feed is None:
            return _outcome("unwanted")
        try:
            document = await self.reader.read(pushed.body, pushed.content_type, pushed.url)
        except Unreadable as error:
            log.warning("pushed document unreadable", feed=feed.url, why=str(error))
            now = self.clock()
            await self.store.write(lambda tx: tx.websub.poll_now(pushed.feed_id, now))
            return _outcome("unreadable")
        entries, prints = fresh(document, ())
        visit = Visit(feed, pushed.at, hash_of(pushed.body), sources=self.sources, trace=trace)
        articles, faults = raw_articles(entries, document, visit)
        if faults:
            log.warning("entries passed over", feed=feed.url, n=len(faults), why=faults[:3])
        await self.store.write(remember, pushed, prints, self.keeps_payloads)
        return _outcome("received", articles)


def polled(tx: Transaction, feed_id: str) -> Feed | None:
    """The feed, if it is there and switched on."""
    try:
        feed = tx.feeds.get(feed_id)
    except NotFound:
        return None
    return feed if feed.enabled else None


def remember(tx: Transaction, pushed: PushedDocument, prints: Sequence[str], payload: bool) -> None:
    """What was pushed, so that the next poll finds it known."""
    if payload:
        tx.payloads.keep(hash_of(pushed.body), pushed.body, pushed.content_type, pushed.url, pushed.at, pushed.feed_id)
    tx.websub.pushed(pushed.feed_id, prints, pushed.at)


def _outcome(word: ReceiveOutcome, articles: Sequence[RawArticle] = ()) -> Outcome[RawArticle]:
    return Outcome(word, tuple(articles))
