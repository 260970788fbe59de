from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.deliver.retry import (
    Next,
    Outcome,
    Refused,
    Sent,
    Unreachable,
    decide,
    health,
    judge,
    next_attempt_at,
)
from service.settings import DeliverSettings
from tests.builders import NOW, an_endpoint

SCHEDULE = DeliverSettings().schedule
REFUSED = Refused(500)
ALMOST_ONE = 1 - 1e-12
FIVE_DAYS = timedelta(hours=120)


def wait(outcome: Outcome, attempts_made: int = 1, jitter: float = 0.0) -> float | None:
    at = next_attempt_at(outcome, attempts_made, NOW, SCHEDULE, jitter)
    return None if at is None else (at - NOW).total_seconds()


# --- when to try again


def test_the_schedule_is_ten_attempts_over_75_hours_35_minutes_and_5_seconds() -> None:
    at, made = NOW, 0
    while (after := next_attempt_at(REFUSED, made, at, SCHEDULE, 0.0)) is not None:
        at, made = after, made + 1
    assert (made, at - NOW) == (10, timedelta(hours=75, minutes=35, seconds=5))


@pytest.mark.parametrize("made", range(10))
def test_without_jitter_each_attempt_comes_at_its_time(made: int) -> None:
    assert wait(REFUSED, made) == SCHEDULE[made]


@pytest.mark.parametrize(
    ("made", "most"),
    list(enumerate([2.0, 7.0, 330.0, 1980.0, 7920.0, 18900.0, 36900.0, 51300.0, 72900.0, 87300.0])),
)
def test_jitter_only_adds_a_tenth_at_least_2_seconds_and_at_most_15_minutes(made: int, most: float) -> None:
    longest = wait(REFUSED, made, ALMOST_ONE)
    assert longest is not None
    assert most - 0.001 < longest <= most


@pytest.mark.parametrize("made", [10, 11, 40])
def test_after_the_last_attempt_there_is_none(made: int) -> None:
    assert wait(REFUSED, made) is None
    assert decide(REFUSED, made, NOW, SCHEDULE, 0.0) == Next("given_up")


def test_what_was_sent_or_is_not_wanted_is_not_tried_again() -> None:
    assert wait(Sent(200)) is None
    assert wait(Refused(500, final=True)) is None
    assert decide(Sent(204), 1, NOW, SCHEDULE, 0.0) == Next("sent")
    assert decide(Refused(500, final=True), 1, NOW, SCHEDULE, 0.0) == Next("given_up")


def test_a_failure_waits_for_the_next_attempt() -> None:
    assert decide(REFUSED, 1, NOW, SCHEDULE, 0.0) == Next("waiting", NOW + timedelta(seconds=5))


@pytest.mark.parametrize("outcome", [Refused(429), Refused(502), Refused(504), Unreachable("timeout", "")])
def test_who_is_overwhelmed_gets_a_minute_at_least(outcome: Outcome) -> None:
    assert wait(outcome, 1) == 60
    assert wait(outcome, 2) == 300
    assert wait(outcome, 1, ALMOST_ONE) == pytest.approx(66)


@pytest.mark.parametrize("outcome", [Refused(400), Refused(500), Refused(503), Unreachable("connection", "")])
def test_others_are_tried_again_soon(outcome: Outcome) -> None:
    assert wait(outcome, 1) == 5


@pytest.mark.parametrize(
    ("hint", "expected"), [(0.0, 5), (4.9, 5), (5.1, 5.1), (90.0, 90), (36000.0, 36000), (None, 5)]
)
def test_a_receivers_wish_counts_where_it_is_later_than_the_schedule(hint: float | None, expected: float) -> None:
    assert wait(Refused(503, retry_after=hint)) == expected


def test_a_wish_below_the_minute_does_not_lower_it() -> None:
    assert wait(Refused(429, retry_after=10.0)) == 60
    assert wait(Refused(429, retry_after=61.0)) == 61


@given(
    made=st.integers(0, 9),
    jitter=st.floats(0, 1, exclude_max=True),
    hint=st.none() | st.floats(0, 36000),
    status=st.sampled_from([302, 400, 429, 500, 502, 503]),
)
def test_never_earlier_than_the_schedule_and_never_much_later(
    made: int, jitter: float, hint: float | None, status: int
) -> None:
    seconds = wait(Refused(status, retry_after=hint), made, jitter)
    assert seconds is not None
    least = max(SCHEDULE[made], hint or 0)
    assert seconds >= least - 1e-6
    assert seconds <= max(least, 60) + 900 + 1e-6  # times are whole microseconds


def test_a_schedule_of_ones_own_is_followed() -> None:
    assert next_attempt_at(REFUSED, 1, NOW, (0, 40), 0.0) == NOW + timedelta(seconds=40)
    assert next_attempt_at(REFUSED, 2, NOW, (0, 40), 0.0) is None


# --- what an answer means


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_200_to_299_is_sent(status: int) -> None:
    assert judge(status, {}, b"ok", NOW) == Sent(status, "ok")


@pytest.mark.parametrize("status", [100, 199, 300, 301, 302, 308, 400, 404, 500, 503])
def test_everything_else_is_refused(status: int) -> None:
    assert judge(status, {}, b"no", NOW) == Refused(status, "no")


def test_gone_is_final_and_disables() -> None:
    gone = judge(410, {}, b"", NOW)
    assert isinstance(gone, Refused)
    assert gone.final
    assert gone.disable == "the endpoint answered 410 Gone"


def test_the_receiver_may_end_a_delivery_or_all() -> None:
    abort = judge(500, {"Webhook-Delivery": "abort-message"}, b"", NOW)
    assert isinstance(abort, Refused)
    assert (abort.final, abort.disable) == (True, "")
    disable = judge(500, {"webhook-delivery": "Disable "}, b"", NOW)
    assert isinstance(disable, Refused)
    assert (disable.final, disable.disable) == (True, "the endpoint asked to be disabled")
    assert judge(200, {"webhook-delivery": "disable"}, b"", NOW).disable
    assert judge(200, {"webhook-delivery": "abort-message"}, b"", NOW) == Sent(200)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 120 ", 120.0),
        ("36000", 36000.0),
        ("36001", 36000.0),
        ("9" * 400, 36000.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(days=2), usegmt=True), 0.0),
        (format_datetime(NOW + timedelta(days=2), usegmt=True), 36000.0),
        (format_datetime((NOW + timedelta(seconds=30)).astimezone(timezone(timedelta(hours=3)))), 30.0),
        ((NOW + timedelta(seconds=30)).strftime("%A, %d-%b-%y %H:%M:%S GMT"), 30.0),
        ((NOW + timedelta(seconds=30)).strftime("%a %b %d %H:%M:%S %Y"), 30.0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣٠", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    answer = judge(503, {"Retry-After": header}, b"", NOW)
    assert isinstance(answer, Refused)
    assert answer.retry_after == seconds


DATE_LIKE = st.lists(
    st.sampled_from(
        ["Sun", "06", "Nov", "1994", "08:49:37", "GMT", "+9999", ",", " ", "-", "(", "99", "0000", "\0", ":"]
    ),
    max_size=10,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(header=st.text(max_size=40) | DATE_LIKE, body=st.binary(max_size=40), status=st.integers(100, 599))
def test_hostile_answers_are_judged_without_an_error(header: str, body: bytes, status: int) -> None:
    answer = judge(status, {"retry-after": header, "webhook-delivery": header}, body, NOW)
    assert "\0" not in answer.response
    if isinstance(answer, Refused) and answer.retry_after is not None:
        assert 0 <= answer.retry_after <= 36000


def test_only_the_beginning_of_the_answer_is_kept() -> None:
    assert len(judge(200, {}, b"x" * 16384, NOW).response) == 1000


# --- how the endpoint is doing


def test_a_success_forgets_failures() -> None:
    failing = an_endpoint(failures=30, failing_since=NOW - timedelta(days=30))
    after = health(failing, [(NOW, Sent(200))], FIVE_DAYS)
    assert (after.failures, after.failing_since, after.enabled) == (0, None, True)


def test_failures_are_counted_since_the_first() -> None:
    outcomes: list[tuple[datetime, Outcome]] = [(NOW + timedelta(seconds=n), REFUSED) for n in range(3)]
    after = health(an_endpoint(), outcomes, FIVE_DAYS)
    assert (after.failures, after.failing_since, after.enabled) == (3, NOW, True)


@pytest.mark.parametrize(
    ("failures", "hours", "enabled"), [(9, 120, False), (8, 120, True), (9, 119.99, True), (500, 1, True)]
)
def test_switched_off_after_ten_failures_and_five_days_of_nothing_else(
    failures: int, hours: float, enabled: bool
) -> None:
    failing = an_endpoint(failures=failures, failing_since=NOW - timedelta(hours=hours))
    after = health(failing, [(NOW, Unreachable("timeout", ""))], FIVE_DAYS)
    assert after.enabled is enabled
    assert ("attempts failed since" in after.disabled_why) is not enabled


def test_a_success_in_between_starts_anew() -> None:
    failing = an_endpoint(failures=9, failing_since=NOW - timedelta(hours=200))
    after = health(failing, [(NOW, Sent(200)), (NOW, REFUSED)], FIVE_DAYS)
    assert (after.failures, after.failing_since, after.enabled) == (1, NOW, True)


def test_gone_switches_off_at_once_and_success_does_not_switch_on() -> None:
    gone = judge(410, {}, b"", NOW)
    after = health(an_endpoint(), [(NOW, gone), (NOW, Sent(200))], FIVE_DAYS)
    assert (after.enabled, after.disabled_why) == (False, "the endpoint answered 410 Gone")


def test_the_first_reason_stays() -> None:
    off = an_endpoint(enabled=False, disabled_why="switched off by hand")
    assert health(off, [(NOW, judge(410, {}, b"", NOW))], FIVE_DAYS).disabled_why == "switched off by hand"


def test_times_are_utc() -> None:
    at = next_attempt_at(REFUSED, 1, NOW, SCHEDULE, 0.5)
    assert at is not None
    assert at.tzinfo is UTC
