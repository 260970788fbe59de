"""When to poll a feed again. In: the feed, what the poll brought, the present; out: the feed's next state.

The rule, in order:

1. The owner's interval, if there is one, holds: neither rhythm nor wishes change it.
2. Else the interval follows the rhythm. It grows while most of a document was known already, shrinks when most
   of it was new (as in Media Cloud's fetcher), and is never so long that half a document could turn over.
3. The publisher's wishes make a wait longer, never shorter.
4. The wait is between `least_seconds` and `most_seconds`, whatever was wished: no feed parks itself for a year,
   and none is starved. Hours and days of rest move a poll within the same limit.
5. A little chance is added, so that feeds once due together drift apart.
6. Failures: see `consumers.poll.grades`. Success forgets them at once.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from consumers.poll.grades import COUNTS, Grade, wait_after
from consumers.poll.wishes import Wishes, after_rest
from service.model import Feed, FeedStatus
from service.settings import PollSettings

__all__ = ["Failure", "Wishes", "failed", "moved", "next_interval", "succeeded"]

MOSTLY_KNOWN = 0.67
MOSTLY_NEW = 0.33
LONGER = 1.1
"""So the interval of a feed that falls silent stays about a tenth of the silence."""
SHORTER = 0.5
MUCH_SHORTER = 0.25
"""Where nothing was known, something may have been missed."""
LIVELY = 2.0
"""A feed that keeps bringing something is visited at least once in so many first intervals, however long its
documents are: what is new shall not wait until a third of a document is."""
TURNOVER = 0.5
JITTER = 0.1
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A poll that brought nothing we can use."""

    status: FeedStatus
    why: str
    retry_after: float | None = None
    grade: Grade = "hard"


def next_interval(feed: Feed, share: float | None, entries: int, settings: PollSettings) -> float:
    """Seconds between polls from now on, after a document of so many entries of which this share was known. One
    that has not changed counts as known in full."""
    interval = _rhythm(feed.interval, share, settings)
    if feed.per_day > 0 and entries:
        interval = min(interval, TURNOVER * entries / feed.per_day * DAY)
    return _bounded(interval, settings)


def succeeded(feed: Feed, now: datetime, interval: float, wishes: Wishes, settings: PollSettings) -> Feed:
    """The feed after a poll that brought a document, or the news that it has not changed."""
    after = replace(
        feed,
        interval=interval,
        error="",
        failing_since=None,
        failures=0,
        trouble=0.0,
        last_poll_at=now,
    )
    if feed.fixed_interval is not None:
        seconds = min(max(feed.fixed_interval, settings.least_seconds), settings.dead_seconds)
        return replace(after, next_poll_at=now + timedelta(seconds=seconds))
    seconds = _bounded(max(interval, wishes.longest), settings)
    latest = now + timedelta(seconds=settings.most_seconds)
    return replace(after, next_poll_at=after_rest(_after(feed, now, seconds, latest), wishes.skips, latest))


def failed(feed: Feed, now: datetime, failure: Failure, settings: PollSettings) -> Feed:
    """The feed after a poll that brought nothing. It stays on, however long it has failed."""
    failures, trouble = feed.failures + 1, feed.trouble + COUNTS[failure.grade]
    waited = wait_after(failure.grade, failures, trouble, settings)
    seconds = max(waited, min(failure.retry_after or 0.0, settings.most_seconds))
    latest = now + timedelta(seconds=max(seconds, settings.most_seconds))
    return replace(
        feed,
        status=failure.status,
        error=failure.why,
        failing_since=feed.failing_since or now,
        failures=failures,
        trouble=trouble,
        last_poll_at=now,
        next_poll_at=_after(feed, now, seconds, latest),
    )


def moved(feed: Feed, permanent_url: str, settings: PollSettings) -> Feed:
    """The feed after an answer from `permanent_url` ("" if no permanent redirect led there): its address
    changes once `moved_after` polls in a row were sent to the same place."""
    if not permanent_url or permanent_url == feed.url:
        return replace(feed, moved_to="", moved_times=0)
    times = feed.moved_times + 1 if permanent_url == feed.moved_to else 1
    if times < settings.moved_after:
        return replace(feed, moved_to=permanent_url, moved_times=times)
    return replace(feed, url=permanent_url, moved_to="", moved_times=0, trust="unproved", claims=0)


def _rhythm(interval: float, share: float | None, settings: PollSettings) -> float:
    if share is None:
        return interval
    if share >= 1:
        return interval * LONGER
    if share > MOSTLY_KNOWN:
        return min(interval * LONGER, max(LIVELY * settings.first_seconds, settings.least_seconds))
    if share <= 0:
        return interval * MUCH_SHORTER
    return interval * SHORTER if share < MOSTLY_NEW else interval


def _bounded(seconds: float, settings: PollSettings) -> float:
    return min(max(seconds, settings.least_seconds), settings.most_seconds)


def _after(feed: Feed, now: datetime, seconds: float, latest: datetime) -> datetime:
    """`seconds` from now, and up to a tenth more. The same feed and time always give the same answer."""
    digest = hashlib.blake2b(f"{feed.id} {now.isoformat()}".encode(), digest_size=4).digest()
    part = int.from_bytes(digest, "big") / 2**32
    return min(now + timedelta(seconds=seconds * (1 + JITTER * part)), latest)
