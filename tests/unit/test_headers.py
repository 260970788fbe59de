"""What headers say of times."""

from datetime import UTC, datetime

import pytest

from service.egress import Reply
from service.headers import date, retry_after, seconds

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("Sat, 14 Mar 2026 09:02:00 GMT", 120),
        ("Saturday, 14-Mar-26 09:02:00 GMT", 120),
        ("Sat Mar 14 09:02:00 2026", 120),
        ("Sat, 14 Mar 2026 12:02:00 +0300", 120),
        ("Sat, 14 Mar 2026 08:00:00 GMT", 0),
        ("later", None),
        ("-5", None),
        ("1.5", None),
        ("٣٠", None),
        ("", None),
        ("9" * 400, 999_999_999),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str, expected: float | None) -> None:
    assert retry_after(header, NOW) == expected


@pytest.mark.parametrize("value", ["", ",", "Sun, 99", "(", "Sun, 06 Nov 0000 08:49:37 +9999", "\0"])
def test_what_is_no_date_is_none(value: str) -> None:
    assert date(value) is None
    assert seconds(value) is None


@pytest.mark.parametrize(("status", "busy"), [(200, False), (429, True), (502, False), (503, True), (504, False)])
def test_busy_hosts_are_those_that_say_so(status: int, busy: bool) -> None:
    assert Reply("https://harbour.test/", status, {}, b"").busy is busy
