"""Is it too still, or too much? Counts by the hour in, what an hour of the week usually brings and what is unusual out.

Pure: the same counts give the same answers. The baseline is the same hour of the week and the hours around it, in up to
five weeks before; nothing is said before there are two weeks of it. Hours in which nothing at all came in, of anybody,
say nothing of anybody: then it was us.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
WEEKS = 5
WARM_UP = timedelta(days=14)
UNLIKELY = 14.0
"""So many should have come: for none to come has a chance of e^-14, under one in a million."""
LEAST_BURST = 5
"""In an hour, below which nothing bursts."""
UNUSUAL = 5.0
"""Standard deviations above what was to be expected, from which on it bursts."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one subject, in the hours that are over."""

    by_hour: Mapping[datetime, int]
    """Hours with none may be left out."""
    since: datetime
    """From when on it was counted."""
    heard: Collection[datetime]
    """Hours in which anything came in, of anybody."""


@dataclass(frozen=True, slots=True)
class Silence:
    since: datetime
    """The hour of the last one."""
    expected: float
    """So many should have come since."""


@dataclass(frozen=True, slots=True)
class Burst:
    began: datetime
    """The first of the hours in which it bursts, up to the last."""
    hour: datetime
    number: int
    expected: float
    score: float


def silence(counts: Counts, until: datetime) -> Silence | None:
    """Up to the hour that begins at `until`, which is not over yet; None if nothing is to be told."""
    had = [hour for hour, number in counts.by_hour.items() if number and hour < until]
    if not had or until - counts.since < WARM_UP:
        return None
    last = max(had)
    still = [hour for hour in _hours(last + HOUR, until) if hour in counts.heard]
    due = sum(expected(counts, hour, last + HOUR) for hour in still)
    return Silence(last, round(due, 1)) if due >= UNLIKELY else None


def burst(counts: Counts, until: datetime) -> Burst | None:
    """Of the last hour that is over."""
    if until - counts.since < WARM_UP:
        return None
    hour = until - HOUR
    score = _score(counts, hour)
    if score < UNUSUAL:
        return None
    began = hour
    while _score(counts, began - HOUR) >= UNUSUAL and hour - began < WEEK:
        began -= HOUR
    return Burst(began, hour, counts.by_hour[hour], round(expected(counts, hour, hour), 2), round(score, 1))


def _score(counts: Counts, hour: datetime) -> float:
    number = counts.by_hour.get(hour, 0)
    if number < LEAST_BURST:
        return 0.0
    usual = expected(counts, hour, hour)
    return (number - usual) / sqrt(usual + 1)


def expected(counts: Counts, hour: datetime, before: datetime) -> float:
    """What the hour usually brings, by the same hour of the weeks before and the one on either side, as far as they
    lie before `before` and were counted."""
    alike = (hour - WEEK * weeks + HOUR * apart for weeks in range(1, WEEKS + 1) for apart in (-1, 0, 1))
    known = [each for each in alike if counts.since <= each < before and each in counts.heard]
    return sum(counts.by_hour.get(each, 0) for each in known) / len(known) if known else 0.0


def _hours(start: datetime, end: datetime) -> list[datetime]:
    return [start + HOUR * number for number in range(max(0, int((end - start) / HOUR)))]
