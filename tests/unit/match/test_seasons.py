"""Silences and bursts against the season of the week."""

from datetime import UTC, datetime, timedelta

from consumers.match.seasons import HOUR, WEEK, Counts, burst, expected, silence

MONDAY = datetime(2026, 3, 16, tzinfo=UTC)
"""The end of four weeks."""
BEGIN = MONDAY - 4 * WEEK
ALWAYS = {BEGIN + HOUR * number for number in range(24 * 7 * 6)}


def office(until: datetime, number: int = 2) -> dict[datetime, int]:
    """So many in each office hour, nothing at night and at weekends."""
    return {hour: number for hour in ALWAYS if hour < until and hour.weekday() < 5 and 8 <= hour.hour < 18}


def counts(by_hour: dict[datetime, int], since: datetime = BEGIN, heard: set[datetime] = ALWAYS) -> Counts:
    return Counts(by_hour, since, heard)


def test_a_weekend_and_a_night_are_no_silence() -> None:
    assert silence(counts(office(MONDAY)), MONDAY + 8 * HOUR) is None
    assert silence(counts(office(MONDAY)), MONDAY + 12 * HOUR) is None


def test_a_working_day_without_any_is_one_and_has_one_beginning() -> None:
    first = silence(counts(office(MONDAY)), MONDAY + 17 * HOUR)
    assert first is not None
    assert first.since == MONDAY - timedelta(days=2) - 7 * HOUR
    assert first.expected >= 14
    later = silence(counts(office(MONDAY)), MONDAY + 40 * HOUR)
    assert later is not None
    assert later.since == first.since


def test_hours_in_which_nobody_was_heard_prove_nothing() -> None:
    heard = {hour for hour in ALWAYS if hour < MONDAY}
    assert silence(counts(office(MONDAY), heard=heard), MONDAY + 60 * HOUR) is None


def test_nothing_is_told_before_there_are_two_weeks_to_go_by() -> None:
    young = counts(office(MONDAY), since=MONDAY - timedelta(days=12))
    assert silence(young, MONDAY + 20 * HOUR) is None
    loud = {**office(MONDAY), MONDAY: 60}
    assert burst(counts(loud, since=MONDAY - timedelta(days=12)), MONDAY + HOUR) is None


def test_what_rarely_comes_may_stay_away_for_long() -> None:
    rare = {BEGIN + WEEK * number: 1 for number in range(4)}
    assert silence(counts(rare), MONDAY + WEEK) is None
    assert silence(counts({}), MONDAY) is None


def test_an_hour_far_above_its_season_bursts_and_the_next_is_the_same_burst() -> None:
    ten = MONDAY + 10 * HOUR
    loud = {**office(ten), ten: 14}
    first = burst(counts(loud), ten + HOUR)
    assert first is not None
    assert (first.began, first.hour, first.number, first.expected) == (ten, ten, 14, 2.0)
    second = burst(counts({**loud, ten + HOUR: 20}), ten + 2 * HOUR)
    assert second is not None
    assert (second.began, second.hour) == (ten, ten + HOUR)


def test_what_is_usual_at_that_hour_or_small_is_no_burst() -> None:
    ten = MONDAY + 10 * HOUR
    assert burst(counts({**office(ten, 12), ten: 14}), ten + HOUR) is None
    assert burst(counts({**office(ten, 0), ten: 4}), ten + HOUR) is None


def test_the_baseline_is_the_hour_of_the_week_and_those_around_it() -> None:
    assert expected(counts(office(MONDAY)), MONDAY + 10 * HOUR, MONDAY) == 2.0
    assert expected(counts(office(MONDAY)), MONDAY + 3 * HOUR, MONDAY) == 0.0
    assert 0 < expected(counts(office(MONDAY)), MONDAY + 8 * HOUR, MONDAY) < 2.0
