"""Spans: where to look for what belongs to an article of some time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.model import Span
from tests.builders import NOW

WEEK = timedelta(days=7)


@given(st.timedeltas(timedelta(0), timedelta(days=3000)))
def test_a_window_before_and_after_is_always_inside(ago: timedelta) -> None:
    at = NOW - ago
    span = Span.around(at, NOW, WEEK)
    assert span.holds(at)
    if span.end is None:
        assert span.start == NOW - WEEK
    else:
        assert span.start <= at - WEEK
        assert at + WEEK <= span.end


def test_what_is_older_falls_into_spans_that_do_not_move() -> None:
    at = NOW - timedelta(days=40)
    assert Span.around(at, NOW, WEEK) == Span.around(at, NOW + timedelta(days=1), WEEK)


@pytest.mark.parametrize(("hours", "inside"), [(-1, False), (0, True), (1, True), (2, False)])
def test_the_start_is_inside_and_the_end_is_not(hours: int, inside: bool) -> None:
    span = Span(NOW, NOW + timedelta(hours=2))
    assert span.holds(NOW + timedelta(hours=hours)) is inside
