"""How fast a story grows: the times of its articles in, rates and whether it bursts out.

A burst is measured twice: against what the story did before, and against what everything did. More articles come in
on a weekday's morning than at night, so what the story did before is first scaled by what the whole stream does now
compared with before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

NOW = timedelta(hours=1)
"""What counts as now."""
BEFORE = timedelta(hours=24)
"""What it is compared with: the day before that, or as much of it as the story has lived."""
LEAST = 5
"""Articles in the last hour below which nothing bursts."""
UNUSUAL = 3.0
"""Standard deviations above what was to be expected from which on it bursts."""
MOST_SCALE = 4.0
"""How much the stream's rhythm may scale: a stream that has just begun has none."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Articles of all stories."""

    now: int = 0
    """In the last hour."""
    before: float = 0
    """An hour, in the day before."""


QUIET = Stream()
"""Nothing is known of the stream."""


@dataclass(frozen=True, slots=True)
class Growth:
    rate: float
    """Articles in the last hour."""
    before: float
    """Articles an hour in the day before that, from the story's beginning on."""
    share: float
    """Of all articles of the last hour, from 0 to 1."""
    score: float
    """Standard deviations above what was to be expected; 0 or less if it does not grow."""
    bursts: bool


def growth(times: Iterable[datetime], now: datetime, stream: Stream = QUIET) -> Growth:
    """Articles that are to come count as of now."""
    ages = [max(now - at, timedelta()) for at in times]
    rate = sum(age < NOW for age in ages)
    earlier = [age - NOW for age in ages if NOW <= age < NOW + BEFORE]
    lived = min(max((age for age in ages), default=NOW) - NOW, BEFORE)
    hours = max(lived / timedelta(hours=1), 1.0)
    before = len(earlier) / hours
    expected = before * _rhythm(stream)
    score = (rate - expected) / sqrt(expected + 1)
    share = min(1.0, rate / stream.now) if stream.now else 0.0
    return Growth(rate, round(before, 3), round(share, 4), round(score, 2), rate >= LEAST and score >= UNUSUAL)


def _rhythm(stream: Stream) -> float:
    if not stream.before or not stream.now:
        return 1.0
    return min(MOST_SCALE, max(1 / MOST_SCALE, stream.now / stream.before))
