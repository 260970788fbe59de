"""The judge of effort: work that grows with the square is refused, work that grows with the size is not."""

import pytest

from tests.effort import demand_linear


def test_linear_work_passes() -> None:
    demand_linear(lambda size: sum(range(100 * size)), 20_000)


def test_work_that_grows_with_the_square_fails() -> None:
    with pytest.raises(AssertionError, match="8 times the size"):
        demand_linear(lambda size: sum(range(size * size // 50)), 40_000)
