"""How feeds are judged: does a feed that does well never raise a sign, and one that does not, once?"""

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.poll.articles import Visit
from consumers.poll.document import Document, Entry
from consumers.poll.fetch import Fetched, NotModified
from consumers.poll.health import NOTHING, judged, patience
from consumers.poll.result import Result, digest, trouble, unchanged
from consumers.poll.schedule import Failure
from consumers.poll.signs import signs
from service.model import Notice
from service.settings import PollSettings
from tests.builders import NOW, a_feed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SETTINGS = PollSettings()
DOWN = Failure("unreachable", "the server answered 503", grade="soft")


class Simulated:
    """A feed that publishes at given times and shows the last `window` of them."""

    def __init__(self, times: Iterable[datetime], window: int = 10, dated: bool = True) -> None:
        self.times, self.window, self.dated = sorted(times), window, dated
        self.renamed = ""
        self.last: Document | None = None
        self.feed = a_feed(created_at=NOW, language="")
        self.told: list[Notice] = []
        self.results: list[Result] = []

    def poll(self, at: datetime, failure: Failure | None = None) -> list[Notice]:
        """What this poll tells that was not told before."""
        visit = Visit(self.feed, at)
        shown = self.document(at)
        if failure:
            result = trouble(visit, failure, 503, SETTINGS)
        elif shown == self.last:
            result = unchanged(visit, NotModified(self.feed.url, None, 304), SETTINGS)
        else:
            result = digest(visit, Fetched(b"", "", self.feed.url, "", "", "", "", None, 200), shown, SETTINGS)
            self.last = shown
        self.feed = result.feed
        known = {each.id for each in self.told}
        new = [each for each in result.notices if each.id not in known]
        self.told += new
        self.results.append(result)
        return new

    def document(self, at: datetime) -> Document:
        last = bisect_right(self.times, at)
        shown = range(last)[-self.window :]
        return Document(entries=tuple(self.entry(number) for number in reversed(shown)))

    def entry(self, number: int) -> Entry:
        name = f"https://harbour.test/{number}{self.renamed}"
        published = self.times[number] if self.dated else None
        return Entry(id=name, link=name, title=f"Report {number}", published_at=published)

    def watch(self, start: datetime, end: datetime, every: timedelta | None = None) -> Counter[str]:
        """Poll until `end`, as the schedule has it or by the clock; gives the kinds told."""
        at, before = start, len(self.told)
        while at <= end:
            self.poll(at)
            at = at + every if every else max(self.feed.next_poll_at or at, at + MINUTE)
        return Counter(each.kind for each in self.told[before:])


def steady(start: datetime, end: datetime, every: timedelta) -> list[datetime]:
    return [start + every * n for n in range(int((end - start) / every))]


def by_chance(start: datetime, end: datetime, per_day: float, seed: int) -> list[datetime]:
    chance, times, at = random.Random(seed), [], start
    while at < end:
        at += timedelta(days=chance.expovariate(per_day))
        times.append(at)
    return times


# --- feeds that do well


@given(minutes=st.integers(20, 3000), window=st.integers(5, 30), dated=st.booleans())
@settings(max_examples=10, deadline=None)
@pytest.mark.slow
def test_a_steady_feed_never_raises_a_sign(minutes: int, window: int, dated: bool) -> None:
    every = timedelta(minutes=minutes)
    feed = Simulated(steady(NOW - 60 * every, NOW + 10 * DAY, every), window, dated)
    assert feed.watch(NOW, NOW + 10 * DAY) == {}
    assert feed.feed.health == "healthy"


@pytest.mark.slow
@given(per_day=st.floats(0.5, 40), seed=st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_a_feed_that_publishes_by_chance_never_raises_a_sign(per_day: float, seed: int) -> None:
    times = by_chance(NOW - timedelta(days=40 / per_day), NOW + 20 * DAY, per_day, seed)
    assert Simulated(times, 30).watch(NOW, NOW + 20 * DAY) == {}


@pytest.mark.parametrize("per_hour", [1, 4])
def test_nights_and_weekends_are_no_silence(per_hour: int) -> None:
    """Working hours only, 7 to 19; the first document shows a weekend, or the feed is new."""
    times = steady(NOW - 10 * DAY, NOW + 30 * DAY, HOUR / per_hour)
    at_work = [at for at in times if 7 <= at.hour < 19 and at.weekday() < 5]
    assert Simulated(at_work, 12 * per_hour).watch(NOW, NOW + 30 * DAY) == {}


def test_a_feed_whose_entries_come_by_the_batch_loses_none() -> None:
    """Ten at once every morning, and only those of the day in the document."""
    times = [NOW + DAY * day + MINUTE * n for day in range(-3, 20) for n in range(10)]
    assert Simulated(times, 10).watch(NOW + HOUR, NOW + 15 * DAY, every=HOUR) == {}


def test_entries_that_get_new_ids_are_no_gap() -> None:
    feed = Simulated(steady(NOW - 3 * DAY, NOW + 3 * DAY, HOUR), 20)
    feed.watch(NOW, NOW + DAY)
    feed.renamed = "?edition=2"
    assert feed.watch(NOW + DAY + HOUR, NOW + 2 * DAY) == {}


# --- gaps


@pytest.mark.parametrize("start", [0, 7, 31])
def test_a_short_document_of_a_busy_feed_polled_too_seldom_is_a_gap_told_once(start: int) -> None:
    """Ten entries, thirty an hour, polled every hour: twenty are lost each time."""
    feed = Simulated(steady(NOW - DAY, NOW + DAY, 2 * MINUTE), 10)
    begin = NOW + start * MINUTE
    assert feed.watch(begin, begin + 8 * HOUR, every=HOUR) == {"feed.gap": 1}
    (told,) = feed.told
    assert told.at == begin + HOUR
    assert told.payload["lost"] in range(19, 22)
    assert told.payload["proved"] is True
    assert datetime.fromisoformat(told.payload["since"]) <= begin < datetime.fromisoformat(told.payload["until"])
    assert feed.feed.health == "gapping"


def test_gaps_of_a_feed_without_dates_are_told_unproved() -> None:
    feed = Simulated(steady(NOW - DAY, NOW + DAY, 2 * MINUTE), 10, dated=False)
    assert feed.watch(NOW, NOW + 8 * HOUR, every=HOUR) == {"feed.gap": 1}
    assert feed.told[0].payload["lost"] >= 1
    assert feed.told[0].payload["proved"] is False


def test_the_schedule_closes_a_gap_and_the_health_follows() -> None:
    feed = Simulated(steady(NOW - DAY, NOW + 3 * DAY, 2 * MINUTE), 10)
    feed.poll(NOW)
    feed.poll(NOW + HOUR)
    assert feed.feed.health == "gapping"
    assert feed.watch(NOW + HOUR, NOW + 2 * DAY) == {}
    assert feed.feed.health == "healthy"


def test_a_gap_after_an_outage_is_told_and_asks_to_be_filled() -> None:
    feed = Simulated(steady(NOW - DAY, NOW + 3 * DAY, 10 * MINUTE), 10)
    feed.watch(NOW, NOW + HOUR, every=10 * MINUTE)
    for minute in range(10, 600, 10):
        feed.poll(NOW + HOUR + minute * MINUTE, DOWN)
    told = feed.poll(NOW + 11 * HOUR)
    assert [each.kind for each in told] == ["feed.recovered", "feed.gap"]
    assert told[1].payload["lost"] in range(45, 60)
    (backfill,) = feed.results[-1].backfills
    assert (backfill.kind, backfill.feed_id, backfill.since) == ("gap", feed.feed.id, NOW + HOUR)
    assert backfill.until == NOW + 11 * HOUR


def test_holes_that_follow_closely_are_filled_together() -> None:
    feed = Simulated(steady(NOW - DAY, NOW + DAY, MINUTE), 10)
    feed.watch(NOW, NOW + 3 * HOUR, every=20 * MINUTE)
    asked = [backfill for result in feed.results for backfill in result.backfills]
    assert len({each.id for each in asked}) == len(asked) == 3
    assert all(
        later.since and each.until and later.since <= each.until + 20 * MINUTE for each, later in pairwise(asked)
    )


# --- silence


@pytest.mark.parametrize(("every", "most"), [(30 * MINUTE, 13 * HOUR), (3 * HOUR, 3 * DAY), (2 * DAY, 60 * DAY)])
def test_a_feed_that_falls_silent_is_told_once(every: timedelta, most: timedelta) -> None:
    end = NOW + 40 * every + 10 * DAY
    feed = Simulated(steady(NOW - 40 * every, end, every), 20)
    assert feed.watch(NOW, end + 90 * DAY) == {"feed.silent": 1}
    (told,) = feed.told
    assert timedelta(hours=12) < told.at - end < 1.2 * most + 2 * DAY
    assert told.payload["per_day"] == pytest.approx(DAY / every, rel=0.5)
    assert told.payload["expected"] > 10 or most >= 60 * DAY
    assert feed.feed.health == "silent"


def test_a_feed_that_was_dead_when_it_was_added_is_told_after_days() -> None:
    feed = Simulated(steady(NOW - 400 * DAY, NOW - 360 * DAY, 8 * HOUR), 20)
    assert feed.watch(NOW, NOW + 30 * DAY) == {"feed.silent": 1}


def test_a_feed_without_entries_or_dates_is_silent_after_two_months() -> None:
    for feed in (Simulated([]), Simulated([NOW - DAY * n for n in range(20)], dated=False)):
        assert feed.watch(NOW, NOW + 59 * DAY, every=DAY) == {}
        assert feed.watch(NOW + 60 * DAY, NOW + 90 * DAY, every=DAY) == {"feed.silent": 1}


def test_each_silence_is_told() -> None:
    times = steady(NOW - 5 * DAY, NOW + 15 * DAY, HOUR) + steady(NOW + 20 * DAY, NOW + 40 * DAY, HOUR)
    feed = Simulated(times, 20)
    assert feed.watch(NOW, NOW + 19 * DAY) == {"feed.silent": 1}
    assert feed.watch(NOW + 20 * DAY, NOW + 40 * DAY) == {}
    assert feed.feed.health == "healthy"
    assert feed.watch(NOW + 40 * DAY, NOW + 60 * DAY) == {"feed.silent": 1}
    assert len({each.id for each in feed.told}) == 2


def test_patience_grows_with_pauses_and_has_an_end() -> None:
    feed = replace(a_feed(created_at=NOW - 300 * DAY), last_poll_at=NOW)

    def waits(**habits: float) -> timedelta:
        return patience(replace(feed, habits=replace(feed.habits, **habits)))

    assert waits(usual=1000.0) == 12 * HOUR
    assert waits(usual=1000.0, pause=3 * 86400.0) == 6 * DAY
    assert waits(usual=7.0) == 2 * DAY
    assert waits() == waits(usual=0.01) == waits(usual=5.0, pause=1e9) == 60 * DAY


# --- failures


def fail(feed: Simulated, failure: Failure, every: timedelta, times: int) -> list[tuple[timedelta, str]]:
    start = feed.feed.last_poll_at or NOW
    return [(every * n, notice.kind) for n in range(1, times + 1) for notice in feed.poll(start + every * n, failure)]


def healthy_feed() -> Simulated:
    feed = Simulated(steady(NOW - 3 * DAY, NOW + 30 * DAY, HOUR), 20)
    feed.watch(NOW, NOW + HOUR, every=15 * MINUTE)
    return feed


@pytest.mark.parametrize(
    ("grade", "every", "after"),
    [
        ("hard", MINUTE, 16 * MINUTE),
        ("hard", HOUR, 3 * HOUR),
        ("soft", 10 * MINUTE, 60 * MINUTE),
        ("temporary", 10 * MINUTE, 120 * MINUTE),
        ("temporary", 4 * HOUR, 12 * HOUR),
    ],
)
def test_a_feed_that_fails_for_long_enough_is_told_once(grade: str, every: timedelta, after: timedelta) -> None:
    feed = healthy_feed()
    assert fail(feed, replace(DOWN, grade=grade), every, 40) == [(after, "feed.failing")]
    (told,) = feed.told
    assert told.payload["why"] == DOWN.why
    assert told.payload["failures"] == after / every
    assert datetime.fromisoformat(told.payload["since"]) == told.at - after + every


def test_a_feed_that_is_gone_is_told_at_once() -> None:
    gone = Failure("gone", "the server says that it is gone for good (410)", grade="gone")
    assert fail(healthy_feed(), gone, DAY, 3) == [(DAY, "feed.failing")]


@pytest.mark.parametrize("times", [1, 2])
def test_a_hiccup_is_not_told(times: int) -> None:
    feed = healthy_feed()
    assert fail(feed, replace(DOWN, grade="hard"), HOUR, times) == []
    assert feed.watch(NOW + 4 * HOUR, NOW + DAY) == {}


def test_each_recovery_and_each_new_failure_is_told() -> None:
    feed = healthy_feed()
    for _ in range(3):
        assert [kind for _, kind in fail(feed, DOWN, HOUR, 10)] == ["feed.failing"]
        (recovered,) = [each for each in feed.poll((feed.feed.last_poll_at or NOW) + HOUR) if each.kind != "feed.gap"]
        assert recovered.kind == "feed.recovered"
        assert recovered.payload["failures"] == 10
        assert feed.feed.health == "healthy"
        feed.watch((feed.feed.last_poll_at or NOW) + HOUR, (feed.feed.last_poll_at or NOW) + 3 * HOUR, every=HOUR)
    assert Counter(each.kind for each in feed.told) == {"feed.failing": 3, "feed.recovered": 3}


def test_judging_again_gives_the_same_signs() -> None:
    """A poll that is recorded twice, or judged by another process, makes the same notices."""
    feed = healthy_feed()
    at = feed.feed.last_poll_at or NOW
    for n in range(1, 8):
        before = feed.feed
        first = feed.poll(at + n * HOUR, DOWN)
        after = feed.feed
        again = judged(before, after, NOTHING)
        assert signs(before, again, NOTHING) == first
        assert again == after
