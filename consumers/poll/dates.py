"""Dates as feeds write them. In: text; out: an aware time in UTC, or None if it names no one moment.

The standard library reads the two forms that the standards ask for (RFC 822 and RFC 3339); dateutil reads the
rest. What names only part of a date ("10:30") is no date: it would mean another day at every poll.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from dateutil import parser

MOST_CHARACTERS = 100
_EAST = {
    0: "UT UTC GMT Z WET",
    1: "WEST BST CET",
    2: "CEST EET",
    3: "EEST MSK",
    9: "JST KST",
    10: "AEST",
    11: "AEDT",
    -4: "AST EDT",
    -5: "EST CDT",
    -6: "CST MDT",
    -7: "MST PDT",
    -8: "PST",
}
"""Hours east of Greenwich, and the zones that newsrooms mean by these letters."""
_HOURS = {zone: hours for hours, zones in _EAST.items() for zone in zones.split()}
_ZONE = re.compile(r"(?<=[\d ])[A-Z]{1,4}$")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBERS = {name: f"{n:02}" for n, name in enumerate(_MONTHS, 1)}
_RFC_822 = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?(\d\d?) ({'|'.join(_MONTHS)}) ([12]\d{{3}}) (\d\d:\d\d:\d\d) (GMT|UTC?|Z|[+-]\d{{4}})",
    re.ASCII,
)
_DIGITS_OF_A_DATE = (8, 14)
_DEFAULTS = datetime(2000, 1, 1), datetime(2001, 2, 2)
_MIDNIGHT_OF_THE_NEXT_DAY = re.compile(r"(?<=[T ])24(?=:?00)")


def read_date(text: str) -> datetime | None:
    """The moment; a time without a zone is taken as UTC. Never raises."""
    if text.isdigit() and len(text) not in _DIGITS_OF_A_DATE:
        return None
    with suppress(ValueError, OverflowError):
        return _utc(datetime.fromisoformat(_as_rfc_3339(text)))  # by far the most frequent forms
    text = " ".join(text.split())
    if not text or len(text) > MOST_CHARACTERS:
        return None
    text = _ZONE.sub(_offset, text)
    moved, tomorrow = _MIDNIGHT_OF_THE_NEXT_DAY.subn("00", text, count=1)
    for reader in (datetime.fromisoformat, parsedate_to_datetime, _loosely):
        try:
            found = reader(moved)
            return _utc(found + timedelta(days=tomorrow)) if found else None
        except (ValueError, TypeError, IndexError, ArithmeticError, AttributeError):
            continue
    return None


def _as_rfc_3339(text: str) -> str:
    """A date of RFC 822 in the form that is read many times as fast; anything else as it is."""
    found = _RFC_822.fullmatch(text)
    if not found:
        return text
    day, month, year, time, zone = found.groups()
    return f"{year}-{_NUMBERS[month]}-{day:0>2}T{time}{zone if zone[0] in '+-' else 'Z'}"


def _offset(zone: re.Match[str]) -> str:
    """A zone's letters as an offset: each reader knows some of them, and none says when it does not."""
    hours = _HOURS.get(zone[0])
    return zone[0] if hours is None else f"{'-' if hours < 0 else '+'}{abs(hours):02}00"


def _loosely(text: str) -> datetime | None:
    """What dateutil reads, if it needed nothing of its own to make a day of it."""
    one, other = (parser.parse(text, default=default) for default in _DEFAULTS)
    return one if one == other else None


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
