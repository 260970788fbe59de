"""What came of a poll.

In: the visit and what was fetched; out: a `Result`: the feed's next state, the articles, what to note down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from consumers.poll.articles import Visit, fresh, raw_articles
from consumers.poll.document import Document
from consumers.poll.fetch import Fetched, NotModified
from consumers.poll.health import NOTHING, UNCHANGED, Found, found_in, judged
from consumers.poll.ids import invalid_share
from consumers.poll.rhythm import first_per_day, identities, newest, overlap, per_day
from consumers.poll.schedule import Failure, Wishes, failed, moved, next_interval, succeeded
from consumers.poll.signs import fills, signs
from consumers.poll.sitemap import worth_telling
from consumers.poll.trust import claimed, looked_at
from service.messages import RawArticle
from service.model import Backfill, Feed, Notice
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
    notices: Sequence[Notice] = ()
    """What is to be told of the feed."""
    backfills: Sequence[Backfill] = ()
    """What is to be read in for it."""


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
    result = Result(after, "fetched", fetched.status, len(document.entries), articles, faults)
    return _watched(visit, result, found_in((entry.published_at for entry in document.entries), visit.at))


def unchanged(visit: Visit, found: NotModified, settings: PollSettings) -> Result:
    """Of a document that is the same as last time: the server says so (304), or the hash does."""
    feed = visit.feed
    said = found.status == HTTPStatus.NOT_MODIFIED
    trusted = claimed(feed) if said else looked_at(feed, found.etag, found.last_modified, news=False)
    measured = replace(trusted, per_day=per_day(feed, 0, visit.at), overlap=1.0 if feed.seen else None)
    interval = next_interval(measured, 1.0, len(feed.seen), settings)
    wishes = Wishes(feed.asked_interval, found.fresh_for, feed.skips)
    after = replace(succeeded(measured, visit.at, interval, wishes, settings), status="not_modified")
    return _watched(visit, Result(moved(after, found.permanent_url, settings), "not_modified", found.status), UNCHANGED)


def trouble(visit: Visit, failure: Failure, status: int | None, settings: PollSettings) -> Result:
    """Of a poll that brought nothing we can use."""
    return _watched(visit, Result(failed(visit.feed, visit.at, failure, settings), failure.status, status), NOTHING)


def _watched(visit: Visit, result: Result, brought: Found) -> Result:
    """With how the feed is doing, and what is to be told and read in because of that."""
    before, after = visit.feed, judged(visit.feed, result.feed, brought)
    told, holes = signs(before, after, brought), fills(before, after, brought)
    return replace(result, feed=after, notices=told, backfills=holes)


def _measured(feed: Feed, document: Document, seen: tuple[str, ...], visit: Visit) -> Feed:
    """The feed with what the document tells of its rhythm and its ids."""
    entries, at = document.entries, visit.at
    feed = replace(feed, overlap=overlap(feed.seen, seen), invalid_ids=invalid_share(entries))
    if feed.overlap is None:
        last = newest(entries, at) if entries else feed.last_new_at
        return replace(feed, per_day=first_per_day(entries, at), last_new_at=last)
    added = len(identities(seen) - identities(feed.seen))
    return replace(feed, per_day=per_day(feed, added, at), last_new_at=at if added else feed.last_new_at)
