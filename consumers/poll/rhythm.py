"""What a document tells about its feed: in come the entries and what was known; out come shares and rates."""

import math
from collections.abc import Sequence
from datetime import datetime

from consumers.poll.document import Entry
from service.model import Feed

IDENTITY, CONTENT = 8, 16
"""Characters of a fingerprint: what names the entry, then what it says."""
MEMORY_DAYS = 5.0
"""The rate of new entries forgets: what was so long ago counts for a third."""
MOST_PER_DAY = 10_000.0
DAY = 86400.0


def identities(prints: Sequence[str]) -> frozenset[str]:
    """What names the entries, of fingerprints that tell."""
    return frozenset(each[:IDENTITY] for each in prints if len(each) == IDENTITY + CONTENT)


def overlap(before: Sequence[str], after: Sequence[str]) -> float | None:
    """The share of a document's entries that the last one had, too, be their text another one; None if there
    is none to compare."""
    known, found = identities(before), identities(after)
    return len(known & found) / len(found) if known and found else None


def first_per_day(entries: Sequence[Entry], at: datetime) -> float:
    """New entries a day, as the dates in a first document tell; 0 if they do not."""
    dates = [date for entry in entries if (date := entry.published_at) and date <= at]
    days = (at - min(dates)).total_seconds() / DAY if dates else 0.0
    return min(len(dates) / days, MOST_PER_DAY) if days > 0 else 0.0


def per_day(feed: Feed, added: int, at: datetime) -> float:
    """New entries a day, after so many since the last poll: the recent past counts most."""
    days = (at - feed.last_poll_at).total_seconds() / DAY if feed.last_poll_at else 0.0
    if days <= 0:
        return feed.per_day
    weight = 1 - math.exp(-days / MEMORY_DAYS)
    return min(feed.per_day + (added / days - feed.per_day) * weight, MOST_PER_DAY)


def newest(entries: Sequence[Entry], at: datetime) -> datetime:
    """When the newest entry of a first document was published; the present if that cannot be told."""
    return max((date for entry in entries if (date := entry.published_at) and date <= at), default=at)
