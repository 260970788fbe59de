from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.poll.adding import new_feed, spread
from consumers.poll.schedule import (
    Failure,
    Wishes,
    failed,
    known_share,
    max_age,
    moved,
    next_interval,
    retry_after,
    succeeded,
)
from service.errors import Invalid
from service.settings import PollSettings
from tests.builders import NOW, a_feed

SETTINGS = PollSettings()
OK = Wishes()


def seconds_to_next(feed: object) -> float:
    return (feed.next_poll_at - NOW).total_seconds()  # type: ignore[attr-defined]  # any feed


def test_the_share_of_known_entries() -> None:
    assert known_share(("a", "b"), ("b", "c", "d", "e")) == 0.25
    assert known_share((), ("a",)) is None
    assert known_share(("a",), ()) is None


@pytest.mark.parametrize(
    ("share", "relation"),
    [(1.0, "longer"), (0.68, "longer"), (0.67, "same"), (0.33, "same"), (0.32, "shorter"), (0.0, "shorter")],
)
def test_known_entries_make_the_interval_longer_and_new_ones_shorter(share: float, relation: str) -> None:
    after = next_interval(900, share, SETTINGS)
    assert relation == ("longer" if after > 900 else "shorter" if after < 900 else "same")


def test_the_interval_stays_within_its_bounds() -> None:
    assert next_interval(SETTINGS.least_seconds, 0.0, SETTINGS) == SETTINGS.least_seconds
    assert next_interval(SETTINGS.most_seconds, 1.0, SETTINGS) == SETTINGS.most_seconds
    assert next_interval(900, None, SETTINGS) == 900


def test_a_feed_that_keeps_bringing_something_is_not_left_for_long() -> None:
    interval = 900.0
    for _ in range(50):
        interval = next_interval(interval, 0.9, SETTINGS)
    assert interval == 2 * SETTINGS.first_seconds
    quiet = next_interval(interval, 1.0, SETTINGS)
    assert next_interval(quiet, 0.9, SETTINGS) <= quiet


def test_a_good_poll_clears_the_trouble() -> None:
    broken = a_feed(failures=3, failing_since=NOW, error="oops")
    after = succeeded(broken, NOW, 900, OK, SETTINGS)
    assert (after.failures, after.failing_since, after.error) == (0, None, "")
    assert 900 <= seconds_to_next(after) <= 990


@pytest.mark.parametrize("wishes", [Wishes(ttl=3600), Wishes(max_age=3600), Wishes(60, 3600)])
def test_a_publisher_may_ask_for_fewer_polls(wishes: Wishes) -> None:
    after = succeeded(a_feed(), NOW, 900, wishes, SETTINGS)
    assert 3600 <= seconds_to_next(after) <= 3960
    assert after.interval == 900


def test_a_publisher_cannot_park_a_feed_for_years() -> None:
    after = succeeded(a_feed(), NOW, 900, Wishes(max_age=31_536_000), SETTINGS)
    assert seconds_to_next(after) <= SETTINGS.most_seconds


def test_failures_double_the_wait_up_to_the_most() -> None:
    feed, waits = a_feed(), []
    for _ in range(40):
        feed = failed(feed, NOW, Failure("unreachable", "no"), SETTINGS)
        waits.append(seconds_to_next(feed))
    assert [round(wait / 60) for wait in waits[:3]] == [1, 2, 4]
    assert waits[-1] == SETTINGS.most_seconds
    assert (feed.failures, feed.failing_since, feed.error, feed.enabled) == (40, NOW, "no", True)


def test_retry_after_is_honoured_up_to_the_most() -> None:
    asked = failed(a_feed(), NOW, Failure("unreachable", "busy", retry_after=7200), SETTINGS)
    assert 7200 <= seconds_to_next(asked) <= 7920
    endless = failed(a_feed(), NOW, Failure("unreachable", "busy", retry_after=1e9), SETTINGS)
    assert seconds_to_next(endless) == SETTINGS.most_seconds


def test_a_feed_that_is_gone_is_switched_off() -> None:
    after = failed(a_feed(), NOW, Failure("gone", "410"), SETTINGS)
    assert (after.status, after.enabled) == ("gone", False)


def test_the_address_changes_after_enough_permanent_redirects_in_a_row() -> None:
    feed = a_feed(url="https://old.test/feed")
    for _ in range(2):
        feed = moved(feed, "https://new.test/feed", SETTINGS)
        assert feed.url == "https://old.test/feed"
    feed = moved(feed, "https://new.test/feed", SETTINGS)
    assert (feed.url, feed.moved_to, feed.moved_times) == ("https://new.test/feed", "", 0)


def test_a_redirect_elsewhere_or_none_begins_the_count_anew() -> None:
    feed = replace(a_feed(), moved_to="https://new.test/feed", moved_times=2)
    assert moved(feed, "https://other.test/feed", SETTINGS).moved_times == 1
    assert moved(feed, "", SETTINGS).moved_times == 0


def test_jitter_parts_feeds_that_were_due_together_and_is_the_same_each_time() -> None:
    feeds = [a_feed(url=f"https://outlet.test/{n}") for n in range(50)]
    times = [succeeded(feed, NOW, 900, OK, SETTINGS).next_poll_at for feed in feeds]
    assert len(set(times)) == 50
    assert times == [succeeded(feed, NOW, 900, OK, SETTINGS).next_poll_at for feed in feeds]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=60", 60),
        ("public, max-age = 3600, must-revalidate", 3600),
        ("private,MAX-AGE=5", 5),
        ("s-maxage=90", None),
        ("no-cache, max-age=60", None),
        ("max-age=soon", None),
        ("", None),
    ],
)
def test_cache_control(header: str, seconds: float | None) -> None:
    assert max_age(header) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Sat, 14 Mar 2026 09:02:00 GMT", 120),
        ("Sat, 14 Mar 2026 08:00:00 GMT", 0),
        ("later", None),
        ("-5", None),
        ("", None),
        ("9" * 400, 999_999_999),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_a_thousand_feeds_are_not_first_polled_together() -> None:
    feeds = spread([a_feed(url=f"https://outlet.test/{n}") for n in range(1000)], NOW, 900)
    times = [feed.next_poll_at for feed in feeds if feed.next_poll_at]
    assert times[0] == NOW
    assert times[-1] - times[0] > timedelta(seconds=90)
    assert max(times) <= NOW + timedelta(seconds=900)


def test_a_new_feed_knows_its_source_and_gets_the_same_id_each_time() -> None:
    feed = new_feed(" https://www.harbour-gazette.co.uk/feed.xml ", NOW)
    assert (feed.url, feed.source) == ("https://www.harbour-gazette.co.uk/feed.xml", "harbour-gazette.co.uk")
    assert feed.id == new_feed("https://www.harbour-gazette.co.uk/feed.xml", None).id
    with pytest.raises(Invalid):
        new_feed("gopher://harbour-gazette.test/", NOW)
