"""The rule by which a feed is polled again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from consumers.poll.adding import new_feed, spread
from consumers.poll.grades import COUNTS, UNREACHABLE, Grade, status_grade
from consumers.poll.schedule import Failure, Wishes, failed, moved, next_interval, succeeded
from service.egress import Kind
from service.errors import Invalid
from service.model import Feed
from service.settings import PollSettings
from tests.builders import NOW, a_feed

SETTINGS = PollSettings()
OK = Wishes()
DAY = 86400.0


def seconds_to_next(feed: Feed, now: datetime = NOW) -> float:
    assert feed.next_poll_at
    return (feed.next_poll_at - now).total_seconds()


def interval_after(interval: float, share: float | None, entries: int = 20, **given: float) -> float:
    return next_interval(a_feed(interval=interval, **given), share, entries, SETTINGS)


@pytest.mark.parametrize(
    ("share", "relation"),
    [(1.0, "longer"), (0.68, "longer"), (0.67, "same"), (0.33, "same"), (0.32, "shorter"), (0.0, "shorter")],
)
def test_known_entries_make_the_interval_longer_and_new_ones_shorter(share: float, relation: str) -> None:
    after = interval_after(900, share)
    assert relation == ("longer" if after > 900 else "shorter" if after < 900 else "same")


def test_where_nothing_was_known_the_interval_shrinks_most() -> None:
    assert interval_after(9000, 0.0) < interval_after(9000, 0.1)


def test_the_interval_stays_within_its_bounds() -> None:
    assert interval_after(SETTINGS.least_seconds, 0.0) == SETTINGS.least_seconds == 60
    assert interval_after(SETTINGS.most_seconds, 1.0) == SETTINGS.most_seconds == DAY
    assert interval_after(900, None) == 900


def test_a_feed_that_keeps_bringing_something_is_not_left_for_long() -> None:
    interval = 900.0
    for _ in range(50):
        interval = interval_after(interval, 0.9)
    assert interval == 2 * SETTINGS.first_seconds
    quiet = interval_after(interval, 1.0)
    assert interval_after(quiet, 0.9) <= quiet


def test_a_document_never_turns_over_by_more_than_half_between_two_polls() -> None:
    assert interval_after(80_000, 1.0, entries=20, per_day=40.0) == DAY / 4
    assert interval_after(80_000, 1.0, entries=20, per_day=0.0) == DAY
    assert interval_after(900, 1.0, entries=2, per_day=9999.0) == SETTINGS.least_seconds


def test_a_good_poll_clears_the_trouble() -> None:
    broken = a_feed(failures=3, trouble=2.5, failing_since=NOW, error="oops")
    after = succeeded(broken, NOW, 900, OK, SETTINGS)
    assert (after.failures, after.trouble, after.failing_since, after.error) == (0, 0.0, None, "")
    assert 900 <= seconds_to_next(after) <= 990


@pytest.mark.parametrize("wishes", [Wishes(document=3600), Wishes(fresh_for=3600), Wishes(60, 3600)])
def test_a_publisher_may_ask_for_fewer_polls_and_never_for_more(wishes: Wishes) -> None:
    after = succeeded(a_feed(), NOW, 900, wishes, SETTINGS)
    assert 3600 <= seconds_to_next(after) <= 3960
    assert after.interval == 900
    assert seconds_to_next(succeeded(a_feed(), NOW, 80_000, wishes, SETTINGS)) >= 80_000


@pytest.mark.parametrize("wishes", [Wishes(fresh_for=31_536_000), Wishes(document=1e12), Wishes(skips="mon tue wed")])
def test_no_wish_parks_a_feed_for_longer_than_the_most(wishes: Wishes) -> None:
    sunday_night = NOW + timedelta(hours=38, minutes=55)
    after = succeeded(a_feed(), sunday_night, 900, wishes, SETTINGS)
    assert seconds_to_next(after, sunday_night) == pytest.approx(SETTINGS.most_seconds, rel=0.05)


def test_hours_of_rest_are_kept() -> None:
    after = succeeded(a_feed(), NOW, 900, Wishes(skips="9 10 11"), SETTINGS)
    assert after.next_poll_at == NOW.replace(hour=12)
    assert seconds_to_next(succeeded(a_feed(), NOW, 900, Wishes(skips="8 13 sun"), SETTINGS)) <= 990


def test_the_owners_interval_overrules_rhythm_and_wishes_within_reason() -> None:
    own = a_feed(fixed_interval=300.0)
    after = succeeded(own, NOW, 900, Wishes(3600, 7200, "9"), SETTINGS)
    assert seconds_to_next(after) == 300
    assert seconds_to_next(succeeded(replace(own, fixed_interval=1.0), NOW, 900, OK, SETTINGS)) == 60
    assert seconds_to_next(succeeded(replace(own, fixed_interval=7 * DAY), NOW, 900, OK, SETTINGS)) == 7 * DAY
    assert seconds_to_next(succeeded(replace(own, fixed_interval=1e9), NOW, 900, OK, SETTINGS)) == 30 * DAY


def waits(grade: Grade, count: int, **given: float) -> list[float]:
    feed, found = a_feed(), []
    for _ in range(count):
        feed = failed(feed, NOW, Failure("unreachable", "no", grade=grade, **given), SETTINGS)
        found.append(seconds_to_next(feed))
        assert feed.enabled
    return found


def test_failures_double_the_wait_up_to_a_day_then_it_grows_day_by_day_up_to_thirty() -> None:
    found = waits("hard", 70)
    assert [round(wait / 60) for wait in found[:3]] == [1, 2, 4]
    assert found[12:19] == [DAY] * 7
    assert found[20:23] == pytest.approx([2 * DAY, 3 * DAY, 4 * DAY], rel=0.1)
    assert found[-20:] == pytest.approx([30 * DAY] * 20, rel=0.1)
    assert max(found) <= 33 * DAY


def test_a_feed_is_never_given_up() -> None:
    feed = a_feed(failures=10_000, trouble=10_000.0)
    after = failed(feed, NOW, Failure("unreachable", "no"), SETTINGS)
    assert after.enabled
    assert seconds_to_next(after) <= 33 * DAY


def test_a_soft_failure_counts_half_and_a_temporary_one_a_quarter() -> None:
    hard, soft, temporary = waits("hard", 5), waits("soft", 9), waits("temporary", 17)
    assert soft[8] == pytest.approx(hard[4], rel=0.1)
    assert temporary[16] == pytest.approx(hard[4], rel=0.1)
    assert COUNTS == {"hard": 1.0, "soft": 0.5, "temporary": 0.25, "gone": 1.0}


def test_every_way_to_be_unreachable_has_a_grade() -> None:
    assert set(UNREACHABLE) == set(Kind.__args__)  # type: ignore[attr-defined]  # of a Literal


@pytest.mark.parametrize(
    ("status", "grade"),
    [
        *((status, "hard") for status in (400, 401, 403, 404, 451, 204, 300, 600 - 200)),
        *((status, "soft") for status in (500, 501, 505, 599)),
        *((status, "temporary") for status in (408, 425, 429, 502, 503, 504)),
        (410, "gone"),
    ],
)
def test_statuses_have_grades(status: int, grade: Grade) -> None:
    assert status_grade(status) == grade


def test_retry_after_is_honoured_up_to_the_most() -> None:
    assert 7200 <= waits("temporary", 1, retry_after=7200)[0] <= 7920
    assert waits("temporary", 1, retry_after=1e9)[0] == SETTINGS.most_seconds


def test_a_feed_that_is_gone_is_marked_and_visited_after_a_day_and_then_very_rarely() -> None:
    once = failed(a_feed(), NOW, Failure("gone", "410", grade="gone"), SETTINGS)
    assert (once.status, once.enabled) == ("gone", True)
    assert seconds_to_next(once) == DAY
    twice = failed(once, NOW, Failure("gone", "410", grade="gone"), SETTINGS)
    assert 30 * DAY <= seconds_to_next(twice) <= 33 * DAY
    assert succeeded(twice, NOW, 900, OK, SETTINGS).failures == 0


def test_the_address_changes_after_enough_permanent_redirects_in_a_row() -> None:
    feed = a_feed(url="https://old.test/feed", trust="proved", claims=3)
    for _ in range(2):
        feed = moved(feed, "https://new.test/feed", SETTINGS)
        assert feed.url == "https://old.test/feed"
    feed = moved(feed, "https://new.test/feed", SETTINGS)
    assert (feed.url, feed.moved_to, feed.moved_times) == ("https://new.test/feed", "", 0)
    assert (feed.trust, feed.claims) == ("unproved", 0), "another server, another chance"


def test_a_redirect_elsewhere_or_none_begins_the_count_anew() -> None:
    feed = replace(a_feed(), moved_to="https://new.test/feed", moved_times=2)
    assert moved(feed, "https://other.test/feed", SETTINGS).moved_times == 1
    assert moved(feed, "", SETTINGS).moved_times == 0


def test_jitter_parts_feeds_that_were_due_together_and_is_the_same_each_time() -> None:
    feeds = [a_feed(url=f"https://outlet.test/{n}") for n in range(50)]
    times = [succeeded(feed, NOW, 900, OK, SETTINGS).next_poll_at for feed in feeds]
    assert len(set(times)) == 50
    assert times == [succeeded(feed, NOW, 900, OK, SETTINGS).next_poll_at for feed in feeds]


def test_ten_thousand_feeds_are_not_first_polled_together() -> None:
    feeds = spread([a_feed(url=f"https://outlet.test/{n}") for n in range(10_000)], NOW, 900)
    seconds = [int(seconds_to_next(feed)) for feed in feeds]
    assert seconds[0] == 0
    assert max(seconds) <= 900
    assert max(seconds.count(each) for each in set(seconds)) <= 12


def test_a_new_feed_knows_its_source_and_gets_the_same_id_each_time() -> None:
    feed = new_feed(" https://www.harbour-gazette.co.uk/feed.xml ", NOW)
    assert (feed.url, feed.source) == ("https://www.harbour-gazette.co.uk/feed.xml", "harbour-gazette.co.uk")
    assert feed.id == new_feed("https://www.harbour-gazette.co.uk/feed.xml", None).id
    with pytest.raises(Invalid):
        new_feed("gopher://harbour-gazette.test/", NOW)


@pytest.mark.parametrize(
    "written",
    [
        "HTTPS://Harbour-Gazette.TEST/Feed?page=2",
        "https://harbour-gazette.test:443/Feed?page=2",
        "https://harbour-gazette.test./Feed?page=2#latest",
        "https://harbour-gazette.test/Feed?utm_source=reader&page=2&fbclid=x",
    ],
)
def test_one_feed_is_one_feed_however_its_address_is_written(written: str) -> None:
    one = new_feed("https://harbour-gazette.test/Feed?page=2", NOW)
    assert new_feed(written, NOW) == one
    assert new_feed("http://harbour-gazette.test/Feed?page=2", NOW).id != one.id
