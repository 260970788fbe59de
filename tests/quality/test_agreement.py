"""The measures themselves, against cases worked out by hand."""

import pytest

from tests.quality.agreement import Agreement, bcubed, pairwise


def test_the_same_groups_under_other_names_agree() -> None:
    assert bcubed("aabbc", "11223") == pairwise("aabbc", "11223") == Agreement(1.0, 1.0)


def test_everything_in_one_group_has_full_recall() -> None:
    assert bcubed("aabb", "1111") == Agreement(0.5, 1.0)
    assert pairwise("aabb", "1111") == Agreement(2 / 6, 1.0)


def test_everything_apart_has_full_precision() -> None:
    assert bcubed("aaab", "1234").precision == 1.0
    assert bcubed("aaab", "1234").recall == pytest.approx(3 * 1 / 3 / 4 + 1 / 4)
    assert pairwise("aaab", "1234") == Agreement(1.0, 0.0)


def test_a_mixed_case() -> None:
    found = bcubed("aaabb", "11222")
    assert found.precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert found.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert pairwise("aaabb", "11222") == Agreement(2 / 4, 2 / 4)
    assert pairwise("aaabb", "11222").f1 == 0.5


def test_nothing_found_among_nothing_given_is_no_error() -> None:
    assert bcubed("", "") == pairwise("", "") == Agreement(1.0, 1.0)
    assert Agreement(0.0, 0.0).f1 == 0.0
