"""The line of feeds at one host."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from service.model import EPOCH
from service.model.hosts import BUSY_SECONDS, Host, Line, Terms, backed_off, busy_seconds, free_at, started
from tests.builders import NOW

HOST = Host("harbour-gazette.test", EPOCH, EPOCH)
TERMS = Terms(gap_seconds=5, per_host=2, lease_seconds=120)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_gap_is_drawn_from_the_host_and_the_time_and_never_too_short() -> None:
    gaps = [(started(HOST, after(n), 5).next_start_at - after(n)).total_seconds() for n in range(100)]
    assert min(gaps) >= 5.5, "even a start that is late leaves the gap"
    assert max(gaps) <= 6
    assert len(set(gaps)) == 100
    assert started(HOST, NOW, 5) == started(HOST, NOW, 5)


def test_so_many_start_as_there_are_places_and_the_others_get_a_place_in_line() -> None:
    line = Line(HOST, flying=0, waiting=0, now=NOW, terms=TERMS)
    first, second, third = (line.start(has_waited=False) for _ in range(3))
    assert first == NOW
    assert second
    assert 5 <= (second - NOW).total_seconds() <= 6
    assert third is None
    holds = [line.hold(has_waited=False) for _ in range(50)]
    assert all((later - earlier).total_seconds() == pytest.approx(5.75) for earlier, later in pairwise(holds))
    assert NOW < holds[0] <= second + timedelta(seconds=6)


def test_feeds_that_others_poll_already_take_places_too() -> None:
    assert Line(HOST, flying=2, waiting=0, now=NOW, terms=TERMS).start(has_waited=True) is None
    assert Line(HOST, flying=1, waiting=0, now=NOW, terms=TERMS).start(has_waited=True) == NOW


def test_who_comes_while_others_wait_goes_to_the_end_of_the_line() -> None:
    line = Line(HOST, flying=0, waiting=10, now=NOW, terms=TERMS)
    assert line.start(has_waited=False) is None
    assert line.hold(has_waited=False) > after(45)
    assert line.start(has_waited=True) == NOW


def test_who_has_waited_keeps_the_place_when_turned_back() -> None:
    line = Line(HOST, flying=2, waiting=1000, now=NOW, terms=TERMS)
    assert [line.hold(has_waited=True) for _ in range(2)] == [NOW, NOW]
    assert line.hold(has_waited=True) <= after(11)


def test_nothing_starts_later_than_half_a_lease_ahead() -> None:
    far = Host(HOST.name, after(61), EPOCH)
    assert Line(far, 0, 0, NOW, TERMS).start(has_waited=True) is None
    near = Host(HOST.name, after(59), EPOCH)
    assert Line(near, 0, 0, NOW, TERMS).start(has_waited=True) == after(59)


def test_none_waits_for_ever_though_others_keep_coming() -> None:
    """Twice as many come as the host can take: each still gets its turn in the order in which it was due."""
    host, now, waiting, polled = HOST, NOW, list[tuple[int, datetime | None]](), list[int]()
    for second in range(0, 3000):
        now = after(second)
        if second % 3 == 0 and second < 1500:
            waiting.append((second, None))
        held = [each for each in waiting if each[1] and each[1] > now]
        asking = sorted(each for each in waiting if each not in held)
        line = Line(host, 0, len(held), now, Terms(5, 2, 4))
        for feed, until in asking:
            waiting.remove((feed, until))
            if line.start(until is not None):
                polled.append(feed)
            else:
                waiting.append((feed, line.hold(until is not None)))
        host = line.host
    assert len(polled) == 500
    delays = [polled.index(feed) - n for n, feed in enumerate(sorted(polled))]
    assert max(map(abs, delays)) <= 5, "hardly anybody is overtaken"


def test_a_host_that_was_busy_is_asked_more_slowly_for_each_time() -> None:
    host, gaps = HOST, []
    for n in range(8):
        host = backed_off(host, after(100 * n + 50), after(100 * n))
        gaps.append((started(host, NOW, 5).next_start_at - NOW).total_seconds())
    assert gaps[0] >= 10
    assert gaps[1] >= 20
    assert max(gaps) <= 5 * 32 * 1.2
    assert free_at(host, NOW) == after(750)


@pytest.mark.parametrize(
    ("strikes", "asked", "seconds"),
    [
        (0, None, BUSY_SECONDS),
        (3, None, 8 * BUSY_SECONDS),
        (99, None, 86400),
        (5, 30.0, 30),
        (0, 0.0, 1),
        (0, 1e9, 86400),
    ],
)
def test_a_busy_host_says_for_how_long_or_it_is_for_longer_each_time(
    strikes: int, asked: float | None, seconds: float
) -> None:
    assert busy_seconds(strikes, asked, 86400) == seconds
