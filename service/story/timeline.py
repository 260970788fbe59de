"""A story hour by hour or day by day: reports, their origins and what dates they name in, steps out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from service.story.reports import Report, counted_at, in_order

Step = Literal["hour", "day"]
MOST_STEPS = 500
MOST_DATES = 50


@dataclass(frozen=True, slots=True)
class Slot:
    """One hour or day in which there was something."""

    start: datetime
    articles: int
    origins: int
    """Voices that reported in it, each counted once however often it did."""
    new_origins: int
    """Those of them that had not reported before."""
    first_in: Mapping[str, str]
    """Languages that began, each with its first article."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A day, month or year that articles name."""

    date: str
    """ISO 8601, as far as it is known."""
    articles: int


@dataclass(frozen=True, slots=True)
class Timeline:
    step: Step
    slots: tuple[Slot, ...]
    """In order, without those in which nothing was published; the last 500 of them."""
    dates: tuple[Dated, ...]
    """What the articles speak of, in order; of many, those named most."""


def timeline(
    reports: Sequence[Report], origin_of: Mapping[str, str], dates: Iterable[Iterable[str]] = (), step: Step = "hour"
) -> Timeline:
    """`origin_of` names the voice of each article; `dates` are those that articles name, of each its own."""
    slots: dict[datetime, list[Report]] = {}
    for each in in_order(reports):
        slots.setdefault(_start(counted_at(each), step), []).append(each)
    voices: set[str] = set()
    languages: set[str] = set()
    told = [_slot(start, slots[start], origin_of, voices, languages) for start in sorted(slots)]
    return Timeline(step, tuple(told[-MOST_STEPS:]), _dated(dates))


def _start(at: datetime, step: Step) -> datetime:
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour if step == "hour" else hour.replace(hour=0)


def _slot(
    start: datetime, reports: Sequence[Report], origin_of: Mapping[str, str], voices: set[str], languages: set[str]
) -> Slot:
    """What it has; the voices and languages met are added to those known."""
    heard = {origin_of.get(each.article_id, each.origin) for each in reports}
    first_in = {each.language: each.article_id for each in reversed(reports) if each.language not in languages}
    new = len(heard - voices)
    voices |= heard
    languages |= first_in.keys()
    return Slot(start, len(reports), len(heard), new, dict(sorted(first_in.items())))


def _dated(dates: Iterable[Iterable[str]]) -> tuple[Dated, ...]:
    named = Counter(date for of_article in dates for date in set(of_article))
    most = sorted(named.items(), key=lambda each: (-each[1], each[0]))[:MOST_DATES]
    return tuple(Dated(date, articles) for date, articles in sorted(most))
