"""Settling puts together what belongs together, whatever the order in which it came, and leaves old strands alone."""

import random
from collections.abc import Sequence
from itertools import combinations

import pytest

from consumers.cluster.average import Pairs, average_link
from consumers.cluster.memory import Memory
from consumers.cluster.settle import Standing, new_strand_id, settle
from consumers.cluster.settling import components, moves
from consumers.cluster.vectors import draft
from service.model import Span
from tests.builders import NOW
from tests.newsroom import Newsroom


def scored(groups: Sequence[Sequence[int]], inside: float = 2.0, outside: float = -3.0) -> Pairs:
    """Every pair of articles, alike in a group and unlike between two."""
    of = {place: number for number, places in enumerate(groups) for place in places}
    return {(a, b): inside if of[a] == of[b] else outside for a, b in combinations(sorted(of), 2)}


def standing(*strands: str, fixed: Sequence[int] = ()) -> list[Standing]:
    return [Standing(f"ar_{place}", strand, place in fixed) for place, strand in enumerate(strands)]


def test_average_link_finds_the_groups_in_any_numbering() -> None:
    for seed in range(20):
        places = random.Random(seed).sample(range(9), 9)
        groups = [places[:4], places[4:7], places[7:]]
        found = average_link([[n] for n in range(9)], [False] * 9, scored(groups), 0.0)
        assert {frozenset(n for n in range(9) if found[n] == group) for group in found} == set(map(frozenset, groups))


def test_a_pair_that_is_not_near_says_little_against() -> None:
    chain = {(n, n + 1): 2.0 for n in range(5)}
    assert len(set(average_link([[n] for n in range(6)], [False] * 6, chain, 0.0))) == 1


def test_what_was_split_by_chance_comes_together_under_the_larger_strand() -> None:
    assert settle(standing("sd_a", "sd_b", "sd_b"), scored([[0, 1, 2]]), 0.25) == ["sd_b"] * 3


def test_what_was_thrown_together_is_taken_apart() -> None:
    found = settle(standing(*["sd_a"] * 5), scored([[0, 1, 2], [3, 4]]), 0.25)
    assert found[:3] == ["sd_a"] * 3
    assert found[3] == found[4] == new_strand_id("ar_3", {"sd_a"}) != "sd_a"


def test_old_articles_stay_and_their_strands_are_never_joined() -> None:
    found = settle(standing("sd_a", "sd_b", "sd_c", fixed=(0, 1)), scored([[0, 1, 2]]), 0.25)
    assert found[:2] == ["sd_a", "sd_b"]
    assert found[2] in ("sd_a", "sd_b")


@pytest.mark.parametrize("seed", range(5))
def test_settled_strands_settle_no_further(seed: int) -> None:
    rng = random.Random(seed)
    pairs = {pair: rng.choice((-3.0, 3.0)) for pair in combinations(range(12), 2) if rng.random() < 0.4}
    before = standing(*(f"sd_{n}" for n in range(12)))
    once = settle(before, pairs, 0.25)
    assert settle(before, pairs, 0.25) == once
    assert len(once) == 12


def test_new_strands_have_ids_that_nobody_has() -> None:
    first = new_strand_id("ar_1", set())
    assert new_strand_id("ar_1", {first}) not in ("", first)
    assert new_strand_id("ar_1", set()) == first


def test_components_hang_together() -> None:
    assert list(components([("b", "c"), ("x", "y"), ("a", "b")])) == [["a", "b", "c"], ["x", "y"]]


def told(strands: Sequence[str]) -> Memory:
    newsroom, memory = Newsroom(3), Memory(Span(NOW))
    for place, strand in enumerate(strands):
        memory.add(f"ar_{place}", strand, NOW, draft(newsroom.report(place % 2, "en", NOW)))
    return memory


def test_reports_of_one_happening_are_moved_together() -> None:
    memory = told(["sd_0", "sd_1", "sd_0", "sd_1", "sd_4", "sd_1"])
    (move,) = moves(memory, NOW, 0.25)
    assert (move.article_id, move.before, move.strand_id) == ("ar_4", "sd_4", "sd_0")
    memory.move(move.article_id, move.strand_id)
    assert moves(memory, NOW, 0.25) == []


def test_nothing_is_moved_that_is_too_old() -> None:
    memory = told(["sd_0", "sd_1", "sd_0", "sd_1", "sd_4", "sd_1"])
    assert moves(memory, NOW.replace(year=NOW.year + 1), 0.25) == []
