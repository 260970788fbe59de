from datetime import UTC, datetime

import pytest

from consumers.poll.dates import read_date


@pytest.mark.parametrize(
    "written",
    [
        "Sat, 14 Mar 2026 08:00:00 GMT",
        "Sat, 14 Mar 2026 10:00:00 +0200",
        "14 Mar 26 08:00 UT",
        "Sat, 14 Mar 2026 03:00:00 EST",
        "2026-03-14T08:00:00Z",
        "2026-03-14T09:00:00+01:00",
        "2026-03-14 08:00:00",
        "20260314T080000Z",
        "  Sat,  14 Mar 2026\n 08:00:00 GMT ",
        "March 14, 2026 8:00 AM",
        "Saturday, 14 March 2026 11:00 MSK",
        "2026-03-14T08:00:00.000000000Z",
        "Sat, 14 Mar 2026 08:00:00 Z",
    ],
)
def test_a_moment_is_read_however_it_is_written(written: str) -> None:
    assert read_date(written) == datetime(2026, 3, 14, 8, tzinfo=UTC)


def test_midnight_may_be_the_end_of_a_day() -> None:
    assert read_date("2026-03-14T24:00:00Z") == datetime(2026, 3, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "10:30",
        "Saturday",
        "14 March",
        "2026",
        "12",
        "soon",
        "31 Feb 2026",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T24:00:00Z",
        "Sat, 14 Mar 2026 25:99:99 GMT",
        "1" * 50,
        "1e99 1e99",
        "\x00",
        "2026-03-14" * 1000,
    ],
)
def test_what_names_no_one_moment_is_no_date(written: str) -> None:
    assert read_date(written) is None
