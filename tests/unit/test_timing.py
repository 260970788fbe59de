"""When something may be told: digests and quiet hours, by the clocks of a time zone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Invalid
from service.timing import next_digest, quiet_until, tell_at

ZONES = ("UTC", "Europe/Vilnius", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham")
moments = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_digest_is_told_by_the_clocks_of_its_zone() -> None:
    morning, winter, summer = "0 7 * * *", at("2026-01-10T05:30:00Z"), at("2026-07-10T05:30:00Z")
    assert next_digest(morning, "Europe/Vilnius", winter) == at("2026-01-11T05:00:00Z")
    assert next_digest(morning, "Europe/Vilnius", summer) == at("2026-07-11T04:00:00Z")
    assert next_digest(morning, "UTC", winter) == at("2026-01-10T07:00:00Z")


def test_a_digest_at_an_hour_that_clocks_leap_over_is_not_lost() -> None:
    assert next_digest("30 3 * * *", "Europe/Vilnius", at("2026-03-28T12:00:00Z")) < at("2026-03-29T03:00:00Z")


def test_a_digest_at_an_hour_that_clocks_show_twice_comes_once() -> None:
    first = next_digest("30 3 * * *", "Europe/Vilnius", at("2026-10-24T12:00:00Z"))
    assert next_digest("30 3 * * *", "Europe/Vilnius", first) > first + timedelta(hours=20)


def test_weekdays_have_names() -> None:
    friday_evening = at("2026-03-13T18:00:00Z")
    assert next_digest("0 7 * * mon-fri", "UTC", friday_evening) == at("2026-03-16T07:00:00Z")


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-01-10T21:59:00+02:00", None),
        ("2026-01-10T22:00:00+02:00", "2026-01-11T07:00:00+02:00"),
        ("2026-01-11T06:59:59+02:00", "2026-01-11T07:00:00+02:00"),
        ("2026-01-11T07:00:00+02:00", None),
    ],
)
def test_quiet_hours_go_over_midnight(now: str, until: str | None) -> None:
    assert quiet_until("22:00-07:00", "Europe/Vilnius", at(now)) == (at(until) if until else None)


def test_what_comes_at_no_quiet_hour_is_told_at_once() -> None:
    assert tell_at("", "", "UTC", at("2026-01-10T12:00:00Z")) is None
    assert tell_at("", "22:00-07:00", "UTC", at("2026-01-10T12:00:00Z")) is None
    assert tell_at("", "13:00-14:00", "UTC", at("2026-01-10T13:30:00Z")) == at("2026-01-10T14:00:00Z")


def test_a_digest_that_falls_into_quiet_hours_waits_for_their_end() -> None:
    assert tell_at("0 * * * *", "22:00-07:00", "UTC", at("2026-01-10T21:10:00Z")) == at("2026-01-11T07:00:00Z")
    assert tell_at("0 * * * *", "22:00-07:00", "UTC", at("2026-01-10T12:10:00Z")) == at("2026-01-10T13:00:00Z")


@pytest.mark.parametrize("digest", ["", "7", "0 7 * *", "61 * * * *", "0 7 * * someday", "0 0 30 2 *", "x" * 500])
def test_what_is_no_digest_is_refused_with_its_reason(digest: str) -> None:
    with pytest.raises(Invalid, match="digest: "):
        next_digest(digest, "UTC", at("2026-01-10T12:00:00Z"))


@pytest.mark.parametrize("quiet", ["", "22:00", "22:00-24:00", "7:00-8:00", "22:00-22:00", "22:00-07:00 "])
def test_what_is_no_hours_is_refused_with_its_reason(quiet: str) -> None:
    with pytest.raises(Invalid, match="quiet_hours: "):
        quiet_until(quiet, "UTC", at("2026-01-10T12:00:00Z"))


@pytest.mark.parametrize("zone", ["", "Vilnius", "Europe", "../etc/passwd", "/etc/localtime", "a\0b"])
def test_what_is_no_zone_is_refused_with_its_reason(zone: str) -> None:
    with pytest.raises(Invalid, match="time_zone: "):
        tell_at("0 7 * * *", "", zone, at("2026-01-10T12:00:00Z"))


@given(now=moments, zone=st.sampled_from(ZONES), quiet=st.sampled_from(["", "22:00-07:00", "00:30-04:10"]))
def test_nothing_is_told_in_quiet_hours_nor_before_it_is_known(now: datetime, zone: str, quiet: str) -> None:
    for digest in ("", "0 7 * * *", "*/20 * * * *"):
        due = tell_at(digest, quiet, zone, now) or now
        assert due >= now
        assert not quiet or quiet_until(quiet, zone, due) is None
        assert due - now <= timedelta(hours=36)
