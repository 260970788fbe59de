"""When to poll a feed again. In: the feed, what the poll brought, the present; out: the feed's next state.

Rules: an interval grows while most of a document was known already and shrinks when most of it was new, as
Media Cloud's fetcher does it; publishers' own wishes count, up to a cap; failures double the wait.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from service.model import Feed, FeedStatus
from service.settings import PollSettings

MOSTLY_KNOWN = 0.67
MOSTLY_NEW = 0.33
LONGER = 1.1
"""So the interval of a feed that falls silent stays about a tenth of the silence."""
SHORTER = 0.5
LIVELY = 2.0
"""A feed that keeps bringing something is visited at least once in so many first intervals, however long its
documents are: what is new shall not wait until a third of a document is."""
JITTER = 0.1

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the publisher asks for, in seconds; None where nothing was said."""

    ttl: float | None = None
    max_age: float | None = None

    @property
    def longest(self) -> float:
        return max(self.ttl or 0.0, self.max_age or 0.0)


@dataclass(frozen=True, slots=True)
class Failure:
    """A poll that brought nothing we can use."""

    status: FeedStatus
    why: str
    retry_after: float | None = None


def known_share(before: tuple[str, ...], after: tuple[str, ...]) -> float | None:
    """The share of a document's entries that the last one had, too; None if there is none to compare."""
    if not before or not after:
        return None
    known = set(before)
    return sum(each in known for each in after) / len(after)


def next_interval(interval: float, share: float | None, settings: PollSettings) -> float:
    """Seconds between polls from now on. A document that has not changed counts as known in full."""
    if share is None:
        wanted = interval
    elif share >= 1:
        wanted = interval * LONGER
    elif share > MOSTLY_KNOWN:
        wanted = min(interval * LONGER, LIVELY * settings.first_seconds)
    elif share < MOSTLY_NEW:
        wanted = interval * SHORTER
    else:
        wanted = interval
    return _bounded(wanted, settings)


def succeeded(feed: Feed, now: datetime, interval: float, wishes: Wishes, settings: PollSettings) -> Feed:
    """The feed after a poll that brought a document, or the news that it has not changed."""
    seconds = _bounded(max(interval, wishes.longest), settings)
    return replace(
        feed,
        interval=interval,
        error="",
        failing_since=None,
        failures=0,
        last_poll_at=now,
        next_poll_at=_after(feed, now, seconds, settings),
    )


def failed(feed: Feed, now: datetime, failure: Failure, settings: PollSettings) -> Feed:
    """The feed after a poll that brought nothing: the wait doubles from `least_seconds` to `most_seconds`."""
    failures = feed.failures + 1
    doubled = settings.least_seconds * 2.0 ** min(failures - 1, 32)
    seconds = _bounded(max(doubled, failure.retry_after or 0.0), settings)
    return replace(
        feed,
        status=failure.status,
        enabled=feed.enabled and failure.status != "gone",
        error=failure.why,
        failing_since=feed.failing_since or now,
        failures=failures,
        last_poll_at=now,
        next_poll_at=_after(feed, now, seconds, settings),
    )


def moved(feed: Feed, permanent_url: str, settings: PollSettings) -> Feed:
    """The feed after an answer from `permanent_url` ("" if no permanent redirect led there): its address
    changes once `moved_after` polls in a row were sent to the same place."""
    if not permanent_url or permanent_url == feed.url:
        return replace(feed, moved_to="", moved_times=0)
    times = feed.moved_times + 1 if permanent_url == feed.moved_to else 1
    if times < settings.moved_after:
        return replace(feed, moved_to=permanent_url, moved_times=times)
    return replace(feed, url=permanent_url, moved_to="", moved_times=0)


def max_age(cache_control: str) -> float | None:
    """Seconds for which an answer is fresh, by its Cache-Control; None if it does not say."""
    found = _MAX_AGE.search(cache_control)
    return float(found[1]) if found and "no-cache" not in cache_control.lower() else None


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, given as a number or as a date; None if it is neither."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    seconds = ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds()
    return max(0.0, seconds)


def _bounded(seconds: float, settings: PollSettings) -> float:
    return min(max(seconds, settings.least_seconds), settings.most_seconds)


def _after(feed: Feed, now: datetime, seconds: float, settings: PollSettings) -> datetime:
    """`seconds` from now, and up to a tenth more: feeds that were once due together drift apart. The same
    feed and time always give the same answer."""
    digest = hashlib.sha256(f"{feed.id} {now.isoformat()}".encode()).digest()
    part = int.from_bytes(digest[:4], "big") / 2**32
    return now + timedelta(seconds=min(seconds * (1 + JITTER * part), settings.most_seconds))
