"""A query tried on what is stored: how often it matches, and the latest that it does.

A query comes in; out come an estimate of matches a day, and samples with what matched.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.query import Document, Query, TopicIndex, find
from service.query.conditions import conditions, text_part
from service.store import Transaction
from service.topics.highlights import Sample, sample
from service.topics.workbench import Workbench, owners

DAYS = 7
"""So far back is looked for an estimate."""
MOST_COUNTED = 500
MOST_READ = 1_000
"""Texts looked at where words alone do not decide; reading one takes about half a millisecond."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How often a query will match, from the articles of the last days."""

    per_day: float
    matches: int
    """So many were found, ..."""
    since: datetime
    """... looking back to here."""
    without_story: bool = False
    """Its conditions on the story were left aside: it may match less often."""


async def estimate(bench: Workbench, query: Query) -> Estimate | None:
    """None where nothing is stored of the last days."""
    return await bench.store.read(_estimate, query, bench.clock())


def _estimate(tx: Transaction, query: Query, now: datetime) -> Estimate | None:
    asked, since = text_part(query), now - timedelta(days=DAYS)
    found, reached = tx.search.recent(asked, since, MOST_COUNTED, MOST_READ)
    first = tx.search.first_since(since)
    if first is None:
        return None
    looked = max(HOUR, now - max(reached, first))
    return Estimate(round(len(found) * DAY / looked, 2), len(found), max(reached, first), bool(conditions(query)))


async def samples(bench: Workbench, query: Query, most: int, since: datetime | None = None) -> list[Sample]:
    """The newest articles that match, as they are now; conditions on the story are left aside."""
    return await bench.store.read(_samples, bench, query, most, since)


def _samples(tx: Transaction, bench: Workbench, query: Query, most: int, since: datetime | None) -> list[Sample]:
    asked = text_part(query)
    found, _ = tx.search.recent(asked, since, most, MOST_READ)
    ids = [article_id for article_id, _ in found]
    articles, story_of = tx.articles.enriched_of(ids), tx.stories.story_of(ids)
    own = owners(tx, articles.values())
    shown = []
    for article_id in ids:
        article = articles[article_id]
        match = find(asked, bench.document(article, own)) if asked else None
        if match or asked is None:
            reasons = match.reasons if match else ()
            shown.append(sample(article, reasons, story_of.get(article_id, "")))
    return shown


async def estimates(bench: Workbench, queries: Sequence[Query]) -> list[float | None]:
    """Matches a day of many queries at once: all are tried on the newest articles of the last days, which are read
    once. None for all where nothing is stored of them."""
    now = bench.clock()
    documents, since = await bench.store.read(_newest, bench, now)
    if since is None:
        return [None] * len(queries)
    counts = await asyncio.to_thread(_counted, queries, documents)
    looked = max(HOUR, now - since)
    return [round(count * DAY / looked, 2) for count in counts]


def _newest(tx: Transaction, bench: Workbench, now: datetime) -> tuple[list[Document], datetime | None]:
    """And the time back to which they reach."""
    since = now - timedelta(days=DAYS)
    found, reached = tx.search.recent(None, since, MOST_COUNTED, MOST_COUNTED)
    first = tx.search.first_since(since)
    articles = tx.articles.enriched_of([article_id for article_id, _ in found])
    own = owners(tx, articles.values())
    documents = [bench.document(each, own) for each in articles.values()]
    return documents, max(reached, first) if first else None


def _counted(queries: Sequence[Query], documents: Sequence[Document]) -> list[int]:
    """By each query; conditions on the story are left aside."""
    index, asked = TopicIndex(), [text_part(query) for query in queries]
    index.put_all([(str(number), query) for number, query in enumerate(asked) if query is not None])
    counts = [len(documents) if query is None else 0 for query in asked]
    for document in documents:
        for number in index.match(document):
            counts[int(number)] += 1
    return counts
