"""What came of a poll.

In: the visit and what was fetched; out: a `Result`: the feed's next state, the articles, what to note down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from consumers.poll.articles import Visit, fresh, raw_articles
from consumers.poll.document import Document
from consumers.poll.fetch import Fetched, NotModified
from consumers.poll.ids import invalid_share
from consumers.poll.rhythm import first_per_day, identities, newest, overlap, per_day
from consumers.poll.schedule import Failure, Wishes, failed, moved, next_interval, succeeded
from consumers.poll.sitemap import worth_telling
from consumers.poll.trust import claimed, looked_at
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
    trusted = looked_at(feed, fetched.etag, fetched.last_modified, news)
    measured = _measured(trusted, document, seen, visit)
    interval = next_interval(measured, measured.overlap, len(seen), settings)
    asked = max(document.ttl or 0.0, document.period or 0.0)
    wishes = Wishes(asked, fetched.fresh_for, document.skips)
    after = replace(
        succeeded(measured, visit.at, interval, wishes, settings),
        status="ok",
        title=feed.title or document.title,
        body_hash=fetched.body_hash,
        seen=seen,
        asked_interval=asked,
        skips=document.skips,
    )
    after = moved(after, fetched.permanent_url, settings)
    return Result(after, "fetched", fetched.status, len(document.entries), articles, faults)


def unchanged(visit: Visit, found: NotModified, settings: PollSettings) -> Result:
    """Of a document that is the same as last time: the server says so (304), or the hash does."""
    feed = visit.feed
    said = found.status == HTTPStatus.NOT_MODIFIED
    trusted = claimed(feed) if said else looked_at(feed, found.etag, found.last_modified, news=False)
    measured = replace(trusted, per_day=per_day(feed, 0, visit.at), overlap=1.0 if feed.seen else None)
    interval = next_interval(measured, 1.0, len(feed.seen), settings)
    wishes = Wishes(feed.asked_interval, found.fresh_for, feed.skips)
    after = replace(succeeded(measured, visit.at, interval, wishes, settings), status="not_modified")
    return Result(moved(after, found.permanent_url, settings), "not_modified", found.status)


def trouble(visit: Visit, failure: Failure, status: int | None, settings: PollSettings) -> Result:
    """Of a poll that brought nothing we can use."""
    return Result(failed(visit.feed, visit.at, failure, settings), failure.status, status)


def _measured(feed: Feed, document: Document, seen: tuple[str, ...], visit: Visit) -> Feed:
    """The feed with what the document tells of its rhythm and its ids."""
    entries, at = document.entries, visit.at
    feed = replace(feed, overlap=overlap(feed.seen, seen), invalid_ids=invalid_share(entries))
    if feed.overlap is None:
        last = newest(entries, at) if entries else feed.last_new_at
        return replace(feed, per_day=first_per_day(entries, at), last_new_at=last)
    added = len(identities(seen) - identities(feed.seen))
    return replace(feed, per_day=per_day(feed, added, at), last_new_at=at if added else feed.last_new_at)
