"""When something may be told: a subscription's digest and quiet hours and a moment in, the moment to tell out. Pure.

Both are read by the clocks of a time zone, summer time included. Crontab's own rules hold for a digest (`cronsim`): a
time that a clock leaps over is told right after, one that it shows twice is told once.
"""

import re
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from service.errors import Invalid

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
NEVER = "this is never: give minutes, hours, days, months and weekdays, such as 0 7 * * mon-fri"


def tell_at(digest: str, quiet_hours: str, time_zone: str, at: datetime) -> datetime | None:
    """When to tell what becomes known now; None for at once. A digest that falls into quiet hours waits for their
    end. Raises `Invalid` for what cannot be read."""
    due = next_digest(digest, time_zone, at) if digest else at
    due = quiet_until(quiet_hours, time_zone, due) or due if quiet_hours else due
    return due if due > at else None


def check(digest: str, quiet_hours: str, time_zone: str) -> None:
    """Raises `Invalid` for what cannot be read, or names no moment."""
    zone(time_zone)
    if quiet_hours:
        hours(quiet_hours)
    if digest:
        next_digest(digest, time_zone, datetime(2026, 1, 1, tzinfo=UTC))


def next_digest(digest: str, time_zone: str, after: datetime) -> datetime:
    """The first moment after this one that the crontab line names. Raises `Invalid`."""
    try:
        found = next(CronSim(digest, after.astimezone(zone(time_zone))), None)
    except CronSimError as error:
        raise Invalid(
            f"digest: {digest!r} is no crontab line ({error}); 0 7 * * mon-fri is one", "/timing/digest"
        ) from None
    if found is None:
        raise Invalid(f"digest: {digest!r}: {NEVER}", "/timing/digest")
    return found.astimezone(UTC)


def quiet_until(quiet_hours: str, time_zone: str, at: datetime) -> datetime | None:
    """When the quiet hours end that it is now; None if it is none of them. Raises `Invalid`."""
    start, end = hours(quiet_hours)
    local = at.astimezone(zone(time_zone))
    for days in (0, -1):  # those of today, and those that began yesterday
        day = local.date() + timedelta(days=days)
        until = day if start < end else day + timedelta(days=1)
        begins = datetime.combine(day, start, local.tzinfo).astimezone(UTC)
        ends = datetime.combine(until, end, local.tzinfo).astimezone(UTC)
        if begins <= at < ends:
            return ends
    return None


def hours(quiet_hours: str) -> tuple[time, time]:
    """From when to when. Raises `Invalid`."""
    found = _HOURS.fullmatch(quiet_hours)
    if not found or (found[1], found[2]) == (found[3], found[4]):
        detail = f"quiet_hours: {quiet_hours!r} is not from one hour to another, such as 22:00-07:00"
        raise Invalid(detail, "/timing/quiet_hours")
    return time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))


@lru_cache(maxsize=1000)
def zone(name: str) -> ZoneInfo:
    """Raises `Invalid`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there; not a name at all; a folder
        detail = f"time_zone: there is no time zone {name!r}; Europe/Vilnius is one"
        raise Invalid(detail, "/timing/time_zone") from None
