"""A story hour by hour or day by day: reports, their origins and what dates they name in, steps out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    """Voices that reported in it, each counted once however often it did; of the reports that were read."""
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
    reports: Sequence[Report],
    origin_of: Mapping[str, str],
    step: Step = "hour",
    counts: Mapping[datetime, int] | None = None,
    dates: Iterable[Iterable[str]] = (),
) -> Timeline:
    """`origin_of` names the voice of each article; `dates` are those that articles name, of each its own. Where
    `reports` are not all, `counts` says how many there are in each hour."""
    slots: dict[datetime, list[Report]] = {}
    for each in in_order(reports):
        slots.setdefault(start_of(counted_at(each), step), []).append(each)
    all_of_them = Counter[datetime]()
    for hour, articles in (counts or {}).items():
        all_of_them[start_of(hour, step)] += articles
    voices: set[str] = set()
    languages: set[str] = set()
    told = [
        _slot(start, slots.get(start, ()), origin_of, voices, languages) for start in sorted({*slots, *all_of_them})
    ]
    whole = (replace(each, articles=max(each.articles, all_of_them[each.start])) for each in told)
    return Timeline(step, tuple(whole)[-MOST_STEPS:], _dated(dates))


def start_of(at: datetime, step: Step) -> datetime:
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour if step == "hour" else hour.replace(hour=0)


def _slot(
    start: datetime, reports: Sequence[Report], origin_of: Mapping[str, str], voices: set[str], languages: set[str]
) -> Slot:
    """What of it was read; the voices and languages met are added to those known."""
    heard = {origin_of.get(each.article_id, each.origin) for each in reports}
    first_in = {each.language: each.article_id for each in reversed(reports) if each.language not in languages}
    new = len(heard - voices)
    voices.update(heard)
    languages.update(first_in)
    return Slot(start, len(reports), len(heard), new, dict(sorted(first_in.items())))


def _dated(dates: Iterable[Iterable[str]]) -> tuple[Dated, ...]:
    named = Counter(date for of_article in dates for date in set(of_article))
    most = sorted(named.items(), key=lambda each: (-each[1], each[0]))[:MOST_DATES]
    return tuple(Dated(date, articles) for date, articles in sorted(most))
