"""When a language is settled follows from the times and numbers of its records."""

from datetime import timedelta

from consumers.cluster.ticks import APART, is_time, reached
from service.model import SettlePoint
from tests.builders import NOW

TEN = timedelta(minutes=10)
HOUR = NOW.replace(minute=0, second=0, microsecond=0)


def test_what_was_filed_before_anything_is_known_is_not_due() -> None:
    point = reached(None, "en", 8, HOUR + timedelta(minutes=14), TEN)
    assert point == SettlePoint("en", HOUR + TEN, due=7, done=7, at_seq=8)
    assert not is_time(None, point, 8)


def test_a_boundary_between_two_records_makes_due_what_was_filed() -> None:
    before = SettlePoint("en", HOUR, due=3, done=3, at_seq=4)
    assert reached(before, "en", 9, HOUR + TEN - timedelta(microseconds=1), TEN) == before
    after = reached(before, "en", 9, HOUR + TEN, TEN)
    assert (after.until, after.due, after.done) == (HOUR + TEN, 8, 3)
    assert is_time(before, after, 9)


def test_a_record_that_comes_late_changes_nothing() -> None:
    before = SettlePoint("en", HOUR, due=3, done=3, at_seq=4)
    assert reached(before, "en", 9, HOUR - timedelta(days=1), TEN) == before


def test_what_one_portion_leaves_is_settled_after_some_more_records() -> None:
    point = SettlePoint("en", HOUR, due=300, done=20, at_seq=301)
    assert not is_time(point, point, 300 + APART)
    assert is_time(point, point, 301 + APART)
    done = SettlePoint("en", HOUR, due=300, done=300, at_seq=301)
    assert not is_time(done, done, 301 + APART)


def test_with_nothing_new_there_is_nothing_to_settle() -> None:
    before = SettlePoint("en", HOUR, due=8, done=8, at_seq=9)
    after = reached(before, "en", 9, HOUR + TEN, TEN)
    assert not is_time(before, after, 9)
