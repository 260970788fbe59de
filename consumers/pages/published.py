"""Times as pages write them in, times with their precision out. A time that is not written is never guessed.

Only ISO 8601 and the form of mail headers are read: in any other, day and month could be mistaken.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from service.messages import Precision

EARLIEST = 1900
MOST_AHEAD = timedelta(hours=14)
"""No clock is further from UTC."""
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ]+(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r" ?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?)?)?\Z",
    re.IGNORECASE,
)
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)?")
_MAIL = re.compile(
    r"(?:[A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d(?P<second>:\d\d)? (?P<zone>[+-]\d{4}|GMT|UTC|Z)\Z"
)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-]([01]\d)[/-]([0-3]\d)(?=[/._-]|\Z)")
_FINER: tuple[Precision, ...] = ("", "year", "month", "day", "minute", "second")
_PERIOD = {"second": 19, "minute": 16, "day": 10, "month": 7, "year": 4}
"""How much of the ISO form a precision is sure of."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC, and how exactly it was said."""

    at: datetime
    precision: Precision


def moment(written: str) -> Moment | None:
    """What a written time means; None if that is not sure.

    A time of day without its zone may be off by half a day: it is read as UTC, with the precision of a day.
    """
    text = " ".join(written.split())
    try:
        found = _iso(text) or _mail(text)
    except (ValueError, OverflowError):
        return None
    return found if found and found.at.year >= EARLIEST else None


def in_address(url: str) -> Moment | None:
    """The day that an address names (`/2026/03/14/`)."""
    found = _IN_ADDRESS.search(url)
    return moment("-".join(found.groups())) if found else None


def best(candidates: Iterable[Moment | None]) -> Moment | None:
    """The first, as exactly as any of the others that agree with it says it."""
    known = [each for each in candidates if each]
    if not known:
        return None
    first = known[0]
    agreeing = [each for each in known if _agrees(first, each)]
    return max(agreeing, key=lambda each: _FINER.index(each.precision))


def _agrees(first: Moment, other: Moment) -> bool:
    if first.precision == "day":  # in whose zone, nobody knows
        return first == other or abs(other.at - first.at) <= timedelta(hours=38)
    sure = _PERIOD[first.precision]
    return first.at.isoformat()[:sure] == other.at.isoformat()[:sure]


def _iso(text: str) -> Moment | None:
    found = _ISO.match(text)
    if not found:
        return None
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    if not found["hour"]:
        precision: Precision = "day" if found["day"] else "month" if found["month"] else "year"
        return Moment(datetime(year, month, day, tzinfo=UTC), precision)
    at = datetime(year, month, day, int(found["hour"]), int(found["minute"]), int(found["second"] or 0), tzinfo=UTC)
    if not found["zone"]:
        return Moment(at, "day")
    return Moment(at - _offset(found["zone"]), "second" if found["second"] else "minute")


def _offset(zone: str) -> timedelta:
    found = _ZONE.match(zone)
    if not found:
        return timedelta()
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if ahead > MOST_AHEAD:
        raise ValueError(f"there is no zone {zone}")
    return -ahead if found[1] == "-" else ahead


def _mail(text: str) -> Moment | None:
    found = _MAIL.match(text)
    if not found:
        return None
    return Moment(parsedate_to_datetime(text).astimezone(UTC), "second" if found["second"] else "minute")
