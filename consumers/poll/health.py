"""How a feed is doing. In: the feed before and after a poll, and what the poll found; out: the feed with what was
learned of its habits and with its health, and where entries are missing.

| health    | when                                                                                            |
|-----------|-------------------------------------------------------------------------------------------------|
| `failing` | 410 Gone; or failures that count 3 (see `grades`), over 15 minutes; or 3 of any, over 6 hours   |
| `gapping` | in the last day a document was newer than the last one and shared no entry with it: some between |
|           | the two came and went unseen                                                                    |
| `silent`  | nothing new for so long that neither chance explains it nor the pauses that the feed makes      |
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from service.model import Feed, FeedHealth, Habits

TROUBLE, TROUBLED = 3.0, timedelta(minutes=15)
FAILURES, FAILED = 3, timedelta(hours=6)

GAPPING = timedelta(days=1)
"""Gaps no further apart are one trouble, told once."""
MOSTLY_LATER = 0.8
"""Share of dated entries that must be later than all of the last document: an old one may be put in again."""
BATCH = 4
"""A feed that had been still for so many times the time between two looks brings its entries by the batch: that
they share nothing with the last batch is no sign that any are missing."""
TELLING = 3
"""Entries whose dates tell how often a feed publishes at present."""
REFILL = timedelta(hours=1)
"""Backfills of one feed are no closer together."""

UNLIKELY = 14.0
"""Entries that should have come: for none to come has a chance of e^-14, under one in a million."""
LEAST_SILENCE = timedelta(hours=12)
NEWCOMER, NEWCOMERS_SILENCE = timedelta(days=8), timedelta(days=3)
"""A feed that has not been known for a week may keep the weekend."""
MOST_SILENCE = timedelta(days=60)
PAUSES = 2.0
FIRST_PAUSE = timedelta(days=4)
"""A pause longer than this is learned by doubling, so that a feed that broke down does not teach us patience."""
HALF_LIFE_DAYS = 28.0
AHEAD = timedelta(hours=1)
"""A date further in the future is a mistake."""
DAY = timedelta(days=1)
MOST_PER_DAY = 10_000.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a poll brought, besides what the feed remembers."""

    had: bool = False
    """A document, or the news that it has not changed; False for a failure."""
    entries: int = 0
    """In a document that was read."""
    dates: tuple[datetime, ...] = ()
    """When they were published, as far as they say, the earliest first."""


UNCHANGED = Found(had=True)
NOTHING = Found()


@dataclass(frozen=True, slots=True)
class Hole:
    """A time from which entries are missing."""

    since: datetime
    until: datetime
    lost: int
    """How many, by estimate; at least one."""
    proved: bool
    """By dates: the oldest entry of the new document is later than the newest of the last."""


def found_in(published: Iterable[datetime | None], at: datetime) -> Found:
    """What a document brought whose entries were published then."""
    dates = list(published)
    usable = sorted(date.astimezone(UTC) for date in dates if date and date <= at + AHEAD)
    return Found(True, len(dates), tuple(usable))


def judged(before: Feed, after: Feed, found: Found) -> Feed:
    """`after` with what was learned of its habits, and its health."""
    if not found.had:
        return replace(after, habits=before.habits, health="failing" if _failing(after) else before.health)
    judged = replace(after, habits=_learned(before, after, found))
    return replace(judged, health=_health(judged))


def gap(before: Feed, after: Feed, found: Found) -> Hole | None:
    """Where entries are missing between the last document and this one; None if nothing says so."""
    at, looked_at = polled_at(after), before.habits.looked_at or before.last_poll_at
    if not (found.entries and before.seen and looked_at and after.overlap == 0):
        return None
    newest_at = before.habits.newest_at
    still = looked_at - (newest_at or before.last_new_at or looked_at)
    if still > BATCH * (at - looked_at):
        return None
    if newest_at and found.dates:
        return _dated(newest_at, found, before.habits.usual)
    lost = round(before.habits.usual * ((at - looked_at) / DAY)) - found.entries
    return Hole(looked_at, at, max(lost, 1), proved=False)


def _dated(newest_at: datetime, found: Found, usual: float) -> Hole | None:
    later = [date for date in found.dates if date > newest_at]
    if len(later) < MOSTLY_LATER * len(found.dates):
        return None
    span = (later[-1] - later[0]) / DAY
    per_day = min((len(later) - 1) / span if span > 0 and len(later) >= TELLING else usual, MOST_PER_DAY)
    lost = round(per_day * ((later[0] - newest_at) / DAY)) - 1
    return Hole(newest_at, later[0], max(lost, 1), proved=len(later) == len(found.dates))


def patience(feed: Feed) -> timedelta:
    """For how long nothing new is nothing to tell of."""
    habits, known = feed.habits, polled_at(feed) - (feed.created_at or polled_at(feed))
    least = NEWCOMERS_SILENCE if known < NEWCOMER else LEAST_SILENCE
    expected = UNLIKELY / habits.usual * DAY if habits.usual * MOST_SILENCE > UNLIKELY * DAY else MOST_SILENCE
    return min(max(least, expected, timedelta(seconds=PAUSES * habits.pause)), MOST_SILENCE)


def _learned(before: Feed, after: Feed, found: Found) -> Habits:
    old, at = before.habits, polled_at(after)
    brought = after.last_new_at != before.last_new_at
    hole = gap(before, after, found)
    habits = replace(
        old,
        looked_at=at,
        newest_at=(max(found.dates, default=None) if found.entries else old.newest_at),
        usual=after.per_day if brought or not old.usual else old.usual,
        pause=_pause(before, after, found),
        gap_at=at if hole else old.gap_at,
        hole_at=old.hole_at or (hole.since if hole else None),
    )
    if habits.hole_at and not (habits.filled_at and at - habits.filled_at < REFILL):
        return replace(habits, hole_at=None, filled_at=at)
    return habits


def _pause(before: Feed, after: Feed, found: Found) -> float:
    """The longest pause of late, in seconds, which is forgotten by half in four weeks."""
    old = before.habits
    seen = timedelta()
    if old.looked_at is None:
        seen = max((later - date for date, later in zip(found.dates, found.dates[1:], strict=False)), default=seen)
    elif before.last_new_at and after.last_new_at and not before.failures:
        seen = after.last_new_at - before.last_new_at
    days = (polled_at(after) - old.looked_at) / DAY if old.looked_at else 0.0
    believed = min(seen.total_seconds(), max(2 * old.pause, FIRST_PAUSE.total_seconds()))
    remembered = old.pause * math.exp2(-days / HALF_LIFE_DAYS)
    return max(remembered, believed)


def _health(feed: Feed) -> FeedHealth:
    """Of a feed that was reached just now."""
    if is_gapping(feed, polled_at(feed)):
        return "gapping"
    quiet = polled_at(feed) - (feed.last_new_at or feed.created_at or polled_at(feed))
    return "silent" if quiet > patience(feed) else "healthy"


def _failing(feed: Feed) -> bool:
    lasted = polled_at(feed) - (feed.failing_since or polled_at(feed))
    if feed.status == "gone":
        return True
    return (feed.trouble >= TROUBLE and lasted >= TROUBLED) or (feed.failures >= FAILURES and lasted >= FAILED)


def is_gapping(feed: Feed, at: datetime) -> bool:
    return feed.habits.gap_at is not None and at - feed.habits.gap_at <= GAPPING


def polled_at(feed: Feed) -> datetime:
    """When it was polled last."""
    assert feed.last_poll_at
    return feed.last_poll_at
