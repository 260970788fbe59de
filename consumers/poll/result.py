"""What came of a poll.

In: the visit and what was fetched; out: a `Result`: the feed's next state, the articles, what to note down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from consumers.poll.articles import Visit, fresh, raw_articles
from consumers.poll.document import Document
from consumers.poll.fetch import Fetched, NotModified
from consumers.poll.schedule import Failure, Wishes, failed, known_share, moved, next_interval, succeeded
from consumers.poll.sitemap import worth_telling
from service.messages import RawArticle
from service.model import Feed
from service.settings import PollSettings


@dataclass(frozen=True, slots=True)
class Result:
    """A poll, decided."""

    feed: Feed
    """As it shall be from now on."""
    outcome: str
    status: int | None
    entries: int = 0
    articles: Sequence[RawArticle] = ()
    faults: Sequence[str] = ()
    """A line for each entry that was passed over."""


def digest(visit: Visit, fetched: Fetched, document: Document, settings: PollSettings) -> Result:
    """Of a document that was read."""
    feed = visit.feed
    entries, seen = fresh(document, feed.seen)
    news = bool(entries)
    if document.listing:
        entries = worth_telling(entries, document, not feed.seen, visit.at)
    articles, faults = raw_articles(entries, document, visit)
    interval = next_interval(feed.interval, known_share(feed.seen, seen), settings)
    wishes = Wishes(document.ttl, fetched.max_age)
    after = replace(
        succeeded(feed, visit.at, interval, wishes, settings),
        status="ok",
        title=feed.title or document.title,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        body_hash=fetched.body_hash,
        seen=seen,
    )
    after = moved(after, fetched.permanent_url, settings)
    return Result(after, "fetched", fetched.status, len(document.entries), articles, faults)


def unchanged(visit: Visit, found: NotModified, settings: PollSettings) -> Result:
    """Of a document that is the same as last time."""
    interval = next_interval(visit.feed.interval, 1.0, settings)
    wishes = Wishes(max_age=found.max_age)
    after = replace(succeeded(visit.feed, visit.at, interval, wishes, settings), status="not_modified")
    return Result(moved(after, found.permanent_url, settings), "not_modified", found.status)


def trouble(visit: Visit, failure: Failure, status: int | None, settings: PollSettings) -> Result:
    """Of a poll that brought nothing we can use."""
    return Result(failed(visit.feed, visit.at, failure, settings), failure.status, status)
