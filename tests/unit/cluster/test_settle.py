"""Settling puts together what belongs together, whatever the order in which it came, and leaves old strands alone."""

import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from consumers.cluster import settling
from consumers.cluster.average import Pairs, average_link
from consumers.cluster.choose import score_pairs
from consumers.cluster.memory import Memory
from consumers.cluster.settle import Standing, new_strand_id, settle
from consumers.cluster.settling import Moved, moves, portion
from consumers.cluster.settling import told as rounded
from consumers.cluster.vectors import draft
from consumers.cluster.weights import SETTLED
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
    found = settle(standing(*["sd_a"] * 5), scored([[0, 1, 2], [3, 4]]), 0.25, seq=7)
    assert found[:3] == ["sd_a"] * 3
    assert found[3] == found[4] == new_strand_id("ar_3", 7) != "sd_a"


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
    assert new_strand_id("ar_1", 7) == new_strand_id("ar_1", 7)
    assert len({new_strand_id("ar_1", 7), new_strand_id("ar_1", 8), new_strand_id("ar_2", 7)}) == 3


def told(strands: Sequence[str]) -> Memory:
    """Reports of two happenings in turn, put in these strands."""
    newsroom, memory = Newsroom(3), Memory(Span(NOW))
    for place, strand in enumerate(strands):
        drafted = draft(newsroom.report(place % 2, "en", NOW))
        near, like = memory.near(drafted, NOW)
        memory.add(f"ar_{place}", strand, NOW, drafted, place + 1)
        if like is not None:
            scores = score_pairs(like, SETTLED).tolist()
            memory.nearby.note(f"ar_{place}", NOW, rounded([each.article_id for each in near], scores))
    return memory


def settled(memory: Memory, since: datetime = NOW, pinned: Collection[str] = ()) -> list[Moved]:
    due = [article_id for _, article_id in memory.filed(0, 100)]
    return [move for found in portion(memory, due, since).regions for move in moves(memory, found, pinned, 0.25)]


MIXED = ["sd_0", "sd_1", "sd_0", "sd_1", "sd_4", "sd_1"]
"""The fifth is in a strand of its own, though it tells the happening of the first."""


def test_reports_of_one_happening_are_moved_together() -> None:
    memory = told(MIXED)
    assert settled(memory) == [Moved("ar_4", "sd_4", "sd_0")]
    memory.move("ar_4", "sd_0")
    assert settled(memory) == []


def test_nothing_is_moved_that_is_too_old_or_pinned() -> None:
    assert settled(told(MIXED), NOW + timedelta(seconds=1)) == []
    assert settled(told(MIXED), pinned=["ar_4"]) in ([], [Moved("ar_0", "sd_0", "sd_4"), Moved("ar_2", "sd_0", "sd_4")])


def test_a_strand_that_two_happenings_share_is_parted() -> None:
    moved = settled(told(["sd_0"] * 6))
    assert len({move.strand_id for move in moved}) == 1
    assert {move.article_id for move in moved} in ({"ar_0", "ar_2", "ar_4"}, {"ar_1", "ar_3", "ar_5"})


def test_what_is_due_is_settled_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "MOST_PAIRS", 1)
    memory = told(MIXED)
    first = portion(memory, [f"ar_{n}" for n in range(6)], NOW)
    assert (len(first.regions), first.settled) == (1, 1)
    assert portion(memory, [], NOW).settled == 0
