"""What publishers ask of those who poll: in come headers and the text of a document; out come seconds to be
left alone, and hours and weekdays of rest.

Sources: RSS 2.0 (ttl, skipHours, skipDays), the RSS syndication module (sy:updatePeriod, sy:updateFrequency),
RFC 9111 (Cache-Control, Expires, Age).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from service import headers as said

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 604800.0, "monthly": 2592000.0, "yearly": 31536000.0}

_HEAD = 100_000
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_UNCACHED = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:[,\s]|$)", re.IGNORECASE)
_PERIOD = re.compile(r"<(?:\w+:)?updatePeriod[^<>]*>\s*(\w+)", re.IGNORECASE)
_FREQUENCY = re.compile(r"<(?:\w+:)?updateFrequency[^<>]*>\s*(\d{1,5})\s*<", re.IGNORECASE)
_SKIPPED = re.compile(r"<skip(Hours|Days)\s*>([^\0]{0,3000}?)</skip\1", re.IGNORECASE)
_HOUR_OR_DAY = re.compile(r"<(?:hour|day)\s*>\s*(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the publisher asks for, in seconds; None where nothing was said."""

    document: float | None = None
    """By the document: ttl, sy:updatePeriod."""
    fresh_for: float | None = None
    """By the headers: Cache-Control, Expires."""
    skips: str = ""
    """Hours (UTC) and weekdays of rest, such as "0 1 2 sat sun"."""

    @property
    def longest(self) -> float:
        return max(self.document or 0.0, self.fresh_for or 0.0)


def fresh_for(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds for which an answer stays fresh, less those it has lain in caches; None if it does not say, or
    says that it must not be kept. Header names in lower case."""
    control = headers.get("cache-control", "")
    if _UNCACHED.search(control):
        return None
    if found := _MAX_AGE.search(control):
        return max(0.0, float(found[1]) - (said.seconds(headers.get("age", "")) or 0.0))
    expires = said.date(headers.get("expires", ""))
    if expires is None:
        return None
    return max(0.0, (expires - (said.date(headers.get("date", "")) or now)).total_seconds())


def update_period(text: str) -> float | None:
    """Seconds between two updates of an RSS document; None if it does not say."""
    found, often = _PERIOD.search(text, 0, _HEAD), _FREQUENCY.search(text, 0, _HEAD)
    period = PERIODS.get(found[1].lower()) if found else None
    return period / max(1, int(often[1]) if often else 1) if period else None


def skipped(text: str) -> str:
    """Hours and weekdays of an RSS document's skipHours and skipDays, in order, separated by spaces."""
    found = set()
    for _, inside in _SKIPPED.findall(text[:_HEAD]):
        found |= {name for word in _HOUR_OR_DAY.findall(inside) if (name := _hour_or_day(word))}
    order = [str(hour) for hour in range(24)] + list(DAYS)
    return " ".join(name for name in order if name in found)


def after_rest(at: datetime, skips: str, latest: datetime) -> datetime:
    """The first moment from `at` on that is in no skipped hour or day; `latest` if that comes first."""
    if not skips:
        return at
    names = frozenset(skips.split())
    while at < latest and (str(at.hour) in names or DAYS[at.weekday()] in names):
        at += timedelta(seconds=3600 - (at.minute * 60 + at.second) - at.microsecond / 1e6)
    return min(at, latest)


def _hour_or_day(word: str) -> str:
    """One of 0 to 23 (24 is midnight, too), or a weekday's three letters; "" for anything else."""
    if word.isascii() and word.isdigit():
        return str(int(word) % 24) if int(word) <= 24 else ""
    return word[:3].lower() if word[:3].lower() in DAYS else ""
