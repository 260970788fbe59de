"""Times as pages write them: what is meant, how exactly, and what is not guessed."""

from datetime import UTC, datetime
from functools import partial

import pytest

from consumers.pages.published import Moment, best, in_address, moment

at = partial(datetime, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-14T09:30:05+02:00", Moment(at(2026, 3, 14, 7, 30, 5), "second")),
        ("2026-03-14T09:30:05.123Z", Moment(at(2026, 3, 14, 9, 30, 5), "second")),
        ("2026-03-14T09:30-0500", Moment(at(2026, 3, 14, 14, 30), "minute")),
        ("2026-03-14 09:30:05 +0200", Moment(at(2026, 3, 14, 7, 30, 5), "second")),
        ("  2026-03-14T00:30:00+03:00\n", Moment(at(2026, 3, 13, 21, 30), "second")),
        ("Sat, 14 Mar 2026 09:30:05 GMT", Moment(at(2026, 3, 14, 9, 30, 5), "second")),
        ("2026-03-14T09:30:05", Moment(at(2026, 3, 14, 9, 30, 5), "day")),
        ("2026-03-14", Moment(at(2026, 3, 14), "day")),
        ("2026-03", Moment(at(2026, 3, 1), "month")),
        ("2026", Moment(at(2026, 1, 1), "year")),
    ],
)
def test_a_time_is_read_as_exactly_as_it_is_written(written: str, meant: Moment) -> None:
    assert moment(written) == meant


@pytest.mark.parametrize(
    "written",
    ["", "03/04/2026", "14.03.2026", "yesterday", "2026-13-01", "2026-02-30", "0001-01-01T00:00:00+05:00", "1770000000",
     "2026-03-14T25:00Z", "9999-12-31T23:59:59-14:00", "14 Mar 2026", "2026-03-14T09:30:05+99:99", "x" * 100_000],
)  # fmt: skip
def test_what_is_not_sure_is_not_read(written: str) -> None:
    assert moment(written) is None


def test_an_address_may_name_the_day() -> None:
    assert in_address("https://gazette.test/2026/03/14/ferries") == Moment(at(2026, 3, 14), "day")
    assert in_address("https://gazette.test/news/2026-03-14-ferries") == Moment(at(2026, 3, 14), "day")
    assert in_address("https://gazette.test/20260314") is None
    assert in_address("https://gazette.test/2026/19/14/x") is None


def test_the_first_is_believed_and_made_more_exact_by_those_that_agree() -> None:
    day, exact = moment("2026-03-14"), moment("2026-03-14T09:30:05Z")
    other = moment("2025-01-01T00:00:00Z")
    assert best([None, day, exact]) == exact
    assert best([day, other]) == day
    assert best([exact, day]) == exact
    assert best([moment("2026"), exact]) == exact
    assert best([None]) is None
