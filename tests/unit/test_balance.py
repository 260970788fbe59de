"""Does the sum come out, and is a loss seen?"""

from hypothesis import given
from hypothesis import strategies as st

from service.model import Counted, Stretch, balance


def test_what_came_is_what_ended_and_what_is_in_flight() -> None:
    found = balance("dedupe", "raw", {"new": 6, "repeat": 1}, {0: Counted(3, 10)}, {0: Stretch(9, 12)})
    assert (found.came, found.in_flight, found.unaccounted, found.even) == (9, 2, 0, True)


def test_before_anything_was_counted_what_was_passed_does_not_count() -> None:
    found = balance("dedupe", "raw", {}, {}, {0: Stretch(40, 45), 1: Stretch(0, 0)})
    assert (found.came, found.in_flight, found.even) == (5, 5, True)


def test_records_that_went_without_an_outcome_are_missed() -> None:
    found = balance("dedupe", "raw", {"new": 5}, {0: Counted(0, 8)}, {0: Stretch(8, 8)})
    assert (found.unaccounted, found.even) == (3, False)


def test_a_log_that_began_again_is_not_in_flight() -> None:
    found = balance("dedupe", "raw", {"new": 8}, {0: Counted(0, 8)}, {0: Stretch(0, 2)})
    assert (found.in_flight, found.even) == (0, True)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))))
def test_it_is_even_wherever_every_record_counted_has_one_outcome(parts: list[tuple[int, int, int]]) -> None:
    counted = {n: Counted(first, first + ended) for n, (first, ended, _) in enumerate(parts)}
    stretches = {n: Stretch(first, first + ended + left) for n, (first, ended, left) in enumerate(parts)}
    found = balance("dedupe", "raw", {"new": sum(ended for _, ended, _ in parts)}, counted, stretches)
    assert found.even
    assert found.in_flight == sum(left for _, _, left in parts)
