"""When an endpoint rests, for how long, and what ends it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from consumers.deliver.breaker import Ended, Recent, rested
from service.model import Endpoint
from tests.builders import NOW, an_endpoint

BAD = Recent(10, 7)


def failed(at: datetime, began: datetime | None = None) -> Ended:
    return Ended(began or at, at, well=False)


def resting(seconds: float = 60, openings: int = 1) -> Endpoint:
    return replace(an_endpoint(), openings=openings, open_until=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("made", "of_these", "rests"), [(9, 9, False), (10, 6, False), (10, 7, True), (100, 69, False)]
)
def test_it_rests_from_seven_tenths_of_ten_attempts(made: int, of_these: int, rests: bool) -> None:
    after = rested(an_endpoint(), [failed(NOW)], Recent(made, of_these))
    assert after.open_until == (NOW + timedelta(seconds=60) if rests else None)


def test_each_time_in_a_row_it_rests_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    endpoint, rests = an_endpoint(), []
    at = NOW
    for _ in range(7):
        endpoint = rested(endpoint, [failed(at)], BAD)
        assert endpoint.open_until
        rests.append((endpoint.open_until - at).total_seconds())
        at = endpoint.open_until
    assert rests == [60, 120, 240, 480, 900, 900, 900]


def test_one_success_ends_it_and_the_next_rest_is_short_again() -> None:
    well = rested(resting(openings=5), [Ended(NOW, NOW, well=True)], Recent(0, 0))
    assert (well.openings, well.open_until) == (0, None)
    assert rested(well, [failed(NOW)], BAD) == resting()


def test_what_was_under_way_when_it_began_to_rest_does_not_prolong_it() -> None:
    late = [failed(NOW + timedelta(seconds=20), began=NOW)]
    assert rested(resting(), late, Recent(0, 0)) == resting()


def test_a_good_share_of_failures_alone_does_nothing_without_a_new_one() -> None:
    assert rested(an_endpoint(), [], BAD) == an_endpoint()
