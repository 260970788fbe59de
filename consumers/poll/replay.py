"""Read again what a feed brought, from the documents that were kept: for what an earlier release could not read.

kept payloads -> articles.raw, on the backfill lane

What is known already is dropped by dedupe; only what is new goes on. The documents are read the oldest first, as
of the time they were fetched, and none is fetched again.
"""

import asyncio
from dataclasses import dataclass

from msgspec.structs import replace

from consumers.poll.articles import Visit, raw_articles
from consumers.poll.document import Document
from consumers.poll.patient import Reader
from consumers.poll.rules import PageReader
from consumers.poll.survey import Unreadable
from service.broker import Broker
from service.messages import Hop, Lane, RawArticle
from service.model import Feed, Payload
from service.sources import NONE, Sources
from service.store import Store, Transaction
from service.streams import RAW


@dataclass(slots=True)
class Replayed:
    """How much was read again."""

    documents: int = 0
    unreadable: int = 0
    articles: int = 0
    passed_over: int = 0
    """Entries that cannot be known by anything."""


async def replay(
    store: Store, broker: Broker, feed: Feed, lane: Lane = "backfill", sources: Sources = NONE
) -> Replayed:
    """All documents kept of a feed. Raises `Outage`; to begin anew does no harm."""
    told = Replayed()
    async with Reader() as reader, PageReader() as pages:
        for name in await store.read(lambda tx: tx.payloads.of_feed(feed.id)):
            payload = await store.read(_kept, name, feed.id)
            if payload is None:  # forgotten meanwhile
                continue
            told.documents += 1
            try:
                document = await _read(reader, pages, feed, payload)
            except Unreadable:
                told.unreadable += 1
                continue
            visit = Visit(feed, payload.at, payload.hash, sources=sources)
            articles, faults = await asyncio.to_thread(raw_articles, document.entries[::-1], document, visit)
            if articles:
                await broker.append(RAW.name, [RAW.encode(_again(raw, payload, lane)) for raw in articles])
            told.articles += len(articles)
            told.passed_over += len(faults)
    return told


def _kept(tx: Transaction, hash_hex: str, feed_id: str) -> Payload | None:
    return tx.payloads.get(hash_hex, feed_id)


async def _read(reader: Reader, pages: PageReader, feed: Feed, payload: Payload) -> Document:
    if feed.rules:
        return await pages.read(feed.rules, payload.body, payload.content_type, payload.url)
    return await reader.read(payload.body, payload.content_type, payload.url)


def _again(raw: RawArticle, payload: Payload, lane: Lane) -> RawArticle:
    return replace(raw, lane=lane, hops=(Hop(stage="poll", at=payload.at, outcome="replayed"),))
