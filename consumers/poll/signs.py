"""What is to be told of a feed, and read in for it, after a poll. In: the feed before and after it (judged), and
what the poll found; out: notices and backfills.

| notice           | when                                                                             |
|------------------|----------------------------------------------------------------------------------|
| `feed.failing`   | once for each run of failures                                                    |
| `feed.recovered` | a feed that was failing has brought a document                                   |
| `feed.gap`       | entries are missing, and were not within the last day                            |
| `feed.silent`    | once for each silence                                                            |

The same trouble always makes the same notice, so that telling it twice changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from consumers.poll.health import Found, Hole, gap, is_gapping, polled_at
from service.model import Backfill, Feed, Notice, NoticeKind, gap_backfill, notice_id

MOST_TEXT = 1000
DAY = timedelta(days=1)


def signs(before: Feed, after: Feed, found: Found) -> list[Notice]:
    """What is to be told of the feed; `after` is judged."""
    told = []
    if after.health == "failing" != before.health:
        told.append(_told_failing(after))
    if before.health == "failing" != after.health:
        told.append(_told_recovered(before, after))
    if after.health == "silent" != before.health:
        told.append(_told_silent(after))
    if (hole := gap(before, after, found)) and not is_gapping(before, polled_at(after)):
        told.append(_told_gap(after, hole))
    return told


def fills(before: Feed, after: Feed, found: Found) -> list[Backfill]:
    """What is to be read in to fill the holes there are; `after` is judged."""
    at, hole = after.habits.filled_at, gap(before, after, found)
    since = before.habits.hole_at or (hole and hole.since)
    return [gap_backfill(after, since, at)] if at and since and at != before.habits.filled_at else []


def _told_failing(after: Feed) -> Notice:
    more = {"status": after.status, "why": after.error[:MOST_TEXT], "failures": after.failures}
    since = after.failing_since or polled_at(after)
    times = {"since": _iso(since), "next_poll_at": _iso(after.next_poll_at)}
    return _notice("feed.failing", after, since, more | times)


def _told_recovered(before: Feed, after: Feed) -> Notice:
    since = before.failing_since or before.last_poll_at or polled_at(after)
    more = {"since": _iso(since), "why": before.error[:MOST_TEXT], "failures": before.failures}
    return _notice("feed.recovered", after, since, more)


def _told_silent(after: Feed) -> Notice:
    since = after.last_new_at or after.created_at or polled_at(after)
    quiet, usual = polled_at(after) - since, after.habits.usual
    more = {"since": _iso(since), "per_day": round(usual, 2), "expected": round(usual * (quiet / DAY), 1)}
    return _notice("feed.silent", after, since, more)


def _told_gap(after: Feed, hole: Hole) -> Notice:
    more = {"since": _iso(hole.since), "until": _iso(hole.until), "lost": hole.lost, "proved": hole.proved}
    return _notice("feed.gap", after, polled_at(after), more | {"per_day": round(after.habits.usual, 2)})


def _notice(kind: NoticeKind, feed: Feed, named_by: datetime, more: dict[str, Any]) -> Notice:
    """Told twice about one and the same trouble, it has one and the same id."""
    told_of = {name: getattr(feed, name) for name in ("id", "url", "title", "source", "language")}
    id = notice_id(kind, feed.id, named_by.isoformat())
    return Notice(id, kind, feed.id, polled_at(feed), {"feed": told_of} | more)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
